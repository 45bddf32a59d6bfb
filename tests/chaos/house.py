"""The real house in processes of its own, to be killed one by one and started again."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from config import up
from config.servers import Valkey, places, ports, processes
from tests.config.story import within


@dataclass
class House:
    """Web, worker, sweep and broker on this test's database; `home` holds files and logs."""

    home: Path
    port: int = field(default_factory=ports.any_free)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.broker = Valkey(self.home / "valkey")

    @property
    def address(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.port}"

    def open(self) -> None:
        self.broker.start()
        self.start("web", up.web_command(self.port))
        self.start("worker", up.worker_command())
        self.start("sweep", up.manage("sweep"))
        assert within(30, lambda: up.status_of_first_page(self.port) > 0), self.log("web")

    def send(self, applications: int, *, unsure_every: int = 0) -> None:
        numbers = [str(applications), str(unsure_every)]
        self.start("website", [sys.executable, "-m", "tests.chaos.website", *numbers])

    def start(self, name: str, command: list[str]) -> None:
        with (self.home / f"{name}.log").open("ab") as log:
            self.running[name] = processes.start(
                command,
                end_signal=signal.SIGKILL,
                cwd=places.BASE_DIR,
                output=log,
                env=self.environment(),
            )

    def kill(self, name: str) -> None:
        """As the kernel does when memory is short: no goodbye, and none for its children."""
        process = self.running.pop(name)
        processes.kill_group(process.pid)
        process.wait()

    def kill_broker(self) -> None:
        assert self.broker.process is not None
        self.broker.process.kill()
        self.broker.process.wait()

    def wait_for_website(self) -> None:
        assert self.running.pop("website").wait(60) == 0, self.log("website")

    def close(self) -> None:
        for name in list(self.running):
            self.kill(name)
        self.broker.stop()

    def environment(self) -> dict[str, str]:
        base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
        return {
            **os.environ,
            "DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}",
            "REDIS_URL": self.broker.url,
            "DATABASE_POOL": "4",
            "COUNTERSIGN_JOB_HANDLERS": "examples.loan_approval,tests.chaos.effects",
            "COUNTERSIGN_LEDGER": str(self.home / "ledger.jsonl"),
        }

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(errors="replace")

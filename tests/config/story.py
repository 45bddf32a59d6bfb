"""A private world for tests that start and kill the real thing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from config.servers import ports
from config.servers.processes import LEASH

ROOT = Path(__file__).resolve().parents[2]


def as_somebody(who: str, command: list[str]) -> list[str]:
    """The command as root, or as a user that is not root and sees the same files."""
    if who == "root" or os.getuid() != 0:
        return command
    return [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), "9", "mapped", *command]


started: list["Up"] = []


class Up:
    """A running `manage.py up` with a `var` of its own."""

    def __init__(self, var: Path, *words: str, who: str = "root") -> None:
        self.var = var
        self.port = ports.any_free()
        without = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        env = {name: value for name, value in os.environ.items() if name not in without}
        self.log = var.parent / f"{var.name}.log"
        started.append(self)
        command = [sys.executable, str(ROOT / "manage.py"), "up"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                as_somebody(who, [*command, f"--port={self.port}", *words]),
                env={**env, "COUNTERSIGN_VAR": str(var), "LOG_LEVEL": "INFO"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, words: str, seconds: float = 90.0) -> "Up":
        within(seconds, lambda: words in self.said() or self.process.poll() is not None)
        assert words in self.said(), self.said()
        return self

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def belonging_to(var: Path) -> Iterator[int]:
    """Every process that was started for this `var`, by its environment or where it works."""
    mark = f"COUNTERSIGN_VAR={var}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            named = mark in (entry / "environ").read_bytes().split(b"\0")
            if named or (entry / "cwd").readlink().is_relative_to(var):
                yield int(entry.name)
        except OSError:
            continue


def end_all(var: Path) -> None:
    """After a test, whatever its outcome."""
    for pid in belonging_to(var):
        os.kill(pid, signal.SIGKILL)
    while started:
        started.pop().process.wait()


def pid_of(var: Path, words: str) -> int:
    """The oldest process of this `var` whose command line holds these words."""
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in belonging_to(var)}
    return min(pid for pid, line in lines.items() if words in line)


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()

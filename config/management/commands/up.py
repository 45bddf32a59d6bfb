"""Everything that Countersign needs, in one terminal."""

import http.client
import os
import signal
import socket
import sys
import threading
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import CommandError, call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor

from config.broker_checks import broker_troubles
from config.console import Console
from config.liveness import WorkerWatch
from config.servers import CannotStart, Postgres, ports
from config.servers.environment import private
from config.servers.places import run_dir, var_dir, write_note
from config.supervisor import Child, Supervisor

FIRST_PAGE_WITHIN = 60.0  # seconds
WORKER = "worker"
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop. Not an Exception: nothing on the way may swallow it."""


class Command(BaseCommand):
    help = "Run web server, worker and sweep, and the servers they need, until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="example data, one-click sign-in")
        parser.add_argument("--port", type=int, default=8000, help="next free one if taken (8000)")
        parser.add_argument(
            "--no-demo-traffic", action="store_true", help="no cases that arrive by themselves"
        )
        parser.add_argument(
            "--speed", type=float, help="how fast demo traffic runs; 1 is real time"
        )

    def handle(self, **options: Any) -> None:
        self.console = Console()
        self.supervisor = Supervisor(self.console)
        for ending in ENDINGS:
            signal.signal(ending, stop_asked)
        try:
            self.set_up(options)
            self.run(options)
        except Stopped:
            pass
        except CannotStart as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            self.tear_down()

    def set_up(self, options: dict[str, Any]) -> None:
        for server in private:
            server.start()
            kept = f", data in {server.home}" if isinstance(server, Postgres) else ""
            self.console.progress(f"{server} is running{kept}.")
        for name in ("DATABASE_URL", "REDIS_URL"):
            write_note(run_dir(var_dir()) / name, os.environ[name])
        self.migrate()
        for trouble in broker_troubles():
            self.console.progress(f"Warning: {trouble}")
        if not options["demo"]:
            call_command("collectstatic", interactive=False, verbosity=0)
        elif "seed_demo" in get_commands():
            call_command("seed_demo", verbosity=0)
            self.console.progress("Example data is in place.")

    def migrate(self) -> None:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            call_command("migrate", interactive=False, verbosity=0)
            self.console.progress(f"The database is up to date ({len(plan)} steps).")
        connection.close()

    def run(self, options: dict[str, Any]) -> None:
        port = ports.next_free(options["port"])
        if port != options["port"]:
            self.console.progress(f"Port {options['port']} is taken; using {port}.")
        self.supervisor.add("web", *web_command(port))
        self.wait_for_first_page(port)
        worker = self.supervisor.add(WORKER, *worker_command())
        self.supervisor.add("sweep", *manage("sweep"))
        if options["demo"] and not options["no_demo_traffic"] and "demo_traffic" in get_commands():
            speed = [f"--speed={options['speed']}"] if options["speed"] else []
            self.supervisor.add("traffic", *manage("demo_traffic", *speed))
        self.console.address(f"http://{ports.LOOPBACK}:{port}/")
        self.look_after(worker)

    def wait_for_first_page(self, port: int) -> None:
        deadline = time.monotonic() + FIRST_PAGE_WITHIN
        while time.monotonic() < deadline:
            self.supervisor.tend(0.05)
            status = status_of_first_page(port)
            if status >= http.client.INTERNAL_SERVER_ERROR:
                break
            if status:
                self.console.progress("The first page answers.")
                return
        self.supervisor.tend(0.5)
        raise CannotStart("The first page does not answer; the messages above say why.")

    def look_after(self, worker: Child) -> NoReturn:
        watch = WorkerWatch(f"{WORKER}@{socket.gethostname()}")
        threading.Thread(target=watch.keep_looking, daemon=True).start()
        while True:
            self.supervisor.tend()
            self.revive_servers()
            if watch.says_stale(running_for=worker.runs_for):
                self.supervisor.replace(worker, because="is alive but takes no work")

    def revive_servers(self) -> None:
        for server in private:
            if not server.is_alive():
                self.console.progress(f"{server} has ended; starting it again.")
                server.start()

    def tear_down(self) -> None:
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        self.console.progress("Stopping.")
        self.supervisor.stop()
        connections.close_all()
        for server in reversed(private):
            server.stop()
        for name in ("DATABASE_URL", "REDIS_URL"):
            (run_dir(var_dir()) / name).unlink(missing_ok=True)
        self.console.progress("Everything has stopped.")


def stop_asked(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


def manage(*words: str) -> list[str]:
    return [sys.executable, "-u", str(settings.BASE_DIR / "manage.py"), *words]


def web_command(port: int) -> list[str]:
    gunicorn = [sys.executable, "-u", "-m", "gunicorn", "config.wsgi", "--no-control-socket"]
    size = [
        "--worker-class=gthread",
        "--workers=2",
        "--threads=8",
        "--graceful-timeout=2",
        "--preload",
    ]
    return [*gunicorn, f"--bind={ports.LOOPBACK}:{port}", "--log-level=warning", *size]


def worker_command() -> list[str]:
    # As root Celery warns at length; its messages are JSON, which can do no harm.
    python = [sys.executable, "-u", "-W", "ignore:You're running the worker with superuser"]
    celery = [*python, "-m", "celery", "--quiet", "--app=config", "worker"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel=WARNING"]
    return [*celery, "--concurrency=2", f"--hostname={WORKER}@%h", *quiet]


def status_of_first_page(port: int) -> int:
    """Its HTTP status; 0 while nobody listens."""
    link = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=5)
    try:
        link.request("GET", "/")
        return link.getresponse().status
    except OSError:
        return 0
    finally:
        link.close()

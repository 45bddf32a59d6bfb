"""Everything that Countersign needs, in one terminal: `manage.py up`.

Django is left to the children: this process starts them at once and stays small.
"""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from platform import node
from types import FrameType
from typing import NoReturn

from config.console import Console
from config.servers import CannotStart, Postgres, environment, places, ports, processes
from config.supervisor import Child, Supervisor

FIRST_PAGE_WITHIN = 60.0  # seconds
WORKER = "worker"
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NOTES = ("DATABASE_URL", "REDIS_URL")
PAST = "PAST"  # the note of config.demo_past, which would load Django


class Stopped(BaseException):
    """Somebody asked us to stop. Not an Exception: nothing on the way may swallow it."""


def main(words: list[str]) -> int:
    parser = ArgumentParser(prog="manage.py up", description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args(words))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="example data, one-click sign-in")
    parser.add_argument("--port", type=int, default=8000, help="or the next free one (8000)")
    parser.add_argument("--no-demo-traffic", action="store_true", help="no cases by themselves")
    parser.add_argument("--speed", type=float, help="how fast demo traffic runs; 1 is real time")


def run(options: Namespace) -> int:
    """Run until somebody asks to stop; returns the exit code."""
    house = House(options)
    for ending in ENDINGS:
        signal.signal(ending, stop_asked)
    try:
        house.open()
        house.look_after()
    except Stopped:
        return 0
    except CannotStart as refusal:
        house.console.line("up", str(refusal))
        return 1
    finally:
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        house.close()


class House:
    def __init__(self, options: Namespace) -> None:
        self.options = options
        self.console = Console()
        self.supervisor = Supervisor(self.console)
        self.worker: Child | None = None
        self.past: Child | None = None  # while it is being written
        self.is_ours = False

    def open(self) -> None:
        environment.prepare(demo=self.options.demo, servers=True)
        self.is_ours = True
        for server in environment.private:
            server.start()
            kept = f", data in {server.home}" if isinstance(server, Postgres) else ""
            self.console.progress(f"{server} is running{kept}.")
        for name in NOTES:
            places.write_note(places.run_dir(places.var_dir()) / name, os.environ[name])
        port = self.choose_port()
        self.supervisor.add("web", *web_command(port))  # loads while the database is prepared
        self.prepare_database()
        self.wait_for_first_page(port)
        self.console.address(f"http://{ports.LOOPBACK}:{port}/")
        self.supervisor.add("sweep", *manage("sweep"))
        self.write_past()

    def choose_port(self) -> int:
        wanted: int = self.options.port
        port = ports.next_free(wanted)
        if port != wanted:
            self.console.progress(f"Port {wanted} is taken; using {port}.")
        return port

    def prepare_database(self) -> None:
        """Migrate and seed in a process of its own, and wait for it."""
        words = ["--demo"] if self.options.demo else []
        step = processes.start(manage("prepare", *words), output=subprocess.PIPE)
        with step:
            for line in step.stdout or ():
                self.console.progress(line.decode(errors="replace").rstrip())
        if step.returncode != 0:
            raise CannotStart("The database could not be prepared; the lines above say why.")

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

    def write_past(self) -> None:
        """What happened before the visitor came is written while they look around already."""
        if (places.run_dir(places.var_dir()) / PAST).exists():
            self.past = self.supervisor.add("past", *manage("seed_demo"), is_once=True)
        else:
            self.start_others()

    def start_others(self) -> None:
        """Workers and traffic: numbers of applications go on where the past ends."""
        # Without us its broker is gone too, and Celery would wait for it; leases cover its jobs.
        self.worker = self.supervisor.add(WORKER, *worker_command(), end_signal=signal.SIGKILL)
        if self.options.demo and not self.options.no_demo_traffic:
            speed = [f"--speed={self.options.speed}"] if self.options.speed else []
            self.supervisor.add("traffic", *manage("demo_traffic", *speed))

    def look_after(self) -> NoReturn:
        from config.liveness import WorkerWatch  # loads Django, when there is time for it

        watch = WorkerWatch(f"{WORKER}@{node()}")
        threading.Thread(target=watch.keep_looking, daemon=True).start()
        while True:
            self.supervisor.tend()
            self.revive_servers()
            if self.past and self.past.process is None:
                self.past = None
                self.start_others()
            if self.worker and watch.says_stale(running_for=self.worker.runs_for):
                self.supervisor.replace(self.worker, because="is alive but takes no work")

    def revive_servers(self) -> None:
        for server in environment.private:
            if not server.is_alive():
                self.console.progress(f"{server} has ended; starting it again.")
                server.start()

    def close(self) -> None:
        if not self.is_ours:
            return
        self.console.progress("Stopping.")
        self.supervisor.stop()
        for server in reversed(environment.private):
            server.stop()
        for name in (*NOTES, PAST):
            (places.run_dir(places.var_dir()) / name).unlink(missing_ok=True)
        self.console.progress("Everything has stopped.")


def stop_asked(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


def manage(*words: str) -> list[str]:
    return [sys.executable, "-u", str(places.BASE_DIR / "manage.py"), *words]


def web_command(port: int) -> list[str]:
    gunicorn = [sys.executable, "-u", "-m", "gunicorn", "config.wsgi", "--no-control-socket"]
    size = ["--worker-class=gthread", "--workers=2", "--threads=8", "--graceful-timeout=2"]
    return [
        *[*gunicorn, f"--bind={ports.LOOPBACK}:{port}", "--log-level=warning", "--preload"],
        *[*size, f"--chdir={places.BASE_DIR}"],
    ]


def worker_command() -> list[str]:
    # As root Celery warns at length; its messages are JSON, which can do no harm.
    python = [sys.executable, "-u", "-W", "ignore:You're running the worker with superuser"]
    celery = [*python, "-m", "celery", "--quiet", "--app=config", f"--workdir={places.BASE_DIR}"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel=WARNING"]
    return [*celery, "worker", "--concurrency=2", f"--hostname={WORKER}@%h", *quiet]


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

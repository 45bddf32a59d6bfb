"""Keeps a handful of processes running and their output readable, and stops them together."""

import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass, field
from typing import IO

from config.console import Console
from config.servers import processes

FIRST_PAUSE = 0.5  # seconds before a process that ended is started again
LONGEST_PAUSE = 30.0
STEADY_AFTER = 30.0  # a process that ran this long starts again without a pause
STOP_WITHIN = 3.5


@dataclass
class Child:
    """One process that is meant to run for as long as we do."""

    name: str
    command: list[str]
    # What it gets when we are killed, and can ask nobody politely any more.
    end_signal: signal.Signals = signal.SIGTERM
    is_once: bool = False  # it has something to do and ends

    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float | None = None
    unfinished: bytes = field(default=b"", repr=False)

    @property
    def runs_for(self) -> float:
        """Seconds since its start; 0 when it does not run."""
        return time.monotonic() - self.started_at if self.process else 0.0


class Supervisor:
    """Call everything from the main thread: the children's lives are tied to it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.children: list[Child] = []
        self.selector = selectors.DefaultSelector()

    def add(
        self,
        name: str,
        *command: str,
        end_signal: signal.Signals = signal.SIGTERM,
        is_once: bool = False,
    ) -> Child:
        child = Child(name, list(command), end_signal, is_once)
        self.children.append(child)
        self.start(child)
        return child

    def start(self, child: Child) -> None:
        child.process = processes.start(
            child.command, end_signal=child.end_signal, output=subprocess.PIPE
        )
        child.started_at, child.again_at = time.monotonic(), None
        self.selector.register(self.output_of(child), selectors.EVENT_READ, child)

    def tend(self, timeout: float = 0.2) -> None:
        """Pass on what the children print; start again those that ended."""
        self.listen(timeout)
        now = time.monotonic()
        for child in self.children:
            if child.process and child.process.poll() is not None:
                self.note_end(child, now=now)
            elif child.again_at is not None and now >= child.again_at:
                self.start(child)

    def listen(self, timeout: float) -> None:
        if not self.selector.get_map():
            time.sleep(timeout)
            return
        for key, _ in self.selector.select(timeout):
            self.pass_on(key.data)

    def pass_on(self, child: Child) -> bool:
        """Print one portion of output; False at its end."""
        output = self.output_of(child)
        portion = os.read(output.fileno(), 65536)
        if not portion:
            self.selector.unregister(output)
            return False
        *lines, child.unfinished = (child.unfinished + portion).split(b"\n")
        for line in lines:
            self.console.line(child.name, line.decode(errors="replace").rstrip())
        return True

    def note_end(self, child: Child, *, now: float) -> None:
        code = child.process.returncode if child.process else 0
        if now - child.started_at > STEADY_AFTER:
            child.pause = FIRST_PAUSE
        self.let_go(child)
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        if child.is_once:
            if code:
                self.console.line("up", f"{child.name} {how}; the rest goes on without it.")
            return
        child.again_at = now + child.pause
        self.console.line("up", f"{child.name} {how}; starting it again in {child.pause:.1f} s.")
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def let_go(self, child: Child) -> None:
        """Forget a process that has ended, after its last words and with all it left behind."""
        if child.process is None:
            return
        processes.kill_group(child.process.pid)
        output = self.output_of(child)
        if output in {key.fileobj for key in self.selector.get_map().values()}:
            while self.pass_on(child):
                pass
        output.close()
        child.process.wait()
        child.process = None

    def replace(self, child: Child, *, because: str) -> None:
        """End a child that no longer does its work; it is started again like one that ended."""
        self.console.line("up", f"{child.name} {because}; it is replaced.")
        if child.process is not None:
            processes.kill_group(child.process.pid)

    def stop(self) -> None:
        """Ask all to end, last started last, and insist after a few seconds."""
        alive = [child for child in self.children if child.process]
        for child in alive:
            if child.process and child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN
        while time.monotonic() < deadline and any(is_running(child) for child in alive):
            self.listen(0.05)
        for child in alive:
            self.let_go(child)

    @staticmethod
    def output_of(child: Child) -> IO[bytes]:
        if child.process is None or child.process.stdout is None:
            raise ValueError(f"{child.name} does not run.")
        return child.process.stdout


def is_running(child: Child) -> bool:
    return child.process is not None and child.process.poll() is None

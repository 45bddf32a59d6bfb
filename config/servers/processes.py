"""Starting, stopping and finding operating-system processes of ours."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

LEASH = Path(__file__).with_name("leash.py")


class CannotStart(Exception):
    """One sentence: what is in the way, and what to do about it."""


def start(
    command: list[str],
    *,
    mode: str = "self",
    end_signal: signal.Signals = signal.SIGTERM,
    cwd: Path | None = None,
    output: IO[bytes] | int | None = None,
    stdin: int = subprocess.DEVNULL,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child that gets `end_signal` when we end, in a process group of its own.

    Call it from the main thread: Linux ties the child's life to the thread that started it.
    """
    leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(end_signal)), mode]
    return subprocess.Popen(  # noqa: S603  the command is ours
        [*leash, *command],
        cwd=cwd,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=env,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes], *, steps: list[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn until the process has ended; (signal, seconds to wait)."""
    for step, seconds in steps:
        if process.poll() is not None:
            break
        process.send_signal(step)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    kill_group(process.pid)
    process.wait()


def kill_group(leader: int) -> None:
    """End whatever a child of ours left behind in its process group."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def working_in(directory: Path, *, names: set[str]) -> Iterator[int]:
    """Processes with one of these names that have `directory` as their working directory."""
    wanted = str(directory.resolve())
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if str((entry / "cwd").readlink()) != wanted:
                continue
            if (entry / "comm").read_text().strip() in names:
                yield int(entry.name)
        except OSError:  # it has just ended, or belongs to somebody else
            continue


def stop_leftovers(directory: Path, *, names: set[str], first: signal.Signals) -> int:
    """Stop what an earlier run left behind in `directory`; returns how many there were."""
    found = list(working_in(directory, names=names))
    for step, seconds in ((first, 5.0), (signal.SIGKILL, 5.0)):
        for pid in working_in(directory, names=names):
            signal_quietly(pid, step)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not any(working_in(directory, names=names)):
                return len(found)
            time.sleep(0.05)
    raise CannotStart(
        f"A server of an earlier run (process {found[0]}) does not end. Stop it and start again."
    )


def signal_quietly(pid: int, step: signal.Signals) -> None:
    try:
        os.kill(pid, step)
    except ProcessLookupError:
        return

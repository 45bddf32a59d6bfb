"""What `manage.py up` prints: progress with seconds, and the lines of several processes as one."""

import sys
import time

RESET = "\033[0m"
COLOURS = {"web": 36, "worker": 32, "sweep": 34, "traffic": 35, "up": 33}
WIDTH = 8


class Console:
    def __init__(self) -> None:
        self.started = time.monotonic()
        self.is_terminal = sys.stdout.isatty()

    def seconds(self) -> float:
        return time.monotonic() - self.started

    def progress(self, sentence: str) -> None:
        self.line("up", f"{self.seconds():5.1f} s  {sentence}")

    def line(self, name: str, text: str) -> None:
        column = f"{name:<{WIDTH}}|"
        if self.is_terminal:
            column = f"\033[{COLOURS.get(name, 37)}m{column}{RESET}"
        try:
            sys.stdout.write(f"{column} {text}\n")
            sys.stdout.flush()
        except OSError:  # who listened is gone; the work goes on
            return

    def address(self, url: str) -> None:
        shown = f"\033[1m{url}\033[0m" if self.is_terminal else url
        for text in ("", f"Open {shown}", "Ctrl-C stops everything; the data is kept.", ""):
            self.line("up", text)

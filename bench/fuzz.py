"""A million random expressions and mutated tables: no crash, no hang, bounded memory.

    python -m bench.fuzz --expressions 1000000 --tables 20000 --seed 1

Half of the expressions are written by the grammar, half are mutations of texts that mean something.
Whatever they are, the answer is a value or `FeelError` (a table: `DmnError`), within the limit.
Exits with 1 and prints the text of every case that broke this.
"""

import argparse
import gc
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench import feel_cases as cases
from workflows import dmn, feel
from workflows.feel.functions import BUILTINS

LIMIT = 0.1  # seconds of this process for one case
COLLECTED_EVERY = 2_000  # cases
MEMORY = 2 << 30  # bytes of address space more than at the start
STEPS = 20_000  # what a random expression may spend: an honest one needs far less
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SCOPE = {
    "a": 1,
    "b": "text",
    "c": [1, 2, None, "x"],
    "d": {"e": {"f": 3}, "list": [{"k": 1}, {"k": 2}]},
    "n": None,
    "t": True,
    "?": 5,
}
WORDS = (
    *("a", "b", "c", "d", "n", "t", "?", "d.e.f", "d.list", "c[1]", "item", "partial"),
    *("0", "1", "-1", "0.5", "1e9", "99999999999", "10**6", "true", "false", "null"),
    *('""', '"x"', '"(a+)+$"', '"\\u00e9"', '"😀"'),
    *('@"2026-02-29"', '@"2024-02-29"', '@"P1Y"', '@"PT1H"', '@"12:00:00@Europe/Berlin"'),
    *("[]", "[1,2,3]", "{}", "{k:1}", "[1..5]", "(1..5)", ']"a".."z"[', "(<5)"),
    *("function(x)x", "for x in 1..1000 return x"),
)
OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or")
FUNCTIONS = (*sorted(BUILTINS), "__import__", "eval", "getattr", "open")


class Writer:
    """Texts by the grammar, of bounded depth."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def text(self, depth: int = 4) -> str:
        if depth == 0 or self.chance.random() < 0.2:
            return self.chance.choice(WORDS)
        form: Callable[[int], str] = self.chance.choice(self.forms)
        return form(self, depth - 1)  # type: ignore[call-arg]

    def operation(self, depth: int) -> str:
        return f"{self.text(depth)} {self.chance.choice(OPERATORS)} {self.text(depth)}"

    def call(self, depth: int) -> str:
        given = ", ".join(self.text(depth) for _ in range(self.chance.randrange(4)))
        return f"{self.chance.choice(FUNCTIONS)}({given})"

    def choice(self, depth: int) -> str:
        return f"if {self.text(depth)} then {self.text(depth)} else {self.text(depth)}"

    def loop(self, depth: int) -> str:
        end = f"..{self.text(0)}" if self.chance.random() < 0.3 else ""
        source = f"{self.text(0)}{end}" if end else self.text(depth)
        return f"for i in {source}, j in {self.text(0)} return {self.text(depth)}"

    def quantified(self, depth: int) -> str:
        kind = self.chance.choice(("some", "every"))
        return f"{kind} i in {self.text(depth)} satisfies {self.text(depth)}"

    def filtered(self, depth: int) -> str:
        return f"({self.text(depth)})[{self.text(depth)}]"

    def path(self, depth: int) -> str:
        return f"({self.text(depth)}).{self.chance.choice(('k', 'year', 'start included', 'e'))}"

    def listed(self, depth: int) -> str:
        return f"[{', '.join(self.text(depth) for _ in range(self.chance.randrange(4)))}]"

    def context(self, depth: int) -> str:
        return "{" + f"p: {self.text(depth)}, q: p, {chr(34)}r s{chr(34)}: {self.text(depth)}" + "}"

    def function(self, depth: int) -> str:
        return f"(function(x, y: number) {self.text(depth)})({self.text(depth)}, {self.text(0)})"

    def membership(self, depth: int) -> str:
        return f"{self.text(depth)} in ({self.text(depth)}, {self.text(0)})"

    def typed(self, depth: int) -> str:
        kind = self.chance.choice(("number", "list<string>", "context<k: number>", "range<date>"))
        return f"{self.text(depth)} instance of {kind}"

    def between(self, depth: int) -> str:
        return f"{self.text(depth)} between {self.text(0)} and {self.text(0)}"

    forms = (
        operation,
        call,
        call,
        choice,
        loop,
        quantified,
        filtered,
        path,
        listed,
        context,
        function,
        membership,
        typed,
        between,
    )


def mutated(text: str, chance: random.Random) -> str:
    """The text with a few characters lost, doubled, swapped or made up."""
    letters = list(text)
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(letters) + 1)
        what = chance.randrange(4)
        if what == 0:
            letters[place:place] = chance.choice(WORDS)
        elif what == 1:
            del letters[place : place + chance.randrange(1, 4)]
        elif what == 2:
            letters[place:place] = letters[max(0, place - 8) : place]
        else:
            letters[place:place] = chance.choice("()[]{}\"'\\,.:;<>=!?@ \n\t\0\u202e`$%/*-+")
    return "".join(letters)


@dataclass
class Tally:
    """What one worker saw."""

    cases: int = 0
    values: int = 0
    slowest: float = 0.0
    slowest_text: str = ""
    broken: list[str] = field(default_factory=list)

    def took(self, seconds: float, text: str) -> None:
        """One case is over. What others left behind is collected here, outside its time."""
        self.cases += 1
        if self.cases % COLLECTED_EVERY == 0:
            gc.collect()
        if seconds > self.slowest:
            self.slowest, self.slowest_text = seconds, text[:300]
        if seconds > LIMIT:
            self.broken.append(f"{seconds:.3f} s: {text[:1000]!r}")


def expressions(count: int, seed: int) -> Tally:
    """So many random expressions, read and evaluated."""
    _begin()
    chance, tally = random.Random(seed), Tally()
    writer = Writer(chance)
    for _ in range(count):
        text = writer.text()
        if chance.random() < 0.5:
            text = mutated(text, chance)
        begun = time.process_time()
        try:
            feel.compile(text).evaluated(SCOPE, feel.Run(now=NOW, steps=STEPS))
            tally.values += 1
        except feel.FeelError:
            pass
        except BaseException as error:  # noqa: BLE001 - it is what we look for
            tally.broken.append(f"{type(error).__name__}: {error}: {text!r}")
        tally.took(time.process_time() - begun, text)
    return tally


def tables(count: int, seed: int) -> Tally:
    """So many tables with broken bytes or random cells, loaded and evaluated."""
    _begin()
    chance, tally = random.Random(seed), Tally()
    writer = Writer(chance)
    sound = cases.table(8, constant=False)
    for _ in range(count):
        xml = sound
        for _ in range(chance.randrange(1, 6)):
            xml = xml.replace("<text>-</text>", f"<text>{_escaped(writer.text(2))}</text>", 1)
        policy = chance.choice(
            ("UNIQUE", "ANY", "PRIORITY", "RULE ORDER", "COLLECT", "OUTPUT ORDER")
        )
        xml = xml.replace("FIRST", policy)
        if chance.random() < 0.5:
            xml = mutated(xml, chance)
        begun = time.process_time()
        try:
            dmn.load(xml.encode("utf-8", "replace")).evaluate("route", SCOPE | {"amount": 3})
            tally.values += 1
        except (dmn.DmnError, feel.FeelError):
            pass
        except BaseException as error:  # noqa: BLE001 - it is what we look for
            tally.broken.append(f"{type(error).__name__}: {error}: {xml!r}")
        tally.took(time.process_time() - begun, xml)
    return tally


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _begin() -> None:
    """Bound memory, and let nothing be collected in the middle of a case."""
    gc.disable()
    with open("/proc/self/statm", encoding="ascii") as found:  # noqa: PTH123 - not a stored file
        now = int(found.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, resource.RLIM_INFINITY))


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    words.add_argument("--expressions", type=int, default=1_000_000)
    words.add_argument("--tables", type=int, default=20_000)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    share = os.cpu_count() or 1
    broken = 0
    for what, count in ((expressions, asked.expressions), (tables, asked.tables)):
        with ProcessPoolExecutor(share) as pool:
            seeds = [asked.seed * 1_000 + number for number in range(share)]
            found = list(pool.map(what, [count // share] * share, seeds))
        slowest = max(found, key=lambda tally: tally.slowest)
        print(
            f"{sum(tally.cases for tally in found):,} {what.__name__}, "
            f"{sum(tally.values for tally in found):,} with a value; "
            f"slowest {slowest.slowest * 1e3:.1f} ms: {slowest.slowest_text!r}"
        )
        for tally in found:
            broken += len(tally.broken)
            print(*tally.broken[:20], sep="\n", end="\n" if tally.broken else "", file=sys.stderr)
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{broken} broke the promise; {peak / 1024:.0f} MiB at most.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

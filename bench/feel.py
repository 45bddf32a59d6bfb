"""Microseconds per expression, unary test and decision table, beside two other engines.

    python -m bench.feel

The same inputs in the same run: tables of 10, 100 and 1,000 rules of which the last one matches,
and the courts' tables where ../shared/data is at hand. SpiffWorkflow's DMN and pySFeel run in an
interpreter of their own, made on first use from requirements/peers.txt; an engine that cannot read
a case, or answers wrongly, has no figure there.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from bench import feel_cases as cases
from bench.peers import run as run_peer
from workflows import dmn, feel

SECONDS = 0.3  # for each figure
ENGINES = ("SpiffWorkflow", "pySFeel")
Figure = float | str


def microseconds(operation: Callable[[], object]) -> float:
    """The median of batches, each long enough for the clock."""
    operation()
    begun = time.perf_counter()
    operation()
    batch = max(1, int(0.005 / max(time.perf_counter() - begun, 1e-7)))
    times, end = [], time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times) < 3:
        begun = time.perf_counter()
        for _ in range(batch):
            operation()
        times.append((time.perf_counter() - begun) / batch)
    return statistics.median(times) * 1e6


def ours() -> tuple[dict[str, float], dict[str, object]]:
    """Our figures, and the answers that the others have to give as well."""
    figures, answers = {}, {}
    for key, operation in {**_expressions(), **_tables()}.items():
        answer = feel.as_json(operation())
        answers[key] = {"queue": answer} if key.startswith("table") else answer
        figures[key] = microseconds(operation)
    courts = []
    for path in cases.courts():
        model = dmn.load(path.read_bytes())
        (decision, *_) = model.decisions
        inputs = dict.fromkeys(_asked(path), "none of this")
        name = f"courts: {path.stem}"
        figures[name] = microseconds(
            lambda model=model, at=decision, of=inputs: model.evaluate(at.id, of)
        )
        value = feel.as_json(model.evaluate(decision.id, inputs).value)
        courts.append(
            {"name": name, "path": str(path), "inputs": inputs, "expected": _columns(value)}
        )
    return figures, answers | {"courts": courts}


def _expressions() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    run = feel.new_run()
    variables = {name: feel.admitted(value) for name, value in cases.VARIABLES.items()}
    for name, text in cases.EXPRESSIONS.items():
        expression = feel.compile(text)
        found[f"expression: {name}"] = lambda of=expression: of.within(variables, run)
    for name, (variable, test) in cases.UNARY.items():
        tests = feel.compile_unary_tests(test)
        scope = {"?": feel.admitted(cases.VARIABLES[variable])}
        found[f"unary test: {name}"] = lambda of=tests, scope=scope, run=run: of.within(scope, run)
    return found


def _tables() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    for constant in (True, False):
        for rules in cases.SIZES:
            model = dmn.load(cases.table(rules, constant=constant).encode())
            inputs = cases.inputs(rules, constant=constant)
            name = f"table: {rules} {'constants' if constant else 'comparisons'}"
            found[name] = lambda of=model, inputs=inputs: of.evaluate("route", inputs).value
    return found


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m bench.feel", description=__doc__)
    words.add_argument("--alone", action="store_true", help="without the other engines")
    figures, answers = ours()
    found = {} if words.parse_args().alone else peers(answers)
    print(f"{'µs':<52}{'ours':>9}{ENGINES[0]:>22}{ENGINES[1]:>22}{'fastest other':>15}")
    for name, figure in figures.items():
        others = [found.get(name, {}).get(engine, "–") for engine in ENGINES]
        timed = [other for other in others if isinstance(other, float)]
        ratio = f"{min(timed) / figure:,.0f} ×" if timed else ""
        print(
            f"{name[:51]:<52}{figure:>9.2f}{_cell(others[0]):>22}{_cell(others[1]):>22}{ratio:>15}"
        )


def _cell(figure: Figure) -> str:
    return f"{figure:,.1f}" if isinstance(figure, float) else figure[:21]


def peers(answers: dict[str, object]) -> dict[str, dict[str, Figure]]:
    """The others' figures for the same cases."""
    found: dict[str, dict[str, Figure]] = run_peer("bench.feel_peers", answers)
    return found


def _asked(path: Path) -> list[str]:
    """The names that a court's table reads its inputs from."""
    names = {
        node.get("{http://camunda.org/schema/1.0/dmn}inputVariable", "")
        for node in etree.parse(path).iter("{*}input")
    }
    return sorted(names - {""})


def _columns(rows: object) -> dict[str, list[object]]:
    """Rows as SpiffWorkflow gives them: a list for each output."""
    found: dict[str, list[object]] = {}
    for row in rows if isinstance(rows, list) else [rows]:
        for name, value in row.items() if isinstance(row, dict) else []:
            found.setdefault(name, []).append(value)
    return found


if __name__ == "__main__":
    main()

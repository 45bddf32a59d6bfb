"""How long SpiffWorkflow's DMN and pySFeel take for the cases of `bench.feel`: JSON on stdout.

    PEERS_PYTHON -m bench.feel_peers

Runs in an interpreter of its own (see `bench.feel`), because neither belongs to the product.
"""

import json
import re
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from lxml import etree
from pySFeel import SFeelParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.parser.BpmnDmnParser import BpmnDmnParser

from bench import feel_cases as cases

SECONDS = 0.3  # for each figure


def microseconds(operation) -> float:
    operation()
    times, end = [], time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times) < 3:
        begun = time.perf_counter()
        operation()
        times.append(time.perf_counter() - begun)
    return sorted(times)[len(times) // 2] * 1e6


def attempt(operation, expected) -> float | str:
    """Microseconds, or why there are none. An answer counts only when it is right."""
    try:
        found = operation()
    except Exception as error:  # noqa: BLE001 - whatever the engine raises is its answer
        return f"{type(error).__name__}"
    return microseconds(operation) if found == expected else "wrong answer"


class Spiff:
    """One decision table of a model, and a task as small as its engine allows."""

    def __init__(self, variables) -> None:
        engine = PythonScriptEngine()
        self.task = SimpleNamespace(
            data=dict(variables), workflow=SimpleNamespace(script_engine=engine), task_spec=None
        )

    def expression(self, text: str):
        engine = self.task.workflow.script_engine
        return lambda: engine.evaluate(self.task, text)

    def unary(self, name: str, test: str):
        engine = _table(cases.table(1, constant=True))  # any table will do to test one cell
        return lambda: bool(engine.evaluate(name, test, self.task))

    def table(self, xml: str):
        decide = _table(xml)
        return lambda: decide.result(self.task)


def _table(xml: str):
    parser = BpmnDmnParser()
    root = etree.fromstring(xml.encode())
    parser.add_dmn_xml(root)
    return parser.get_engine(next(iter(parser.dmn_parsers)), root)


class SFeel:
    """pySFeel keeps variables in the parser; a table is its cells, rule by rule."""

    def __init__(self, variables) -> None:
        self.parser = SFeelParser()
        for name, value in variables.items():
            self.parser.sFeelParse(f"{name} <- {json.dumps(value)}")

    def expression(self, text: str):
        def value():
            said, found = self.parser.sFeelParse(text)
            if said.get("errors"):
                raise ValueError(said["errors"][0])
            return found

        return value

    def unary(self, name: str, test: str):
        return self.expression(
            f"{name} in ({test})" if test[0] not in "<>[" else _sfeel(name, test)
        )

    def table(self, xml: str):
        rules = _rules(xml)

        def decide():
            for cells, output in rules:
                if all(
                    self.unary(name, cell)() is True for name, cell in cells.items() if cell != "-"
                ):
                    return {"queue": self.expression(output)()}
            return None

        return decide


def _sfeel(name: str, test: str) -> str:
    return f"{name} in {test}" if test[0] == "[" else f"{name} {test}"


def _rules(xml: str) -> list[tuple[dict[str, str], str]]:
    root = etree.fromstring(xml.encode())
    names = ("region", "product", "amount")
    spaces = {"d": cases.MODEL}
    return [
        (
            dict(
                zip(names, rule.xpath("d:inputEntry/d:text/text()", namespaces=spaces), strict=True)
            ),
            rule.xpath("string(d:outputEntry/d:text)", namespaces=spaces),
        )
        for rule in root.iterfind(".//d:rule", spaces)
    ]


def courts(asked) -> dict[str, dict[str, float | str]]:
    """The courts' tables with the inputs and columns of answers that were handed in."""
    return {
        case["name"]: {
            "SpiffWorkflow": attempt_table(Path(case["path"]).read_text(), case),
            "pySFeel": "no tables",
        }
        for case in asked
    }


def attempt_table(xml: str, case) -> float | str:
    try:
        operation = Spiff(case["inputs"]).table(xml)
    except Exception as error:  # noqa: BLE001 - whatever the engine raises is its answer
        return type(error).__name__
    return attempt(operation, case["expected"])


def in_python(text: str) -> str:
    """The same expression for an engine whose language is Python's."""
    text = re.sub(r"^if (.*) then (.*) else (.*)$", r"\2 if \1 else \3", text)
    text = re.sub(r"(\w+) between (\w+) and (\w+)", r"\2 <= \1 <= \3", text)
    return re.sub(r"(?<![<>=!])=(?!=)", "==", text)


def main() -> None:
    asked = json.load(sys.stdin)  # name → expected answer; "courts" → cases of their own
    spiff, sfeel = Spiff(cases.VARIABLES), SFeel(cases.VARIABLES)
    found: dict[str, dict[str, float | str]] = {}
    for name, text in cases.EXPRESSIONS.items():
        key = f"expression: {name}"
        found[key] = {
            "SpiffWorkflow": attempt(spiff.expression(in_python(text)), asked[key]),
            "pySFeel": attempt(sfeel.expression(text), asked[key]),
        }
    for name, (variable, test) in cases.UNARY.items():
        key = f"unary test: {name}"
        found[key] = {
            "SpiffWorkflow": attempt(spiff.unary(variable, test), asked[key]),
            "pySFeel": attempt(sfeel.unary(variable, test), asked[key]),
        }
    for constant in (True, False):
        for rules in cases.SIZES:
            key = f"table: {rules} {'constants' if constant else 'comparisons'}"
            xml, inputs = (
                cases.table(rules, constant=constant),
                cases.inputs(rules, constant=constant),
            )
            found[key] = {
                "SpiffWorkflow": attempt(Spiff(inputs).table(xml), asked[key]),
                "pySFeel": attempt(SFeel(inputs).table(xml), asked[key]),
            }
    json.dump(found | courts(asked["courts"]), sys.stdout)


if __name__ == "__main__":
    main()

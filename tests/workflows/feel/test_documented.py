"""The page about FEEL says what FEEL does: its examples, functions, translations and limits."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from workflows import feel
from workflows.feel.functions import BUILTINS, CAMUNDA
from workflows.feel.functions.kinds import COMPARABLE, Kind
from workflows.feel.functions.signature import Builtin, Parameter

PAGE = (Path(__file__).resolve().parents[3] / "docs/reference/feel.md").read_text()
NOON = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=1)))
NAMES = ("Applicant Age",)
TRANSLATION = "From and to Python and JSON"
FUNCTION = re.compile(r"\| `([^`]+\))` \| [^|]+ \| `([^`]+)` → `([^`]+)` \|")
LIMIT = re.compile(r"\| [^|]+ \| (-?[0-9,]+) \| `([a-z_.]+)\.([A-Z_]+)` \|")
# Limits that only say how much is remembered or looked at, which nobody notices from outside.
UNSEEN = {
    *("MOST_REMEMBERED", "LONGEST_CACHED", "MOST_NAMES", "MOST_VISITED", "DEEPEST_NAMES"),
    "data_names.DEEPEST",
}
# What the page writes in Python, as values.
PYTHON: dict[str, Any] = {
    "None": None,
    "True": True,
    "12": 12,
    "5": 5,
    "0.1": 0.1,
    'Decimal("1.50")': Decimal("1.50"),
    'Decimal("0.3")': Decimal("0.3"),
    '"text"': "text",
    "date(2026, 11, 21)": date(2026, 11, 21),
    '"-0044-03-15"': "-0044-03-15",
    "time(10, 30)": time(10, 30),
    'datetime(2026, 11, 21, 10, 30, tzinfo=ZoneInfo("Europe/Berlin"))': datetime(
        2026, 11, 21, 10, 30, tzinfo=ZoneInfo("Europe/Berlin")
    ),
    "timedelta(days=1, hours=2)": timedelta(days=1, hours=2),
    '"P1Y2M"': "P1Y2M",
    '[1, "a"]': [1, "a"],
    "(1, 2)": (1, 2),
    '{"a": 1, 2: "two"}': {"a": 1, 2: "two"},
    '{"a": 1}': {"a": 1},
    'b"bytes"': b"bytes",
    '"[1..5]"': "[1..5]",
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def lines(language: str) -> list[str]:
    return [line for block in blocks(language) for line in block.splitlines() if line.strip()]


def section(heading: str) -> str:
    [(_, found)] = re.findall(rf"^## ({heading})\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found


def function_rows(heading: str, dialect: feel.Dialect) -> list[Any]:
    found = FUNCTION.findall(section(heading))
    return [pytest.param(dialect, *row, id=f"{dialect}: {row[1][:50]}") for row in found]


def evaluated(text: str, dialect: feel.Dialect = "standard") -> tuple[Any, list[str]]:
    """A text over the page's variables, with its notes."""
    run = feel.new_run(NOON)
    [written] = blocks("context")
    variables = feel.compile(written, names=NAMES).within({}, run)
    value = feel.compile(text, names=NAMES, dialect=dialect).within(variables, run)
    return value, run.notes


def check(text: str, expected: str, dialect: feel.Dialect = "standard") -> None:
    value, notes = evaluated(text, dialect)
    wanted, _ = evaluated(expected, dialect)
    assert (type(value), value) == (type(wanted), wanted)
    if "//" in expected:
        assert expected.partition("// ")[2] in notes


@pytest.mark.parametrize("line", lines("feel"))
def test_an_example_gives_what_the_page_says(line):
    text, _, expected = line.partition("  → ")

    check(text, expected)


@pytest.mark.parametrize("line", lines("camunda"))
def test_an_example_of_the_dialect_gives_what_the_page_says(line):
    text, _, expected = line.partition("  → ")

    check(text, expected, "camunda")


@pytest.mark.parametrize("line", lines("cells"))
def test_a_cell_accepts_what_the_page_says(line):
    cell, value, expected = re.split(r"  with |  → ", line)

    variables = {"?": evaluated(value)[0], "amount": evaluated("amount")[0]}
    answer = feel.compile_unary_tests(cell).within(variables, feel.new_run(NOON))

    assert answer is evaluated(expected)[0]


@pytest.mark.parametrize(
    ("dialect", "signature", "text", "expected"),
    [
        *function_rows("Functions", "standard"),
        *function_rows("Camunda's dialect", "camunda"),
    ],
)
def test_the_example_of_a_function_gives_what_the_page_says(dialect, signature, text, expected):
    assert text.startswith(f"{signature.partition('(')[0]}(")

    check(text, expected, dialect)


@pytest.mark.parametrize(
    ("heading", "functions"), [("Functions", BUILTINS), ("Camunda's dialect", CAMUNDA)]
)
def test_every_built_in_function_is_on_the_page_with_its_parameters(heading, functions):
    on_page = [signature for signature, _, _ in FUNCTION.findall(section(heading))]

    assert sorted(on_page) == sorted(signatures(functions))


def signatures(functions: Any) -> Iterator[str]:
    for function in functions.values():
        yield from ways_to_call(function)


def ways_to_call(function: Builtin) -> Iterator[str]:
    for parameters in function.signatures:
        yield f"{function.name}({', '.join(map(written, parameters))})"


def written(parameter: Parameter) -> str:
    many = "…" if parameter.variadic or parameter.several else ""
    optional = "?" if parameter.optional else ""
    nullable = " or null" if parameter.nullable and not parameter.kind.takes_anything else ""
    return f"{parameter.name}{many}{optional}: {type_of(parameter.kind)}{nullable}"


def type_of(kind: Kind) -> str:
    if kind == COMPARABLE:
        return "point"
    if kind.takes_anything:
        return "Any"
    title = re.sub(r"\ban? ", "", kind.title)
    return title.replace("days and time duration or years and months duration", "duration")


@pytest.mark.parametrize(
    ("python", "expected"),
    re.findall(
        r"^\| `([^`]+)` \| `([^`]+)` \| [^`|]*\|$",
        section(TRANSLATION),
        re.MULTILINE,
    ),
)
def test_a_value_of_python_comes_in_as_the_page_says(python, expected):
    value = feel.admitted(PYTHON[python])

    wanted, _ = evaluated(expected)
    assert (type(value), value) == (type(wanted), wanted)


@pytest.mark.parametrize(
    ("text", "python", "in_json"),
    re.findall(
        r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|",
        section(TRANSLATION),
        re.MULTILINE,
    ),
)
def test_a_value_goes_out_as_the_page_says(text, python, in_json):
    value, _ = evaluated(text)

    assert feel.as_python(value) == PYTHON[python]
    assert type(feel.as_python(value)) is type(PYTHON[python])
    assert feel.as_json(value) == json.loads(in_json)


def limits_in_code() -> dict[str, float]:
    """Every public limit of the package by module and name."""
    found = {}
    for module in pkgutil.walk_packages(feel.__path__, "workflows.feel."):
        source = importlib.import_module(module.name)
        text = Path(source.__file__ or "").read_text()
        for name in re.findall(
            r"^((?:MOST|LONGEST|DEEPEST|LARGEST|FARTHEST|LEAST)\w*)\b.* = ", text, re.MULTILINE
        ):
            found[f"{module.name.removeprefix('workflows.feel.')}.{name}"] = getattr(source, name)
    return found


def test_every_limit_is_on_the_page_with_its_value():
    on_page = {
        f"{module}.{name}": Decimal(number.replace(",", ""))
        for number, module, name in LIMIT.findall(section("Limits"))
    }

    in_code = {
        name: Decimal(value)
        for name, value in limits_in_code().items()
        if not {name, name.rpartition(".")[2]} & UNSEEN
    }
    assert on_page == in_code

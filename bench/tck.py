"""The DMN compatibility kit: every case run, counted per level and folder.

    python -m bench.tck                      # the kit beside the repository
    python -m bench.tck --failures FOLDER…   # folders of a kit anywhere, with what went wrong

A case passes when all of its results are as expected. It is trivial when it expects nothing but
null: an engine that always answers null passes those. Numbers may differ by 1e-8, as in the kit's
own runners.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from workflows import dmn, feel, xml_source
from workflows.feel import temporal
from workflows.feel.operators import equal
from workflows.feel.values import number

KIT = Path(__file__).resolve().parents[2] / "shared/data/dmn_tck"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
TC = "{http://www.omg.org/spec/DMN/20160719/testcase}"
TOLERANCE = Decimal("1e-8")
LONGEST_SHOWN = 200


@dataclass
class Case:
    """One case: what it expects, and what was wrong with the answer."""

    id: str
    is_trivial: bool
    failures: list[str] = field(default_factory=list)


@dataclass
class Folder:
    """The cases of one folder."""

    path: Path
    cases: list[Case] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many cases there are."""
        return len(self.cases)

    @property
    def passed(self) -> int:
        """How many gave what they should."""
        return sum(not case.failures for case in self.cases)

    @property
    def nontrivial(self) -> int:
        """How many expect more than null."""
        return sum(not case.is_trivial for case in self.cases)

    @property
    def nontrivial_passed(self) -> int:
        """How many of those gave what they should."""
        return sum(not case.is_trivial and not case.failures for case in self.cases)


def folders_of(paths: list[Path]) -> Iterator[Path]:
    """The folders at or below these paths that hold models."""
    for path in paths:
        yield from sorted({each.parent for each in path.rglob("*.dmn")})


def run(path: Path) -> Folder:
    """All cases of a folder."""
    folder = Folder(path)
    models = {each.name: each.read_bytes() for each in sorted(path.glob("*.dmn"))}
    for file in sorted(path.glob("*.xml")):
        root = xml_source.parsed(file.read_bytes(), editor="editor")
        if root.tag == f"{TC}testCases":
            folder.cases += _run_file(root, models)
    return folder


def _run_file(root: etree._Element, models: dict[str, bytes]) -> list[Case]:
    name = xml_source.text_of(root.find(f"{TC}modelName"))
    cases = root.findall(f"{TC}testCase")
    try:
        others = {key: xml for key, xml in models.items() if key != name}
        model = dmn.load(models[name], imported=others, tolerant=True)
    except (dmn.DmnError, KeyError) as error:
        return [Case(each.get("id", ""), _is_trivial(each), [str(error)]) for each in cases]
    return [_run_case(each, model) for each in cases]


def _is_trivial(element: etree._Element) -> bool:
    expected = (each.find(f"{TC}expected") for each in element.findall(f"{TC}resultNode"))
    return all(_value(each) is None for each in expected)


def _run_case(element: etree._Element, model: dmn.Model) -> Case:
    case = Case(element.get("id", ""), _is_trivial(element))
    inputs: dict[str, Any] = {
        each.get("name", ""): _value(each) for each in element.findall(f"{TC}inputNode")
    }
    for node in element.findall(f"{TC}resultNode"):
        target = element.get("invocableName") or node.get("name", "")
        expected = _value(node.find(f"{TC}expected"))
        try:
            result = model.evaluate(target, inputs)
        except (dmn.DmnError, feel.FeelError) as error:
            if expected is not None:
                case.failures.append(f"{target}: {error}")
            continue
        found = result.value
        name = node.get("name", "")
        if element.get("type") == "decisionService" and type(found) is dict and name in found:
            found = found[name]
        if not _is_same(expected, found):
            why = " ".join(result.errors)[:LONGEST_SHOWN]
            case.failures.append(f"{target}: expected {expected!r}, found {found!r}. {why}")
    return case


def _value(element: etree._Element | None) -> Any:
    """What `value`, `list` or `component`s inside of an element say."""
    if element is None or element.get(f"{XSI}nil") == "true":
        return None
    components = element.findall(f"{TC}component")
    if components:
        return {each.get("name"): _value(each) for each in components}
    items = element.find(f"{TC}list")
    if items is not None:
        nil = items.get(f"{XSI}nil") == "true"
        return None if nil else [_value(each) for each in items.findall(f"{TC}item")]
    value = element.find(f"{TC}value")
    if value is None or value.get(f"{XSI}nil") == "true":
        return None
    return _typed(value.text or "", value.get(f"{XSI}type", "").rpartition(":")[2])


def _typed(text: str, kind: str) -> Any:
    match kind:
        case "decimal" | "double" | "float" | "integer" | "int" | "long":
            return number(Decimal(text.strip()))
        case "boolean":
            return text.strip() == "true"
        case "date":
            return temporal.parse_date(text.strip())
        case "time":
            return temporal.parse_time(text.strip())
        case "dateTime":
            return temporal.parse_date_time(text.strip())
        case "duration" | "dayTimeDuration" | "yearMonthDuration":
            return temporal.parse_duration(text.strip())
    return text


def _is_same(expected: Any, found: Any) -> bool:
    if type(expected) is list and type(found) is list:
        return len(expected) == len(found) and all(map(_is_same, expected, found))
    if type(expected) is dict and type(found) is dict:
        return expected.keys() == found.keys() and all(
            _is_same(value, found[name]) for name, value in expected.items()
        )
    if type(expected) is Decimal and type(found) is Decimal:
        return abs(expected - found) <= TOLERANCE
    if expected is None or found is None:
        return expected is found
    return equal(expected, found) is True


def told(title: str, folders: list[Folder]) -> str:
    """One line of numbers."""
    passed, total = sum(f.passed for f in folders), sum(f.total for f in folders)
    some, of = sum(f.nontrivial_passed for f in folders), sum(f.nontrivial for f in folders)
    share = f"{100 * passed / total:5.1f} %" if total else ""
    nontrivial = f"{100 * some / of:5.1f} %" if of else ""
    return f"{title:45} {passed:4} of {total:4} {share:8} {some:4} of {of:4} {nontrivial}"


def main(arguments: list[str]) -> int:
    """Print the numbers; 0 when every case passes."""
    parser = argparse.ArgumentParser(prog="python -m bench.tck", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--failures", action="store_true", help="show what went wrong")
    options = parser.parse_args(arguments)
    levels: dict[str, list[Folder]] = {}
    print(f"{'':45} {'passed':23} non-trivial passed")
    for path in folders_of(options.folders or [KIT]):
        folder = run(path)
        levels.setdefault(path.parent.name, []).append(folder)
        print(told(path.name, [folder]))
        if options.failures:
            for case in folder.cases:
                for failure in case.failures:
                    print(f"    {case.id}: {failure}")
    if not levels:
        print("There is no compatibility kit here. Give the folder where it is.")
        return 1
    for level, folders in sorted(levels.items()):
        print(told(level, folders))
    return 0 if all(f.passed == f.total for found in levels.values() for f in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Models that others made: courts in production, examples of Camunda, the interchange group's."""

import gzip
import random
from pathlib import Path

import pytest
from lxml import etree

from tests.workflows.bpmn.world import World
from workflows import feel
from workflows.bpmn import drawing
from workflows.bpmn.check import judge
from workflows.bpmn.kinds import ENDS, STARTS
from workflows.bpmn.model import Severity
from workflows.bpmn.parser import parse, read
from workflows.bpmn.source import BPMN
from workflows.bpmn.tokens import Completed, Stuck

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def models(folder):
    """Path and name of each model; a test without any is skipped."""
    found = sorted((SHARED / folder).rglob("*.bpmn*"))
    if not found:
        return [
            pytest.param(None, marks=pytest.mark.skip(reason=f"../shared/data has no {folder}"))
        ]
    return [pytest.param(path, id=path.name.partition(".bpmn")[0]) for path in found]


def content(path):
    text = path.read_bytes()
    return gzip.decompress(text) if path.suffix == ".gz" else text


# Written in languages that nothing here runs.
REFUSED = {
    "process": "is written in groovy",
    "testProcess": "is written in javascript",
    "xslt-example": "is written in xslt",
}


def runs(process, seed):
    """Play until the end: whatever is asked for is answered, at random; True when it ended."""
    chance = random.Random(seed)
    starts = [node for node in process.inside("") if node.kind in STARTS]
    world = World(process, **known(process, chance)).begin(chance.choice(starts).id)
    for _ in range(500):
        if world.over:
            return True
        answers = known(process, chance)
        working = [row for row in world.rows if row.stuck or world._waits(row)]
        row = chance.choice(working)
        if row.stuck:
            assert isinstance(row.stuck, Stuck)
            world.variables.update(answers)
            world.retry(row.node)
        else:
            happening = chance.choice([e for e, r in world.offers() if r is row])
            kept = {"result": answers} if isinstance(happening, Completed) else {}
            world.do(type(happening)(happening.node, happening.scope, **kept), row)
    return False


def known(process, chance):
    """Values for every variable that a condition reads: true, false, or one of its own texts.

    Loops go through numbers.
    """
    loops = [node.loop for node in process.nodes.values() if node.loop and node.loop.collection]
    names = [name for loop in loops for name in feel.compile(loop.collection).names]
    found = {name: list(range(chance.randrange(4))) for name in names}
    for expression in process.conditions.values():
        texts = [part for index, part in enumerate(expression.text.split('"')) if index % 2]
        texts = [text for text in texts if text]  # `x = ""` is a way of asking for nothing
        for name in expression.names:
            choices = [*texts, ""] if texts else [True, False, 1, 10]
            found[name] = Flags(chance) if f"{name}." in expression.text else chance.choice(choices)
    return {name: dict(each) if isinstance(each, Flags) else each for name, each in found.items()}


class Flags(dict):
    """An object whose members are true or false; which exist is a matter of chance."""

    NAMES = (
        "WELSH_ENABLED", "CLAIM_ISSUE_BILINGUAL", "LIP_CASE", "UNREPRESENTED_DEFENDANT_ONE",
        "DASHBOARD_SERVICE_ENABLED", "TWO_RESPONDENT_REPRESENTATIVES", "IS_JO_LIVE_FEED_ACTIVE",
    )  # fmt: skip

    def __init__(self, chance):
        super().__init__(
            {name: chance.random() < 0.5 for name in self.NAMES if chance.random() < 0.7}
        )


@pytest.mark.parametrize("path", models("hmcts") + models("camunda_examples"))
def test_real_models_run_to_an_end_or_are_refused_with_a_sentence(path):
    for process in parse(content(path)):
        errors = [each for each in judge(process) if each.severity is Severity.ERROR]
        if errors:
            assert REFUSED[path.name.partition(".bpmn")[0]] in " ".join(map(str, errors))
            assert all(each.line > 1 and each.element for each in errors)
            continue
        assert path.name.partition(".bpmn")[0] not in REFUSED
        for seed in range(5):
            assert runs(process, seed)


@pytest.mark.parametrize("path", models("miwg") + models("hmcts") + models("camunda_examples"))
def test_every_id_of_every_model_is_kept(path):
    source = content(path)
    root = etree.fromstring(source)
    ids = {each.get("id") for each in root.iter(f"{{{BPMN}}}*")} - {None}

    model = read(source)

    assert ids <= model.ids()


@pytest.mark.parametrize("path", models("miwg"))
def test_models_of_the_interchange_group_are_judged_in_sentences_and_drawn(path):
    for process in read(content(path)).processes:
        assert all(each.sentence.endswith((".", "…")) for each in judge(process))
        if process.nodes:
            assert drawing.svg(process).startswith("<svg")


@pytest.mark.parametrize("path", models("miwg"))
def test_every_node_of_the_interchange_group_has_its_place(path):
    for process in read(content(path)).processes:
        for node in process.nodes.values():
            assert node.within == "" or node.within in process.nodes
            assert node.id in process.contents[node.within]
            assert all(process.flows[flow].target == node.id for flow in node.incoming)
        assert any(node.kind in ENDS for node in process.nodes.values()) or not process.nodes

"""Every court process and every example of Camunda, deployed and run to an end in the database."""

from functools import cache

import pytest

from tests.workflows.bpmn.test_real_models import REFUSED, content, models
from tests.workflows.lived import Lived, left_open
from workflows import definitions, journal
from workflows.bpmn.parser import parse
from workflows.models import ProcessInstance
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db

# Models of the interchange group that are meant to be executed, in FEEL or plain expressions.
# Whoever finds fraud in C.9.2 throws an error that it catches nowhere.
RUNNING = {"C.1.0": {}, "C.8.1": {}, "C.9.0": {}, "C.9.1": {}, "C.9.2": {"fraud": False}}
REAL = [*models("hmcts"), *models("camunda_examples")]


@cache
def library(folder):
    """The files of one house by the keys of their processes."""
    found = (content(path) for path in sorted(folder.glob("*.bpmn*")))
    return {process.id: source for source in found for process in parse(source)}


@pytest.mark.parametrize("path", REAL)
def test_a_real_model_runs_to_its_end_and_leaves_nothing_behind(path):
    source, name = content(path), path.name.partition(".bpmn")[0]
    if name in REFUSED:
        assert REFUSED[name] in refused(source)
        return

    assert_it_runs(source, path)


@pytest.mark.parametrize("path", models("miwg"))
def test_a_model_of_the_interchange_group_runs_or_is_refused_in_sentences(path):
    source = content(path)
    if path.stem in RUNNING:
        assert_it_runs(source, path, **RUNNING[path.stem])
    else:
        assert refused(source)


def refused(source):
    """What is said of a model that cannot run."""
    with pytest.raises(NotValid) as refusal:
        definitions.read(source)
    sentences = [each["sentence"] for each in refusal.value.findings]
    assert all(each.endswith((".", "…")) for each in sentences)
    return " ".join(sentences)


def assert_it_runs(source, path, **said):
    lived = Lived(source, library(path.parent), seed=sum(source), said=said)

    lived.run()

    instances = ProcessInstance.objects.select_related("definition")
    roots = [each for each in instances if each.root_id is None]
    assert roots
    assert {each.status for each in roots} == {"completed"}
    assert {each.live_tokens for each in instances} == {0}
    assert left_open() == []
    assert all(journal.verifies(each) for each in instances)

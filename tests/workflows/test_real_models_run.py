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
        with pytest.raises(NotValid) as refusal:
            definitions.read(source)
        assert REFUSED[name] in str(refusal.value.findings)
        return
    lived = Lived(source, library(path.parent), seed=sum(source))

    lived.run()

    instances = ProcessInstance.objects.select_related("definition")
    roots = [each for each in instances if each.root_id is None]
    assert roots
    assert {each.status for each in roots} == {"completed"}
    assert {each.live_tokens for each in instances} == {0}
    assert left_open() == []
    assert all(journal.verifies(each) for each in instances)

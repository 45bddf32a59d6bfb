"""Two administrators at the same moment: a decision gets one version, and nobody's work is lost."""

import pytest

from tests.races.meeting import arriving, results
from tests.workflows import decided
from tests.workflows.builders import NOW
from tests.workflows.decided import ADA, BOB, EVE
from workflows import decision_drafts
from workflows.decision_drafts import DraftIsOpen, DraftIsOver, NotSubmitted, Overtaken
from workflows.decision_files import one_at_a_time
from workflows.models import DecisionDefinition, DecisionDraft

pytestmark = pytest.mark.django_db(transaction=True)


def held(draft):
    return lambda: DecisionDraft.objects.select_for_update().get(pk=draft.pk)


def save(draft, by, xml):
    return lambda: decision_drafts.save(draft, xml=xml, revision=draft.revision, by=by, now=NOW)


def test_of_two_who_sign_one_publishes():
    draft = decided.submitted(decided.drafted())

    with arriving(
        lambda: decided.signed(draft, by=BOB), lambda: decided.signed(draft, by=EVE),
        hold=held(draft),
    ) as futures:  # fmt: skip
        pass

    kinds = {type(each) for each in results(futures)}
    assert kinds == {DecisionDraft, DraftIsOver}
    assert DecisionDefinition.objects.count() == 1


def test_a_change_that_comes_first_takes_the_signature_away():
    draft = decided.submitted(decided.drafted())

    with arriving(lambda: decided.signed(draft, by=BOB), hold=held(draft)) as futures:
        decision_drafts.save(
            draft, xml=decided.model()[:-1], revision=draft.revision, by=ADA, now=NOW
        )

    [refused] = results(futures)
    assert isinstance(refused, NotSubmitted)
    assert not DecisionDefinition.objects.exists()


def test_of_two_who_save_the_second_learns_of_the_first():
    draft = decided.drafted()
    one, other = decided.model()[:-1], decided.model() + b"\n"

    with arriving(save(draft, BOB, one), save(draft, EVE, other), hold=held(draft)) as futures:
        pass

    kinds = {type(each) for each in results(futures)}
    assert kinds == {DecisionDraft, Overtaken}
    assert DecisionDraft.objects.get().revision == 2


def test_of_two_who_begin_a_change_one_goes_on_with_the_others():
    decided.published()

    def begin():
        return decision_drafts.open_next(key="limits", by=BOB, now=NOW)

    with arriving(begin, begin, hold=lambda: one_at_a_time("limits")) as futures:
        pass

    kinds = {type(each) for each in results(futures)}
    assert kinds == {DecisionDraft, DraftIsOpen}


def test_two_deployments_get_two_numbers():
    def deploy(xml):
        return lambda: decided.published(xml)

    with arriving(
        deploy(decided.model()), deploy(decided.model()[:-1]), hold=lambda: one_at_a_time("limits")
    ) as futures:
        pass

    assert sorted(each.version for each in results(futures)) == [1, 2]

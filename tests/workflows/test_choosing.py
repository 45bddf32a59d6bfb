"""Ad-hoc sub-processes: people begin their activities by hand, and say when they are done."""

import pytest
from django.urls import reverse

from tests.api import programs
from tests.reviews.builders import person, program
from tests.workflows import builders
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import on, sub, task, times
from tests.workflows.builders import NOW, activity_at, complete, now_of, standing, story
from workflows import choosing, definitions, runtime
from workflows.models import Timer
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


def ad_hoc(*, until="", extra="", loop="", **made):
    said = f"<completionCondition>{until}</completionCondition>" if until else ""
    return sub("a -> b", "c -> d", tag="adHocSubProcess", loop=loop + said, extra=extra, **made)


def started(*arrows, variables=None, **made):
    source = sketch.xml(*(arrows or ("start -> p -> after -> end",)), **made)
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return builders.start(definition, variables)


def begin(instance, node):
    at = activity_at(instance, "p")
    return choosing.begin(activity_id=at.pk, node_id=node, by="user:ada", now=NOW)


def finish(instance):
    at = activity_at(instance, "p")
    return choosing.finish(activity_id=at.pk, by="user:ada", now=NOW)


def offered(instance):
    return [([step.id for step in each.steps], each.may_end) for each in choosing.open_in(instance)]


def test_people_begin_what_they_choose_and_say_when_it_is_done(people):
    instance = started(p=ad_hoc())
    assert (standing(instance), offered(instance)) == (["p"], [(["a", "c"], True)])

    begin(instance, "c")
    begin(instance, "a")

    assert offered(instance) == [(["a", "c"], False)]
    for node in ("c", "d", "a", "b"):
        complete(instance, node)
    assert standing(instance) == ["p"]
    finish(instance)
    assert standing(instance) == ["after"]
    assert people.opened == ["c", "a", "d", "b", "after"]
    assert [kind for kind in story(instance) if kind.startswith("adhoc")] == [
        "adhoc.begun", "adhoc.begun", "adhoc.done",
    ]  # fmt: skip


def test_what_is_under_way_is_finished_first():
    instance = started(p=ad_hoc())
    begin(instance, "a")

    with pytest.raises(NotValid, match="under way"):
        finish(instance)

    assert standing(instance) == ["a", "p"]


@pytest.mark.parametrize("node", ["b", "after", "p", "nowhere"])
def test_what_cannot_be_begun_is_refused(node):
    instance = started(p=ad_hoc())
    said = story(instance)

    with pytest.raises(NotValid):
        begin(instance, node)

    assert (standing(instance), story(instance)) == (["p"], said)


def test_one_follows_the_other_where_the_model_says_so():
    instance = started(p=ad_hoc(extra=' ordering="Sequential"'))
    begin(instance, "a")
    assert offered(instance) == [([], False)]

    with pytest.raises(NotValid, match="follows the other"):
        begin(instance, "c")


def test_a_condition_ends_it_and_nobody_else_does():
    instance = started(p=ad_hoc(until="enough = true"), variables={"enough": False})
    with pytest.raises(NotValid, match="enough = true"):
        finish(instance)
    begin(instance, "a")

    complete(instance, "a", enough=True)

    assert standing(instance) == ["after"]


def test_a_condition_that_came_true_meanwhile_is_looked_at_again():
    instance = started(p=ad_hoc(until="enough = true"), variables={"enough": False})
    held = now_of(instance)
    held.variables = {"enough": True}
    held.save(update_fields=["variables"])

    finish(instance)

    assert standing(instance) == ["after"]


def test_after_its_end_it_is_too_late():
    instance = started("start -> p -> after -> end", "late -> end", p=ad_hoc(),
                       late=on("p", "timer"))  # fmt: skip
    finish(instance)
    assert Timer.objects.get().status == "cancelled"

    with pytest.raises(runtime.AlreadyDone):
        begin(instance, "a")
    complete(instance, "after")
    with pytest.raises(runtime.Over):
        finish(instance)


def test_each_round_is_chosen_for_by_itself():
    instance = started(p=ad_hoc(loop=times(2)))
    first, second = choosing.open_in(instance)

    choosing.begin(activity_id=first.activity.pk, node_id="a", by="user:ada", now=NOW)

    assert [each.may_end for each in choosing.open_in(instance)] == [False, True]
    choosing.finish(activity_id=second.activity.pk, by="user:ada", now=NOW)
    assert len(choosing.open_in(instance)) == 1


def test_a_model_without_choices_is_not_asked_about(django_assert_num_queries):
    instance = started("start -> a -> end", a=task())
    definitions.process_of(instance)

    with django_assert_num_queries(0):
        assert choosing.open_in(instance) == []


# --- the page and the API ---


@pytest.fixture
def ada():
    return person("ada", is_admin=True)


def test_the_page_offers_what_may_be_begun(client, ada):
    instance = started(p=ad_hoc(a=task()))
    client.force_login(ada)
    page = client.get(reverse("workflows:instance", args=[instance.pk])).content.decode()
    assert 'name="begin" value="a"' in page
    assert "It is done" in page
    assert page.index("what comes next?") < page.index(">Variables<"), "it is what is waited for"

    path, at = reverse("workflows:choose", args=[instance.pk]), activity_at(instance, "p").pk
    answer = client.post(path, {"activity": at, "begin": "a"}, follow=True)

    assert "p: begun." in answer.content.decode()
    assert "It is done" not in answer.content.decode(), "something is under way"
    assert standing(instance) == ["a", "p"]
    refused = client.post(path, {"activity": at, "begin": ""}, follow=True).content.decode()
    assert "under way" in refused
    complete(instance, "a")
    complete(instance, "b")
    client.post(path, {"activity": at, "begin": ""})
    assert standing(instance) == ["after"]


def test_strangers_choose_nothing(client, ada):
    instance = started(p=ad_hoc())
    path, at = reverse("workflows:choose", args=[instance.pk]), activity_at(instance, "p").pk

    assert client.post(path, {"activity": at, "begin": "a"}).status_code in (302, 404)
    client.force_login(person("mallory"))
    assert client.post(path, {"activity": at, "begin": "a"}).status_code == 404
    client.force_login(ada)
    assert client.get(path).status_code == 405
    assert client.post(path, {"activity": "none", "begin": "a"}).status_code == 404

    assert standing(instance) == ["p"]


def test_programs_choose_in_what_they_started():
    shop = programs.with_token(program("shop"))
    instance = started(p=ad_hoc())
    at = f"instances/{instance.pk}/activities/{activity_at(instance, 'p').pk}"
    [choice] = shop.get(f"instances/{instance.pk}").json()["choices"]
    assert [each["node"] for each in choice["begin"]] == ["a", "c"]

    assert shop.post(f"{at}/begin", {"node": "b"}).status_code == 422
    assert shop.post(f"{at}/begin", {"node": "a"}).json()["choices"][0]["may_finish"] is False
    assert shop.post(f"{at}/finish", {}).status_code == 422
    assert (
        programs.with_token(program("other")).post(f"{at}/begin", {"node": "a"}).status_code == 404
    )

    assert standing(instance) == ["a", "p"]

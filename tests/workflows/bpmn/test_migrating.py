"""Two versions of a process: which step is which, and what fits."""

import pytest

from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import draw, on, sub, task, times
from tests.workflows.bpmn.world import World
from workflows.bpmn.migrating import Fit, plan
from workflows.bpmn.moving import DoesNotFit, moved


def fits(old, new, **mapping):
    """How each node of the old version fits."""
    return {name: pair.fit.value for name, pair in plan(old, new, mapping).pairs.items()}


def why(old, new, node, **mapping):
    pair = plan(old, new, mapping).pairs[node]
    return pair.problem or " ".join(pair.changes)


def test_what_is_the_same_fits():
    process = draw("start -> a -> p_split", "p_split -> b -> p_join", "p_split -> c -> p_join",
                   "p_join -> end", late=on("a", "timer"))  # fmt: skip

    assert set(fits(process, process).values()) == {"fits"}


def test_a_step_that_is_gone_does_not_fit_until_it_is_mapped():
    old, new = draw("start -> check -> end"), draw("start -> look -> end")

    assert fits(old, new)["check"] == "not"
    assert why(old, new, "check") == (
        "“check” has no counterpart. Choose one, or let what is there finish first."
    )
    assert fits(old, new, check="look")["check"] == "changes"
    assert why(old, new, "check", check="look") == "It goes on as “look”."


def test_a_step_keeps_its_kind():
    old, new = draw("start -> a -> end"), draw("start -> a -> end", a=task(tag="manualTask"))

    assert why(old, new, "a") == (
        "“a” is a user task and would become a manual task. A step keeps its kind."
    )


def test_somebody_may_say_that_a_step_is_to_have_no_counterpart():
    process = draw("start -> a -> end")

    assert fits(process, process, a="")["a"] == "not"


@pytest.mark.parametrize("mapping", [{"nobody": "a"}, {"a": "nobody"}])
def test_a_mapping_names_steps_that_there_are(mapping):
    process = draw("start -> a -> end")

    with pytest.raises(ValueError, match="nobody is no step of the version"):
        plan(process, process, mapping)


def test_what_lies_in_a_sub_process_goes_along_when_it_is_called_otherwise():
    old = draw("start -> p -> end", p=sub("start_p -> a -> end_p"))
    new = draw("start -> q -> end", q=sub("start_p -> a -> end_p"))

    assert why(old, new, "a") == (
        "It leaves “p”, which is gone. It enters “q”, which begins at the migration."
    )
    assert fits(old, new, p="q") | {"start": ""} == {
        "start": "", "end": "fits", "p": "changes", "start_p": "fits", "a": "fits", "end_p": "fits",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("was", "is_"),
    [("", times(2)), (times(2), ""), (times(2), times(2, sequential=True)),
     (times(2), sketch.again("true"))],
)  # fmt: skip
def test_loops_keep_their_kind(was, is_):
    old, new = draw("start -> a -> end", a=task(was)), draw("start -> a -> end", a=task(is_))

    assert "is performed" in why(old, new, "a")


def test_a_loop_may_have_another_number():
    old = draw("start -> a -> end", a=task(times(2)))
    new = draw("start -> a -> end", a=task(times(3)))

    assert why(old, new, "a") == "Its loop changes; rounds that have begun stay as they are."


def test_events_beside_an_activity_come_and_go():
    old = draw("start -> a -> end", "late -> end_late", late=on("a", "timer"))
    new = draw("start -> a -> end", "told -> end_told", told=on("a", "message", "News"))

    assert why(old, new, "late") == "“late” is not waited for any more."
    assert why(old, new, "a") == "“told” is new and is waited for from then on."
    assert fits(old, new)["late"] == "changes"


def test_a_join_may_get_a_way_but_not_lose_one():
    two = draw("start -> p_split", "p_split -> a -> p_join", "p_split -> b -> p_join",
               "p_join -> end")  # fmt: skip
    three = draw("start -> p_split", "p_split -> a -> p_join", "p_split -> b -> p_join",
                 "p_split -> c -> p_join", "p_join -> end")  # fmt: skip

    assert why(two, three, "p_join") == (
        "It joins 3 ways instead of 2, and waits for the new one too."
    )
    assert why(three, two, "p_join") == "No way leads from “c” to “p_join” in the new version."


def test_a_way_into_a_join_stays_the_same_way_when_a_step_is_put_into_it():
    old = draw("start -> p_split", "p_split -> a -> p_join", "p_split -> b -> p_join",
               "p_join -> end")  # fmt: skip
    new = draw("start -> p_split", "p_split -> a -> more -> p_join", "p_split -> b -> p_join",
               "p_join -> end")  # fmt: skip

    found = plan(old, new, {})

    assert found.pairs["p_join"].fit is Fit.FITS
    assert found.flows == {"a_to_p_join": "more_to_p_join", "b_to_p_join": "b_to_p_join"}


def test_two_steps_may_go_on_as_one_but_not_two_scopes():
    old = draw("start -> a -> b -> end")
    new = draw("start -> b -> end")
    apart = draw(
        "start -> p -> q -> end", p=sub("start_s -> x -> end_e"), q=sub("start_t -> y -> end_f")
    )
    one = draw("start -> p -> end", p=sub("start_s -> x -> end_e"))

    assert fits(old, new, a="b")["a"] == "changes"
    assert why(apart, one, "q", q="p") == (
        "“p” is the counterpart of “p” already, so “q” cannot be mapped to it too."
    )


def test_tokens_go_along_and_scopes_stay_open():
    old = draw("start -> p_split", "p_split -> p -> p_join", "p_split -> b -> p_join",
               "p_join -> end", p=sub("start_p -> a -> end_p"))  # fmt: skip
    new = draw("start -> p_split", "p_split -> p -> p_join", "p_split -> b -> more -> p_join",
               "p_join -> end", p=sub("start_p -> aa -> end_p"))  # fmt: skip
    world = World(old).begin().complete("b")

    there = moved(world.marking, plan(old, new, {"a": "aa"})).marking

    assert there.resting == {"p": 1}
    assert there.joins == {"p_join": {"more_to_p_join": 1}}
    assert there.inner[1].resting == {"aa": 1}
    assert (there.live, there.last) == (world.marking.live, world.marking.last)


def test_a_token_without_a_place_keeps_its_instance_where_it_is():
    old, new = draw("start -> a -> b -> end"), draw("start -> b -> end")
    at_a = World(old).begin()

    with pytest.raises(DoesNotFit, match="“a” has no counterpart"):
        moved(at_a.marking, plan(old, new, {}))

    assert moved(at_a.complete("a").marking, plan(old, new, {})).marking.resting == {"b": 1}


def test_what_was_done_is_undone_as_the_new_version_says():
    def model(*, handler="back", **more):
        return draw(
            "start -> book -> wait -> undo -> end",
            undo=sketch.throw("compensation"),
            h=sketch.undone("book", handler),
            **{handler: sketch.undoing()},
            **more,
        )

    old, new = model(), model(handler="refund")
    plain = draw("start -> book -> wait -> undo -> end", undo=sketch.throw("compensation"))
    world = World(old).begin().complete("book")

    there = moved(world.marking, plan(old, new, {})).marking

    assert [(done.node, done.handler) for done in there.done] == [("book", "refund")]
    with pytest.raises(DoesNotFit, match="“book” is done and can be undone"):
        moved(world.marking, plan(old, plain, {}))


def test_a_question_does_not_become_plain_work():
    plain = draw("start -> a -> end", a=lambda name: f'<userTask id="{name}" name="{name}"/>')

    assert why(draw("start -> a -> end"), plain, "a") == (
        "The work of “a” is done in quite another way in the new version."
    )

"""Sub-processes that came around running work, and that are gone."""

import pytest

from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import draw, on, on_event, sub, task, times
from tests.workflows.bpmn.test_migrating import fits, why
from tests.workflows.bpmn.world import World
from workflows.bpmn.migrating import plan
from workflows.bpmn.moving import DoesNotFit, moved


def test_a_step_may_enter_a_sub_process_that_is_new():
    beside = draw("start -> a -> end")
    inside = draw("start -> p -> end", p=sub("start_p -> a -> end_p"), late=on("p", "timer"),
                  told=on("p", "message", "News"))  # fmt: skip

    assert why(beside, inside, "a") == (
        "It enters “p”, which begins at the migration. The clock of “late” starts then. “told” is "
        "waited for then."
    )


def test_a_step_may_leave_a_sub_process_that_is_gone():
    inside = draw("start -> p -> end", p=sub("start_p -> a -> end_p"), late=on("p", "timer"))
    beside = draw("start -> a -> end")

    assert why(inside, beside, "a") == "It leaves “p”, which is gone."
    assert why(inside, beside, "p") == (
        "“p” is gone: what runs in it goes on around it, with the variables that it alone knows."
    )
    assert why(inside, beside, "late") == "“late” is not waited for any more."
    assert set(fits(inside, beside).values()) == {"changes", "fits", "not"}  # not: its start, end


@pytest.mark.parametrize(
    "around",
    [{"loop": times(2)}, {"loop": sketch.again("true")}, {"tag": "adHocSubProcess"},
     {"extra": ' isForCompensation="true"'}],
)  # fmt: skip
def test_a_sub_process_that_does_not_begin_plainly_is_neither_entered_nor_left(around):
    beside = draw("start -> a -> end")
    inside = draw("start -> p -> end", p=sub("a -> b", **around))

    assert "“a” lies in “p” in the new version, which is new." in why(beside, inside, "a")
    assert why(inside, beside, "a") == "“a” lies in “p”, which does not fit."


def test_what_people_choose_in_an_ad_hoc_sub_process_is_neither_entered_nor_left():
    def model(**made):
        return draw("start -> p -> end", p=sub(tag="adHocSubProcess", **made))

    plain, wrapped = model(a=task(), b=task()), model(q=sub("start_s -> a -> end_e"), b=task())

    assert fits(plain, wrapped)["a"] == fits(wrapped, plain)["a"] == "not"


def test_a_step_stays_in_what_stays_around_it():
    old = draw(
        "start -> p -> q -> end", p=sub("start_s -> a -> end_e"), q=sub("start_t -> b -> end_f")
    )
    new = draw(
        "start -> p -> q -> end",
        p=sub("start_s -> x -> end_e"),
        q=sub("start_t -> b -> a -> end_f"),
    )

    assert why(old, new, "a") == (
        "“a” lies in “q” in the new version, and not in what is around it now."
    )


def test_an_event_sub_process_that_runs_stays_where_it_is():
    rescue = on_event(sketch.start("message", "help"), "begin -> r -> end_r")
    old = draw("start -> a -> end", rescue=rescue)
    new = draw("start -> p -> end", p=sub("start_s -> a -> end_e", rescue=rescue))

    assert why(old, new, "r") == "“r” lies in “rescue”, which does not fit."
    assert why(old, new, "begin_rescue") == (
        "“begin_rescue” is waited for anew where the new version has it."
    )
    assert fits(old, new)["a"] == "changes"


def test_tokens_of_one_scope_enter_one_sub_process_together():
    plain = ("p_split -> a -> p_join", "p_split -> b -> p_join")
    old = draw("start -> p_split", *plain, "p_join -> c -> end")
    new = draw("start -> q -> c -> end", q=sub("start_s -> p_split", *plain, "p_join -> end_e"))
    world = World(old).begin().complete("a")

    there = moved(world.marking, plan(old, new, {}))

    assert [(each.number, each.node.id, each.parent) for each in there.begun] == [(1, "q", 0)]
    assert (there.marking.resting, there.marking.live) == ({"q": 1}, 1)
    inside = there.marking.inner[1]
    assert (inside.resting, inside.joins) == ({"b": 1}, {"p_join": {"a_to_p_join": 1}})
    assert (inside.live, inside.parent, inside.node) == (2, 0, "q")


def test_a_scope_that_comes_to_lie_in_a_new_one_gets_another_number():
    old = draw("start -> p -> end", p=sub("start_s -> a -> end_e"))
    new = draw("start -> q -> end", q=sub("start_t -> p -> end_f", p=sub("start_s -> a -> end_e")))
    world = World(old).begin()

    there = moved(world.marking, plan(old, new, {}))

    assert {number: each.node for number, each in there.marking.inner.items()} == {2: "q", 3: "p"}
    assert there.marking.inner[3].parent == 2
    assert there.home(1, "a") == 3


def given_in(name, text):
    """What a sub-process is given."""
    io = "http://camunda.org/schema/zeebe/1.0"
    return (
        f'<extensionElements><z:ioMapping xmlns:z="{io}"><z:input source="= {text}" '
        f'target="{name}"/></z:ioMapping></extensionElements>'
    )


def test_a_sub_process_that_is_new_is_given_what_it_says():
    old = draw("start -> a -> end")
    new = draw("start -> p -> end", p=sub("start_s -> a -> end_e", loop=given_in("twice", "n * 2")))
    world = World(old, n=4).begin()

    there = moved(world.marking, plan(old, new, {}), world.variables)

    assert there.marking.inner[1].variables == {"twice": 8}


def test_what_a_sub_process_that_is_gone_alone_knows_stays_known():
    old = draw("start -> p -> end", p=sub("start_s -> a -> end_e", loop=given_in("twice", "n * 2")))
    new = draw("start -> a -> end")
    world = World(old, n=4).begin()

    there = moved(world.marking, plan(old, new, {}), world.variables)
    hidden = moved(world.marking, plan(old, new, {}), {**world.variables, "twice": 1})

    assert (there.let_out, there.marking.inner) == ({"twice": 8}, {})
    assert (there.marking.resting, there.marking.live) == ({"a": 1}, 1)
    assert hidden.let_out == {}


def test_what_would_lead_out_of_a_sub_process_a_second_time_does_not_enter_it():
    beside = on("a", "timer", stays=True)
    old = draw("start -> a -> b -> end", "late -> remind -> end_r", late=beside)
    inside = sub("start_s -> a -> end_e", "late -> remind -> end_r", late=beside)
    new = draw("start -> q -> b -> end", q=inside)
    both = World(old).begin().fire("late")

    assert moved(both.marking, plan(old, new, {})).marking.inner[1].resting == {"a": 1, "remind": 1}
    left_alone = both.complete("a")
    with pytest.raises(DoesNotFit, match="“q” leads to nothing that follows it"):
        moved(left_alone.marking, plan(old, new, {}))


def test_what_would_not_lead_on_does_not_leave_a_sub_process():
    beside = on("a", "timer", stays=True)
    inside = sub("start_s -> a -> end_e", "late -> remind -> end_r", late=beside)
    old = draw("start -> q -> b -> end", q=inside)
    new = draw("start -> a -> b -> end", "late -> remind -> end_r", late=beside)
    both = World(old).begin().fire("late")

    assert moved(both.marking, plan(old, new, {})).marking.resting == {"a": 1, "remind": 1}
    left_alone = both.complete("a")
    with pytest.raises(DoesNotFit, match="“q” leads to nothing that follows it"):
        moved(left_alone.marking, plan(old, new, {}))


def test_a_token_at_a_join_knows_its_way_when_a_sub_process_comes_around_where_it_came_from():
    plain = draw("start -> p_split", "p_split -> a -> p_join", "p_split -> b -> p_join",
                 "p_join -> end")  # fmt: skip
    wrapped = draw("start -> p_split", "p_split -> q -> p_join", "p_split -> b -> p_join",
                   "p_join -> end", q=sub("start_s -> a -> end_e"))  # fmt: skip

    assert plan(plain, wrapped, {}).flows["a_to_p_join"] == "q_to_p_join"
    assert plan(wrapped, plain, {}).flows["q_to_p_join"] == "a_to_p_join"


def undoable(*, wrapped, undo="undo"):
    """Something is booked, and may be undone later; `wrapped`: inside of a sub-process."""
    booked = {"h": sketch.undone("book", "back"), "back": sketch.undoing()}
    after = f"wait -> {undo} -> end"
    thrown = {undo: sketch.throw("compensation")}
    if wrapped:
        return draw(f"start -> p -> {after}", p=sub("start_s -> book -> end_e", **booked), **thrown)
    return draw(f"start -> book -> {after}", **booked, **thrown)


@pytest.mark.parametrize("wrapped", [False, True])
def test_what_was_done_is_undone_from_where_it_was(wrapped):
    old, new = undoable(wrapped=wrapped), undoable(wrapped=not wrapped)
    world = World(old).begin().complete("book")

    world.marking = moved(world.marking, plan(old, new, {})).marking
    world.process = new
    world.complete("wait")

    assert world.at == ["back"]
    assert world.complete("back").over


def test_what_is_being_undone_stays_where_it_is():
    old = undoable(wrapped=False)
    booked = {"h": sketch.undone("book", "back"), "back": sketch.undoing()}
    inside = sub(
        "start_s -> book -> wait -> undo -> end_e", undo=sketch.throw("compensation"), **booked
    )
    new = draw("start -> q -> end", q=inside)
    world = World(old).begin().complete("book").complete("wait")

    with pytest.raises(DoesNotFit, match="“undo” has steps undone just now"):
        moved(world.marking, plan(old, new, {}))

"""Compensation and transactions: what was done is undone, newest first."""

from tests.workflows.bpmn.sketch import (
    again,
    draw,
    end,
    on,
    on_event,
    start,
    sub,
    task,
    throw,
    times,
    undoing,
    undone,
)
from tests.workflows.bpmn.world import World

TWO = {
    "u_a": undone("a", "not_a"), "not_a": undoing(),
    "u_b": undone("b", "not_b"), "not_b": undoing(),
}  # fmt: skip


def test_handlers_run_one_after_the_other_newest_first():
    process = draw("start -> a -> b -> back -> c -> end", back=throw("compensation"), **TWO)
    world = World(process).begin().complete("a").complete("b")
    assert world.at == ["not_b"]

    world.complete("not_b")
    assert world.at == ["not_a"]

    assert world.complete("not_a").at == ["c"]


def test_what_was_not_done_is_not_undone():
    process = draw("start -> x? -[false]-> b -> m?", "x? -[else]-> a -> m?",
                   "m? -> back -> c -> end", back=throw("compensation"), **TWO)  # fmt: skip
    world = World(process).begin().complete("a")
    assert world.at == ["not_a"]

    assert world.complete("not_a").at == ["c"]


def test_nothing_is_undone_twice():
    process = draw("start -> a -> back -> c -> end", "c -> more -> end_2",
                   back=throw("compensation"), more=throw("compensation"),
                   u_a=TWO["u_a"], not_a=TWO["not_a"])  # fmt: skip
    world = World(process).begin().complete("a").complete("not_a").complete("c")

    assert world.over


def test_one_activity_alone_may_be_meant():
    process = draw("start -> a -> b -> back -> c -> end", back=throw("compensation", "a"), **TWO)
    world = World(process).begin().complete("a").complete("b")
    assert world.at == ["not_a"]

    assert world.complete("not_a").at == ["c"]


def test_what_was_done_twice_is_undone_twice():
    process = draw("start -> a -> back -> c -> end", a=task(times(2)), back=throw("compensation"),
                   u_a=TWO["u_a"], not_a=TWO["not_a"])  # fmt: skip
    world = World(process).begin().complete("a").complete("a")
    assert world.at == ["not_a"]
    assert world.seen(max(world.scopes))["loopCounter"] == 2

    world.complete("not_a")

    assert world.seen(max(world.scopes))["loopCounter"] == 1
    assert world.complete("not_a").at == ["c"]


def test_an_end_event_compensates_before_it_ends():
    process = draw("start -> a -> b -> back", back=end("compensation"), **TWO)
    world = World(process).begin().complete("a").complete("b").complete("not_b")
    assert not world.over

    assert world.complete("not_a").over


def test_a_sub_process_is_undone_from_the_inside():
    process = draw("start -> p -> back -> c -> end", back=throw("compensation"),
                   p=sub("start_p -> a -> b -> end_p", **TWO))  # fmt: skip
    world = World(process).begin().complete("a").complete("b")
    assert world.at == ["not_b"]

    assert world.complete("not_b").complete("not_a").at == ["c"]


def test_the_handler_of_a_sub_process_stands_for_those_inside():
    process = draw("start -> p -> back -> c -> end", back=throw("compensation"),
                   p=sub("start_p -> a -> b -> end_p", **TWO), u_p=undone("p", "not_p"),
                   not_p=undoing())  # fmt: skip
    world = World(process).begin().complete("a").complete("b")

    assert world.at == ["not_p"]


def test_a_compensation_event_sub_process_undoes_its_sub_process():
    undo = on_event(start("compensation"), "begin -> d -> end_e")
    process = draw("start -> p -> back -> c -> end", back=throw("compensation"),
                   p=sub("start_p -> a -> end_p", e=undo))  # fmt: skip
    world = World(process).begin().complete("a")
    assert world.at == ["d"]

    assert world.complete("d").at == ["c"]


def test_an_event_sub_process_undoes_what_its_scope_did():
    repair = on_event(start("error"), "begin -> back -> end_e", back=throw("compensation"))
    process = draw("start -> p -> c -> end", p=sub(
        "start_p -> a -> b -> failed", failed=end("error", "E1"), e=repair, **TWO))  # fmt: skip
    world = World(process).begin().complete("a").complete("b")
    assert world.at == ["not_b"]

    assert world.complete("not_b").complete("not_a").at == ["c"]


# --- transactions ---


def transaction(**more):
    inside = sub("start_p -> x_split -> a -> b -> y? -[ok = true]-> end_p",
                 "y? -[else]-> cancelled", "x_split -> d -> end_d", tag="transaction",
                 cancelled=end("cancel"), **TWO, **more)  # fmt: skip
    return draw("start -> p -> c -> end", "gone -> e -> end_e", p=inside, gone=on("p", "cancel"))


def test_a_cancelled_transaction_undoes_what_was_done_and_leaves_through_its_boundary():
    world = World(transaction(), ok=False).begin().complete("a").complete("b")
    assert world.at == ["not_b"]

    world.complete("not_b").complete("not_a")

    assert world.at == ["e"]


def test_a_transaction_that_works_out_goes_on():
    world = World(transaction(), ok=True).begin().complete("a").complete("b").complete("d")

    assert world.at == ["c"]


def looped(loop, *arrows, **more):
    """A transaction that is performed several times."""
    inside = sub(*(arrows or ("start_p -> a -> y? -[ok = true]-> b -> end_p",)),
                 "y? -[else]-> cancelled", tag="transaction", loop=loop, cancelled=end("cancel"),
                 **TWO, **more)  # fmt: skip
    return draw("start -> p -> c -> end", "gone -> e -> end_e", p=inside, gone=on("p", "cancel"))


def test_one_round_that_is_cancelled_cancels_all_and_all_is_undone():
    world = World(looped(times(3)), ok=True).begin()
    world.complete("a").complete("a").complete("b")
    assert world.at == ["a", "b"]
    world.variables["ok"] = False

    world.complete("a")
    assert world.at == ["not_a"], "of what every round has done, the newest round comes first"
    world.complete("not_a").complete("not_a").complete("not_b").complete("not_a")

    assert world.at == ["e"]
    assert world.complete("e").over


def test_what_undoes_a_round_sees_what_that_round_saw():
    world = World(looped(times(2)), ok=True).begin().complete("a")
    world.variables["ok"] = False
    world.complete("a")

    seen = [world.seen(max(world.scopes))["loopCounter"]]
    world.complete("not_a")
    seen.append(world.seen(max(world.scopes))["loopCounter"])

    assert seen == [2, 1]


def test_no_round_follows_one_that_is_cancelled():
    world = World(looped(again("true", most=5)), ok=True).begin().complete("a").complete("b")
    world.variables["ok"] = False

    world.complete("a").complete("not_a").complete("not_b").complete("not_a")

    assert world.at == ["e"]


def test_one_round_alone_is_cancelled_where_the_loop_lies_around_the_transaction():
    inside = sub("start_p -> a -> cancelled", tag="transaction", cancelled=end("cancel"), **TWO,
                 b=task())  # fmt: skip
    around = sub("start_q -> p -> end_q", "gone -> e -> end_e", loop=times(2), p=inside,
                 gone=on("p", "cancel"))  # fmt: skip
    world = World(draw("start -> q -> c -> end", q=around)).begin()

    world.complete("a").complete("not_a")

    assert world.at == ["a", "e"]


def test_a_cancelled_transaction_undoes_what_sub_processes_under_way_in_it_have_done():
    inner = sub("start_q -> a -> b -> end_q", **TWO)
    inside = sub("start_p -> x_split -> q -> end_p", "x_split -> d -> cancelled", q=inner,
                 tag="transaction", cancelled=end("cancel"))  # fmt: skip
    process = draw("start -> p -> c -> end", "gone -> e -> end_e", p=inside, gone=on("p", "cancel"))
    world = World(process).begin().complete("a").complete("d")
    assert world.at == ["not_a"]

    assert world.complete("not_a").at == ["e"]


def test_what_was_about_to_be_undone_is_undone_when_the_transaction_is_cancelled():
    inside = sub("start_p -> x_split -> a -> b -> back -> end_p", "x_split -> d -> cancelled",
                 back=throw("compensation"), tag="transaction", cancelled=end("cancel"),
                 **TWO)  # fmt: skip
    process = draw("start -> p -> c -> end", "gone -> e -> end_e", p=inside, gone=on("p", "cancel"))
    world = World(process).begin().complete("a").complete("b")
    assert world.at == ["d", "not_b"]

    world.complete("d")

    assert world.at == ["not_a"]
    assert world.complete("not_a").at == ["e"]


def test_a_transaction_without_anything_to_undo_is_left_at_once():
    inside = sub("start_p -> a -> cancelled", tag="transaction", cancelled=end("cancel"))
    process = draw("start -> p -> end", "gone -> e -> end_e", p=inside, gone=on("p", "cancel"))

    assert World(process).begin().complete("a").at == ["e"]

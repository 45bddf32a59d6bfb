"""Models in which several elements meet, each checked against what chapter 13 makes of it."""

from tests.workflows.bpmn.sketch import (
    again,
    catch,
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


def test_an_inclusive_join_waits_for_a_loop_and_for_a_boundary_event():
    process = draw(
        "start -> o_or -[a = true]-> x -> j_or -> after -> end", "o_or -[b = true]-> y -> c?",
        "c? -[n = 0]-> y", "c? -[else]-> j_or", "late -> z -> j_or", late=on("y", "timer"),
    )  # fmt: skip
    world = World(process, a=True, b=True, n=0).begin().complete("x")
    assert world.at == ["y"]

    world.complete("y")
    assert world.at == ["y"], "once more round"
    world.fire("late")
    assert world.at == ["z"]
    world.complete("z")

    assert world.at == ["after"]
    assert world.complete("after").over


def test_an_inclusive_join_in_a_loop_joins_anew_each_time():
    process = draw(
        "start -> m? -> o_or -[true]-> x -> j_or -> c?", "o_or -[both = true]-> y -> j_or",
        "c? -[n = 0]-> m?", "c? -[else]-> end",
    )  # fmt: skip
    world = World(process, both=True, n=0).begin().complete("x")
    assert world.at == ["y"]
    world.complete("y")
    assert world.at == ["x", "y"]

    world.variables |= {"both": False, "n": 1}
    world.complete("y").complete("x")

    assert world.over


def test_each_round_has_boundary_events_of_its_own():
    inside = sub("start_p -> a -> end_p", "remind -> r -> end_r", a=task(),
                 remind=on("a", "timer", "R/PT1H", stays=True), loop=times(2))  # fmt: skip
    world = World(draw("start -> p -> end", p=inside)).begin().fire("remind").fire("remind", 1)
    assert world.at == ["a", "a", "r", "r"]

    world.complete("a").complete("r")
    assert len(world.scopes) == 3, "one round is over, and one goes on"
    world.complete("a").complete("r")

    assert world.over


def test_a_boundary_event_of_a_loop_sits_on_all_of_it():
    process = draw("start -> a -> end", "late -> b -> end", "remind -> c -> end_c",
                   a=task(times(3)), late=on("a", "timer"),
                   remind=on("a", "message", "m", stays=True))  # fmt: skip
    world = World(process).begin().complete("a").fire("remind")
    assert world.at == ["a", "a", "c"]

    world.fire("late")

    assert world.at == ["b", "c"]
    assert world.scopes == {}


def test_enough_rounds_cancel_the_others_with_what_waits_in_them():
    inside = sub("start_p -> a -> wait -> end_p",
                 loop=times(3, until="numberOfCompletedInstances = 1"))  # fmt: skip
    world = World(draw("start -> p -> after -> end", p=inside)).begin()
    world.complete("a").complete("a").complete("wait")

    assert world.at == ["after"]
    assert world.scopes == {}


def test_a_terminatend_e_ends_one_round_of_a_sub_process_alone():
    inside = sub("start_p -> all_split -> a -> stop", "all_split -> b -> end_p", loop=times(2))
    world = World(draw("start -> p -> after -> end", p=inside)).begin()

    world.complete("a")
    assert world.at == ["a", "b"]
    world.complete("a")

    assert world.at == ["after"]


def test_a_parallel_join_in_a_loop_joins_anew_each_time():
    process = draw("start -> m? -> all_split -> a -> all_join -> c?", "all_split -> b -> all_join",
                   "c? -[n = 0]-> m?", "c? -[else]-> end")  # fmt: skip
    world = World(process, n=0).begin().complete("a").complete("b")
    assert world.at == ["a", "b"]

    world.variables["n"] = 1
    world.complete("b").complete("a")

    assert world.over


def test_a_gateway_that_merges_and_splits_lets_every_token_through():
    process = draw("start -> a_split -> x? -> b -> end", "a_split -> c -> x?", "x? -[n = 1]-> d",
                   "d -> end", n=task()).nodes["x"]  # fmt: skip

    assert len(process.incoming) == len(process.outgoing) == 2


def test_ways_without_gateways_split_and_do_not_wait_for_each_other():
    process = draw("start -> a -> b -> d -> end", "a -> c -> d")
    world = World(process).begin().complete("a").complete("b")
    assert world.at == ["c", "d"]

    world.complete("d")
    assert world.at == ["c"]

    assert world.complete("c").complete("d").over


def test_a_standard_loop_ends_at_its_maximum():
    process = draw("start -> a -> end", a=task(again("true", most=2)))

    assert World(process).begin().complete("a").complete("a").over


def test_an_event_sub_process_can_undo_what_its_scope_has_done():
    """It interrupts and throws compensation: what is cancelled is not forgotten."""
    process = draw(
        "start -> p -> end", p=sub(
            "start_p -> a -> b -> end_p", h=undone("a", "not_a"), not_a=undoing(),
            e=on_event(start("message", "m"), "begin -> back -> end_e", back=throw("compensation")),
        ),
    )  # fmt: skip
    world = World(process).begin().complete("a").trigger("begin_e", 1)
    assert world.at == ["not_a"]

    assert world.complete("not_a").over


def test_a_compensation_event_sub_process_may_have_undone_what_is_inside():
    inside = sub(
        "start_p -> a -> end_p", h=undone("a", "not_a"), not_a=undoing(),
        e=on_event(start("compensation"), "begin -> first -> back -> end_e",
                   back=throw("compensation")),
    )  # fmt: skip
    process = draw("start -> p -> all -> end", p=inside, all=throw("compensation"))
    world = World(process).begin().complete("a")
    assert world.at == ["first"]

    world.complete("first")

    assert world.at == ["not_a"]
    assert world.complete("not_a").over


def test_a_compensation_event_sub_process_that_throws_nothing_replaces_the_handlers_inside():
    inside = sub("start_p -> a -> end_p", h=undone("a", "not_a"), not_a=undoing(),
                 e=on_event(start("compensation"), "begin -> instead -> end_e"))  # fmt: skip
    process = draw("start -> p -> all -> end", p=inside, all=throw("compensation"))
    world = World(process).begin().complete("a")

    assert world.at == ["instead"]
    assert world.complete("instead").over


def test_while_a_transaction_is_cancelled_no_event_sub_process_of_it_begins():
    inside = sub(
        "start_p -> a -> gone", tag="transaction", h=undone("a", "not_a"), not_a=undoing(),
        gone=end("cancel"), e=on_event(start("message", "m"), "begin -> b -> end_e"),
    )  # fmt: skip
    process = draw("start -> p -> end", "called_off -> end", p=inside, called_off=on("p", "cancel"))
    world = World(process).begin().complete("a")

    assert world.at == ["not_a"]
    assert {each.node for each, _ in world.offers()} == {"not_a"}
    assert world.complete("not_a").over


def test_a_compensated_transaction_cannot_be_undone_again():
    inside = sub("start_p -> a -> gone", tag="transaction", h=undone("a", "not_a"),
                 not_a=undoing(), gone=end("cancel"))  # fmt: skip
    process = draw("start -> p -> end", "called_off -> back -> end", p=inside,
                   called_off=on("p", "cancel"), back=throw("compensation"))  # fmt: skip

    assert World(process).begin().complete("a").complete("not_a").over


def test_an_error_in_a_handler_goes_to_whoever_catches_it_around():
    inside = sub("start_p -> a -> back -> end_p", h=undone("a", "not_a"), not_a=undoing(),
                 back=throw("compensation"))  # fmt: skip
    process = draw("start -> p -> end", "failed -> b -> end", p=inside,
                   failed=on("p", "error", "E1"))  # fmt: skip
    world = World(process).begin().complete("a").fail("not_a", "E1")

    assert world.at == ["b"]
    assert world.scopes == {}


def test_an_event_behind_a_gateway_in_a_round_decides_for_that_round():
    inside = sub("start_p -> r_race -> come -> a -> end_p", "r_race -> wait -> b -> end_p",
                 come=catch("message", "m"), loop=times(2))  # fmt: skip
    world = World(draw("start -> p -> end", p=inside)).begin().complete("come")
    assert world.at == ["a", "r_race"]

    world.complete("wait")

    assert world.at == ["a", "b"]


def test_an_escalation_from_a_round_reaches_the_boundary_around_the_loop():
    inside = sub("start_p -> a -> told -> b -> end_p", told=throw("escalation", "U"),
                 loop=times(2))  # fmt: skip
    process = draw("start -> p -> end", "heard -> c -> end_c", p=inside,
                   heard=on("p", "escalation", "U", stays=True))  # fmt: skip
    world = World(process).begin().complete("a").complete("a")

    assert world.at == ["b", "b", "c", "c"]


def test_an_escalation_that_interrupts_ends_every_round():
    inside = sub("start_p -> a -> told -> b -> end_p", told=throw("escalation", "U"),
                 loop=times(2))  # fmt: skip
    process = draw("start -> p -> end", "heard -> c -> end_c", p=inside,
                   heard=on("p", "escalation", "U"))  # fmt: skip

    assert World(process).begin().complete("a").at == ["c"]


def test_an_event_sub_process_lasts_as_long_as_what_was_begun_in_it():
    """What its sub-process tells begins something beside: it lies in the event sub-process, too."""
    telling = sub("start_q -> b -> told -> end_q", told=throw("escalation", "U"))
    rescue = on_event(start("error", "E1"), "begin -> q -> end_e", "heard -> c -> end_c",
                      q=telling, heard=on("q", "escalation", "U", stays=True))  # fmt: skip
    inside = sub("start_p -> a -> failed", failed=end("error", "E1"), e=rescue)
    world = World(draw("start -> p -> after -> end", p=inside)).begin().complete("a")
    assert world.at == ["b"]

    world.complete("b")
    assert world.at == ["c"], "nothing goes on behind the sub-process yet"

    world.complete("c")
    assert world.at == ["after"]
    assert world.complete("after").over

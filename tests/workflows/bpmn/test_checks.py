"""What is wrong with elements of the newer families, in a sentence at the element."""

import pytest

from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import (
    catch,
    draw,
    end,
    on,
    on_event,
    script,
    start,
    sub,
    task,
    throw,
    times,
    undoing,
    undone,
)
from workflows.bpmn.check import check, judge
from workflows.bpmn.model import Severity


def wrong(process):
    """Element and sentence of each error."""
    found = [each for each in judge(process) if each.severity is Severity.ERROR]
    return {each.element: each.sentence for each in found}


INSIDE = "start_p -> a -> end_p"


@pytest.mark.parametrize(
    ("arrows", "made", "element", "said"),
    [
        (["start -> p -> end"], {"p": sub(INSIDE, "start_q -> b -> end_p")}, "start_q",
         "two plain start events"),
        (["start -> a -> end"], {"e": on_event(start("error"), "begin -> x", "start_e -> x")},
         "e", "needs one start event"),
        (["start -> p -> end"], {"p": sub("s -> a -> end_p", s=start("timer"))}, "s",
         "begins with a plain start event"),
        (["s -> a -> end"], {"s": start("error")}, "s", "in an event sub-process only"),
        (["start -> a -> end", "late -> b -> end_b"], {"late": on("a", "cancel")}, "late",
         "has to sit on a transaction"),
        (["start -> a -> end"], {"late": on("a", "compensation")}, "late", "names no handler"),
        (["start -> a -> stop"], {"stop": end("cancel")}, "stop", "cancels a transaction"),
        (["start -> p -> end"], {"p": sub("start_p -> a -> stop_p", tag="transaction",
                                          stop_p=end("cancel"))}, "stop_p", "no cancel event"),
        (["start -> back -> end"], {"back": throw("compensation", "gone")}, "back",
         "compensates gone, which does not exist"),
        (["start -> a -> out"], {"out": throw("link", "L")}, "out", "No link named L"),
        (["start -> a -> end"], {"a": catch("message")}, "a", "names no message"),
        (["start -> a -> end"], {"a": catch("conditional", "1 +")}, "a", "not FEEL"),
        (["start -> a -> end"], {"a": catch("conditional")}, "a", "has no condition"),
        (["start -> a -> end"], {"a": script("1 +", "n")}, "a", "The script is not FEEL"),
        (["start -> a -> end"], {"a": task(tag="scriptTask")}, "a", "has no script"),
        (["start -> a -> end"], {"a": task(tag="sendTask")}, "a", "sends nothing"),
        (["start -> a -> end"], {"a": task(tag="receiveTask")}, "a", "names no message"),
        (["start -> a -> end"], {"a": task(tag="businessRuleTask")}, "a", "names no decision"),
        (["start -> a -> end"], {"a": task(tag="callActivity")}, "a", "calls no process"),
        (["start -> a -> end"], {"a": task(times("1 +"))}, "a", "not FEEL"),
        (["start -> x_race -> t -> end"], {"t": catch("timer")}, "x_race",
         "no two events to choose from"),
        (["start -> x_race -> t -> end", "x_race -> a -> end"], {"t": catch("timer")}, "x_race",
         "which is no catching event"),
        (["start -> x_race -> t -> end", "x_race -> m -> end", "a -> m", "start -> a"],
         {"t": catch("timer"), "m": catch("message", "m")}, "m", "no other flow may lead to it"),
        (["start -> x_or"], {}, "x_or", "No flow leaves"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_element(arrows, made, element, said):
    process = draw(*arrows, **made)

    assert said in wrong(process)[element]


def test_a_flow_may_not_cross_the_border_of_a_sub_process():
    across = lambda name: f'<sequenceFlow id="{name}" sourceRef="b" targetRef="a"/>'  # noqa: E731
    process = draw("start -> p -> end", "start -> b -> end", p=sub(INSIDE), across=across)

    assert "cross the border" in wrong(process)["across"]


def test_inside_of_a_sub_process_everything_has_to_be_reached_too():
    process = draw("start -> p -> end", p=sub(INSIDE, "b -> c -> end_p"))

    assert "never be reached" in wrong(process)["b"]


def test_a_join_inside_of_a_sub_process_has_to_complete():
    process = draw("start -> p -> end", p=sub(
        "start_p -> x? -[n = 1]-> a -> y_join -> end_p", "x? -[else]-> b -> y_join"))  # fmt: skip

    assert "never all arrive" in wrong(process)["y_join"]


def test_what_undoes_a_step_is_no_way_past_a_join():
    process = draw("start -> both_split -> a -> both_join -> end", "both_split -> b -> both_join",
                   u_a=undone("a", "not_a"), not_a=undoing())  # fmt: skip

    assert judge(process) == []


def test_handlers_event_sub_processes_and_links_count_as_reached():
    process = draw(
        "start -> a -> out", "come -> b -> end", out=throw("link", "L"), come=catch("link", "L"),
        u=sketch.undone("a", "not_a"), not_a=sketch.undoing(),
        e=on_event(start("message", "m"), "begin -> c -> end_c"))  # fmt: skip

    assert wrong(process) == {}


def test_a_path_that_ends_at_a_step_is_a_warning():
    process = draw("start -> x_split -> a -> end", "x_split -> b")

    assert wrong(process) == {}
    assert "the path ends there" in next(each.sentence for each in judge(process))


def test_what_the_game_plays_and_nobody_begins_is_refused_by_the_other_check():
    process = draw("begins -> a -> end", begins=start("conditional", "n = 1"))

    refused = {each.element: each.sentence for each in check(process)}

    assert wrong(process) == {}
    assert "is not supported" in refused["begins"]


def test_a_loop_that_a_script_may_end_is_a_warning():
    process = draw("start -> m? -> s -> x? -[n < 10]-> m?", "x? -[else]-> end",
                   s=script("n + 1", "n"))  # fmt: skip

    assert wrong(process) == {}
    assert any("nothing waits" in each.sentence for each in judge(process))


def test_an_ad_hoc_sub_process_has_no_start_and_no_end():
    process = draw("start -> p -> end", p=sub("a -> end_p", tag="adHocSubProcess"))

    assert "no start and no end events" in wrong(process)["end_p"]

"""What an evaluation may take: steps, depth, time, memory (cases B13 to B15)."""

import time
import tracemalloc

import pytest

from workflows import feel
from workflows.feel.run import DEEPEST_CALLS, Run

DOUBLING = "(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])[-1]"
SQUARE = "(for i in 1..100 return for j in 1..100 return j)"
DEEP = "(for i in 1..5000 return if i = 1 then [1] else [partial[-1]])[-1]"


@pytest.mark.parametrize(
    "text",
    [
        "for x in 0..1000000 return x",
        "for x in 0..1000000, y in 0..1000000 return x",
        "for x in 1..2000 return for y in 1..2000 return y",
        "some x in 0..100000000 satisfies x < 0",
        "every x in 1..2000, y in 1..2000 satisfies x + y > 0",
        "for i in 1..100000 return partial",
        'for i in 1..64 return if i = 1 then "x" else partial[-1] + partial[-1]',
        "{f: function(n) f(n + 1), r: f(1)}.r",
        "{f: function(n) [f(n + 1), f(n + 1)], r: f(1)}.r",
        "(function(f) f(f))(function(f) f(f))",
        f"{DOUBLING} = {DOUBLING}",
        f"{DEEP} = {DEEP}",
        f"for i in 1..100000 return {SQUARE} instance of list<list<number>>",
    ],
)
def test_b13_endless_work_ends_within_its_budget(text):
    begun = time.process_time()

    with pytest.raises(feel.BudgetExceeded):
        feel.evaluate(text, {})

    assert time.process_time() - begun < 6


@pytest.mark.parametrize(
    "text",
    ["1 ** 999999999", "10 ** 999999999", "0.5 ** 1e6144", "9.99999 ** 6143.5", "1e6144 * 1e6144",
     "1.000000000000000000000000000000001 ** 1e33", "1e-6143 / 1e6144"],
)  # fmt: skip
def test_huge_numbers_stay_small(text):
    begun = time.process_time()

    value = feel.evaluate(text, {})

    assert value is None or len(value.as_tuple().digits) <= 34
    assert time.process_time() - begun < 0.5


def test_long_results_take_bounded_memory():
    tracemalloc.start()

    with pytest.raises(feel.BudgetExceeded):
        feel.evaluate("for x in 1..1000, y in 1..1000 return [x, y]", {})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 150_000_000


def test_leaving_deep_values_is_refused_not_followed():
    deep, doubled = feel.evaluate(DEEP, {}), feel.evaluate(DOUBLING, {})

    for value in (deep, doubled):
        with pytest.raises(feel.FeelError):
            feel.as_json(value)
        with pytest.raises(feel.FeelError):
            feel.as_python(value)


def test_functions_may_call_each_other_as_deep_as_they_may():
    text = "{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(depth)}.r"

    assert feel.evaluate(text, {"depth": 100}) == 100
    with pytest.raises(feel.BudgetExceeded):
        feel.evaluate(text, {"depth": DEEPEST_CALLS})


def test_a_run_tells_what_is_left():
    run = feel.new_run()
    before = run.left

    feel.compile("for x in 1..10 return abs(x)").evaluated({}, run)

    assert before - run.left == 30
    assert run.depth == 0


def test_time_is_limited_too():
    run = Run(now=feel.new_run().now, seconds=0.05)

    with pytest.raises(feel.BudgetExceeded, match="too long"):
        feel.compile("some x in 1..900000 satisfies x < 0").within({}, run)


def test_deep_sums_and_chains_do_not_exhaust_the_stack():
    assert feel.evaluate("+".join(["1"] * 5_000), {}) == 5_000
    assert feel.evaluate(" and ".join(["true"] * 4_000), {}) is True


@pytest.mark.parametrize(
    "text",
    ['"' + "x" * 3_000_000 + '"', "(" * 10_000 + "1" + ")" * 10_000, "[" * 5_000, "-" * 60_000,
     "not(" * 5_000, "if " * 5_000, "1" * 60_000, "1+" * 30_000 + "1", "/*" * 30_000,
     "1e999999999", '"' + "\\" * 60_000, "{a:" * 5_000],
    ids=lambda text: f"{text[:8]}…{len(text)}",
)  # fmt: skip
def test_b15_enormous_expressions_are_refused_quickly(text):
    begun = time.process_time()

    with pytest.raises(feel.FeelError):
        feel.compile(text)

    assert time.process_time() - begun < 5


@pytest.mark.parametrize("opening", ["(", "[", "{a: ", "not(", "- (", "1 + (", "if true then ("])
def test_what_may_be_read_may_be_evaluated(opening):
    closing = {"[": "]", "{a: ": "}"}.get(opening, ")")
    otherwise = " else 1" if opening.startswith("if") else ""

    for depth in (10, 30, 60, 100, 140):
        try:
            expression = feel.compile(opening * depth + "1" + (closing + otherwise) * depth)
        except feel.FeelError:
            continue
        expression({})

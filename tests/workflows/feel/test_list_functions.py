"""List functions of DMN 1.5, 10.3.4.4, and sort."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel.calling import Lambda, answer, answer_named, feel, new_run, noted
from workflows.feel.errors import BudgetExceeded
from workflows.feel.functions import BUILTINS
from workflows.feel.temporal import Date, DateTime, MonthsDuration, Time

LISTS = st.lists(st.integers(-5, 5) | st.sampled_from(["a", "b", None, True]), max_size=10)
DAY, LATER = Date(2026, 11, 21), Date(2026, 11, 22)
NOON_IN_UTC = DateTime(DAY, Time(12, 0, 0, 0, 0))
SAME_MOMENT = DateTime(DAY, Time(13, 0, 0, 0, 3600))
STATISTICS = ["sum", "product", "mean", "median", "stddev"]


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("list contains", ([1, 2, 3], 2), True),
        ("list contains", ([1, 2, 3], 4), False),
        ("list contains", ([1, None], None), True),
        ("list contains", ([], None), False),
        ("list contains", ([[1, 2], {"a": 1}], {"a": 1}), True),
        ("list contains", ([1, "1"], True), False),
        ("list contains", ([NOON_IN_UTC], SAME_MOMENT), True),
        ("count", ([1, 2, 3],), 3),
        ("count", ([],), 0),
        ("count", ([1, [2, 3]],), 2),
        ("min", ([1, 2, 3],), 1),
        ("max", (1, 2, 3), 3),
        ("min", (1,), 1),
        ("min", ([1],), 1),
        ("max", ([],), None),
        ("min", ("b", "a"), "a"),
        ("max", ([DAY, LATER],), LATER),
        ("min", (MonthsDuration(3), MonthsDuration(2)), MonthsDuration(2)),
        ("sum", ([1, 2, 3],), 6),
        ("sum", (1, 2, 3), 6),
        ("sum", (1,), 1),
        ("sum", ([],), None),
        ("product", ([2, 3, 4],), 24),
        ("product", ([],), None),
        ("product", (2, 3, 4), 24),
        ("mean", ([1, 2, 3],), 2),
        ("mean", (1, 2, 3), 2),
        ("mean", (1,), 1),
        ("mean", ([],), None),
        ("median", (8, 2, 5, 3, 4), 4),
        ("median", ([6, 1, 2, 3],), 2.5),
        ("median", ([],), None),
        ("stddev", (2, 4, 7, 5), Decimal("2.081665999466132735282297706979931")),
        ("stddev", ([47],), None),
        ("stddev", (47,), None),
        ("stddev", ([],), None),
        ("mode", (6, 3, 9, 6, 6), [6]),
        ("mode", ([6, 1, 9, 6, 1],), [1, 6]),
        ("mode", ([],), []),
        ("mode", ([2.5, 1, 2.50],), [2.5]),
        ("all", ([False, None, True],), False),
        ("all", (True,), True),
        ("all", ([True],), True),
        ("all", ([],), True),
        ("all", (True, True), True),
        ("all", (0,), None),
        ("all", ([True, None],), None),
        ("any", ([False, None, True],), True),
        ("any", (False,), False),
        ("any", ([],), False),
        ("any", (0,), None),
        ("any", ([False, None],), None),
        ("sublist", ([4, 5, 6], 1, 2), [4, 5]),
        ("sublist", ([4, 5, 6], 2), [5, 6]),
        ("sublist", ([4, 5, 6], -2, 1), [5]),
        ("append", ([1], 2, 3), [1, 2, 3]),
        ("append", ([1], None), [1, None]),
        ("append", ([["w"]], ["t"]), [["w"], ["t"]]),
        ("append", (1, 2), [1, 2]),
        ("concatenate", ([1, 2], [3]), [1, 2, 3]),
        ("concatenate", ([1],), [1]),
        ("concatenate", ([[1]], [[2]]), [[1], [2]]),
        ("insert before", ([1, 3], 1, 2), [2, 1, 3]),
        ("insert before", ([1, 3], -1, None), [1, None, 3]),
        ("remove", ([1, 2, 3], 2), [1, 3]),
        ("remove", ([1, 2, 3], -1), [1, 2]),
        ("list replace", ([2, 4, 7, 8], 3, 6), [2, 4, 6, 8]),
        ("list replace", ([2, 4], -1, None), [2, None]),
        ("reverse", ([1, 2, 3],), [3, 2, 1]),
        ("index of", ([1, 2, 3, 2], 2), [2, 4]),
        ("index of", ([1, None], None), [2]),
        ("index of", ([1], "1"), []),
        ("index of", ([[1], 1], [1]), [1]),
        ("union", ([1, 2], [2, 3]), [1, 2, 3]),
        ("union", ([1, None], [None]), [1, None]),
        ("distinct values", ([1, 2, 3, 2, 1],), [1, 2, 3]),
        ("distinct values", ([[1], [1], {"a": 1}, {"a": 1.0}, "1"],), [[1], {"a": 1}, "1"]),
        ("distinct values", ([1, True, 1, True, None],), [1, True, None]),
        ("distinct values", ([NOON_IN_UTC, SAME_MOMENT, DAY, DAY],), [NOON_IN_UTC, DAY]),
        ("flatten", ([[1, 2], [[3]], 4],), [1, 2, 3, 4]),
        ("flatten", ([[], [[]], None],), [None]),
    ],
)  # fmt: skip
def test_list_functions_follow_the_table_of_the_standard(name, arguments, expected):
    value = answer(name, *arguments)

    assert value == feel(expected)
    assert type(value) is type(feel(expected))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("min", ([1, "a"],)),
        ("min", ([1, None],)),
        ("max", ([True, False],)),
        ("max", ([None],)),
        ("min", ([DAY, NOON_IN_UTC],)),
        ("max", ([[1], [2]],)),
        ("mode", ([1, None],)),
        ("mode", ([1, 2, "foo", 4],)),
        ("sublist", ([1, 2, 3], 0)),
        ("sublist", ([1, 2, 3], 4)),
        ("sublist", ([1, 2, 3], 2, 3)),
        ("sublist", ([1, 2, 3], 2, 0)),
        ("sublist", ([1, 2, 3], 1.5)),
        ("sublist", ([], 1)),
        ("insert before", ([1, 2], 3, 0)),
        ("insert before", ([1, 2], 0, 0)),
        ("insert before", ([], 1, 0)),
        ("remove", ([1], 2)),
        ("list replace", ([1], 2, 0)),
        ("list replace", ([1], "a", 0)),
        ("sort", ([1, 2], "a")),
        ("sort", ([1, 2],)),
    ],
)
def test_what_is_outside_of_the_domain_gives_null_and_a_note(name, arguments):
    notes = noted(name, *arguments)

    assert len(notes) == 1
    assert notes[0].startswith(f"{name}: ")


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("values", [[1, None], [1, "2"], [True, 1], [[1], 2]])
def test_statistics_take_numbers_only(name, values):
    notes = noted(name, values)

    assert len(notes) == 1
    assert (
        notes[0].startswith(f"{name}: `list` must hold numbers only, not a") or "null" in notes[0]
    )


@pytest.mark.parametrize(
    "name",
    [*STATISTICS, "min", "max", "mode", "all", "any", "count", "reverse", "flatten",
     "distinct values", "concatenate", "union", "append"],
)  # fmt: skip
def test_null_is_not_a_list_and_nothing_is_not_enough(name):
    null, nothing, wrong_name = noted(name, None), noted(name), answer_named(name, {"l": [1]})

    assert null[0].endswith("`list` is null.")
    assert "0 arguments were given" in nothing[0]
    assert wrong_name is None


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("list contains", {"element": 2, "list": [1, 2]}, True),
        ("sublist", {"list": [4, 5, 6], "start position": 1, "length": 2}, [4, 5]),
        ("insert before", {"list": [1, 3], "position": 1, "newItem": 2}, [2, 1, 3]),
        ("remove", {"position": 1, "list": [1, 3]}, [3]),
        ("list replace", {"list": [1], "position": 1, "newItem": 2}, [2]),
        ("index of", {"match": 1, "list": [1]}, [1]),
        ("concatenate", {"list": [1, 2]}, [1, 2]),
        ("mode", {"list": [1, 1, 2]}, [1]),
    ],
)
def test_names_are_those_of_the_standard(name, arguments, expected):
    value = answer_named(name, arguments)

    assert value == feel(expected)


def test_list_replace_changes_each_element_for_which_the_function_is_true():
    smaller = Lambda(lambda item, new: item < new)

    replaced = answer("list replace", [2, 4, 7, 8], smaller, 5)

    assert replaced == [5, 5, 7, 8]


def test_list_replace_needs_a_true_or_false():
    nothing = Lambda(lambda _item, _new: None)

    notes = noted("list replace", [1], nothing, 2)

    assert notes == ["list replace: `match` must answer true or false for every pair, not null."]


def test_sort_uses_the_function_that_says_what_comes_before():
    descending = Lambda(lambda x, y: x > y)

    ordered = answer_named("sort", {"list": [3, 1, 4, 5, 2], "precedes": descending})

    assert ordered == [5, 4, 3, 2, 1]


def test_sort_keeps_the_order_of_equals():
    by_length = Lambda(lambda x, y: len(x) < len(y))

    ordered = answer("sort", ["bb", "a", "cc", "d", ""], by_length)

    assert ordered == ["", "a", "d", "bb", "cc"]


@pytest.mark.parametrize("strange", [None, 1, "true"])
def test_sort_needs_a_true_or_false(strange):
    function = Lambda(lambda _x, _y: strange)

    notes = noted("sort", [2, 1], function)

    assert notes[0].startswith("sort: `precedes` must answer true or false for every pair")


@pytest.mark.parametrize("items", [[], [1]])
def test_sort_asks_nothing_about_fewer_than_two(items):
    never = Lambda(lambda _x, _y: pytest.fail("asked"))

    ordered = answer("sort", items, never)

    assert ordered == items


@given(items=LISTS.filter(bool), data=st.data())
def test_inserting_and_removing_undo_each_other(items, data):
    position = data.draw(st.integers(1, len(items)) | st.integers(-len(items), -1))
    size = len(items)

    longer = answer("insert before", items, position, "new")
    back = position if position > 0 else position - 1

    assert len(longer) == size + 1
    assert answer("remove", longer, back) == feel(items)


@given(items=LISTS, data=st.data())
def test_sublists_put_together_make_the_list(items, data):
    items = [*items, 1, 2]
    cut = data.draw(st.integers(1, len(items) - 1))

    first, second = answer("sublist", items, 1, cut), answer("sublist", items, cut + 1)

    assert answer("concatenate", first, second) == feel(items)


@given(items=LISTS)
def test_distinct_values_are_the_union_with_itself(items):
    once = answer("distinct values", items)

    assert once == answer("union", items, items)
    assert all(len(answer("index of", once, value)) == 1 for value in once)
    assert all(answer("list contains", once, value) for value in feel(items))


@given(items=LISTS)
def test_functions_never_change_the_list_that_they_are_given(items):
    given_list, before = feel([0, *items]), feel([0, *items])

    for name, more in {"append": [1], "reverse": [], "remove": [Decimal(1)], "union": [[]]}.items():
        BUILTINS[name].call([given_list, *more], new_run())

    assert given_list == before


@pytest.mark.parametrize("name", ["concatenate", "union"])
def test_a_list_that_would_be_too_long_is_refused(name):
    half = [Decimal(1)] * 600_000

    with pytest.raises(BudgetExceeded, match="1200000 elements"):
        BUILTINS[name].call([half, half], new_run(steps=10_000_000))


def test_comparing_every_pair_is_paid_for():
    contexts = [{"a": Decimal(number)} for number in range(3_000)]

    with pytest.raises(BudgetExceeded):
        BUILTINS["distinct values"].call([contexts], new_run())


def test_lists_nested_deeply_are_flattened_without_recursion():
    nested: list = []
    for _ in range(100_000):
        nested = [nested]

    flat = BUILTINS["flatten"].call([nested], new_run())

    assert flat == []

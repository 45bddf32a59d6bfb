"""FEEL as a whole: what expressions mean (DMN 1.5, 10.3.2)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from workflows import feel

LOAN = {
    "application": {"amount": 12_500, "region": "north", "tags": ["new", "urgent"]},
    "score": {"confidence": 0.93, "outcome": "approve"},
    "rows": [{"n": 1}, {"n": 2}],
}


def value_of(text, context=LOAN):
    return feel.as_json(feel.evaluate(text, context))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2 = 0.3", True),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 3 - 2", 5),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("0 ** 0", 1),
        ("1 / 4", 0.25),
        ("1.5e3", 1500),
        ("0 * -1", 0),
        ('"a" + "b"', "ab"),
        ('"tab\\tquote\\"\\u00e9"', 'tab\tquote"é'),
        ("application.amount > 10000 and score.confidence >= 0.9", True),
        ("application.amount in [10000..20000)", True),
        ("application.amount in ]12500..20000]", False),
        ("application.amount in (12500..20000]", False),
        ("application.amount in [1..12500)", False),
        ("application.amount in (1, 2, 12500)", True),
        ("application.amount in (< 5, > 10000)", True),
        ("application.amount in (? > 5 and ? < 20000)", True),
        ('application.region in ["north", "south"]', True),
        ("application.amount between 12500 and 12500", True),
        ('"b" > "a"', True),
        ('if score.outcome = "approve" then 1 else 2', 1),
        ("if null then 1 else 2", 2),
        ("if 1 then 1 else 2", 2),
        ("rows.n", [1, 2]),
        ("{a: 1, b: [true, null]}", {"a": 1, "b": [True, None]}),
        ("{a: 1, b: a + 1, c: {d: a + b}}.c.d", 3),
        ("[1, [2]] = [1, [2]]", True),
        ("{a: 1} = {a: 2}", False),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ("not(true)", False),
        ("1 = 1 // a remark\n and /* another */ true", True),
    ],
)
def test_an_expression_has_its_value(text, value):
    assert value_of(text) == value


@pytest.mark.parametrize(
    "text",
    ["missing", "missing.deeper.still", "application.missing", "1 / 0", '1 + "a"', '1 < "a"',
     "1 = true", "not(1)", "-true", "null > 1", "10 ** 7000", "null in [1..2]", "null[1]",
     "{a: 1, a: 2}", "[2..1]", '[1.."b"]', "(null..10)", "missing(1)", "application(1)",
     '(function(a) external {java: {class: "x"}})(1)',
     "null between 1 and 2", "2 between 1 and null",
     "for x in null return x", "some x in null satisfies x", 'for x in "a".."c" return x',
     "(function(a) a)(1, 2)", "(function(a) a)(b: 1)", "abs(n: 1, n: 2)"],
)  # fmt: skip
def test_what_has_no_answer_is_null_and_leaves_a_note(text):
    run = feel.new_run()

    value = feel.compile(text).evaluated(LOAN, run)

    assert value is None
    assert run.notes
    assert all(note.endswith(".") for note in run.notes)


def test_an_unknown_variable_is_named_in_the_note():
    run = feel.new_run()

    feel.compile("missing + 1").evaluated({}, run)

    assert run.notes[0] == "There is no variable `missing`."


TRUTH = {"true": True, "false": False, "null": None, "1": None}


@pytest.mark.parametrize("left", TRUTH)
@pytest.mark.parametrize("right", TRUTH)
def test_and_and_or_know_three_values(left, right):
    pair = {TRUTH[left], TRUTH[right]}

    both = feel.evaluate(f"{left} and {right}", {})
    either = feel.evaluate(f"{left} or {right}", {})

    assert both is (False if False in pair else None if None in pair else True)
    assert either is (True if True in pair else None if None in pair else False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, 2, 3][1]", 1),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][4]", None),
        ("[1, 2, 3][0]", None),
        ("[1, 2, 3][1.5]", None),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("[1, 2, 3][one + 1]", 2),
        ("[][one]", None),
        ("[][item > 1]", []),
        ("[1, 2][true]", [1, 2]),
        ("5[1]", 5),
        ("5[item > 4]", [5]),
        ("[{n: 1}, {n: 2}, {m: 3}][n >= one]", [{"n": 1}, {"n": 2}]),
        ("[{item: 1}, {item: 2}][item = 2]", [{"item": 2}]),
        ("[{one: 5}, {}][one = 1]", [{}]),
        ("[[1, 2], [3]][count(item) = 1]", [[3]]),
        ("[{l: [1, 2]}, {l: [3]}][l[1] = 3].l", [[3]]),
    ],
)
def test_a_filter_selects_by_place_or_by_condition(text, value):
    assert value_of(text, {"one": 1}) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("for x in 1..3 return x * x", [1, 4, 9]),
        ("for x in 3..1 return x", [3, 2, 1]),
        ("for x in [2..4) return x", [2, 3]),
        ("for x in 5 return x", [5]),
        ("for x in [] return x", []),
        ("for x in [1, 2], y in [x, 10] return x * y", [1, 10, 4, 20]),
        ("for x in [1, 2], y in y return x + y", [11, 12]),
        ("for x in 1..4 return if x = 1 then 1 else partial[-1] * x", [1, 2, 6, 24]),
        ("for x in 1..3 return partial", [[], [[]], [[], [[]]]]),
        ("for x in 1..3 return count(partial)", [0, 1, 2]),
        ("(for x in 1..3 return function() x)[2]()", 2),
        ('for d in @"2024-02-28"..@"2024-03-01" return d.day', [28, 29, 1]),
        ("some x in [1, 2] satisfies x > 1", True),
        ("some x in [1, null] satisfies x > 1", None),
        ("some x in [] satisfies x", False),
        ("every x in [1, 2] satisfies x > 0", True),
        ("every x in [1, null] satisfies x > 0", None),
        ("every x in [0, null] satisfies x > 0", False),
        ("every x in [] satisfies x", True),
        ("some x in 1..3, y in 1..3 satisfies x * y = 9", True),
    ],
)
def test_loops_go_over_lists_and_ranges(text, value):
    assert value_of(text, {"y": 10}) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{add: function(a, b) a + b, r: add(1, 2)}.r", 3),
        ("{sub: function(a, b) a - b, r: sub(b: 1, a: 5)}.r", 4),
        ("{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(20)}.r", 2432902008176640000),
        ("(function(a) function(b) a + b)(1)(2)", 3),
        ("(function(a: number) a)([7])", 7),
        ('(function(a: number) a)("x")', None),
        ("(function(l: list<number>) l)(7)", [7]),
        ("sort([3, 1, 2], function(a, b) a > b)", [3, 2, 1]),
        ("{one: 100, f: function() one, g: function(one) f(), r: g(1)}.r", 100),
        ("abs(-1)", 1),
        ("abs(n: -1)", 1),
        ("{abs: function(x) 5, r: abs(-1)}.r", 5),
        ("count(count)", 3),
    ],
)
def test_functions_are_called_by_position_and_by_name(text, value):
    assert value_of(text, {"count": [1, 2, 3], "one": 1}) == value


def test_a_variable_that_is_no_function_does_not_hide_a_built_in_one():
    assert feel.evaluate("date(date).year", {"date": "2026-11-21"}) == 2026


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1..5].start", 1),
        ("[1..5).end included", False),
        ("(1..5].start included", False),
        ("(< 5).start", None),
        ("(< 5).end", 5),
        ("(>= 5).start included", True),
        ('@"2026-11-21".weekday', 6),
        ('@"P1Y2M".months', 2),
        ('@"10:30:00".nothing', None),
        ('["2026-11-21", "2027-01-01"].year', [None, None]),
        ('[@"2026-11-21", @"2027-01-01"].year', [2026, 2027]),
    ],
)
def test_values_have_properties(text, value):
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5 in (< 6)", True),
        ("5 in (!= 5)", False),
        ("5 in [[1..2], [4..6]]", True),
        ("5 in [1, 5]", True),
        ("5 in [1, 2]", False),
        ('5 in ["a"]', False),
        ("5 in null", False),
        ("null in null", True),
        ("null in [1, null]", True),
        ("[1, 2] in [[1, 2], [3]]", True),
        ("[1, 2] in [1, 2]", True),
        ("5 in (1, null, 5)", True),
        ('5 in (1, "a")', None),
        ('"b" in ["a".."c"]', True),
        ("5 in limit", True),
        ("true in (true, false)", True),
        ("1 in true", None),
    ],
)
def test_in_knows_every_kind_of_test(text, value):
    assert feel.evaluate(text, {"limit": feel.evaluate("[1..10]", {})}) is value


def test_null_equals_null_alone():
    assert feel.evaluate("null = null", {}) is True
    assert feel.evaluate("missing = null", {}) is True
    assert feel.evaluate("missing = 1", {}) is False


def test_numbers_have_thirty_four_digits():
    assert feel.evaluate("1 / 3", {}) == Decimal("0." + "3" * 34)


def test_names_with_spaces_come_from_the_context():
    context = {"Applicant Age": 40, "Loan": {"monthly payment": 100, "net-worth": 5}}

    text = "Applicant Age + Loan.monthly payment + Loan.net-worth"
    assert feel.evaluate(text, context, names=["net-worth"]) == 145


def test_the_moment_of_an_evaluation_can_be_given():
    now = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)

    assert value_of("string(today())") != "2001-01-01"
    assert feel.as_json(feel.evaluate("today()", {}, now=now)) == "2026-11-21"
    assert feel.as_json(feel.compile("now().hour")({}, now)) == 12


def test_an_expression_names_the_variables_it_reads():
    text = "a.b > c and not(d in [e..1]) and (for x in f return x + count(g))[1] = {h: 1, i: h}.i"

    assert feel.compile(text).names == {"a", "c", "d", "e", "f", "g"}


def test_a_text_is_compiled_once():
    assert feel.compile("a + 1") is feel.compile("a + 1")
    assert feel.compile("a b + 1", names=["a b"]) is feel.compile("a b + 1", names=["a b"])


def test_a_value_under_test_has_another_name_for_camunda():
    assert feel.compile_unary_tests("cellInput > 5", dialect="camunda").within(
        {"?": Decimal(6)}, feel.new_run()
    )
    assert (
        feel.compile_unary_tests("cellInput > 5").within({"?": Decimal(6)}, feel.new_run()) is None
    )


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("1 +", 1, 4), ("a >\n  ) 1", 2, 3), ("1 2", 1, 3), ("if a then b", 1, 12), ("", 1, 1)],
)
def test_an_error_tells_the_place_and_what_was_expected(text, line, column):
    with pytest.raises(feel.FeelError) as caught:
        feel.compile(text)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.expected
    assert f"column {column}" in str(caught.value)


def test_a_type_that_does_not_exist_is_an_error_when_the_text_is_read():
    with pytest.raises(feel.FeelError, match="no type `Loan`"):
        feel.compile("a instance of Loan")


def test_a_constant_is_computed_once_and_a_changing_one_is_not():
    run, later = (
        feel.new_run(datetime(2026, 1, 1, tzinfo=UTC)),
        feel.new_run(datetime(2027, 1, 1, tzinfo=UTC)),
    )
    constant, clock = feel.compile('date("2026-11-21")'), feel.compile("now()")

    assert constant.within({}, run) is constant.within({}, later)
    assert clock.within({}, run) != clock.within({}, later)


def test_a_result_never_changes_the_variables():
    variables = {"a": [3, 1, 2], "b": {"c": 1}}

    feel.evaluate('[append(a, 4), sort(a), context put(b, "d", 2), {a: 1}]', variables)

    assert variables == {"a": [3, 1, 2], "b": {"c": 1}}

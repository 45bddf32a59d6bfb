"""Requirements, functions, services and imports (DMN 1.5, 6.3, 7.3, 10.3.2.13 and 10.4)."""

import pytest

from tests.workflows.dmn.drawn import (
    component,
    decision,
    definitions,
    input_data,
    item,
    knowledge,
    literal,
    load,
    service,
)
from workflows import feel

TYPES = (
    item("tSmall", "number", allowed="[0..10]"),
    item("tSmalls", "tSmall", collection=True),
    item("tEach", "number", collection=True, allowed="[0..10]"),
    item("tFew", "number", collection=True, constraint="count(?) < 3"),
    item("tBig", "number", constraint="> 5"),
    item("tPair", "", component("n", "tSmall"), component("s", "string")),
    item("tPairs", "tPair", collection=True),
    item("tMoment", "date and time"),
)


def answer(model, name="D", **inputs):
    """The value as JSON."""
    return feel.as_json(model.evaluate(name, inputs).value)


@pytest.mark.parametrize(
    ("type_ref", "text", "expected"),
    [
        ("number", '"123"', None),
        ("number", "[1]", 1),
        ("number", "[1, 2]", None),
        ("number", "[]", None),
        ("number", "null", None),
        ("string", "1", None),
        ("boolean", '"true"', None),
        ("Any", "[1]", [1]),
        ("date and time", '@"2020-01-01"', "2020-01-01T00:00:00Z"),
        ("tMoment", '@"2020-01-01"', "2020-01-01T00:00:00Z"),
        ("date", '@"2020-01-01T10:00:00"', None),
        ("years and months duration", '@"P1D"', None),
        ("days and time duration", '@"P1D"', "P1D"),
        ("tSmall", "5", 5),
        ("tSmall", "[5]", 5),
        ("tSmall", "50", None),
        ("tSmalls", "5", [5]),
        ("tSmalls", "[5, 50]", None),
        ("tSmalls", "[5, null]", [5, None]),
        ("tEach", "[5, 6]", [5, 6]),
        ("tEach", "[5, 60]", None),
        ("tFew", "[1, 2]", [1, 2]),
        ("tFew", "[1, 2, 3]", None),
        ("tFew", "1", [1]),
        ("tBig", "6", 6),
        ("tBig", "5", None),
        ("tPair", '{n: 1, s: "x"}', {"n": 1, "s": "x"}),
        ("tPair", '{n: 1, s: "x", more: true}', {"n": 1, "s": "x", "more": True}),
        ("tPair", "{n: null, s: null}", {"n": None, "s": None}),
        ("tPair", "{n: 1}", None),
        ("tPair", '{n: 11, s: "x"}', None),
        ("tPairs", '{n: 1, s: "x"}', [{"n": 1, "s": "x"}]),
        ("tPairs", '[{n: 1, s: "x"}, {n: 1}]', None),
    ],
)
def test_what_a_decision_gives_is_bound_to_its_type_or_null(type_ref, text, expected):
    """10.3.2.9.4: binding converts, and what does not conform even then is null."""
    typed = load(*TYPES, decision("D", literal(text), type_ref=type_ref))
    body = load(
        *TYPES,
        knowledge("f", [], literal(text), type_ref=type_ref),
        decision("D", literal("f()"), knows=["f"]),
    )

    assert answer(typed) == expected
    assert answer(body) == expected


@pytest.mark.parametrize(
    ("parameter", "call", "expected"),
    [
        ("p", "f(1)", [1]),
        ("p", "f(p: 1)", [1]),
        ("p", "f(null)", [None]),
        ("p", "f()", None),
        ("p", "f(1, 2)", None),
        ("p", "f(q: 1)", None),
        ("p", "f(p: 1, q: 2)", None),
        ("p: number", 'f("1")', None),
        ("p: number", "f([1])", [1]),
        ("p: number", "f([1, 2])", None),
        ("p: number", "f(null)", [None]),
        ("p: tSmall", "f(5)", [5]),
        ("p: tSmall", "f(50)", None),
        ("p: tSmalls", "f(5)", [[5]]),
        ("p: date and time", 'f(@"2020-01-01")', ["2020-01-01T00:00:00Z"]),
        ("p: tPair", "f({n: 1})", None),
    ],
)
def test_arguments_of_knowledge_conform_or_the_invocation_is_null(parameter, call, expected):
    """Table 63: in `[p]`, null for the parameter differs from null for the invocation."""
    model = load(
        *TYPES,
        knowledge("f", [parameter], literal("[p]")),
        decision("D", literal(call), knows=["f"]),
    )

    assert answer(model) == expected


def test_knowledge_calls_itself_and_others():
    model = load(
        knowledge("fact", ["n"], literal("if n <= 1 then 1 else n * fact(n - 1)")),
        knowledge("even", ["n"], literal("if n = 0 then true else odds(n - 1)"), knows=["odds"]),
        knowledge("odds", ["n"], literal("if n = 0 then false else even(n - 1)"), knows=["even"]),
        decision("D", literal("[fact(5), even(10), odds(4)]"), knows=["fact", "even", "odds"]),
    )

    assert answer(model) == [120, True, False]


def test_knowledge_without_end_is_stopped():
    model = load(
        knowledge("f", ["n"], literal("f(n + 1)")), decision("D", literal("f(1)"), knows=["f"])
    )

    with pytest.raises(feel.BudgetExceeded, match="deep"):
        model.evaluate("D", {})


def test_a_decision_without_logic_is_null_and_so_is_knowledge_without_a_body():
    model = load(
        decision("nothing", ""),
        knowledge("f", ["p"], ""),
        decision("D", literal("[nothing, f(1), nothing = null]"), after=["nothing"], knows=["f"]),
    )

    assert answer(model, "nothing") is None
    assert answer(model) == [None, None, True]


def test_a_decision_sees_what_it_requires_and_nothing_else():
    """10.3.2.11.2: the global context holds the requirements of the decision."""
    model = load(
        input_data("a", "number"),
        input_data("b", "number"),
        decision("C", literal("a + 1"), needs=["a"]),
        decision("D", literal("[a, b, C]"), after=["C"]),
    )

    assert answer(model, a=1, b=2) == [None, None, 2]


CHAIN = (
    input_data("i", "number"),
    decision("a", literal("i + 1"), needs=["i"]),
    decision("b", literal("a * 10"), after=["a"]),
    decision("c", literal("a * 100"), after=["a"]),
)
ONE = service("s", outputs=["b"], hidden=["a"], data=["i"])
GIVEN = service("s", outputs=["b"], decisions=["a"])
TWO = service("s", outputs=["b", "c"], decisions=["a"], data=["i"])


@pytest.mark.parametrize(
    ("drawn", "call", "expected"),
    [
        (ONE, "s(1)", 20),
        (ONE, "s(i: 1)", 20),
        (ONE, "s([1])", 20),
        (ONE, "s(null)", None),
        (ONE, 's("1")', None),
        (ONE, "s()", None),
        (ONE, "s(1, 2)", None),
        (ONE, "s(a: 1)", None),
        (ONE, "for k in 1..3 return s(k)", [20, 30, 40]),
        (ONE, "s instance of function<number> -> Any", True),
        (ONE, "sort([3,1], function(x, y) s(x) < s(y))", [1, 3]),
        (GIVEN, "s(5)", 50),
        (GIVEN, "s(a: 5)", 50),
        (GIVEN, "s(i: 5)", None),
        (TWO, "s(1, 5)", {"b": 50, "c": 500}),
        (TWO, "s(a: 5, i: 1)", {"b": 50, "c": 500}),
        (TWO, "s(a: 5)", {"b": 50, "c": 500}),
        (TWO, "s(5)", None),
        (TWO, "s(1, 5).c", 500),
        (service("s", outputs=["b"], decisions=["a"], type_ref="string"), "s(5)", None),
        (service("s", outputs=["b"], decisions=["a"], type_ref="number"), "s(5)", 50),
    ],
)
def test_a_service_is_a_function_of_its_input_data_and_input_decisions(drawn, call, expected):
    """10.4: input data first, then input decisions; several outputs make a context."""
    model = load(*CHAIN, drawn, decision("D", literal(call), knows=["s"]))

    assert answer(model) == expected


def test_a_service_is_evaluated_by_name_too():
    model = load(*CHAIN, TWO)

    assert answer(model, "s", a=5) == {"b": 50, "c": 500}
    assert answer(model, "s", i=5) == {"b": None, "c": None}


RATES = definitions(
    item("tRate", "number", allowed="[0..1]"),
    item("tCase", "", component("rate", "tRate")),
    input_data("i", "number"),
    decision("d", literal("i * 2"), needs=["i"]),
    knowledge("k", ["p"], literal("p + 1")),
    service("s", outputs=["d"], data=["i"]),
    namespace="urn:rates",
    name="Rates",
)


def importing(name, *elements):
    """A model that imports RATES by this name."""
    kind = "https://www.omg.org/spec/DMN/20230324/MODEL/"
    own = f'<import name="{name}" namespace="urn:rates" importType="{kind}"/>'
    return load(own, *elements, imported={"urn:rates": RATES})


@pytest.mark.parametrize("name", ["rates", "", "my rates"])
def test_what_an_import_brings_is_qualified_by_its_name_unless_it_has_none(name):
    """10.3.1.5 and 10.4: the qualified name is I.E; the elements of an unnamed import are E."""
    at = f"{name}." if name else ""

    def value(text, **requirements):
        needed = {kind: [f"urn:rates#{each}"] for kind, each in requirements.items()}
        model = importing(name, decision("D", literal(text.replace("@", at)), **needed))
        return answer(model, **{f"{at}i": 4})

    assert value("@i + 1", needs="i") == 5
    assert value("@d + 1", after="d") == 9
    assert value("@k(4)", knows="k") == 5
    assert value("@k(p: 4)", knows="k") == 5
    assert value("@s(4)", knows="s") == 8
    assert value("@s(i: 4)" if not name else "@s(5)", knows="s") == (10 if name else 8)
    assert value("{rate: 1} instance of @tCase") is True


@pytest.mark.parametrize("name", ["rates", "", "my rates"])
def test_types_of_an_import_check_and_convert(name):
    at = f"{name}." if name else ""
    model = importing(
        name,
        item("tCases", f"{at}tCase", collection=True),
        decision("good", literal("{rate: 0.5}"), type_ref="tCases"),
        decision("bad", literal("{rate: 2}"), type_ref="tCases"),
        input_data("x", f"{at}tCase"),
        decision("D", literal("x.rate"), needs=["x"]),
    )

    assert answer(model, "good") == [{"rate": 0.5}]
    assert answer(model, "bad") is None
    assert answer(model, x={"rate": 1}) == 1


@pytest.mark.parametrize(
    "inputs", [{"rates.i": 4}, {"rates": {"i": 4}}, {"i": 4}], ids=["dotted", "nested", "bare"]
)
def test_input_of_an_imported_model_is_given_by_its_qualified_name(inputs):
    model = importing("rates", decision("D", literal("rates.d + 1"), after=["urn:rates#d"]))

    assert feel.as_json(model.evaluate("D", inputs).value) == 9


def test_models_import_models_that_import_models():
    kind = "https://www.omg.org/spec/DMN/20230324/MODEL/"
    middle = definitions(
        f'<import name="low" namespace="urn:rates" importType="{kind}"/>',
        decision("m", literal("low.d + low.k(1)"), after=["urn:rates#d"], knows=["urn:rates#k"]),
        namespace="urn:middle",
    )
    model = load(
        f'<import name="mid" namespace="urn:middle" importType="{kind}"/>',
        decision("D", literal("mid.m * 10"), after=["urn:middle#m"]),
        imported={"urn:rates": RATES, "urn:middle": middle},
    )

    assert feel.as_json(model.evaluate("D", {"mid": {"low": {"i": 4}}}).value) == 100
    assert feel.as_json(model.evaluate("D", {"mid.low.i": 4}).value) == 100


JAVA = '<context><contextEntry><variable name="class"/>{}</contextEntry>{}</context>'


def java(of, signature):
    """The body of a function that names a method."""
    second = f'<contextEntry><variable name="method signature"/>{literal(signature)}</contextEntry>'
    return JAVA.format(literal(of), second)


@pytest.mark.parametrize(
    ("of", "signature", "call", "expected"),
    [
        ('"java.lang.Math"', '"max(int,int)"', "f(1, 2)", 2),
        ('"java.lang.Math"', '"max(int,int)"', "f(a: 1, b: 2)", 2),
        ('"java.lang.Math"', '"max(int,int)"', 'f("1", 2)', None),
        ('"java.lang.Math"', '"max(int,int)"', "f(1)", None),
        ('"java.lang.Math"', '"nothing(int,int)"', "f(1, 2)", None),
        ('"java.lang.Runtime"', '"halt(int,int)"', "f(1, 2)", None),
    ],
)
def test_models_name_methods_of_java(of, signature, call, expected):
    """10.2.1.7 and 10.3.2.13.3."""
    function = knowledge("f", ["a: number", "b: number"], java(of, signature)).replace(
        "<encapsulatedLogic", '<encapsulatedLogic kind="Java"'
    )
    model = load(function, decision("D", literal(call), knows=["f"]))

    assert answer(model) == expected
    assert bool(model.evaluate("D", {}).errors) is (expected is None)

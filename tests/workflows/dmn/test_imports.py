"""Models that build on other models."""

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
from workflows import dmn, feel

RATES = definitions(
    item("tRate", "number", allowed="[0..1]"),
    item("tCase", "", component("case number", "number")),
    input_data("country", "string"),
    decision(
        "base rate",
        literal('if country = "DE" then 0.5 else 0'),
        needs=["country"],
        type_ref="tRate",
    ),
    knowledge("twice", ["a"], literal("a * 2")),
    service("rating", outputs=["base rate"], data=["country"]),
    namespace="urn:rates",
    name="Rates",
)


def using(name, namespace="urn:rates"):
    return f'<import name="{name}" namespace="{namespace}" importType="{"https://www.omg.org/spec/DMN/20230324/MODEL/"}"/>'


def test_elements_of_an_imported_model_are_known_by_its_name():
    model = load(
        using("rates"),
        input_data("amount"),
        decision(
            "tax", literal("amount * rates.base rate + rates.twice(1)"),
            needs=["amount"], after=["urn:rates#base_rate"], knows=["urn:rates#twice"],
        ),
        imported={"urn:rates": RATES},
    )  # fmt: skip

    flat = model.evaluate("tax", {"amount": 10, "country": "DE"})
    nested = model.evaluate("tax", {"amount": 10, "rates": {"country": "DE"}})

    assert flat.value == 7
    assert nested.value == 7
    assert [step.name for step in flat.trace] == ["base rate", "tax"]


def test_types_of_an_imported_model_are_known_by_its_name():
    model = load(
        using("rates"),
        input_data("r", "rates.tRate"),
        input_data("c", "rates.tCase"),
        decision("D", literal("[r, c.case number]"), needs=["r", "c"]),
        imported={"urn:rates": RATES},
    )

    assert feel.as_python(model.evaluate("D", {"r": 0.5, "c": {"case number": 7}}).value) == [
        0.5,
        7,
    ]
    assert feel.as_python(model.evaluate("D", {"r": 5}).value) == [None, None]


def test_imported_services_are_functions():
    model = load(
        using("the rates"),
        decision("D", literal('the rates.rating("DE")'), knows=["urn:rates#rating"]),
        imported={"urn:rates": RATES},
    )

    assert feel.as_python(model.evaluate("D", {}).value) == 0.5


def test_what_an_imported_model_decides_can_be_asked_for():
    model = load(using("rates"), imported={"urn:rates": RATES})

    assert feel.as_python(model.evaluate("rates.base rate", {"country": "DE"}).value) == 0.5
    assert model.evaluate("rates.twice", {"a": 2}).value == 4


def test_an_import_without_a_name_brings_plain_names():
    model = load(
        using(""),
        decision(
            "D",
            literal("base rate + twice(1)"),
            after=["urn:rates#base_rate"],
            knows=["urn:rates#twice"],
        ),
        imported={"urn:rates": RATES},
    )

    assert feel.as_python(model.evaluate("D", {"country": "DE"}).value) == 2.5


def test_imports_go_on_and_a_model_is_evaluated_once():
    middle = definitions(
        using("rates"),
        decision("double", literal("rates.base rate * 2"), after=["urn:rates#base_rate"]),
        namespace="urn:middle",
    )
    model = load(
        using("middle", "urn:middle"),
        using("r"),
        decision(
            "D",
            literal("middle.double + r.base rate"),
            after=["urn:middle#double", "urn:rates#base_rate"],
        ),
        imported={"urn:rates": RATES, "urn:middle": middle},
    )

    result = model.evaluate("D", {"middle": {"rates": {"country": "DE"}}})

    assert feel.as_python(result.value) == 1.5
    assert [step.name for step in result.trace] == ["base rate", "double", "D"]


def test_given_models_are_also_found_by_what_they_say_of_themselves():
    model = load(using("rates"), imported={"rates.dmn": RATES})

    assert model.evaluate("rates.twice", {"a": 2}).value == 4


def test_an_import_that_is_not_given_is_refused():
    with pytest.raises(dmn.DmnError, match="imports urn:rates, which is not here"):
        load(using("rates"))


def test_imports_in_a_circle_are_refused():
    other = definitions(using("back", "urn:test"), namespace="urn:other")
    me = definitions(using("other", "urn:other"))

    with pytest.raises(dmn.DmnError, match="import each other in a circle"):
        dmn.load(me, imported={"urn:other": other, "urn:test": me})


def test_what_is_wrong_inside_of_an_import_names_the_import():
    broken = definitions(decision("D", literal("1 +")), namespace="urn:rates", name="Rates")

    with pytest.raises(dmn.DmnError, match="Rates: D: Line 1, column 4"):
        load(using("rates"), imported={"urn:rates": broken})


def test_imports_of_other_kinds_are_left_out_with_a_warning():
    model = load('<import name="m" namespace="urn:pmml" importType="http://www.dmg.org/PMML-4_4"/>')

    assert model.findings[0].severity is dmn.Severity.WARNING


def test_a_model_may_be_imported_by_two_names():
    model = load(
        using("a"),
        using("b"),
        decision(
            "D",
            literal("a.base rate + b.base rate + b.twice(1)"),
            after=["urn:rates#base_rate"],
            knows=["urn:rates#twice"],
        ),
        imported={"urn:rates": RATES},
    )

    assert model.evaluate("D", {"country": "DE"}).value == 3

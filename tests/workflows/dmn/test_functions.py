"""Business knowledge models and decision services: called from FEEL and from outside."""

import pytest

from tests.workflows.dmn.drawn import decision, input_data, knowledge, literal, load, service, table
from workflows import dmn, feel


def value_of(model, name, **given):
    return feel.as_python(model.evaluate(name, given).value)


def test_a_knowledge_model_is_a_function_of_its_parameters():
    model = load(
        knowledge("net amount", ["gross amount: number", "rate"], literal("gross amount * rate")),
        input_data("x"),
        decision(
            "D",
            literal("[net amount(x, 0.5), net amount(rate: 0.5, gross amount: x), net amount(x)]"),
            needs=["x"], knows=["net amount"],
        ),
    )  # fmt: skip

    assert value_of(model, "D", x=10) == [5, 5, None]


def test_only_required_functions_are_known():
    model = load(knowledge("twice", ["a"], literal("a * 2")), decision("D", literal("twice(2)")))

    result = model.evaluate("D", {})

    assert result.value is None
    assert "twice" in result.errors[0]


def test_knowledge_models_call_each_other_and_themselves():
    model = load(
        knowledge("even", ["n"], literal("if n = 0 then true else odd(n - 1)"), knows=["odd"]),
        knowledge("odd", ["n"], literal("if n = 0 then false else even(n - 1)"), knows=["even"]),
        knowledge("fact", ["n"], literal("if n < 2 then 1 else n * fact(n - 1)")),
        decision("D", literal("[even(10), odd(10), fact(5)]"), knows=["even", "odd", "fact"]),
    )

    assert value_of(model, "D") == [True, False, 120]


@pytest.mark.parametrize("depth", [1_000, 1_000_000])
def test_endless_recursion_ends(depth):
    model = load(
        knowledge("deep", ["n"], literal("deep(n + 1)")),
        decision("D", literal(f"deep({depth})"), knows=["deep"]),
    )

    with pytest.raises(feel.BudgetExceeded):
        model.evaluate("D", {})


def test_an_argument_that_does_not_conform_makes_the_call_null():
    model = load(
        knowledge("known", ["a: number"], literal("a = null")),
        decision("D", literal('[known("x"), known([5]), known(null)]'), knows=["known"]),
    )

    assert value_of(model, "D") == [None, False, True]


def test_the_result_conforms_to_the_declared_type():
    model = load(
        knowledge("text", ["a"], literal("a"), type_ref="string"),
        decision("D", literal('[text("x"), text(5)]'), knows=["text"]),
    )

    assert value_of(model, "D") == ["x", None]


def test_a_table_in_a_knowledge_model_sees_its_parameters():
    grades = table(["points"], [""], [["> 5", '"A"'], ["-", '"B"']], policy="FIRST")
    model = load(
        knowledge("grade", ["points"], grades),
        decision("D", literal("[grade(9), grade(1)]"), knows=["grade"]),
    )

    assert value_of(model, "D") == ["A", "B"]


def test_a_knowledge_model_can_be_evaluated_by_itself():
    model = load(knowledge("net amount", ["gross", "rate"], literal("gross * rate")))

    assert value_of(model, "net amount", gross=10, rate=0.5) == 5
    assert value_of(model, "net amount", gross=10) is None


def test_functions_are_values():
    model = load(
        knowledge("twice", ["a"], literal("a * 2")),
        knowledge("apply", ["f", "a"], literal("f(f(a))")),
        decision("D", literal("apply(twice, 3)"), knows=["twice", "apply"]),
    )

    assert value_of(model, "D") == 12


def test_java_is_never_run():
    java = knowledge("cos", ["a"], literal("{}")).replace(
        "<encapsulatedLogic", '<encapsulatedLogic kind="Java"'
    )
    model = load(java, decision("D", literal("cos(1)"), knows=["cos"]))

    result = model.evaluate("D", {})

    assert result.value is None
    assert result.errors == ("D: cos is written in Java, which is never run.",)


PRICING = (
    input_data("amount", "number"),
    input_data("country", "string"),
    decision(
        "rate", literal('if country = "DE" then 0.5 else 0'), needs=["country"], type_ref="number"
    ),
    decision("tax", literal("amount * rate"), needs=["amount"], after=["rate"]),
    decision("total", literal("amount + tax"), needs=["amount"], after=["tax"]),
)


def test_a_service_with_one_output_gives_its_value():
    model = load(
        *PRICING,
        service("pricing", outputs=["total"], hidden=["tax", "rate"], data=["amount", "country"]),
    )

    assert value_of(model, "pricing", amount=10, country="DE") == 15


def test_a_service_with_several_outputs_gives_a_context():
    model = load(
        *PRICING,
        service("pricing", outputs=["total", "tax"], hidden=["rate"], data=["amount", "country"]),
    )

    assert value_of(model, "pricing", amount=10, country="DE") == {"total": 15, "tax": 5}


def test_input_decisions_are_given_and_never_evaluated():
    model = load(
        *PRICING,
        service("pricing", outputs=["total"], hidden=["tax"], decisions=["rate"], data=["amount"]),
    )

    result = model.evaluate("pricing", {"amount": 10, "rate": 1})

    assert result.value == 20
    assert [step.name for step in result.trace] == ["tax", "total"]


def test_a_service_is_a_function_of_input_data_then_input_decisions():
    model = load(
        *PRICING,
        service("pricing", outputs=["total"], hidden=["tax"], decisions=["rate"], data=["amount"]),
        decision(
            "D",
            literal(
                "[pricing(10, 1), pricing(rate: 1, amount: 10), pricing(10), "
                'pricing("a", 1), pricing(a: 1)]'
            ),
            knows=["pricing"],
        ),
    )  # fmt: skip

    assert value_of(model, "D") == [20, 20, None, None, None]


def test_a_service_does_not_see_the_callers_inputs():
    model = load(
        *PRICING,
        service("pricing", outputs=["tax"], data=["amount"], decisions=["rate"]),
        decision("D", literal("pricing(1, 1) + amount"), needs=["amount"], knows=["pricing"]),
    )

    assert value_of(model, "D", amount=100, country="DE") == 101


def test_a_service_without_an_output_is_warned_about():
    model = load(service("empty", outputs=[]))

    assert "no output decision" in model.findings[0].sentence
    assert model.findings[0].severity is dmn.Severity.WARNING

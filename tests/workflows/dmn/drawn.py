"""DMN files written in few words, for tests.

load(input_data("amount", "number"), decision("Routing", table(...), needs=["amount"]))
"""

from html import escape

from workflows import dmn

NAMESPACES = {
    "1.1": "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}


def definitions(*elements, version="1.5", namespace="urn:test", name="test", more=""):
    """A file with these elements."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{NAMESPACES[version]}" '
        f'name="{name}" namespace="{namespace}" {more}>\n'
        + "\n".join(elements)
        + "\n</definitions>"
    ).encode()


def load(*elements, imported=None, tolerant=False, **options):
    """The loaded model with these elements."""
    return dmn.load(definitions(*elements, **options), imported=imported, tolerant=tolerant)


def attribute(name, value):
    """An attribute, nothing when there is no value."""
    return f' {name}="{escape(value)}"' if value else ""


def input_data(name, type_ref=""):
    """Input data; its id is its name with underscores."""
    return (
        f'<inputData id="{key(name)}" name="{escape(name)}">{variable(name, type_ref)}</inputData>'
    )


def key(name):
    """The id that goes with a name."""
    return "".join(sign if sign.isalnum() else "_" for sign in name)


def variable(name, type_ref=""):
    """An information item."""
    return f'<variable name="{escape(name)}"{attribute("typeRef", type_ref)}/>'


def required(tag, outer, names):
    """Requirements of one kind; a name may also be a whole reference."""
    return "".join(
        f'<{outer}><{tag} href="{name if "#" in name else "#" + key(name)}"/></{outer}>'
        for name in names
    )


def decision(name, logic, *, needs=(), after=(), knows=(), type_ref=""):
    """A decision that needs input data, comes after decisions, and knows functions."""
    return (
        f'<decision id="{key(name)}" name="{escape(name)}">{variable(name, type_ref)}'
        + required("requiredInput", "informationRequirement", needs)
        + required("requiredDecision", "informationRequirement", after)
        + required("requiredKnowledge", "knowledgeRequirement", knows)
        + f"{logic}</decision>"
    )


def literal(text, type_ref=""):
    """A literal expression."""
    type_ref = attribute("typeRef", type_ref)
    return f"<literalExpression{type_ref}><text>{escape(text)}</text></literalExpression>"


def knowledge(name, parameters, body, *, knows=(), type_ref=""):
    """A business knowledge model; parameters are `name` or `name: type`."""
    return (
        f'<businessKnowledgeModel id="{key(name)}" name="{escape(name)}">'
        f"{variable(name, type_ref)}<encapsulatedLogic>{formal(parameters)}{body}"
        "</encapsulatedLogic>"
        + required("requiredKnowledge", "knowledgeRequirement", knows)
        + "</businessKnowledgeModel>"
    )


def formal(parameters):
    """Formal parameters."""
    parts = [each.partition(": ") for each in parameters]
    return "".join(
        f'<formalParameter name="{escape(name)}"{attribute("typeRef", type_ref)}/>'
        for name, _, type_ref in parts
    )


def service(name, *, outputs, hidden=(), decisions=(), data=(), type_ref=""):
    """A decision service."""
    parts = (
        *(("outputDecision", each) for each in outputs),
        *(("encapsulatedDecision", each) for each in hidden),
        *(("inputDecision", each) for each in decisions),
        *(("inputData", each) for each in data),
    )
    return (
        f'<decisionService id="{key(name)}" name="{escape(name)}">{variable(name, type_ref)}'
        + "".join(f'<{tag} href="#{key(each)}"/>' for tag, each in parts)
        + "</decisionService>"
    )


def table(inputs, outputs, rules, *, policy="UNIQUE", aggregation="", annotations=()):
    """A decision table. Inputs are texts, or (text, type, allowed values); outputs are names, or
    (name, allowed values, default); rules are lists of cells, annotations last.
    """
    columns = [each if isinstance(each, tuple) else (each, "", "") for each in inputs]
    results = [each if isinstance(each, tuple) else (each, "", "") for each in outputs]
    return (
        f'<decisionTable id="table" hitPolicy="{policy}"{attribute("aggregation", aggregation)}>'
        + "".join(_input(*each) for each in columns)
        + "".join(_output(*each) for each in results)
        + "".join(f'<annotation name="{escape(each)}"/>' for each in annotations)
        + "".join(
            _rule(number, rule, len(columns), len(results)) for number, rule in enumerate(rules, 1)
        )
        + "</decisionTable>"
    )


def tag(name, text):
    """An element with a text, nothing without one."""
    return f"<{name}><text>{escape(text)}</text></{name}>" if text else ""


def _input(text, type_ref, allowed):
    expression = f"<inputExpression{attribute('typeRef', type_ref)}><text>{escape(text)}</text>"
    return f"<input>{expression}</inputExpression>{tag('inputValues', allowed)}</input>"


def _output(name, allowed, default):
    inside = tag("outputValues", allowed) + tag("defaultOutputEntry", default)
    return f"<output{attribute('name', name)}>{inside}</output>"


def _rule(number, cells, inputs, outputs):
    conditions, results = cells[:inputs], cells[inputs : inputs + outputs]
    return (
        f'<rule id="rule{number}">'
        + "".join(f"<inputEntry><text>{escape(each)}</text></inputEntry>" for each in conditions)
        + "".join(f"<outputEntry><text>{escape(each)}</text></outputEntry>" for each in results)
        + "".join(
            f"<annotationEntry><text>{escape(each)}</text></annotationEntry>"
            for each in cells[inputs + outputs :]
        )
        + "</rule>"
    )


def item(name, type_ref="", *components, collection=False, allowed="", constraint=""):
    """An item definition."""
    return _item("itemDefinition", name, type_ref, components, collection, allowed, constraint)


def component(name, type_ref="", *components, collection=False, allowed=""):
    """A component of an item definition."""
    return _item("itemComponent", name, type_ref, components, collection, allowed, "")


def _item(element, name, type_ref, components, collection, allowed, constraint):
    many = ' isCollection="true"' if collection else ""
    base = f"<typeRef>{escape(type_ref)}</typeRef>" if type_ref else ""
    return (
        f'<{element} name="{escape(name)}"{many}>{base}{tag("allowedValues", allowed)}'
        f"{tag('typeConstraint', constraint)}{''.join(components)}</{element}>"
    )

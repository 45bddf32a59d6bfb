"""XML to decision tables, literal expressions, variables and type references."""

from typing import Any

from lxml import etree

from workflows.dmn import model
from workflows.dmn.source import CAMUNDA, Source, is_feel
from workflows.xml_source import line_of, text_of


class TableReader:
    """Reads the elements of one file and collects what is wrong with them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[model.Finding] = []

    def found(
        self,
        element: etree._Element,
        sentence: str,
        severity: model.Severity = model.Severity.ERROR,
    ) -> None:
        """Note what is wrong with this element."""
        place = (element.get("id", ""), line_of(element))
        self.findings.append(model.Finding(*place, sentence, severity))

    def name_of(self, element: etree._Element, attribute: str = "name") -> str:
        """A name with single spaces (DMN 1.5, 10.3.1.3)."""
        return " ".join(element.get(attribute, "").split())

    def common(self, element: etree._Element) -> dict[str, Any]:
        """What every expression has: id, line and type reference."""
        return {
            "id": element.get("id", ""),
            "line": line_of(element),
            "type_ref": self.type_ref(element),
        }

    def type_ref(self, element: etree._Element, attribute: str = "typeRef") -> str | None:
        """The type reference of an attribute or (DMN 1.1) of a child element.

        A prefix that stands for FEEL or for this model is left out, one that stands for another
        model becomes `{namespace}`.
        """
        text = element.get(attribute) or self.source.text(element, attribute)
        text = " ".join(text.split())
        if text == "<Undefined>":  # what some modelers write for none
            return None
        prefix, colon, name = text.partition(":")
        uri = element.nsmap.get(prefix) if colon else None
        if colon and prefix == "feel":
            return name
        if uri is None:
            return text or None
        return name if is_feel(uri) or uri == self.own_namespace else f"{{{uri}}}{name}"

    @property
    def own_namespace(self) -> str:
        """The namespace that the elements of this file are in, for references."""
        return str(self.source.root.get("namespace", ""))

    def variable_of(self, element: etree._Element) -> model.Variable:
        """An information item."""
        return model.Variable(self.name_of(element), self.type_ref(element))

    def variable_in(self, element: etree._Element) -> model.Variable | None:
        """The child `variable`, None without one."""
        found = self.source.child(element, "variable")
        return None if found is None else self.variable_of(found)

    def literal(self, element: etree._Element) -> model.LiteralExpression:
        """A literal expression."""
        if self.source.child(element, "importedValues") is not None:
            self.found(element, "Imported values are not supported. Write the expression here.")
        return model.LiteralExpression(
            text=self.source.text(element, "text"),
            language=element.get("expressionLanguage", ""),
            **self.common(element),
        )

    def cell(self, element: etree._Element | None) -> model.Cell | None:
        """Unary tests, None without the element."""
        if element is None:
            return None
        return model.Cell(
            self.source.text(element, "text"),
            element.get("id", ""),
            line_of(element),
            element.get("expressionLanguage", ""),
        )

    def table(self, element: etree._Element) -> model.Boxed:
        """A decision table; a rule with too few cells is an error."""
        inputs = tuple(self.input(each) for each in self.source.children(element, "input"))
        outputs = tuple(self.output(each) for each in self.source.children(element, "output"))
        if not outputs:
            self.found(element, "The table has no output. Add an output column.")
        rules = tuple(
            self.rule(each, len(inputs), len(outputs))
            for each in self.source.children(element, "rule")
        )
        return model.DecisionTable(
            hit_policy=self.hit_policy(element),
            aggregation=self.aggregation(element, len(outputs)),
            inputs=inputs,
            outputs=outputs,
            annotations=tuple(
                self.name_of(each) for each in self.source.children(element, "annotation")
            ),
            rules=rules,
            **self.common(element),
        )

    def hit_policy(self, element: etree._Element) -> model.HitPolicy:
        """UNIQUE unless the table says otherwise."""
        text = element.get("hitPolicy") or "UNIQUE"
        try:
            return model.HitPolicy(text)
        except ValueError:
            known = ", ".join(model.HitPolicy)
            self.found(element, f"There is no hit policy {text[:40]!r}. Use one of {known}.")
            return model.HitPolicy.UNIQUE

    def aggregation(self, element: etree._Element, outputs: int) -> model.Aggregation:
        """The operator of COLLECT; undefined over several outputs (DMN 1.5, 8.2.10)."""
        text = element.get("aggregation", "")
        try:
            operator = model.Aggregation(text)
        except ValueError:
            self.found(element, f"There is no aggregation {text[:40]!r}. Use SUM, COUNT, MIN, MAX.")
            return model.Aggregation.NONE
        if operator and outputs > 1:
            self.found(
                element,
                f"{operator} is not defined over {outputs} outputs. Each is aggregated by itself.",
                model.Severity.WARNING,
            )
        return operator

    def input(self, element: etree._Element) -> model.InputClause:
        """A condition column."""
        expression = self.source.child(element, "inputExpression")
        return model.InputClause(
            None if expression is None else self.literal(expression),
            self.cell(self.source.child(element, "inputValues")),
            element.get("id", ""),
            line_of(element),
            element.get("label", ""),
            element.get(f"{{{CAMUNDA}}}inputVariable", "").strip(),
        )

    def output(self, element: etree._Element) -> model.OutputClause:
        """A result column."""
        default = self.source.child(element, "defaultOutputEntry")
        return model.OutputClause(
            self.name_of(element),
            self.type_ref(element),
            self.cell(self.source.child(element, "outputValues")),
            None if default is None else self.literal(default),
            element.get("id", ""),
            line_of(element),
            element.get("label", ""),
        )

    def rule(self, element: etree._Element, inputs: int, outputs: int) -> model.Rule:
        """One rule."""
        conditions = tuple(
            cell
            for each in self.source.children(element, "inputEntry")
            if (cell := self.cell(each)) is not None
        )
        results = tuple(self.literal(each) for each in self.source.children(element, "outputEntry"))
        if (len(conditions), len(results)) != (inputs, outputs):
            self.found(
                element,
                f"The rule has {len(conditions)} conditions and {len(results)} results; "
                f"the table has {inputs} inputs and {outputs} outputs.",
            )
        return model.Rule(
            conditions,
            results,
            tuple(
                self.source.text(each, "text") or text_of(each)
                for each in self.source.children(element, "annotationEntry")
            ),
            self.source.text(element, "description"),
            element.get("id", ""),
            line_of(element),
        )

"""Definitions to a graph that can be evaluated: references found, types resolved, texts compiled.

What is wrong is collected, not raised: a person who repairs a model wants to see all of it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from workflows.dmn import model, names
from workflows.dmn.boxed import compiled
from workflows.dmn.dialect import CAMUNDA
from workflows.dmn.functions import Callee, Foreign, Knowledge, Signature
from workflows.dmn.graph import Node, ServiceFunction, cycle_among
from workflows.dmn.items import ItemTypes
from workflows.dmn.offering import Offers, by_functions, by_signature
from workflows.dmn.visible import Visible, typed
from workflows.feel import types

Report = Callable[[model.Finding], None]
_KINDS: dict[type, str] = {
    model.LiteralExpression: "literal expression",
    model.DecisionTable: "decision table",
    model.BoxedContext: "context",
    model.Relation: "relation",
    model.BoxedList: "list",
    model.BoxedInvocation: "invocation",
    model.FunctionDefinition: "function definition",
    model.Conditional: "conditional",
    model.Iterator: "iterator",
    model.BoxedFilter: "filter",
}


class Linked:
    """One model, linked with those that it imports."""

    def __init__(
        self,
        definitions: model.Definitions,
        imported: Mapping[str, "Linked"],
        report: Report,
        report_text: Report,
    ) -> None:
        self.definitions = definitions
        self.imported = imported
        self._report, self._report_text = report, report_text
        inner = {name: other.types for name, other in imported.items()}
        self.types: ItemTypes = ItemTypes(definitions, inner, report_text)
        self.nodes: dict[str, Node] = {}
        self.functions: dict[str, Callee] = {}
        self._draw()
        circle = cycle_among(self.nodes.values())
        if circle is not None:
            self._refuse_circle(circle)
            return
        self._offers = Offers(self.nodes.values())
        self._compile_all()

    def _draw(self) -> None:
        """The nodes, and which of them require which."""
        elements: tuple[model.Input | model.Decision, ...] = (
            *self.definitions.inputs,
            *self.definitions.decisions,
        )
        for each in elements:
            kind = self.types.of(each.variable.type_ref, each.id, each.line)
            self.nodes[each.id or each.name] = Node(each, kind)
        for decision in self.definitions.decisions:
            self._require(decision)

    def _compile_all(self) -> None:
        for bkm in self.definitions.knowledge:
            self.functions[bkm.id or bkm.name] = self._shell(bkm)
        for service in self.definitions.services:
            self.functions[service.id or service.name] = self._service(service)
        for bkm in self.definitions.knowledge:
            self._fill(bkm)
        for decision in self.definitions.decisions:
            self._compile(decision)

    def _refuse_circle(self, circle: list[Node]) -> None:
        titles = " → ".join(node.name for node in [*circle, circle[0]])
        element = circle[0].element
        sentence = f"Decisions require each other in a circle: {titles}. Break it."
        self._report(model.Finding(element.id, element.line, sentence))

    # References

    def _elsewhere(self, href: model.Href) -> tuple[tuple[str, ...], "Linked"] | None:
        """The model that a reference points into, and by which names it is imported."""
        if not href.namespace:
            return ("",), self
        names_of_it = tuple(
            name
            for name, other in self.imported.items()
            if other.definitions.namespace == href.namespace
        )
        return (names_of_it, self.imported[names_of_it[0]]) if names_of_it else None

    def _dangling(self, owner: str, href: model.Href, what: str) -> None:
        target = f"{href.namespace}#{href.id}"
        sentence = f"{owner} refers to {target}, but there is no such {what}."
        self._report(model.Finding(href.id, href.line, sentence))

    def node_of(self, href: model.Href, owner: str) -> tuple[tuple[str, ...], Node] | None:
        """The input data or decision that a reference means; None and a finding without it."""
        place = self._elsewhere(href)
        node = place[1].nodes.get(href.id) if place else None
        if place is None or node is None:
            self._dangling(owner, href, "input data or decision")
            return None
        return place[0], node

    def _require(self, decision: model.Decision) -> None:
        node = self.nodes[decision.id or decision.name]
        for href in decision.requires:
            found = self.node_of(href, decision.name)
            if found is None:
                continue
            name = found[1].element.variable.name
            for imported in found[0]:
                if imported:
                    node.foreign.append((imported, name, found[1]))
                else:
                    node.local.append((name, found[1]))

    def _callable(self, hrefs: tuple[model.Href, ...], owner: str) -> dict[str, Any]:
        """The functions that knowledge requirements give: by name, or inside of an import's."""
        scope: dict[str, Any] = {}
        for href in hrefs:
            place = self._elsewhere(href)
            function = place[1].functions.get(href.id) if place else None
            if place is None or function is None:
                self._dangling(owner, href, "business knowledge model or decision service")
                continue
            for imported in place[0]:
                inside = scope.setdefault(imported, {}) if imported else scope
                inside[function.name] = function
        return scope

    # Functions

    def _shell(self, bkm: model.Knowledge) -> Callee:
        """The function, its body and scope to come: models may call each other in circles."""
        result = self.types.of(bkm.variable.type_ref, bkm.id, bkm.line)
        name = bkm.variable.name
        if bkm.function is None:
            sentence = f"{bkm.name} has no logic."
            self._report(model.Finding(bkm.id, bkm.line, sentence, model.Severity.WARNING))
            return Knowledge(name, Signature((), ()), lambda _, run: run.note(sentence), {})
        signature = Signature.of(bkm.function, self.types, result)
        if bkm.function.kind != "FEEL":
            return Foreign(name, signature, bkm.function.kind)
        function = Knowledge(name, signature, lambda _scope, _run: None, {})
        function.offers = by_signature(signature) | names.in_expression(bkm.function)
        return function

    def _fill(self, bkm: model.Knowledge) -> None:
        function = self.functions[bkm.id or bkm.name]
        if bkm.function is None:
            return
        if isinstance(function, Foreign) and function.kind == "JAVA":
            function.mapping = compiled(bkm.function.body, self._visible(bkm.name, set(), None))
        if not isinstance(function, Knowledge):
            return
        function.scope.update(self._callable(bkm.knowledge, bkm.name))
        function.scope[function.name] = function
        known = {*function.signature.names, *by_functions(function.scope)}
        visible = self._visible(bkm.name, known, bkm.variable.type_ref)
        body = compiled(bkm.function.body, visible)
        function.body = typed(body, self.types.of(bkm.function.type_ref, bkm.id, bkm.line))

    def _service(self, service: model.Service) -> Callee:
        given = self._nodes((*service.input_data, *service.input_decisions), service.name)
        outputs = self._nodes(service.outputs, service.name)
        if not outputs:
            sentence = f"{service.name} has no output decision."
            self._report(model.Finding(service.id, service.line, sentence, model.Severity.WARNING))
        result = self.types.of(service.variable.type_ref, service.id, service.line)
        signature = Signature(
            tuple(name for name, _ in given),
            tuple(node.type for _, node in given),
            result.result if isinstance(result, types.FunctionType) else result,
        )
        function = ServiceFunction(
            service.variable.name, signature, [node for _, node in given], outputs
        )
        produced = self._offers.of(node for _, node in outputs)
        function.offers = by_signature(signature) | produced
        return function

    def _nodes(self, hrefs: tuple[model.Href, ...], owner: str) -> list[tuple[str, Node]]:
        """Nodes by their qualified names."""
        found = (self.node_of(href, owner) for href in hrefs)
        return [
            (f"{place[0][0]}.{name}" if place[0][0] else name, place[1])
            for place in found
            if place is not None and (name := place[1].element.variable.name)
        ]

    # Decisions

    def _compile(self, decision: model.Decision) -> None:
        node = self.nodes[decision.id or decision.name]
        node.is_camunda = self.definitions.dialect == CAMUNDA
        node.is_open = not self.definitions.inputs
        node.kind = _KINDS.get(type(decision.expression), "no logic")
        node.base = self._callable(decision.knowledge, decision.name)
        if decision.expression is None:
            sentence = f"{decision.name} has no logic. Give it a table or an expression."
            finding = (decision.id, decision.line, sentence, model.Severity.WARNING)
            self._report(model.Finding(*finding))
        known = {
            *self._offers.of(node.required),
            *by_functions(node.base),
            *names.in_type(node.type),
            *names.in_expression(decision.expression),
        }
        visible = self._visible(decision.name, known, decision.variable.type_ref)
        closure = compiled(decision.expression, visible)
        node.closure = closure if node.is_camunda else typed(closure, node.type)

    def _visible(self, owner: str, known: set[str], result_ref: str | None) -> Visible:
        known.update(self.imported)
        return Visible(frozenset(known), self.types, owner, self._report_text, result_ref)

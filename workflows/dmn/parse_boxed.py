"""XML to boxed expressions (DMN 1.5, 7.3 and 10.5); decision tables are read in `parse_table`."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from workflows.dmn import model
from workflows.dmn.parse_table import TableReader


class BoxedReader(TableReader):
    """Reads any expression; what it cannot read becomes a finding."""

    def expression_in(
        self, parent: etree._Element | None, skip: frozenset[str] = frozenset()
    ) -> model.Boxed | None:
        """The first expression among the children, None when there is none."""
        if parent is None:
            return None
        found = self.expressions_in(parent, skip)
        return found[0] if found else None

    def expressions_in(
        self, parent: etree._Element, skip: frozenset[str] = frozenset()
    ) -> list[model.Boxed]:
        """All expressions among the children, in order."""
        return [
            READERS[tag](self, child)
            for child in parent
            if (tag := self.source.tag_of(child)) in READERS and tag not in skip
        ]

    def context(self, element: etree._Element) -> model.Boxed:
        """A boxed context."""
        entries = tuple(
            model.ContextEntry(self.variable_in(entry), self.expression_in(entry))
            for entry in self.source.children(element, "contextEntry")
        )
        return model.BoxedContext(entries=entries, **self.common(element))

    def relation(self, element: etree._Element) -> model.Boxed:
        """A relation; a row with too few cells is filled with nothing."""
        columns = tuple(
            self.variable_of(column) for column in self.source.children(element, "column")
        )
        rows = []
        for row in self.source.children(element, "row"):
            cells: list[model.Boxed | None] = list(self.expressions_in(row))
            if len(cells) != len(columns):
                self.found(row, f"The row has {len(cells)} cells for {len(columns)} columns.")
            cells += [None] * (len(columns) - len(cells))
            rows.append(tuple(cells[: len(columns)]))
        return model.Relation(columns=columns, rows=tuple(rows), **self.common(element))

    def boxed_list(self, element: etree._Element) -> model.Boxed:
        """A list."""
        return model.BoxedList(items=tuple(self.expressions_in(element)), **self.common(element))

    def invocation(self, element: etree._Element) -> model.Boxed:
        """An invocation and its bindings."""
        bindings = tuple(
            (self.variable_of(parameter), self.expression_in(binding))
            for binding in self.source.children(element, "binding")
            if (parameter := self.source.child(binding, "parameter")) is not None
        )
        return model.BoxedInvocation(
            function=self.expression_in(element), bindings=bindings, **self.common(element)
        )

    def function(self, element: etree._Element) -> model.FunctionDefinition:
        """A function definition; also the encapsulated logic of a business knowledge model."""
        parameters = tuple(
            self.variable_of(each) for each in self.source.children(element, "formalParameter")
        )
        return model.FunctionDefinition(
            kind=element.get("kind", "FEEL").upper(),
            parameters=parameters,
            body=self.expression_in(element),
            **self.common(element),
        )

    def conditional(self, element: etree._Element) -> model.Boxed:
        """If, then, else."""
        return model.Conditional(
            condition=self.expression_in(self.source.child(element, "if")),
            then=self.expression_in(self.source.child(element, "then")),
            otherwise=self.expression_in(self.source.child(element, "else")),
            **self.common(element),
        )

    def iterator(self, element: etree._Element) -> model.Boxed:
        """`for`, `some` or `every`."""
        iteration = model.Iteration(self.source.tag_of(element))
        source = self.source.child(element, "in")
        body = "return" if iteration is model.Iteration.FOR else "satisfies"
        return model.Iterator(
            iteration=iteration,
            variable=self.name_of(element, "iteratorVariable"),
            source=self.expression_in(source),
            source_type=None if source is None else self.type_ref(source),
            body=self.expression_in(self.source.child(element, body)),
            **self.common(element),
        )

    def filter(self, element: etree._Element) -> model.Boxed:
        """A filter."""
        return model.BoxedFilter(
            source=self.expression_in(self.source.child(element, "in")),
            match=self.expression_in(self.source.child(element, "match")),
            **self.common(element),
        )


READERS: dict[str, Callable[[Any, etree._Element], model.Boxed]] = {
    "literalExpression": BoxedReader.literal,
    "decisionTable": BoxedReader.table,
    "context": BoxedReader.context,
    "relation": BoxedReader.relation,
    "list": BoxedReader.boxed_list,
    "invocation": BoxedReader.invocation,
    "functionDefinition": BoxedReader.function,
    "conditional": BoxedReader.conditional,
    "for": BoxedReader.iterator,
    "some": BoxedReader.iterator,
    "every": BoxedReader.iterator,
    "filter": BoxedReader.filter,
}

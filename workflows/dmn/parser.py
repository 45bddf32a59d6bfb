"""Bytes to definitions: the elements of a decision requirements graph and the types of a file."""

from collections.abc import Callable
from typing import TypeVar

from lxml import etree

from workflows.dmn import model
from workflows.dmn.parse_boxed import BoxedReader
from workflows.dmn.source import read
from workflows.feel import Dialect
from workflows.xml_source import line_of

_Element = TypeVar("_Element")


def parse(xml: bytes, *, dialect: Dialect | None = None) -> model.Definitions:
    """What the file says; raises DmnError when it cannot be read as DMN at all.

    What is wrong with single elements is in `findings`; whether that matters is the caller's
    affair.
    """
    source = read(xml)
    found: Dialect = dialect or ("camunda" if source.is_of_camunda else "standard")
    return DefinitionsReader(source).definitions(found)


class DefinitionsReader(BoxedReader):
    """Reads the root and its elements."""

    def definitions(self, dialect: Dialect) -> model.Definitions:
        """The whole file."""
        root = self.source.root
        read_all = {
            "items": self.all("itemDefinition", self.item),
            "imports": self.all("import", self.imported),
            "inputs": self.all("inputData", self.input_data),
            "decisions": self.all("decision", self.decision),
            "knowledge": self.all("businessKnowledgeModel", self.business_knowledge),
            "services": self.all("decisionService", self.service),
        }
        self.refuse_duplicates()
        return model.Definitions(
            id=root.get("id", ""),
            name=self.name_of(root),
            namespace=self.own_namespace,
            version=self.source.version,
            dialect=dialect,
            language=root.get("expressionLanguage", ""),
            findings=tuple(self.findings),
            **read_all,  # type: ignore[arg-type]  # one tuple of elements under each name
        )

    def all(self, tag: str, reader: Callable[[etree._Element], _Element]) -> tuple[_Element, ...]:
        """The root's children with this name, read."""
        return tuple(reader(each) for each in self.source.children(self.source.root, tag))

    def refuse_duplicates(self) -> None:
        """Ids are unique within a file."""
        seen: dict[str, int] = {}
        for element in self.source.elements():
            identifier = element.get("id")
            if identifier and identifier in seen:
                self.found(element, f"The id is already used on line {seen[identifier]}.")
            elif identifier:
                seen[identifier] = line_of(element)

    def own_variable(self, element: etree._Element) -> model.Variable:
        """The element's variable; without one, its name serves."""
        found = self.variable_in(element)
        name = self.name_of(element) or element.get("id", "")
        if found is None:
            return model.Variable(name)
        return model.Variable(found.name or name, found.type_ref)

    def hrefs(self, element: etree._Element, *path: str) -> tuple[model.Href, ...]:
        """References in children, or in children of children, with these names."""
        parents = [element]
        for tag in path[:-1]:
            parents = [child for parent in parents for child in self.source.children(parent, tag)]
        return tuple(
            self.href(each) for parent in parents for each in self.source.children(parent, path[-1])
        )

    def href(self, element: etree._Element) -> model.Href:
        """A reference `namespace#id`, `#id` or (seen in the wild) `id`."""
        text = element.get("href", "").strip()
        namespace, _, identifier = text.rpartition("#")
        if not identifier:
            self.found(element, "The reference is empty. Write # and the id of an element.")
        own = namespace == self.own_namespace
        return model.Href("" if own else namespace, identifier, line_of(element))

    def requirements(self, element: etree._Element) -> tuple[model.Href, ...]:
        """What an element requires to know, in the file's order."""
        return tuple(
            href
            for each in self.source.children(element, "informationRequirement")
            for tag in ("requiredInput", "requiredDecision")
            for href in self.hrefs(each, tag)
        )

    def input_data(self, element: etree._Element) -> model.Input:
        """Input data."""
        place = (element.get("id", ""), self.name_of(element))
        return model.Input(*place, self.own_variable(element), line_of(element))

    def decision(self, element: etree._Element) -> model.Decision:
        """A decision."""
        return model.Decision(
            id=element.get("id", ""),
            name=self.name_of(element) or element.get("id", ""),
            variable=self.own_variable(element),
            expression=self.expression_in(element),
            requires=tuple(dict.fromkeys(self.requirements(element))),
            knowledge=self.hrefs(element, "knowledgeRequirement", "requiredKnowledge"),
            question=self.source.text(element, "question"),
            allowed_answers=self.source.text(element, "allowedAnswers"),
            description=self.source.text(element, "description"),
            line=line_of(element),
        )

    def business_knowledge(self, element: etree._Element) -> model.Knowledge:
        """A business knowledge model."""
        logic = self.source.child(element, "encapsulatedLogic")
        return model.Knowledge(
            id=element.get("id", ""),
            name=self.name_of(element),
            variable=self.own_variable(element),
            function=None if logic is None else self.function(logic),
            knowledge=self.hrefs(element, "knowledgeRequirement", "requiredKnowledge"),
            line=line_of(element),
        )

    def service(self, element: etree._Element) -> model.Service:
        """A decision service."""
        return model.Service(
            id=element.get("id", ""),
            name=self.name_of(element),
            variable=self.own_variable(element),
            outputs=self.hrefs(element, "outputDecision"),
            encapsulated=self.hrefs(element, "encapsulatedDecision"),
            input_decisions=self.hrefs(element, "inputDecision"),
            input_data=self.hrefs(element, "inputData"),
            line=line_of(element),
        )

    def imported(self, element: etree._Element) -> model.Import:
        """An import."""
        return model.Import(
            self.name_of(element),
            element.get("namespace", ""),
            element.get("importType", ""),
            line_of(element),
        )

    def item(self, element: etree._Element) -> model.ItemDefinition:
        """An item definition or a component of one."""
        function = self.source.child(element, "functionItem")
        return model.ItemDefinition(
            name=self.name_of(element),
            type_ref=self.type_ref(element),
            is_collection=element.get("isCollection", "false") in ("true", "1"),
            allowed=self.cell(self.source.child(element, "allowedValues")),
            constraint=self.cell(self.source.child(element, "typeConstraint")),
            components=tuple(
                self.item(each) for each in self.source.children(element, "itemComponent")
            ),
            function=None if function is None else self.function_item(function),
            id=element.get("id", ""),
            line=line_of(element),
        )

    def function_item(self, element: etree._Element) -> model.FunctionItem:
        """The signature of a function type."""
        parameters = tuple(
            self.variable_of(each) for each in self.source.children(element, "parameters")
        )
        return model.FunctionItem(parameters, self.type_ref(element, "outputTypeRef"))

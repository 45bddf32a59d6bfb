"""Item definitions to FEEL's types (DMN 1.5, 7.3.3), also where they refer to themselves."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from workflows import feel
from workflows.dmn import model, names
from workflows.feel import types
from workflows.feel.errors import FeelError
from workflows.feel.parser import parse_type
from workflows.feel.run import Run
from workflows.feel.types import Type

Report = Callable[[model.Finding], None]
_LENIENT = {
    "integer": types.NUMBER,
    "long": types.NUMBER,
    "double": types.NUMBER,
    "Number": types.NUMBER,
    "String": types.STRING,
    "Boolean": types.BOOLEAN,
    "Date": types.DATE,
}
_STEPS = 20_000  # of one check whether a value is allowed
_SECONDS = 1.0
_INSIDE = "·"  # on the path of what is being resolved: one level deeper in the value
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Recursive(Type):
    """A type inside of its own definition, found when it is needed."""

    def __init__(self, name: str, named: Mapping[str, Type]) -> None:
        self._name, self._named = name, named

    @property
    def title(self) -> str:
        """The name of the item definition."""
        return self._name

    def has(self, value: Any) -> bool:
        """Whether the value is of the type that was meant."""
        return self._named[self._name].has(value)


class ItemTypes:
    """The types that one model can name: its own, FEEL's, and those of imported models."""

    def __init__(
        self, definitions: model.Definitions, imported: Mapping[str, "ItemTypes"], report: Report
    ) -> None:
        self.definitions = definitions
        self.named: dict[str, Type] = {
            f"{name}.{inner}" if name else inner: kind
            for name, other in imported.items()
            for inner, kind in other.named.items()
        }
        self._foreign = {other.definitions.namespace: other for other in imported.values()}
        self._report = report
        self._items = {item.name: item for item in definitions.items}
        self._path: list[str] = []
        for item in definitions.items:
            self._resolved(item.name)

    @property
    def is_lenient(self) -> bool:
        """Whether an unknown type is any type, as for Camunda."""
        return self.definitions.dialect == "camunda"

    def of(self, type_ref: str | None, element: str = "", line: int = 0) -> Type:
        """The type that a reference means; `Any` without one. An unknown one is reported."""
        if not type_ref:
            return types.ANY
        found = self._found(type_ref)
        if found is not None:
            return found
        if not self.is_lenient:
            sentence = f"There is no type {type_ref!r}. Define it, or use one of FEEL's."
            self._report(model.Finding(element, line, sentence))
        return types.ANY

    def item(self, type_ref: str | None) -> model.ItemDefinition | None:
        """The item definition of this name, when it is of this model."""
        return self._items.get(type_ref or "")

    def _found(self, type_ref: str) -> Type | None:
        if type_ref.startswith("{"):
            namespace, _, name = type_ref[1:].partition("}")
            other = self._foreign.get(namespace)
            return other._found(name) if other else types.NAMED.get(name)
        if type_ref in self._items:
            return self._resolved(type_ref)
        found = self.named.get(type_ref) or types.NAMED.get(type_ref)
        if found is None and self.is_lenient:
            found = _LENIENT.get(type_ref)
        return found or self._written(type_ref)

    def _written(self, text: str) -> Type | None:
        """A type that is spelled out: `list<number>`."""
        if "<" not in text:
            return None
        try:
            return types.resolve(parse_type(text), self.named)
        except FeelError:
            return None

    def _resolved(self, name: str) -> Type:
        if name in self.named and name not in self._path:
            return self.named[name]
        if name in self._path:
            return self._again(name)
        self._path.append(name)
        self.named[name] = kind = self._kind(self._items[name])
        self._path.pop()
        return kind

    def _again(self, name: str) -> Type:
        """A definition refers to itself: fine inside of a component or list, else endless."""
        if _INSIDE in self._path[self._path.index(name) :]:
            return Recursive(name, self.named)
        item = self._items[name]
        sentence = f"The type {name} is defined by itself. Give it another base type."
        self._report(model.Finding(item.id or name, item.line, sentence))
        return types.ANY

    def _kind(self, item: model.ItemDefinition) -> Type:
        if item.is_collection:
            self._path.append(_INSIDE)
        kind = self._base(item)
        if item.allowed is not None:
            kind = self._constrained(kind, item, item.allowed)
        if item.is_collection:
            self._path.pop()
            kind = types.ListType(kind)
        if item.constraint is not None:
            kind = self._constrained(kind, item, item.constraint)
        return kind

    def _base(self, item: model.ItemDefinition) -> Type:
        if item.function is not None:
            return self._inside(lambda: self._function(item))
        if item.components:
            return self._inside(
                lambda: types.ContextType(
                    tuple((each.name, self._kind(each)) for each in item.components)
                )
            )
        return self.of(item.type_ref, item.id or item.name, item.line)

    def _function(self, item: model.ItemDefinition) -> Type:
        assert item.function is not None  # noqa: S101  # its only caller has looked
        place = (item.id or item.name, item.line)
        taken = tuple(self.of(each.type_ref, *place) for each in item.function.parameters)
        return types.FunctionType(taken, self.of(item.function.output_type, *place))

    def _inside(self, build: Callable[[], Type]) -> Type:
        self._path.append(_INSIDE)
        kind = build()
        self._path.pop()
        return kind

    def _constrained(self, base: Type, item: model.ItemDefinition, cell: model.Cell) -> Type:
        if not cell.text:
            return base
        try:
            allows = allowed_by(cell.text, base, dialect=self.definitions.dialect)
        except FeelError as error:
            place = (cell.id or item.id or item.name, cell.line)
            sentence = f"The allowed values of {item.name} are not FEEL: {error}"
            self._report(model.Finding(*place, sentence))
            return base
        return types.Constrained(base, item.name, allows)


def allowed_by(text: str, base: Type, *, dialect: feel.Dialect) -> Callable[[Any], bool]:
    """Whether unary tests hold for a value; raises FeelError when the text is not FEEL."""
    declared = names.special(names.in_type(base))
    tests = feel.compile_unary_tests(text, names=declared, dialect=dialect)

    def allows(value: Any) -> bool:
        run = Run(now=_LONG_AGO, steps=_STEPS, seconds=_SECONDS)
        return tests.within({"?": value}, run) is True

    return allows

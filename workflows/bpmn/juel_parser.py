"""Expressions of Camunda 7 and Flowable, read word by word and said again in FEEL."""

import re
from dataclasses import dataclass

from workflows.bpmn.juel_methods import (
    EMPTY,
    ENGINES,
    GIVES_VARIABLE,
    HAS_VARIABLE,
    METHODS,
    NOW,
    OF_VARIABLES,
    VARIABLES,
    Method,
)

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<name>[A-Za-z_$][\w$]*)|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:().,\[\]]))"
)
_WORDS = {"and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "le": "<=",
          "gt": ">", "ge": ">=", "div": "/", "mod": "%"}  # fmt: skip
_LOOSE = re.compile(r'"(?:true|false|\d{1,15})"')  # texts that may mean something else
_COMPARISONS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
PLAIN_NAME = re.compile(r"[^\W\d]\w*")
FUNCTIONS = [[("name", name)] for name in VARIABLES]
LONGEST = 10_000
DEEPEST = 50


class Untranslatable(ValueError):
    """The expression says more than FEEL variables can tell; a sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """A translated part, and whether it gives a truth value by itself."""

    text: str
    is_truth: bool = False
    binds: int = 9  # how tightly, so that parentheses stand where they are needed


def truth_of(part: Part) -> Part:
    """The part where a condition is asked for."""
    return part if part.is_truth else Part(f"{_in(part, 3)} = true", is_truth=True, binds=3)


def _in(part: Part, binds: int) -> str:
    """The text, in parentheses when it binds less tightly than what is around it."""
    return part.text if part.binds > binds else f"({part.text})"


class Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str, *, calls: bool = True) -> None:
        self.text, self.calls = text, calls
        self.tokens = list(self._split(text))
        self.at = 0
        self.depth = 0

    def _split(self, text: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        offset, text = 0, text.rstrip()
        while offset < len(text):
            match = _TOKEN.match(text, offset)
            if match is None:
                raise self.trouble(f"{text[offset : offset + 10].strip()!r} is not understood")
            kind = match.lastgroup or ""
            said = match[kind]
            is_function = found[-1:] == [("sign", ":")] and found[-2:-1] in FUNCTIONS
            if kind == "name" and said in _WORDS and not is_function:
                kind, said = "sign", _WORDS[said]
            found.append((kind, said))
            offset = match.end()
        return found

    def trouble(self, what: str) -> Untranslatable:
        shown = self.text.strip()
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        return Untranslatable(
            f"The expression {shown!r} cannot be translated: {what}. Write it in FEEL, "
            "over variables of the process."
        )

    def finish(self) -> None:
        if self.at < len(self.tokens):
            raise self.trouble(f"{self.tokens[self.at][1]!r} is not expected there")

    def sign(self, *signs: str) -> str | None:
        if self.at < len(self.tokens):
            kind, said = self.tokens[self.at]
            if kind == "sign" and said in signs:
                self.at += 1
                return said
        return None

    def choice(self) -> Part:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.trouble("it is nested too deep")
        part = self.either()
        if self.sign("?"):
            yes = self.choice()
            if not self.sign(":"):
                raise self.trouble("a ':' is missing")
            text = f"if {truth_of(part).text} then {_in(yes, 0)} else {_in(self.choice(), 0)}"
            part = Part(text, binds=0)
        self.depth -= 1
        return part

    def either(self) -> Part:
        part = self.both()
        while self.sign("||"):
            right = self.both()
            part = Part(f"{_in(truth_of(part), 0)} or {_in(truth_of(right), 1)}", True, 1)  # noqa: FBT003 - a field
        return part

    def both(self) -> Part:
        part = self.comparison()
        while self.sign("&&"):
            right = self.comparison()
            part = Part(f"{_in(truth_of(part), 1)} and {_in(truth_of(right), 2)}", True, 2)  # noqa: FBT003 - a field
        return part

    def comparison(self) -> Part:
        part = self.sum()
        while said := self.sign(*_COMPARISONS):
            right = self.sum()
            left, right = _alike(part, right) if said in ("==", "!=") else (part, right)
            part = Part(f"{_in(left, 3)} {_COMPARISONS[said]} {_in(right, 3)}", True, 3)  # noqa: FBT003 - a field
        return part

    def sum(self) -> Part:
        part = self.product()
        while said := self.sign("+", "-"):
            part = Part(f"{_in(part, 3)} {said} {_in(self.product(), 4)}", binds=4)
        return part

    def product(self) -> Part:
        part = self.single()
        while said := self.sign("*", "/", "%"):
            right = self.single()
            if said == "%":
                part = Part(f"modulo({_in(part, 0)}, {_in(right, 0)})")
            else:
                part = Part(f"{_in(part, 4)} {said} {_in(right, 5)}", binds=5)
        return part

    def single(self) -> Part:
        if self.sign("!"):
            return Part(f"not({truth_of(self.nested()).text})", is_truth=True)
        if self.sign("-"):
            return Part(f"-{_in(self.nested(), 5)}", binds=6)
        if self.at < len(self.tokens) and self.tokens[self.at] == ("name", "empty"):
            self.at += 1
            return self.applied(Method(0, EMPTY, is_truth=True), [self.nested()])
        return self.path()

    def nested(self) -> Part:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.trouble("it is nested too deep")
        part = self.single()
        self.depth -= 1
        return part

    def path(self) -> Part:
        if self.sign("("):
            part = self.choice()
            self.close(")")
            return self.members(Part(f"({part.text})", part.is_truth) if part.binds < 9 else part)
        kind, said = self.next()
        if kind == "number":
            return Part(said)
        if kind == "text":
            return self.members(Part(_text(said)))
        if kind != "name":
            raise self.trouble(f"{said!r} is not expected there")
        if said in ("true", "false", "null"):
            return Part(said, is_truth=said != "null")
        if said in VARIABLES and self.sign(":"):
            return self.members(self.of_variable())
        if said in NOW and self.sees("("):
            self.arguments(f"{said}()", 0)
            return self.members(Part("now()"))
        return self.members(Part(said))

    def members(self, part: Part) -> Part:
        """What follows a value: members, indexes and calls."""
        while True:
            if self.sign("."):
                part = self.member(part, self.name())
            elif self.sign("["):
                part = self.indexed(part, *self.next())
                self.close("]")
            elif self.sees("("):
                raise self.trouble(f"{part.text}() calls code of another engine")
            else:
                return part

    def member(self, part: Part, name: str) -> Part:
        if self.sees("("):
            return self.call(part, name)
        if part.text in ENGINES:
            raise self.trouble(f"{part.text}.{name} is known to another engine alone")
        return Part(f"{_in(part, 8)}.{name}")

    def indexed(self, part: Part, kind: str, said: str) -> Part:
        if kind == "text" and PLAIN_NAME.fullmatch(said[1:-1]):
            return Part(f"{_in(part, 8)}.{said[1:-1]}")
        if kind == "text":
            return Part(f"get value({_in(part, 0)}, {_text(said)})")
        if kind == "number" and said.isdecimal():
            return Part(f"{_in(part, 8)}[{int(said) + 1}]")
        raise self.trouble("an index has to be a number or a name")

    def call(self, part: Part, name: str) -> Part:
        """A call of what plain values can do."""
        method = METHODS.get(name)
        if part.text in ENGINES and name in (*GIVES_VARIABLE, *HAS_VARIABLE):
            self.sign("(")
            known = self.variable()
            self.close(")")
            return known if name in GIVES_VARIABLE else Part(f"{known.text} != null", True, 3)  # noqa: FBT003 - a field
        if not self.calls or part.text in ENGINES or (method is None and name != "get"):
            raise self.trouble(f"{part.text}.{name}() calls code of another engine")
        if method is None:
            self.sign("(")
            part = self.indexed(part, *self.next())
            self.close(")")
            return part
        return self.applied(method, [part, *self.arguments(name, method.arguments)])

    def of_variable(self) -> Part:
        """`vars:get(name)` and its like."""
        name = self.name()
        method = OF_VARIABLES.get(name)
        if method is None or not self.sign("("):
            raise self.trouble(f"the function {name} is not known")
        given = [self.variable()]
        while self.sign(","):
            given.append(self.choice())
        self.close(")")
        if len(given) != method.arguments + 1:
            raise self.trouble(f"{name} takes {method.arguments + 1} arguments")
        return self.applied(method, given)

    def applied(self, method: Method, parts: list[Part]) -> Part:
        texts = [_in(part, 5) for part in parts]
        if sum(map(len, texts)) > LONGEST:  # a template may repeat what it is given
            raise self.trouble("it says too much")
        return Part(method.template.format(*texts), method.is_truth, method.binds)

    def arguments(self, name: str, count: int) -> list[Part]:
        self.sign("(")
        given: list[Part] = []
        while not self.sign(")"):
            if given and not self.sign(","):
                raise self.trouble("a ')' is missing")
            given.append(self.choice())
        if len(given) != count:
            raise self.trouble(f"{name} takes {count or 'no'} arguments here")
        return given

    def variable(self) -> Part:
        """A variable that is named, with or without quotes."""
        kind, said = self.next()
        if kind == "text":
            return Part(_plain_name(self, said))
        if kind != "name":
            raise self.trouble(f"{said!r} names no variable")
        return Part(said)

    def name(self) -> str:
        kind, said = self.next()
        if kind != "name":
            raise self.trouble(f"{said!r} is not expected there")
        return said

    def sees(self, sign: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] == ("sign", sign)

    def next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise self.trouble("something is missing at its end")
        self.at += 1
        return self.tokens[self.at - 1]

    def close(self, sign: str) -> None:
        if not self.sign(sign):
            raise self.trouble(f"a {sign!r} is missing")


def _alike(left: Part, right: Part) -> tuple[Part, Part]:
    """Both sides of a comparison: these engines compare what looks like one kind as that kind.

    So `approved == 'true'` and `count == '3'` hold for the text, and for true and 3 themselves.
    """
    if _LOOSE.fullmatch(right.text) and not _is_text(left):
        return Part(f"string({_in(left, 0)})"), right
    if _LOOSE.fullmatch(left.text) and not _is_text(right):
        return left, Part(f"string({_in(right, 0)})")
    return left, right


def _is_text(part: Part) -> bool:
    return part.text.startswith('"')


def _text(said: str) -> str:
    return quoted(re.sub(r"\\(.)", r"\1", said[1:-1]))


def quoted(text: str) -> str:
    """A text as FEEL writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain_name(parser: Parser, said: str) -> str:
    if not PLAIN_NAME.fullmatch(said[1:-1]):
        raise parser.trouble(f"{said} is not a plain name")
    return said[1:-1]

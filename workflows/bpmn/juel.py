"""`${…}` and `#{…}` of Camunda 7 and Flowable as FEEL: paths, literals, comparisons, and, or, not.

There, what is missing or null counts as false. FEEL asks to say so: a path that stands where a
condition is asked for becomes `path = true`, and `empty path` names what counts as empty.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<name>[A-Za-z_$][\w$]*)|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/<>!?:().,\[\]]))"
)
_WORDS = {"and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "le": "<=",
          "gt": ">", "ge": ">=", "div": "/"}  # fmt: skip
_COMPARISONS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_PATH = r"[A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*"
_CALLED = re.compile(_PATH + r"\s*")
_ASSIGNMENT = re.compile(
    r"\s*execution\s*\.\s*setVariable\s*\(\s*(?P<sign>[\"'])(?P<name>[^\W\d]\w*)(?P=sign)\s*,"
    r"(?P<value>.*)\)\s*",
    re.DOTALL,
)
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


def is_expression(text: str) -> bool:
    """Whether the whole text is one expression."""
    text = text.strip()
    inside = text[2:-1]
    return text.startswith(("${", "#{")) and text.endswith("}") and "{" not in inside


def condition(text: str) -> str:
    """The FEEL condition that an expression means."""
    return _truth(_translated(text)).text


def value(text: str) -> str:
    """The FEEL value that an expression means."""
    return _translated(text).text


def assignment(text: str) -> tuple[str, str] | None:
    """The variable and the FEEL value of `${execution.setVariable('name', value)}`, if it is one.

    A value that calls code is none.
    """
    found = _ASSIGNMENT.fullmatch(text.strip()[2:-1])
    if found is None:
        return None
    try:
        return found["name"], value("${" + found["value"] + "}")
    except Untranslatable:
        return None


def called(text: str) -> str:
    """What an expression names or calls first, as a path: the bean, or bean and method; or ""."""
    inside = text.strip()[2:-1].strip()
    found = _CALLED.match(inside)
    if found is None or (found.end() < len(inside) and inside[found.end()] != "("):
        return ""
    return "".join(found[0].split())


def _translated(text: str) -> Part:
    inside = text.strip()[2:-1]
    if len(inside) > LONGEST:
        raise Untranslatable(f"The expression is longer than {LONGEST} characters.")
    parser = _Parser(inside)
    part = parser.choice()
    parser.finish()
    return part


def _truth(part: Part) -> Part:
    return part if part.is_truth else Part(f"{_in(part, 3)} = true", is_truth=True, binds=3)


def _in(part: Part, binds: int) -> str:
    """The text, in parentheses when it binds less tightly than what is around it."""
    return part.text if part.binds > binds else f"({part.text})"


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._split(text))
        self.at = 0
        self.depth = 0

    def _split(self, text: str) -> list[tuple[str, str]]:
        found, offset, text = [], 0, text.rstrip()
        while offset < len(text):
            match = _TOKEN.match(text, offset)
            if match is None:
                raise self.trouble(f"{text[offset : offset + 10].strip()!r} is not understood")
            kind = match.lastgroup or ""
            said = match[kind]
            if kind == "name" and said in _WORDS:
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
            text = f"if {_truth(part).text} then {_in(yes, 0)} else {_in(self.choice(), 0)}"
            part = Part(text, binds=0)
        self.depth -= 1
        return part

    def either(self) -> Part:
        part = self.both()
        while self.sign("||"):
            right = self.both()
            part = Part(f"{_in(_truth(part), 0)} or {_in(_truth(right), 1)}", True, 1)  # noqa: FBT003 - a field
        return part

    def both(self) -> Part:
        part = self.comparison()
        while self.sign("&&"):
            right = self.comparison()
            part = Part(f"{_in(_truth(part), 1)} and {_in(_truth(right), 2)}", True, 2)  # noqa: FBT003 - a field
        return part

    def comparison(self) -> Part:
        part = self.sum()
        while said := self.sign(*_COMPARISONS):
            right = self.sum()
            part = Part(f"{_in(part, 3)} {_COMPARISONS[said]} {_in(right, 3)}", True, 3)  # noqa: FBT003 - a field
        return part

    def sum(self) -> Part:
        part = self.product()
        while said := self.sign("+", "-"):
            part = Part(f"{_in(part, 3)} {said} {_in(self.product(), 4)}", binds=4)
        return part

    def product(self) -> Part:
        part = self.single()
        while said := self.sign("*", "/"):
            part = Part(f"{_in(part, 4)} {said} {_in(self.single(), 5)}", binds=5)
        return part

    def single(self) -> Part:
        if self.sign("!"):
            return Part(f"not({_truth(self.nested()).text})", is_truth=True)
        if self.sign("-"):
            return Part(f"-{_in(self.nested(), 5)}", binds=6)
        if self.at < len(self.tokens) and self.tokens[self.at] == ("name", "empty"):
            self.at += 1
            text = _in(self.nested(), 3)
            return Part(f'({text} = null or ({text} = "") = true or ({text} = []) = true)', True)  # noqa: FBT003 - a field
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
            return Part(f"({part.text})", part.is_truth) if part.binds < 9 else part
        kind, said = self.next()
        if kind == "number":
            return Part(said)
        if kind == "text":
            return Part(_text(said))
        if kind != "name":
            raise self.trouble(f"{said!r} is not expected there")
        if said in ("true", "false", "null"):
            return Part(said, is_truth=said != "null")
        return Part(self.members(said))

    def members(self, path: str) -> str:
        while True:
            if self.sign("."):
                kind, said = self.next()
                if kind != "name":
                    raise self.trouble(f"{said!r} is not expected there")
                path = f"{path}.{said}"
            elif self.sign("["):
                kind, said = self.next()
                self.close("]")
                if kind == "text":
                    path = f"{path}.{_plain_name(self, said)}"
                elif kind == "number" and said.isdecimal():
                    path = f"{path}[{int(said) + 1}]"
                else:
                    raise self.trouble("an index has to be a number or a name")
            elif self.at < len(self.tokens) and self.tokens[self.at] == ("sign", "("):
                raise self.trouble(f"{path}() calls code of another engine")
            else:
                return path

    def next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise self.trouble("something is missing at its end")
        self.at += 1
        return self.tokens[self.at - 1]

    def close(self, sign: str) -> None:
        if not self.sign(sign):
            raise self.trouble(f"a {sign!r} is missing")


def _text(said: str) -> str:
    inside = re.sub(r"\\(.)", r"\1", said[1:-1])
    return '"' + inside.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain_name(parser: _Parser, said: str) -> str:
    if not re.fullmatch(r"[^\W\d]\w*", said[1:-1]):
        raise parser.trouble(f"{said} is not a plain name")
    return said[1:-1]

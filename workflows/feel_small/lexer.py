"""FEEL text to tokens (DMN 1.5, 10.3.1.2). Linear in the length of the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workflows.feel_small.errors import FeelError

LONGEST_TEXT = 65_536  # characters


class Sort(StrEnum):
    """The sorts of token; keywords and signs are `SIGN` and compared by their text."""

    NUMBER = "number"
    STRING = "string"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the text; `value` is what a string literal stands for."""

    sort: Sort
    text: str
    offset: int
    value: str = ""

    def __str__(self) -> str:
        return "the end of the text" if self.sort is Sort.END else f"'{self.text[:40]}'"


KEYWORDS = frozenset(
    ["true", "false", "null", "and", "or", "in", "between", "if", "then", "else"],
)

_PATTERN = re.compile(
    r"(?P<skip>\s+|//[^\n]*|/\*[^*]*(?:\*(?!/)[^*]*)*\*/)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\*\*|\.\.|<=|>=|!=|[-+*/<>=()\[\]{},.:])",
    re.DOTALL,
)

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)


def tokens(text: str) -> list[Token]:
    """Every token of the text, with one that marks the end."""
    if len(text) > LONGEST_TEXT:
        raise FeelError(
            f"The expression has {len(text)} characters; {LONGEST_TEXT} are allowed.",
            found=f"{len(text)} characters",
            expected=f"at most {LONGEST_TEXT} characters",
        )
    return [*_words(text), Token(Sort.END, "", len(text))]


def _words(text: str) -> Iterator[Token]:
    offset = 0
    while offset < len(text):
        match = _PATTERN.match(text, offset)
        if match is None:
            raise _unreadable(text, offset)
        if match.lastgroup != "skip":
            yield _token(match, text)
        offset = match.end()


def _token(match: re.Match[str], text: str) -> Token:
    word, offset = match.group(), match.start()
    if match.lastgroup == "string":
        return Token(Sort.STRING, word, offset, _unescaped(word[1:-1], text, offset + 1))
    if match.lastgroup == "name" and word not in KEYWORDS:
        return Token(Sort.NAME, word, offset)
    return Token(Sort.NUMBER if match.lastgroup == "number" else Sort.SIGN, word, offset)


def _unreadable(text: str, offset: int) -> FeelError:
    sign = text[offset]
    if sign == '"':
        return FeelError.at(text, offset, found="a string without an end", expected='a closing "')
    return FeelError.at(text, offset, found=repr(sign), expected="a value, a name or an operator")


def _unescaped(raw: str, text: str, start: int) -> str:
    """The characters a string literal stands for."""

    def character(match: re.Match[str]) -> str:
        code = match.group(1) or match.group(2)
        known = chr(int(code, 16)) if code and _is_character(code) else _ESCAPES.get(match.group(3))
        if known is None:
            raise FeelError.at(
                text,
                start + match.start(),
                found=match.group(),
                expected="an escape: \\n \\r \\t \\\" \\' \\\\ \\uXXXX or \\UXXXXXX",
            )
        return known

    return _ESCAPE.sub(character, raw) if "\\" in raw else raw


def _is_character(code: str) -> bool:
    """A code point that text can hold: no lone surrogate, no NUL, within Unicode."""
    point = int(code, 16)
    return 0 < point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF

"""FEEL text to words (DMN 1.5, 10.3.1.2, rules 25-37 and 60-65). One pass, linear in the length.

Which words belong together to a name with spaces is not known here; the reader of names decides.
A character that FEEL has no use for is a word of its own, since a declared name may contain it.
"""

import re

from workflows.feel.errors import FeelError

LONGEST_TEXT = 65_536  # characters

# The kinds of word. A keyword, an operator or a bracket is its own kind.
NAME = "<name>"
QUOTED = "<quoted name>"
NUMBER = "<number>"
STRING = "<string>"
OTHER = "<other>"
END = "<end>"

KEYWORDS = {
    word: word
    for word in [
        "true", "false", "null", "and", "or", "in", "between", "instance", "if", "then", "else",
        "for", "return", "some", "every", "satisfies", "function",
    ]
}  # fmt: skip

VERTICAL_SPACE = "\n\v\f\r"
WHITE_SPACE = (
    f"{VERTICAL_SPACE}\t \x85\xa0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
# Rule 28, without the white space that its ranges include.
NAME_START = (
    "?A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff"
    "\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd"
    "\U00010000-\U000effff"
)
NAME_PART = f"{NAME_START}0-9\xb7\u0300-\u036f\u203f-\u2040"

_STRING = rf'"[^"\\{VERTICAL_SPACE}]*+(?:\\.[^"\\{VERTICAL_SPACE}]*+)*+"'
_STRING_WITH_LINES = r'"[^"\\]*+(?:\\(?s:.)[^"\\]*+)*+"'
_BACKTICKS = rf"`([^`{VERTICAL_SPACE}]++)`"
_NOTHING = "((?!))"
_KINDS = ("", NAME, NUMBER, STRING, "", "", QUOTED, OTHER, END)  # of the groups below
_NAME, _SIGN, _OPEN, _END = 1, 4, 5, 8


def _pattern(string: str, quoted: str, dollar: str) -> re.Pattern[str]:
    """One word with the white space and comments before it."""
    return re.compile(
        rf"(?:[{WHITE_SPACE}]++|//[^{VERTICAL_SPACE}]*+|/\*(?s:.*?)\*/)*+"
        rf"(?:([{dollar}{NAME_START}][{dollar}{NAME_PART}]*+)"
        r"|((?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)"
        rf"|({string})"
        r"|(\*\*|\.\.|<=|>=|!=|->|(?!/\*)[-+*/<>=()\[\]{},.:@])"
        rf'|(/\*|")|{quoted}|((?s:.))|(\Z))'
    )


_STANDARD = _pattern(_STRING, _NOTHING, "")
_CAMUNDA = _pattern(_STRING_WITH_LINES, _BACKTICKS, "$")


class Words:
    """The words of a text as columns: kind, text and offset; the last one is the end."""

    __slots__ = ("kinds", "offsets", "text", "texts")

    def __init__(self, text: str) -> None:
        self.text = text
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.offsets: list[int] = []


def words(text: str, *, camunda: bool = False) -> Words:
    """Every word of the text, or `FeelError`; `camunda` adds names in backticks or with $."""
    _check_characters(text)
    found = Words(text)
    kinds, texts, offsets = found.kinds, found.texts, found.offsets
    for match in (_CAMUNDA if camunda else _STANDARD).finditer(text):
        group = match.lastindex or 0
        word = match[group]
        if group == _NAME:
            kinds.append(KEYWORDS.get(word, NAME))
        else:
            kinds.append(_KINDS[group] or word)
        texts.append(word)
        offsets.append(match.start(group))
        if group == _OPEN:
            raise _without_end(text, match.start(group))
        if group == _END:
            break
    return found


def _check_characters(text: str) -> None:
    """Refuse a text that is too long or has characters that no database can hold."""
    if len(text) > LONGEST_TEXT:
        raise FeelError(
            f"The expression has {len(text)} characters; {LONGEST_TEXT} are allowed.",
            found=f"{len(text)} characters",
            expected=f"at most {LONGEST_TEXT} characters",
        )
    unusable = _UNUSABLE.search(text)
    if unusable:
        found = f"the character U+{ord(unusable[0]):04X}"
        raise FeelError.at(text, unusable.start(), found=found, expected="a printable character")


_UNUSABLE = re.compile("[\0\ud800-\udfff]")


def _without_end(text: str, offset: int) -> FeelError:
    if text[offset] == '"':
        found, expected = "a string without an end", 'a closing " (a line break is written \\n)'
    else:
        found, expected = "a comment without an end", "a closing */"
    return FeelError.at(text, offset, found=found, expected=expected)

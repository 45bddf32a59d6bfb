"""What the literals of a FEEL text stand for (DMN 1.5, 10.3.1.2, rules 33-37 and 64)."""

import re
from decimal import Decimal, InvalidOperation, Overflow

from workflows.feel.errors import FeelError
from workflows.feel.values import ARITHMETIC

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_LOW_SURROGATE = "[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE = re.compile(
    rf"\\(?:u([dD][89abAB][0-9a-fA-F]{{2}})\\u({_LOW_SURROGATE})"
    r"|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|([nrt\"'\\]))"
)


def number_of(word: str, text: str, offset: int, *, negative: bool = False) -> Decimal:
    """The number of this literal, rounded to 34 digits; refuses what is beyond 10^6145."""
    try:
        value = ARITHMETIC.create_decimal(word)
    except (InvalidOperation, Overflow):
        expected = "a number below 10^6145"
        raise FeelError.at(text, offset, found=f"'{word[:40]}'", expected=expected) from None
    # Not `-value`: that would round to the digits of the current context.
    return value.copy_negate() if negative and value else value


def string_of(word: str, text: str, offset: int) -> str:
    """The characters between the quotes, escapes resolved.

    A backslash before anything else is a character like others, as the grammar has it; regular
    expressions rely on that.
    """
    inner = word[1:-1]
    if "\\" not in inner:
        return inner

    def character(match: re.Match[str]) -> str:
        high, low, four, six, simple = match.groups()
        if simple:
            return _ESCAPES[simple]
        point = _joined(high, low) if high else int(four or six, 16)
        if not 0 < point <= 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            raise FeelError.at(
                text,
                offset + 1 + match.start(),
                found=f"'{match[0]}'",
                expected="the code of a character (not NUL, not half of a pair)",
            )
        return chr(point)

    return _ESCAPE.sub(character, inner)


def _joined(high: str, low: str) -> int:
    """The code point of a surrogate pair."""
    return 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)

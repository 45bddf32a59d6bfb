"""`${…}` and `#{…}` of Camunda 7 and Flowable as FEEL: paths, literals, comparisons, and, or, not.

There, what is missing or null counts as false. FEEL asks to say so: a path that stands where a
condition is asked for becomes `path = true`, and `empty path` names what counts as empty.
"""

import re

from workflows.bpmn.juel_parser import LONGEST, Parser, Part, Untranslatable, quoted, truth_of

__all__ = [
    "Untranslatable",
    "assignment",
    "called",
    "condition",
    "is_expression",
    "is_template",
    "template",
    "value",
]

_PATH = r"[A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*"
_CALLED = re.compile(_PATH + r"\s*")
_ASSIGNMENT = re.compile(
    r"\s*execution\s*\.\s*setVariable\s*\(\s*(?P<sign>[\"'])(?P<name>[^\W\d]\w*)(?P=sign)\s*,"
    r"(?P<value>.*)\)\s*",
    re.DOTALL,
)
_INSIDE = re.compile(r"[$#]\{[^{}]*\}")


def is_expression(text: str) -> bool:
    """Whether the whole text is one expression."""
    text = text.strip()
    inside = text[2:-1]
    return text.startswith(("${", "#{")) and text.endswith("}") and "{" not in inside


def condition(text: str) -> str:
    """The FEEL condition that an expression means."""
    return truth_of(_translated(text)).text


def value(text: str, *, calls: bool = True) -> str:
    """The FEEL value that an expression means; without calls, whatever it calls is code."""
    return _translated(text, calls=calls).text


def is_template(text: str) -> bool:
    """Whether expressions stand inside of a text."""
    return not is_expression(text) and _INSIDE.search(text) is not None


def template(text: str) -> str:
    """The FEEL text that a text with expressions inside means; what is null leaves nothing."""
    parts, at = [], 0
    for found in _INSIDE.finditer(text):
        parts.append(quoted(text[at : found.start()]))
        said = value(found[0])
        parts.append(f'(if {said} = null then "" else string({said}))')
        at = found.end()
    parts.append(quoted(text[at:]))
    return " + ".join(part for part in parts if part != '""')


def assignment(text: str) -> tuple[str, str] | None:
    """The variable and the FEEL value of `${execution.setVariable('name', value)}`, if it is one.

    A value that calls code is none.
    """
    found = _ASSIGNMENT.fullmatch(text.strip()[2:-1])
    if found is None:
        return None
    try:
        return found["name"], value("${" + found["value"] + "}", calls=False)
    except Untranslatable:
        return None


def called(text: str) -> str:
    """What an expression names or calls first, as a path: the bean, or bean and method; or ""."""
    inside = text.strip()[2:-1].strip()
    found = _CALLED.match(inside)
    if found is None or (found.end() < len(inside) and inside[found.end()] != "("):
        return ""
    return "".join(found[0].split())


def _translated(text: str, *, calls: bool = True) -> Part:
    inside = text.strip()[2:-1]
    if len(inside) > LONGEST:
        raise Untranslatable(f"The expression is longer than {LONGEST} characters.")
    parser = Parser(inside, calls=calls)
    part = parser.choice()
    parser.finish()
    return part

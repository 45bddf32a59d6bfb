"""Nothing but FEEL values can be reached from an expression (case B16)."""

import ast
from pathlib import Path

import pytest

from workflows import feel

PACKAGE = Path(feel.__file__).parent


@pytest.mark.parametrize(
    "text",
    ["().__class__.__subclasses__()", "{{7*7}}", "${7*7}", "{% debug %}", "lambda: 1",
     "x; y", "x = 1; import os", "`id`", "$(id)", "<script>", "a := 1", "x if y else z"],
)  # fmt: skip
def test_code_of_other_languages_is_refused(text):
    with pytest.raises(feel.FeelError):
        feel.compile(text)


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", '__import__("os")', 'eval("1")', 'getattr(x, "upper")', "x.__class__",
     "x.__class__()", "x.upper()", "l.append", "l.append(1)", "n.real", "s.upper", "s.format(x)",
     "x.__dict__.a", "d.keys", "d.keys()", "abs.__globals__", "abs.body", "count.call([1])",
     "(function(a) a).__closure__", "(function(a) a)._scope", "[1..2].includes_low",
     '@"2026-11-21".__init__', '@"2026-11-21".replace', "globals", "open(\"/etc/passwd\")",
     "self", "scope", "run", "run.left", "__builtins__", "import os"],
)  # fmt: skip
def test_attributes_and_functions_of_python_are_out_of_reach(text):
    variables = {"x": object(), "l": [], "n": 1, "s": "a", "d": {"a": 1}}

    try:
        value = feel.evaluate(text, variables)
    except feel.FeelError:
        value = None

    assert value in (None, [])


def test_a_key_that_looks_like_an_attribute_is_only_a_key():
    assert feel.evaluate("d.__class__", {"d": {"__class__": 5}}) == 5
    assert feel.evaluate("__class__", {"__class__": 5}) == 5


def test_objects_of_python_are_null_inside():
    assert feel.evaluate("[x, y, z]", {"x": object(), "y": open, "z": type}) == [None, None, None]


def test_a_text_that_looks_like_a_bad_pattern_is_only_text():
    assert feel.evaluate('"(a+)+$" = x', {"x": "a" * 30}) is False


def test_the_package_never_runs_text_as_python():
    forbidden = {"eval", "exec", "compile", "__import__", "globals"}

    used = {
        (path.name, node.func.id)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in forbidden
    }

    assert used == {("__init__.py", "compile")}  # feel.compile itself

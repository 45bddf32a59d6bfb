"""A decision asked on the command line."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

TABLE = Path(__file__).resolve().parents[2] / "examples" / "loan_routing.dmn"


def ask(*words: str) -> tuple[str, str]:
    """What is printed, and what is printed as trouble."""
    out, err = io.StringIO(), io.StringIO()
    call_command("dmn", str(TABLE), *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_value_comes_first_and_then_why():
    said, _ = ask("--decision", "Loan routing", "--inputs", '{"region": "south"}')

    value, rest = json.JSONDecoder().raw_decode(said)
    assert value == {"queue": "personal-south", "skills": "loans", "priority": 3}
    because, why = said[rest:].strip(), 'Rule 5 of Loan routing matched because region was "south"'
    assert because.startswith(why)


def test_without_a_decision_those_that_there_are_are_listed():
    assert ask()[0] == "decision Loan routing (id loan-routing)\n"


def test_programs_get_all_of_it_as_json():
    said, _ = ask("--decision", "loan-routing", "--json")

    assert {"value", "errors", "trace"} == set(json.loads(said))


def test_what_is_null_and_why_is_told_apart_from_the_answer():
    _, trouble = ask("--decision", "loan-routing", "--inputs", '{"payload": {"amount": 1}}')

    assert "documents" in trouble


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--decision", "nope"], "There is: Loan routing."),
        (["--decision", "x", "--inputs", "[1"], "The inputs cannot be read."),
        (["--decision", "x", "--inputs", '{"a": NaN}'], "The inputs cannot be read."),
        (["--decision", "x", "--inputs", "[1]"], "have to be a JSON object"),
        (["--import", "/nowhere.dmn"], "/nowhere.dmn cannot be read"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        ask(*words)


def test_no_settings_are_needed_to_ask_a_file():
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    words = [sys.executable, "manage.py", "dmn", str(TABLE), "--decision", "Loan routing"]

    done = subprocess.run(
        words, env=bare, cwd=TABLE.parents[1], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("{")

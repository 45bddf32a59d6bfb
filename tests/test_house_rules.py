"""Promises about the whole code base."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

ROOT = Path(__file__).resolve().parent.parent
OURS = ("config", "workflows", "queues", "reviews")
PUBLIC = {"sign-in", "sign-in-as", "health-live", "health-ready", "queues:choose-password"}
SAMPLES = {
    "uuid": "01930000-0000-7000-8000-000000000000",
    "int": "1",
    "slug": "nothing",
    "str": "nothing",
    "path": "nothing",
}


def sources(pattern: str, *folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob(pattern))]


def our_models() -> list[type[Model]]:
    return [model for label in OURS[1:] for model in apps.get_app_config(label).get_models()]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_every_model_says_what_a_row_is(model):
    documentation = model.__doc__ or ""

    assert not documentation.startswith(f"{model.__name__}("), "Django's own list of fields"
    assert documentation.strip().endswith("."), "a sentence"


def test_no_module_has_a_name_that_says_nothing():
    names = {path.stem for path in sources("*.py", *OURS)}

    assert not names & {"common", "core", "utils", "util", "helpers", "services", "misc"}


def test_fragments_do_not_extend_pages():
    extending = [
        path.name for path in sources("_*.html", "templates") if "{% extends" in path.read_text()
    ]

    assert extending == []


def test_templates_hold_no_inline_script_style_or_handler():
    forbidden = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:"
    )
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in sources("*.html", "templates")
        for match in forbidden.finditer(path.read_text())
    ]

    assert found == []


def test_nothing_is_marked_safe_by_a_template():
    found = [
        str(path.relative_to(ROOT))
        for path in sources("*.html", "templates")
        if re.search(r"\|\s*safe\b|autoescape off", path.read_text())
    ]

    assert found == []


def test_scripts_evaluate_no_text():
    found = [
        str(path.relative_to(ROOT))
        for path in sources("*.js", "static")
        if re.search(r"\beval\(|new Function|innerHTML\s*=|document\.write", path.read_text())
    ]

    assert found == []


def test_c1_no_celery_message_waits_in_the_broker():
    """A timer is a row; a message with an eta above the visibility timeout is run twice."""
    found = [
        str(path.relative_to(ROOT))
        for path in sources("*.py", *OURS, "examples")
        if re.search(r"\b(eta|countdown)\s*=", path.read_text())
    ]

    assert found == []


def test_views_and_pages_ask_questions_through_queries():
    found = [
        str(path.relative_to(ROOT))
        for path in [*sources("views*.py", *OURS), *sources("*.py", *[f"{a}/views" for a in OURS])]
        if re.search(r"\b[A-Z]\w+\.objects\b", path.read_text())
    ]

    assert found == []


def named_urls(
    patterns: list[URLPattern | URLResolver], namespace: str = ""
) -> Iterator[tuple[str, dict[str, str]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_urls(pattern.url_patterns, inner)
        elif pattern.name:
            converters = pattern.pattern.converters
            sample = {
                name: SAMPLES.get(type(converter).__name__.replace("Converter", "").lower(), "1")
                for name, converter in converters.items()
            }
            yield f"{namespace}{pattern.name}", sample


def all_urls() -> list[tuple[str, dict[str, str]]]:
    return sorted(named_urls(get_resolver().url_patterns), key=lambda entry: entry[0])


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "sample"), all_urls(), ids=lambda value: str(value)[:60])
def test_every_address_turns_a_stranger_away(name, sample):
    if name in PUBLIC:
        pytest.skip(f"{name} is open to everybody on purpose")

    for ask in (Client().get, Client().post):
        answer = ask(reverse(name, kwargs=sample))
        signed_out = answer.status_code == 302 and "/sign-in/" in answer["Location"]
        assert signed_out or answer.status_code in {401, 403, 404, 405}, answer.status_code


def test_no_registry_address_or_machine_path_is_committed():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    lock_files = [ROOT / name for name in tracked if name.startswith("requirements/")]

    found = [path.name for path in lock_files if re.search(r"https?://|--index", path.read_text())]

    assert found == []

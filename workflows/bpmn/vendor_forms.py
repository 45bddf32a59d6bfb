"""Forms of start events and user tasks, as Camunda 7 and 8 and Flowable write them.

A form that is kept elsewhere has a key here and no fields.
"""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

from workflows.bpmn.details import Form, FormField
from workflows.bpmn.source import text_of
from workflows.bpmn.vendors import ZEEBE, extension, older, vendor

IN_THE_FILE = "camunda-forms:bpmn:"  # a form that lies in the same file, by its id
DEEPEST = 10  # groups within groups
RULES = ("required", "readonly", "min", "max", "minlength", "maxlength")
NO_RULES: Mapping[str, str] = MappingProxyType({})

# Parts of a form of Camunda 8 that can be filled in here, and how they are called.
FILLED = frozenset(["textfield", "textarea", "number", "checkbox", "select", "radio", "datetime"])
LAYOUT = frozenset(["separator", "spacer", "button", "image"])


def form(element: etree._Element) -> Form | None:
    """The form of a step; None when it has none."""
    zeebe = extension(element, ZEEBE, "formDefinition")
    key = vendor(element, "formKey") or vendor(element, "formRef")
    if zeebe is not None:
        key = zeebe.get("formKey") or zeebe.get("formId") or zeebe.get("externalReference") or ""
    fields = (*_form_data(element), *_form_properties(element), *_in_the_file(element, key))
    return Form(key, fields) if key or fields else None


# --- Camunda 7 ---


def _form_data(element: etree._Element) -> Iterator[FormField]:
    for data in older(element, "formData"):
        space = etree.QName(data).namespace
        for each in data.iterfind(f"{{{space}}}formField"):
            yield FormField(
                each.get("id", ""),
                each.get("label", ""),
                each.get("type", ""),
                each.get("defaultValue", ""),
                _values(each),
                MappingProxyType(_constraints(each)),
            )


def _constraints(field: etree._Element) -> dict[str, str]:
    space = etree.QName(field).namespace
    found: dict[str, str] = {}
    for each in field.iterfind(f"{{{space}}}validation/{{{space}}}constraint"):
        name, config = each.get("name", ""), each.get("config", "")
        if name in RULES and config != "false":
            found[name] = config
    return found


def _values(field: etree._Element) -> tuple[tuple[str, str], ...]:
    space = etree.QName(field).namespace
    values = field.iterfind(f"{{{space}}}value")
    return tuple(
        (each.get("id", ""), each.get("name", "") or each.get("id", "")) for each in values
    )


# --- Flowable, Activiti ---


def _form_properties(element: etree._Element) -> Iterator[FormField]:
    for each in older(element, "formProperty"):
        if each.get("readable") == "false":
            continue
        rules = {"required": ""} if each.get("required") == "true" else {}
        if each.get("writable") in ("false", "0"):
            rules["readonly"] = ""
        name = each.get("variable", "") or each.get("id", "")
        known = each.get("default", "") or each.get("expression", "")
        yield FormField(
            name, each.get("name", ""), each.get("type", ""), known, _values(each),
            MappingProxyType(rules),
        )  # fmt: skip


# --- Camunda 8 ---


def _in_the_file(element: etree._Element, key: str) -> Iterator[FormField]:
    if not key.startswith(IN_THE_FILE):
        return
    wanted = key.removeprefix(IN_THE_FILE)
    root = element.getroottree().getroot()
    for each in root.iter(f"{{{ZEEBE}}}userTaskForm"):
        if each.get("id") == wanted:
            yield from _read(text_of(each))
            return


def _read(text: str) -> Iterator[FormField]:
    """The parts of a form in JSON; one that cannot be read is said to be so, on the form."""
    try:
        said = json.loads(text)
        parts = said["components"]
    except (ValueError, TypeError, KeyError, RecursionError):
        parts = None
    if not isinstance(parts, list):
        yield _note("The form of this step cannot be read: it is no form in JSON.")
        return
    yield from _parts(parts, DEEPEST)


def _parts(parts: list[Any], deep: int) -> Iterator[FormField]:
    for each in parts:
        if not isinstance(each, dict):
            continue
        kind = str(each.get("type", ""))
        inside = each.get("components")
        if kind == "group" and isinstance(inside, list) and deep:
            if each.get("label"):
                yield _note(str(each["label"]))
            yield from _parts(inside, deep - 1)
        elif kind in ("text", "html"):
            yield _note(str(each.get("text") or each.get("content") or ""))
        elif kind not in LAYOUT:
            yield _part(each, kind)


def _part(said: Mapping[str, Any], kind: str) -> FormField:
    label = str(said.get("label") or said.get("dateLabel") or said.get("key") or kind)
    asks_for_time = kind == "datetime" and said.get("subtype", "date") != "date"
    if kind not in FILLED or asks_for_time or not said.get("key") or not _choices_fit(said, kind):
        return _note(f"{label}: this part of the form ({kind}) cannot be filled in here.")
    default = said.get("defaultValue", "")
    return FormField(
        str(said["key"]),
        label,
        _kind(said, kind),
        "" if default is None else default,
        tuple(_offered(said)),
        MappingProxyType(_rules(said)),
        str(said.get("description") or ""),
    )


def _kind(said: Mapping[str, Any], kind: str) -> str:
    if kind == "datetime":
        return "date"
    if kind == "number" and said.get("decimalDigits") == 0:
        return "integer"
    return kind


def _offered(said: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    values = said.get("values")
    for each in values if isinstance(values, list) else []:
        if isinstance(each, dict) and isinstance(each.get("value"), str | int | float):
            yield each["value"], str(each.get("label") or each["value"])


def _choices_fit(said: Mapping[str, Any], kind: str) -> bool:
    """Choices that come from elsewhere are not known here."""
    return kind not in ("select", "radio") or any(True for _ in _offered(said))


def _rules(said: Mapping[str, Any]) -> dict[str, str]:
    asked = said.get("validate")
    names = {"min": "min", "max": "max", "minLength": "minlength", "maxLength": "maxlength"}
    found: dict[str, str] = {}
    if isinstance(asked, dict):
        found = {ours: str(asked[each]) for each, ours in names.items() if each in asked}
        if asked.get("required") is True:
            found["required"] = "tick"
    if said.get("readonly") is True or said.get("disabled") is True:
        found["readonly"] = ""
    return found


def _note(text: str) -> FormField:
    return FormField("", text[:2_000], "note")

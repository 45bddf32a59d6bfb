"""Published decisions: which version is in force, ready to be evaluated; and how one gets there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows import decision_files, decision_inputs, decision_sources, dmn, journal
from workflows.authors import Author
from workflows.decision_sources import Pin
from workflows.feel import BudgetExceeded
from workflows.models import DecisionDefinition
from workflows.refusals import NotAllowed, NotValid, Refusal

MODELS_KEPT = 128  # parsed, in each worker
FILES_KEPT = 8  # of drafts, parsed while somebody works on them


class NoSuchDecision(Refusal):
    """Nothing is published under this key, or not this version of it."""

    status = 404
    slug = "not-found"


class OnePerson(NotAllowed):
    """A version needs a proposer and a signer who are two persons."""


def newest(key: str) -> DecisionDefinition | None:
    """The version in force, if there is one; its file is read when somebody asks for it."""
    return DecisionDefinition.objects.filter(key=key).order_by("-version").defer("xml").first()


def latest(key: str) -> DecisionDefinition:
    """The version in force. Raises NoSuchDecision."""
    found = newest(key)
    if found is None:
        raise NoSuchDecision(f"No decision is published as {_shown(key)}.")
    return found


def version(key: str, number: int) -> DecisionDefinition:
    """One version, however old. Raises NoSuchDecision."""
    found = DecisionDefinition.objects.filter(key=key, version=number).first()
    if found is None:
        raise NoSuchDecision(f"There is no version {number} of {_shown(key)}.")
    return found


def compiled(definition: DecisionDefinition) -> dmn.Model:
    """The model ready to be evaluated; read once per version and worker."""
    return _compiled(definition.pk)


def imports_of(xml: bytes) -> tuple[Pin, ...]:
    """What a file imports, as that is in force now. Raises NotValid when it cannot be read."""
    decision_files.check_size(xml)
    try:
        return decision_sources.in_force(xml)
    except dmn.DmnError as error:
        raise _refusal(error.findings) from error


def read(xml: bytes, imports: tuple[Pin, ...] | None = None) -> dmn.Model:
    """A file that may not be published, with these imports or those in force now.

    Raises NotValid with every place to correct.
    """
    pins = imports_of(xml) if imports is None else imports
    try:
        return _read(xml, pins)
    except dmn.DmnError as error:
        raise _refusal(error.findings) from error


def evaluate(
    key: str,
    inputs: Mapping[str, Any],
    *,
    version: int | None = None,
    decision: str | None = None,
    now: datetime,
) -> tuple[DecisionDefinition, dmn.Result]:
    """What the decision answers, and which version said so: the one in force unless one is named.

    `decision` is the id or name of a decision or service in the file. Without it: the one with the
    key as its id, else the first. Inputs are JSON values. Raises NoSuchDecision, NotValid.
    """
    definition = latest(key) if version is None else _version(key, version)
    model = compiled(definition)
    wanted = decision or default_of(model, key)
    return definition, answered(model, wanted, inputs, now=now)


def answered(
    model: dmn.Model, decision: str, inputs: Mapping[str, Any], *, now: datetime
) -> dmn.Result:
    """What a decision or service answers to inputs that are JSON values.

    Texts become dates, times and durations where the model says that it takes them. Raises
    NotValid for a decision that is not there, and when the evaluation takes too much.
    """
    try:
        return model.evaluate(decision, decision_inputs.admitted(model, inputs), now=now)
    except dmn.NoSuchElement as error:
        raise NotValid(error.findings[0].sentence) from error
    except BudgetExceeded as error:
        raise NotValid(str(error)) from error


def as_json(result: dmn.Result) -> dict[str, Any]:
    """Value, errors and trace as JSON. Raises NotValid when that would be too much."""
    try:
        return result.as_json()
    except BudgetExceeded as error:
        raise NotValid(f"The answer is too large to be told. {error}") from error


def default_of(model: dmn.Model, key: str) -> str:
    """Which decision of a file is meant when none is named. Raises NotValid when it has none."""
    ids = [each.id for each in model.decisions]
    if not ids:
        raise NotValid("The file has no decision. Add one.")
    return key if key in ids else ids[0]


@transaction.atomic
def deploy(
    *,
    xml: bytes,
    key: str,
    name: str,
    proposed: Author,
    signed: Author,
    note: str = "",
    now: datetime,
) -> DecisionDefinition:
    """A version that two people agreed on elsewhere, such as an example of the house.

    A file that has not changed keeps its version. Raises NotValid, OnePerson.
    """
    key, name = decision_files.check_key(key), decision_files.check_name(name)
    decision_files.one_at_a_time(key)
    last = newest(key)
    if last and (last.digest, last.name) == (decision_files.digest(xml), name):
        return last
    return add_version(
        key=key,
        name=name,
        xml=xml,
        note=note,
        proposed=proposed,
        signed=signed,
        editors=[proposed.person],
        imports=imports_of(xml),
        now=now,
    )


def add_version(
    *,
    key: str,
    name: str,
    xml: bytes,
    note: str,
    proposed: Author,
    signed: Author,
    editors: Sequence[str],
    imports: tuple[Pin, ...],
    now: datetime,
) -> DecisionDefinition:
    """The next version, written down with both signatures. The caller holds the key's lock."""
    if signed.person in (proposed.person, *editors):
        raise OnePerson("Who proposed or changed a version does not sign it. Ask somebody else.")
    last, model = newest(key), read(xml, imports)
    definition = DecisionDefinition(
        key=key,
        version=last.version + 1 if last else 1,
        name=name,
        xml=xml,
        digest=decision_files.digest(xml),
        dialect=model.dialect,
        note=note,
        namespace=model.namespace[: decision_sources.LONGEST_NAMESPACE],
        imports=[pin.as_json() for pin in imports],
        published_at=now,
        proposed_by=proposed.actor,
        proposer=proposed.person,
        signed_by=signed.actor,
        signer=signed.person,
        editors=list(editors),
    )
    definition.save(force_insert=True)
    _note(definition)
    return definition


def _note(published: DecisionDefinition) -> None:
    journal.record_outside(
        "decision.published",
        subject=f"decision:{published.key}",
        actor=published.signed_by,
        now=published.published_at,
        version=published.version,
        digest=published.digest,
        proposed_by=published.proposed_by,
        note=published.note,
    )


_version = version  # `evaluate` has a parameter of the same name


@lru_cache(maxsize=MODELS_KEPT)
def _compiled(definition_id: UUID) -> dmn.Model:
    definition = DecisionDefinition.objects.get(pk=definition_id)
    imported = decision_sources.files(decision_sources.pinned(definition))
    return dmn.load(bytes(definition.xml), imported=imported)


@lru_cache(maxsize=FILES_KEPT)
def _read(xml: bytes, imports: tuple[Pin, ...]) -> dmn.Model:
    return dmn.load(xml, imported=decision_sources.files(imports))


def _refusal(findings: Sequence[dmn.Finding]) -> NotValid:
    places: list[dict[str, object]] = [
        {"element": each.element, "line": each.line, "sentence": each.sentence} for each in findings
    ]
    count = "one place has" if len(places) == 1 else f"{len(places)} places have"
    return NotValid(f"The model cannot be used: {count} to be corrected. {findings[0]}", places)


def _shown(key: str) -> str:
    return ascii(key[:100])

"""What a model says in Countersign's own words, in the neutral form of `details`.

    <countersign:script result="total"/>
    <countersign:decision id="risk" result="risk"/>
    <countersign:call process="refund" binding="version" version="3" business_key="order.id"/>
    <countersign:message key="order.id"/>
    <countersign:output name="total" value="sum(prices)"/>

`extensions` tells where each of them may stand, and judges what it says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from workflows.bpmn.details import Call, Data, Event, Extension, Mapped, Work
from workflows.bpmn.kinds import Kind


def applied(kind: Kind, said: Mapping[str, Any], extensions: Iterable[Extension]) -> dict[str, Any]:
    """The fields of a node, with what its extensions add to them."""
    fields = dict(said)
    parts = list(extensions)
    for part in parts:
        if part.name == "script" and isinstance(fields.get("work"), Work):
            fields["work"] = replace(fields["work"], result=part.attributes.get("result", ""))
        elif part.name == "decision":
            fields["work"] = _decision(part.attributes)
        elif part.name == "call":
            fields["call"] = _call(part.attributes, fields.get("call"))
        elif part.name == "message" and isinstance(fields.get("event"), Event):
            fields["event"] = replace(fields["event"], key=_feel(part.attributes.get("key", "")))
    # The runtime evaluates the inputs of jobs by itself.
    inputs = () if _is_job(kind, fields, parts) else _mapped("input", parts)
    outputs = _mapped("output", parts)
    if inputs or outputs:
        fields["data"] = Data(inputs, outputs, all_in=not inputs, all_out=not outputs)
    return fields


def _is_job(kind: Kind, fields: Mapping[str, Any], parts: Iterable[Extension]) -> bool:
    work = fields.get("work")
    by_worker = isinstance(work, Work) and work.by_worker
    return kind is Kind.SERVICE_TASK or by_worker or any(part.name == "job" for part in parts)


def _decision(said: Mapping[str, str]) -> Work:
    return Work(
        "decision",
        said.get("id", ""),
        result=said.get("result", ""),
        binding=said.get("binding", "latest"),
        version=said.get("version", ""),
    )


def _call(said: Mapping[str, str], known: Call | None) -> Call:
    key = said.get("business_key", "")
    return Call(
        said.get("process", known.element if known else ""),
        said.get("binding", "latest"),
        said.get("version", ""),
        f"={_feel(key)}" if key else "",
    )


def _mapped(name: str, parts: Iterable[Extension]) -> tuple[Mapped, ...]:
    return tuple(
        Mapped(part.attributes.get("name", ""), f"={_feel(part.attributes.get('value', ''))}")
        for part in parts
        if part.name == name
    )


def _feel(text: str) -> str:
    return text.strip().removeprefix("=").strip()

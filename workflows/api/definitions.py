"""BPMN models come in as they are; each executable process in one becomes a new version."""

from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import definitions
from workflows.api.described import described
from workflows.api.instances import DefinitionOut
from workflows.api.operation import Operation, caller
from workflows.models import ProcessDefinition
from workflows.queries import Viewer
from workflows.refusals import NotAllowed
from workflows.strict_json import BodyTooLarge, check_coding


class ModelParser(BaseParser):
    """The file byte for byte: which encoding it has is for the reader of XML to say."""

    media_type = "application/xml"

    def parse(  # type: ignore[override]  # a file is not a mapping
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002 - as DRF calls it
        parser_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        check_coding((parser_context or {}).get("request"))
        source = stream.read(definitions.LARGEST_SOURCE + 1)
        if len(source) > definitions.LARGEST_SOURCE:
            most = f"{definitions.LARGEST_SOURCE:,}"
            raise BodyTooLarge(f"The file is larger than {most} bytes. Split the model up.")
        return source


class MayNotDeploy(NotAllowed):
    """What runs here is for administrators to say."""


class WarningOut(serializers.Serializer[Any]):
    process = serializers.CharField()
    element = serializers.CharField()
    line = serializers.IntegerField()
    sentence = serializers.CharField()


class DeployedOut(serializers.Serializer[Any]):
    definitions = DefinitionOut(many=True)
    warnings = WarningOut(many=True, help_text="What runs other than its author may think.")


class Definitions(Operation):
    parser_classes = (ModelParser,)

    @described(
        operation_id="deploy_definition",
        tags=["Processes"],
        summary="Deploy a BPMN 2.0 model",
        description=(
            "Checked before anything is kept; `errors` lists each place to correct, with its line. "
            "A process that has not changed keeps its version. For administrators."
        ),
        sends={"application/xml": OpenApiTypes.BINARY},
        answers={201: DeployedOut},
        problems=(403, 422),
    )
    def post(self, request: Request) -> Response:
        user = caller(request)
        _check_may_deploy(user)
        source: object = request.data
        if not isinstance(source, bytes):
            raise exceptions.ParseError("The body is empty. Send a BPMN file.")
        deployed = definitions.deploy(source=source, by=user.actor, now=timezone.now())
        answer = {"definitions": deployed, "warnings": list(_warnings(deployed))}
        return Response(DeployedOut(answer).data, status=201)


def _warnings(deployed: list[ProcessDefinition]) -> Iterator[dict[str, object]]:
    for definition in deployed:
        for each in definitions.warnings_of(definition):
            yield {
                "process": definition.key,
                "element": each.element,
                "line": each.line,
                "sentence": each.sentence,
            }


def _check_may_deploy(user: Viewer) -> None:
    if not (user.is_active and user.is_person and user.is_admin):
        raise MayNotDeploy("Only administrators deploy processes. Ask one of them.")

"""What happened, in the order in which it was committed: a feed to read from any place on."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import queries, reading, webhooks
from workflows.api.described import PAGE_SIZE, described, parameter
from workflows.api.fields import Anything
from workflows.api.operation import Operation, caller
from workflows.queries import Viewer
from workflows.reading import BadQuery
from workflows.refusals import NotAllowed

MOST_DIGITS = 18


class MayNotListen(NotAllowed):
    """The feed has every process in it."""


class EventOut(serializers.Serializer[Any]):
    """CloudEvents 1.0.2, JSON format."""

    specversion = serializers.CharField(default="1.0")
    id = serializers.UUIDField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field; DRF takes it off the class
    type = serializers.CharField()
    subject = serializers.CharField(help_text="The process instance.")
    time = serializers.DateTimeField()
    datacontenttype = serializers.CharField()
    data = Anything()  # type: ignore[assignment]  # a field; DRF takes it off the class


class EventPageOut(serializers.Serializer[Any]):
    results = EventOut(many=True)
    next = serializers.CharField(
        help_text="`after` for what comes next. Keep it, and ask again later when this is the end."
    )
    has_more = serializers.BooleanField(help_text="Whether more is there already.")


class Events(Operation):
    @described(
        operation_id="read_events",
        tags=["Events"],
        summary="Events from a place on",
        description=(
            "All events of the house, for programs and administrators. Places follow commits: "
            "whoever keeps `next` misses nothing and reads nothing twice."
        ),
        answers={200: EventPageOut},
        problems=(400, 403, 503),
        parameters=[parameter("after", "`next` of the answer before; from the start without."),
                    PAGE_SIZE],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        _check_may_listen(caller(request))
        asked = self.asked(request, "after", "page_size")
        size, after = reading.page_size(asked), _place(asked.get("after", "") or "0")
        with reading.at_most(3.0):
            found = list(queries.events_after(after, at_most=size + 1))
        shown = found[:size]
        return Response(
            {
                "results": [webhooks.cloud_event(each) for each in shown],
                "next": str(shown[-1].position if shown else after),
                "has_more": len(found) > size,
            }
        )


def _check_may_listen(user: Viewer) -> None:
    if user.is_person and not user.is_admin:
        raise MayNotListen("Programs and administrators read the feed. Ask one of them.")


def _place(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise BadQuery("after is the next of an earlier answer. Leave it out to begin.")
    return int(text)

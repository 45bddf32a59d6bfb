"""Finding work and taking it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from queues import claims
from queues.models import Lease, Queue, User, WorkItem
from queues.refusals import NotAPerson
from queues.returns import LONGEST_TEXT
from reviews import day, worklist
from reviews.api import shown
from workflows.api.described import described
from workflows.api.fields import Body, Nothing, Text, Whole
from workflows.api.operation import Operation

HELD = "The lease under which you hold the item."


class PersonsOperation(Operation):
    """Four eyes: work is for people. A program may start processes and listen, nothing here."""

    def person(self, request: Request) -> User:
        user = request.user
        if not isinstance(user, User) or not user.is_person:
            raise NotAPerson("Only people take work and decide. Programs start processes.")
        return user

    def item(self, request: Request, pk: UUID) -> tuple[User, WorkItem]:
        """An item that this person may know of; everybody else learns of no such item."""
        user = self.person(request)
        return user, get_object_or_404(worklist.visible_to(user), pk=pk)


class Queues(PersonsOperation):
    @described(
        operation_id="list_queues",
        tags=["Work"],
        summary="Your queues, the most pressing first",
        answers={200: shown.QueuesOut},
        problems=(400, 403),
    )
    def get(self, request: Request) -> Response:
        self.asked(request)
        user, now = self.person(request), timezone.now()
        work = day.at_work(user, now)
        return Response(shown.QueuesOut(work).data)


class Items(PersonsOperation):
    @described(
        operation_id="list_held_items",
        tags=["Work"],
        summary="What you hold, the longest held first",
        answers={200: shown.HeldOut},
        problems=(400, 403),
    )
    def get(self, request: Request) -> Response:
        self.asked(request)
        held = worklist.held_by(self.person(request), timezone.now())
        return Response(shown.HeldOut({"results": held}).data)


class Next(PersonsOperation):
    @described(
        operation_id="claim_next",
        tags=["Work"],
        summary="Take what comes first for you, in all your queues",
        description=(
            "200 in either case: with `item` and `lease`, or with null and the sentence that says "
            "why nothing is there for you now."
        ),
        sends=Nothing,
        answers={200: shown.NextOut},
        problems=(403, 409),
    )
    def post(self, request: Request) -> Response:
        self.sent(request)
        user, now = self.person(request), timezone.now()
        return Response(_next(user, now, None))


class NextInQueue(PersonsOperation):
    @described(
        operation_id="claim_next_in_queue",
        tags=["Work"],
        summary="Take what comes first for you in one queue",
        sends=Nothing,
        answers={200: shown.NextOut},
        problems=(403, 404, 409),
    )
    def post(self, request: Request, slug: str) -> Response:
        self.sent(request)
        user, now = self.person(request), timezone.now()
        queue = get_object_or_404(worklist.queues_of(user), slug=slug)
        return Response(_next(user, now, queue))


def _next(user: User, now: datetime, queue: Queue | None) -> dict[str, Any]:
    lease = claims.claim_next(by=user, now=now, queue=queue)
    if lease is None:
        nothing = f"Nothing waits in {queue} that you can take now." if queue else ""
        return {"item": None, "lease": None, "why": nothing or claims.why_empty(user, now)}
    item = shown.ItemOut(lease.item).data
    why = claims.why(lease.item, now)
    return {"item": item, "lease": shown.LeaseOut(lease).data, "why": why}


class Item(PersonsOperation):
    @described(
        operation_id="read_item",
        tags=["Work"],
        summary="One item with its question and evidence",
        description="What the page shows you: nothing of others' answers in a blind review.",
        answers={200: shown.ItemInFullOut},
        problems=(400, 403, 404),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        self.asked(request)
        user, now = self.person(request), timezone.now()
        found = get_object_or_404(worklist.shown_to(user, now), pk=pk)
        return Response(shown.in_full(found, user, now))


class Claim(PersonsOperation):
    @described(
        operation_id="claim_item",
        tags=["Work"],
        summary="Reserve this item for yourself",
        description="Claiming what you hold already gives the lease that you have.",
        sends=Nothing,
        answers={200: shown.LeaseOut},
        problems=(403, 404, 409),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        self.sent(request)
        user, item = self.item(request, pk)
        lease = claims.claim(item_id=item.pk, by=user, now=timezone.now())
        return Response(shown.LeaseOut(lease).data)


class UnderLease(Body):
    epoch = Whole(help_text=HELD)


class Heartbeat(PersonsOperation):
    @described(
        operation_id="heartbeat",
        tags=["Work"],
        summary="Still here: keep the item",
        description="409 with a sentence that says who has it, when it is not yours any more.",
        sends=UnderLease,
        answers={200: shown.LeaseOut},
        problems=(403, 404, 409),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        return Response(shown.LeaseOut(_held(self, request, pk, claims.heartbeat)).data)


class Release(PersonsOperation):
    @described(
        operation_id="release_item",
        tags=["Work"],
        summary="Give the item back to its place in the queue",
        sends=UnderLease,
        answers={200: shown.ItemOut},
        problems=(403, 404, 409),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        return Response(shown.ItemOut(_held(self, request, pk, claims.release)).data)


def _held(
    operation: PersonsOperation,
    request: Request,
    pk: UUID,
    act: Callable[..., Lease | WorkItem],
) -> Lease | WorkItem:
    """Something done with an item under the lease that was sent."""
    epoch = operation.sent(request, UnderLease)["epoch"]
    user, item = operation.item(request, pk)
    return act(item_id=item.pk, by=user, epoch=epoch, now=timezone.now())


class SkipIn(UnderLease):
    reason = Text(max_length=60, help_text="One of the item's `skip_reasons`.")
    text = Text(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")


class Skip(PersonsOperation):
    @described(
        operation_id="skip_item",
        tags=["Work"],
        summary="Pass the item on, with a reason",
        description="It goes to somebody else and is not offered to you for a while.",
        sends=SkipIn,
        answers={200: shown.ItemOut},
        problems=(403, 404, 409, 422),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        said = self.sent(request, SkipIn)
        user, item = self.item(request, pk)
        skipped = claims.skip(item_id=item.pk, by=user, now=timezone.now(), **said)
        return Response(shown.ItemOut(skipped).data)

"""What all operations of the API have in common: strict input, one way to refuse, no side doors."""

import time
from typing import Any, cast

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workflows import reading, security
from workflows.api.fields import Body, Nothing
from workflows.queries import Viewer
from workflows.refusals import Refusal

FAILURES_A_MINUTE = 30  # of one address and process; who signs in rightly is never held up
_failed: dict[str, tuple[int, int]] = {}  # address → (minute, failures in it)
ADDRESSES_KEPT = 10_000


class Operation(APIView):
    """One address. It takes the methods that it defines and no others, OPTIONS included."""

    metadata_class = None

    def sent(self, request: Request, body: type[Body] = Nothing) -> dict[str, Any]:
        """The body, checked. Also read where none is expected: what is sent is never ignored."""
        given = body(data=request.data)
        if not given.is_valid():
            if given.unknown:
                names = ", ".join(given.unknown)
                security.note("unknown-fields", by=_name_of(request), at=request.path, what=names)
            raise exceptions.ValidationError(given.errors)
        return dict(given.validated_data)

    def asked(self, request: Request, *known: str) -> dict[str, str]:
        """The parameters of the address. Raises BadQuery for one that is not offered."""
        reading.only(request.query_params, set(known))
        return {name: str(value) for name, value in request.query_params.items()}

    def handle_exception(self, exc: Exception) -> Response:
        request = self.request
        _note(exc, request)
        if isinstance(exc, exceptions.AuthenticationFailed) and (wait := _too_many(request)):
            exc = exceptions.Throttled(wait=wait)
        return super().handle_exception(exc)


class NotThere(Operation):
    """Any other address below /api/v1/."""

    schema = None

    def initial(self, request: Request, *rest: Any, **named: Any) -> None:
        super().initial(request, *rest, **named)
        raise exceptions.NotFound


def caller(request: Request) -> Viewer:
    """The account that asks; permissions have seen to it that there is one."""
    return cast("Viewer", request.user)


def _note(error: Exception, request: Request) -> None:
    """Lines for whoever watches: forged forms, wrong tokens, forbidden acts."""
    by = _name_of(request)
    match error:
        case exceptions.AuthenticationFailed() | exceptions.PermissionDenied():
            what = f"{request.method} from {request.META.get('REMOTE_ADDR', '')}: {error.detail}"
            security.note("not-let-in", by=by, at=request.path, what=what)
        case Refusal():
            security.refused(error, by=by, at=request.path)


def _name_of(request: Request) -> str:
    """Who asks, without trying again to find out where that has just failed."""
    user = getattr(request, "_user", None)
    return str(getattr(user, "actor", "") or "nobody")


def _too_many(request: Request) -> int:
    """Seconds to wait, when one address fails to sign in again and again; 0 while it does not."""
    address, now = str(request.META.get("REMOTE_ADDR", "")), time.monotonic()
    minute = int(now // 60)
    if len(_failed) > ADDRESSES_KEPT:
        _failed.clear()
    last, failures = _failed.get(address, (minute, 0))
    failures = failures + 1 if last == minute else 1
    _failed[address] = (minute, failures)
    return int(60 - now % 60) + 1 if failures > FAILURES_A_MINUTE else 0

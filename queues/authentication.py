"""How programs sign in: `Authorization: Bearer cs_…` (RFC 6750, section 2.1), nowhere else."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from queues import tokens
from queues.models import ServiceToken, User

REFUSED = "This token is not valid. It may have expired or been revoked."


class TokenAuthentication(BaseAuthentication):
    """One sentence for every reason: a stranger learns nothing about which tokens exist."""

    def authenticate(self, request: Request) -> tuple[User, ServiceToken] | None:
        """None without a bearer token, so that the next way of signing in is tried."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        token = tokens.in_force(secret.strip(), now)
        if token is None:
            raise AuthenticationFailed(REFUSED)
        tokens.note_use(token, now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - as DRF calls it
        return 'Bearer realm="countersign"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library is untyped
    """How the API's description names it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002 - as called
        return {"type": "http", "scheme": "bearer", "description": "A token, such as cs_…"}

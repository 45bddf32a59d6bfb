"""What a subscriber receives: a CloudEvents 1.0 JSON event, signed as Standard Webhooks say."""

import base64
import binascii
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from workflows.models import Event

SOURCE = "urn:countersign"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
PREFIX = "whsec_"


def cloud_event(event: Event) -> dict[str, Any]:
    """An event in CloudEvents' JSON format (CloudEvents 1.0.2, section 3; JSON format, 3.1)."""
    return {
        "specversion": "1.0",
        "id": str(event.pk),
        "source": SOURCE,
        "type": event.type,
        "subject": event.subject,
        "time": event.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "datacontenttype": "application/json",
        "data": event.data,
    }


def body_of(event: Event) -> bytes:
    """The same bytes at every attempt."""
    return json.dumps(cloud_event(event), ensure_ascii=False, separators=(",", ":")).encode()


def headers_for(event: Event, *, body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The id stays the same over all attempts, so a receiver can drop what it has seen."""
    moment = str(int(now.timestamp()))
    return {
        "content-type": CONTENT_TYPE,
        "user-agent": "Countersign",
        "webhook-id": str(event.pk),
        "webhook-timestamp": moment,
        "webhook-signature": signature(str(event.pk), moment, body, secret=secret),
    }


def signature(message_id: str, timestamp: str, body: bytes, *, secret: str) -> str:
    """`v1,` and the Base64 of HMAC-SHA256 over id, timestamp and body, joined by dots."""
    signed = b".".join([message_id.encode(), timestamp.encode(), body])
    seal = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(seal).decode()}"


def _key(secret: str) -> bytes:
    """A secret that begins with `whsec_` is Base64, any other is taken as it is."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()

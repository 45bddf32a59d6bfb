"""Celery's transport over Redis, which ends the worker when it meets bytes that are no message.

Whatever stands in the list was taken from it when it could not be read, so it is noted and passed
by; the work it may have spoken of is a row, which the sweep finds.
"""

from queue import Empty
from typing import Any

from kombu.transport import redis

from workflows import security

# What reading a message raises when it is none: no JSON, no object, no properties, too deep.
NO_MESSAGE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


class Channel(redis.Channel):
    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[no-untyped-call]  # kombu ships few types
        except NO_MESSAGE as error:
            security.note("no-message", at="broker", what=f"{type(error).__name__}: {error}")
            raise Empty from error


class Transport(redis.Transport):
    Channel = Channel

"""Who is meant by a message: the one who waits for its name and key."""

from uuid import UUID

from workflows.literals import literal
from workflows.models import Listener
from workflows.refusals import Refusal

NAMED = 5  # candidates that a refusal names


class Ambiguous(Refusal):
    """More than one process waits for a message; `findings` names each of them."""

    slug = "message-ambiguous"

    def __init__(self, name: str, found: list[Listener]) -> None:
        named = ", ".join(_title(each) for each in found[:NAMED])
        more = " and others" if len(found) > NAMED else ""
        super().__init__(
            f"Several wait for the message {name!r}: {named}{more}. Say in its business key which "
            "one is meant."
        )
        self.findings: list[dict[str, object]] = [
            {
                "element": each.node_id,
                "instance": str(each.instance_id),
                "sentence": f"{each.instance.definition.name} waits here: {_title(each)}.",
            }
            for each in found[:NAMED]
        ]


def the_one(name: str, key: str) -> Listener | None:
    """The open listener that is meant. Raises `Ambiguous` when there are several."""
    waiting = Listener.objects.filter(kind=literal("message"), status=literal("open"), name=name)
    if key:
        own = waiting.filter(key=key).first()
        if own is not None:
            return own
        waiting = waiting.filter(key="", instance__business_key=key)
    found = list(waiting.select_related("instance__definition").order_by("id")[: NAMED + 1])
    if len(found) > 1:
        raise Ambiguous(name, found)
    return found[0] if found else None


def still_open(listener_id: UUID) -> Listener | None:
    """The listener, if it listens still now that its instance is held."""
    found = Listener.objects.select_related("activity")
    return found.filter(pk=listener_id, status=literal("open")).first()


def _title(listener: Listener) -> str:
    key = listener.key or listener.instance.business_key
    return f"{listener.node_id} of {listener.instance_id}" + (f" ({key})" if key else "")

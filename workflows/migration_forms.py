"""What administrators fill in to migrate instances: the address is the preview's state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from django import forms
from django.http import QueryDict

from workflows import migration
from workflows.migration import LONGEST_REASON, Wanted
from workflows.migration_page import NONE
from workflows.models import ProcessDefinition
from workflows.reading import BadQuery

MAP = "map."
MOST_MAPPED = 500


class ReasonForm(forms.Form):
    """Why instances are migrated."""

    reason = forms.CharField(
        label="Why",
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text="It stands in the journal of each instance.",
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for; sent along with the form that does it."""

    to: str = ""
    timers_anew: bool = False
    mapping: dict[str, str] = field(default_factory=dict)

    @property
    def hidden(self) -> Iterator[tuple[str, str]]:
        """Names and values that say the same again."""
        yield "to", self.to
        if self.timers_anew:
            yield "timers", "anew"
        for old, new in self.mapping.items():
            yield f"{MAP}{old}", new or NONE

    def about(self, wish: Wanted) -> "Asked":
        """The same with the version that was meant."""
        return replace(self, to=str(wish.new.pk))

    def wish(self, old: ProcessDefinition, versions: Sequence[ProcessDefinition]) -> Wanted | None:
        """The migration meant; the newest other version unless another one is named.

        Raises `NotValid` for what makes no sense. None when there is no other version.
        """
        others = [each for each in versions if each.pk != old.pk]
        meant = [each for each in others if str(each.pk) == self.to] if self.to else others
        if self.to and not meant:
            raise BadQuery("There is no such version of this process. Choose one from the list.")
        if not meant:
            return None
        return migration.wanted(old, meant[0], self.mapping, timers_anew=self.timers_anew)


def asked(query: QueryDict) -> Asked:
    """What an address or a form says. Raises `BadQuery` for names that mean nothing."""
    mapping: dict[str, str] = {}
    known = {"to", "timers", "reason", "csrfmiddlewaretoken"}
    for name in query:
        if name.startswith(MAP) and len(mapping) < MOST_MAPPED:
            if value := query[name]:
                mapping[name.removeprefix(MAP)] = "" if value == NONE else str(value)
        elif name not in known:
            raise BadQuery(f"{name[:40]} means nothing here. Leave it out.")
    if query.get("timers", "") not in ("", "anew"):
        raise BadQuery("timers is “anew” or left out.")
    return Asked(query.get("to", "")[:40], query.get("timers") == "anew", mapping)

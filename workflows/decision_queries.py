"""What administrators ask about decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from workflows.models import DecisionCase, DecisionDefinition, DecisionDraft, JournalEntry

SHOWN_AT_MOST = 200
STORY_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list: a key with the version in force, the open draft, or both."""

    key: str
    name: str
    version: DecisionDefinition | None = None
    draft: DecisionDraft | None = None


def listed(text: str = "") -> list[Listed]:
    """Every decision by name whose key or name has this text in it, up to SHOWN_AT_MOST."""
    wanted = Q(key__icontains=text) | Q(name__icontains=text) if text else Q()
    versions = {each.key: each for each in in_force()}
    drafts = {each.key: each for each in open_drafts()}
    found = {
        *DecisionDefinition.objects.filter(wanted).values_list("key", flat=True).distinct(),
        *open_drafts().filter(wanted).values_list("key", flat=True),
    }
    rows = [_listed(key, versions.get(key), drafts.get(key)) for key in found]
    return sorted(rows, key=lambda row: (row.name.casefold(), row.key))[:SHOWN_AT_MOST]


def in_force(*, after: str = "") -> QuerySet[DecisionDefinition]:
    """The newest version of each decision by key, beginning after this one, without files."""
    newest = DecisionDefinition.objects.order_by("key", "-version").distinct("key").defer("xml")
    return newest.filter(key__gt=after)


def open_drafts() -> QuerySet[DecisionDraft]:
    """Drafts that may still become a version, without their files."""
    found = DecisionDraft.objects.filter(status__in=DecisionDraft.OPEN)
    return found.select_related("based_on").defer("xml", "based_on__xml")


def drafts() -> QuerySet[DecisionDraft]:
    """Every draft there was, with its file."""
    return DecisionDraft.objects.select_related("based_on", "published_as")


def open_draft_of(key: str) -> DecisionDraft | None:
    """The change that is under way, if there is one."""
    return open_drafts().filter(key=key).first()


def versions_of(key: str) -> QuerySet[DecisionDefinition]:
    """All versions, the newest first, without their files."""
    return DecisionDefinition.objects.filter(key=key).order_by("-version").defer("xml")


def versions() -> QuerySet[DecisionDefinition]:
    """Every version of every decision, with its file."""
    return DecisionDefinition.objects.all()


def cases() -> QuerySet[DecisionCase]:
    """Every saved case."""
    return DecisionCase.objects.all()


def case_of(key: str, pk: UUID) -> DecisionCase | None:
    """One saved case of a decision."""
    return DecisionCase.objects.filter(key=key, pk=pk).first()


def story_of(key: str) -> Sequence[JournalEntry]:
    """What was done to a decision, the latest first."""
    entries = JournalEntry.objects.filter(subject=f"decision:{key}").order_by("-id")
    return list(entries[:STORY_AT_MOST])


def how_many() -> int:
    """Decisions with a version in force."""
    return DecisionDefinition.objects.values("key").distinct().count()


def waiting_for_a_signature() -> int:
    """Drafts that somebody else has to sign."""
    return DecisionDraft.objects.filter(status=DecisionDraft.Status.SUBMITTED).count()


def _listed(key: str, version: DecisionDefinition | None, draft: DecisionDraft | None) -> Listed:
    name = version.name if version else draft.name if draft else key
    return Listed(key, name, version, draft)

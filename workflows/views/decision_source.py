"""What the pages of a decision are about: a published version, or a draft."""

from dataclasses import dataclass
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from workflows import decision_queries
from workflows.models import DecisionDefinition, DecisionDraft


@dataclass(frozen=True, slots=True)
class Source:
    """A file with its pages; exactly one of `definition` and `draft` is there."""

    definition: DecisionDefinition | None = None
    draft: DecisionDraft | None = None

    @property
    def row(self) -> DecisionDefinition | DecisionDraft:
        """Whichever it is."""
        found = self.definition or self.draft
        assert found is not None  # noqa: S101 - one of the two, by construction
        return found

    @property
    def key(self) -> str:
        """The decision's key."""
        return self.row.key

    @property
    def name(self) -> str:
        """What it is called in this version."""
        return self.row.name

    @property
    def xml(self) -> bytes:
        """The file, byte for byte."""
        return bytes(self.row.xml)

    @property
    def label(self) -> str:
        """ "Version 3", or "Draft"."""
        return f"Version {self.definition.version}" if self.definition else "Draft"

    @property
    def file_name(self) -> str:
        """Without an ending: keys are plain letters, so that it can be part of a header."""
        return f"{self.key}.v{self.definition.version}" if self.definition else f"{self.key}.draft"

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed."""
        return self.draft is not None and self.draft.status in DecisionDraft.OPEN

    @property
    def address(self) -> str:
        """Its first page."""
        return self._page("version", "draft")

    @property
    def table_address(self) -> str:
        """Where its tables are shown."""
        return self._page("version", "draft-tables")

    @property
    def test_address(self) -> str:
        """Its test bench."""
        return self._page("test", "draft-test")

    @property
    def analysis_address(self) -> str:
        """Overlaps, gaps and rules that never fire."""
        return self._page("analysis", "draft-analysis")

    @property
    def changes_address(self) -> str:
        """What is different from the version before; empty when there is none."""
        has_before = (
            self.definition.version > 1 if self.definition else self.draft and self.draft.based_on
        )
        return self._page("changes", "draft-changes") if has_before else ""

    @property
    def file_address(self) -> str:
        """The file itself."""
        return self._page("file", "draft-file")

    @property
    def workbook_address(self) -> str:
        """Its tables for Excel."""
        return self._page("workbook", "draft-workbook")

    @property
    def edit_address(self) -> str:
        """The table editor; empty for what cannot be changed."""
        if self.draft is None or not self.is_open:
            return ""
        try:
            return reverse("workflows:decision-edit", args=[self.draft.pk])
        except NoReverseMatch:
            return ""

    def _page(self, of_version: str, of_draft: str) -> str:
        if self.definition:
            args = [self.definition.key, self.definition.version]
            return reverse(f"workflows:decision-{of_version}", args=args)
        return reverse(f"workflows:decision-{of_draft}", args=[self.row.pk])


def version_or_404(key: str, number: int) -> Source:
    """A published version."""
    found = get_object_or_404(decision_queries.versions(), key=key, version=number)
    return Source(definition=found)


def draft_or_404(pk: UUID) -> Source:
    """A draft, open or over."""
    return Source(draft=get_object_or_404(decision_queries.drafts(), pk=pk))

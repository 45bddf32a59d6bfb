"""What was shown beside a question, sealed: a decision is bound to the hash of exactly this."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from reviews.models import Evidence, Review
from workflows.canonical import digest

Exhibit = tuple[str, Any]  # title and content


def seal(review: Review, exhibits: Iterable[Exhibit], *, now: datetime) -> list[Evidence]:
    """Evidence for the review's current version, and the review's content hash over it.

    The rows and the review are not saved yet.
    """
    sealed = [
        Evidence(
            review=review,
            version=review.version,
            title=title[:200],
            content=content,
            digest=digest(content),
            sealed_at=now,
        )
        for title, content in exhibits
    ]
    review.content_hash = content_hash(review, [each.digest for each in sealed])
    return sealed


def keep(sealed: list[Evidence]) -> None:
    Evidence.objects.bulk_create(sealed)


def content_hash(review: Review, digests: Iterable[str]) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of everything that a signature stands for."""
    return digest(
        {
            "review": str(review.pk),
            "kind": review.kind,
            "version": review.version,
            "payload": review.payload,
            "evidence": sorted(digests),
            "suggestion": review.suggestion,
            "confidence": review.confidence,
            "impact": review.impact_class or review.impact,
            "grid": review.grid.version if review.grid else None,
            **({"form": review.form} if review.is_work else {}),
        }
    )


def is_intact(review: Review) -> bool:
    """Whether evidence and review still are what their hashes say."""
    shown = Evidence.objects.filter(review=review, version=review.version)
    digests = [each.digest for each in shown]
    return (
        all(each.digest == digest(each.content) for each in shown)
        and content_hash(review, digests) == review.content_hash
    )

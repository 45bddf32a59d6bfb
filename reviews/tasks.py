"""Ways in for workers: nothing here decides anything."""

from celery import shared_task
from django.utils import timezone

from reviews import settlement


@shared_task(ignore_result=True)
def execute_due() -> None:
    """Takes what can no longer be undone. A second run finds nothing left to do."""
    settlement.execute_due(now=timezone.now())

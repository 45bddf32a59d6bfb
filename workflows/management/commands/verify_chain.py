from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from workflows import journal
from workflows.models import JournalEntry, ProcessInstance


class Command(BaseCommand):
    """Recompute journal chains and say whether each is whole."""

    help = "Verify the journal: every chain, or those of the process instances named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("instances", nargs="*", type=UUID, metavar="INSTANCE")

    def handle(self, *_args: Any, **options: Any) -> None:
        wanted = options["instances"]
        broken = [*self._processes(wanted), *([] if wanted else self._others())]
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write("Every chain is whole.")

    def _processes(self, wanted: list[UUID]) -> list[str]:
        instances = ProcessInstance.objects.defer("variables")
        if wanted:
            instances = instances.filter(pk__in=wanted)
            missing = set(wanted) - set(instances.values_list("pk", flat=True))
            if missing:
                raise CommandError(f"No process instance has the id {min(missing)}.")
        return [
            f"The journal of process {instance.pk} is broken."
            for instance in instances.iterator()
            if not journal.verifies(instance)
        ]

    def _others(self) -> list[str]:
        """Chains of queues, definitions and whatever else lies outside processes."""
        inside = ProcessInstance.objects.values("pk")
        chains = JournalEntry.objects.filter(sequence=1).exclude(chain__in=inside)
        return [
            f"The journal of {subject} is broken at entry {entry.sequence}."
            for chain, subject in chains.values_list("chain", "subject")
            if (entry := journal.first_broken(chain))
        ]

"""Where the time goes: real durations on the picture of a definition."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workflows import definition_queries, definitions, drafts, durations, heat, queries, reading
from workflows.models import ProcessDefinition
from workflows.reading import BadQuery, TooMuch, at_most
from workflows.views.admins import for_admins

PATIENCE = 4.0  # seconds for the statement
HEAT = "workflows/definition_heat.html"
DAYS = [("1", "24 hours"), ("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "1 year")]
VERSIONS = [("this", "This version"), ("all", "All versions")]
BY = [(str(by), said) for by, said in heat.SAID.items()]


@for_admins
@require_safe
def shown(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The picture with what was measured on it, and the table behind it."""
    found = get_object_or_404(queries.definitions().defer("source"), pk=pk)
    context = {
        "definition": found, "tab": "heat", "days": DAYS, "versions": VERSIONS, "by": BY,
    }  # fmt: skip
    try:
        wanted = _wanted(request.GET)
        with at_most(PATIENCE):
            context |= {"wanted": wanted, **_measured(found, wanted)}
    except (BadQuery, TooMuch) as refusal:
        return render(request, HEAT, {**context, "refusal": refusal}, status=refusal.status)
    return render(request, HEAT, context)


def _wanted(query: QueryDict) -> dict[str, str]:
    """Days, versions and what the heat tells, as the address says."""
    reading.only(query, {"days", "versions", "by"})
    offered = {"days": (DAYS, "30"), "versions": (VERSIONS, "this"), "by": (BY, "ninetieth")}
    return {
        name: reading.choice(query, name, {value for value, _ in values}, usual)
        for name, (values, usual) in offered.items()
    }


def _measured(found: ProcessDefinition, wanted: dict[str, str]) -> dict[str, object]:
    now = timezone.now()
    since = now - timedelta(days=int(wanted["days"]))
    among = list(definition_queries.versions_of(found)) if wanted["versions"] == "all" else [found]
    measured = durations.of(among, since=since, now=now)
    process = definitions.compiled(found)
    names = {node.id: node.name for node in process.nodes.values()}
    rows = heat.rows(measured.steps, names, heat.By(wanted["by"]))
    return {
        "measured": measured, "rows": rows, "told": heat.SAID[heat.By(wanted["by"])],
        "picture": drafts.heated(process, rows),
    }  # fmt: skip

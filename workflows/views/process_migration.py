"""An administrator looks what of a version's instances fits another one, and migrates them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from workflows import (
    definition_queries,
    migration_batches,
    migration_forms,
    migration_page,
    migration_queries,
    queries,
    reading,
)
from workflows.migration import Wanted
from workflows.migration_forms import Asked, ReasonForm
from workflows.models import ProcessMigration
from workflows.reading import BadQuery, TooMuch, at_most
from workflows.refusals import NotValid, Refusal
from workflows.views.admins import actor_of, for_admins, page, refuse, sent, told

PATIENCE = 5.0  # seconds for one statement
ALL = "workflows/definition_migrate.html"
RESULT = "workflows/migration.html"
SHOWN = 100  # instances that stayed, on one page


@for_admins
def prepare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All instances of a version: the preview, and the form that begins the migration."""
    found = get_object_or_404(queries.definitions().defer("source"), pk=pk)
    context: dict[str, Any] = {"definition": found, "tab": "migrate"}
    context["versions"] = versions = list(definition_queries.versions_of(found))
    context["earlier"] = migration_queries.migrations_of(found)
    form = ReasonForm(sent(request))
    try:
        asked = migration_forms.asked(request.POST if form.is_bound else request.GET)
        wish = asked.wish(found, versions)
        if wish and form.is_bound and form.is_valid():
            return _begun(request, wish, form)
        if wish:
            with at_most(PATIENCE):
                context |= _of_all(wish, asked)
    except (BadQuery, TooMuch, NotValid) as refusal:
        return render(request, ALL, {**context, "refusal": refusal}, status=refusal.status)
    except Refusal as refusal:
        refuse(form, refusal)
        context |= _of_all(wish, asked) if wish else {}
    return page(request, form, template=ALL, **context)


def _begun(request: HttpRequest, wish: Wanted, form: ReasonForm) -> HttpResponse:
    begun = migration_batches.begin(
        wish=wish, reason=form.cleaned_data["reason"], by=actor_of(request), now=timezone.now()
    )
    return redirect("workflows:migration", begun.pk)


def _of_all(wish: Wanted, asked: Asked) -> dict[str, Any]:
    plan = wish.plan()
    counts = migration_queries.counted(wish.old, plan)
    return {
        **migration_page.context(wish, counts.standing, counts.going),
        "asked": asked.about(wish),
        "counts": counts,
        "blocking": migration_queries.blocking(counts, plan),
    }


# --- what becomes of it -------------------------------------------------------------------------


@for_admins
@require_safe
@vary_on_headers("HX-Request")
def shown(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a migration is, and who stayed behind and why."""
    found = get_object_or_404(migration_queries.migrations(), pk=pk)
    try:
        reading.only(request.GET, {"after"})
        after = int(reading.text(request.GET, "after", longest=18) or "0")
    except (BadQuery, ValueError):
        return render(request, "400.html", {"refusal": "after is a number."}, status=400)
    template = f"{RESULT}#live" if request.headers.get("HX-Request") else RESULT
    return render(request, template, _result(found, after))


def _result(found: ProcessMigration, after: int) -> dict[str, Any]:
    counts = migration_queries.progress(found)
    stayed = list(migration_queries.stayed(found, after)[: SHOWN + 1])
    settled = found.total - counts["waiting"]
    return {
        "migration": found,
        "counts": counts,
        "settled": settled,
        "stayed": stayed[:SHOWN],
        "next": stayed[SHOWN - 1].pk if len(stayed) > SHOWN else None,
        "after": after,
        "mapped": migration_page.mapped(found),
    }


@for_admins
@require_POST
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whoever was not migrated yet stays."""
    found = get_object_or_404(migration_queries.migrations(), pk=pk)

    def act() -> None:
        migration_batches.stop(migration_id=found.pk, by=actor_of(request), now=timezone.now())

    then = reverse("workflows:migration", args=[found.pk])
    return told(request, act, "The migration is stopped.", then=then)

"""An administrator lets one instance go on in another version of its process."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from workflows import (
    definition_queries,
    migration,
    migration_forms,
    migration_page,
    migration_queries,
    queries,
)
from workflows.migration import CannotMigrate, Wanted
from workflows.migration_forms import Asked, ReasonForm
from workflows.models import ProcessInstance
from workflows.reading import BadQuery
from workflows.refusals import NotValid, Refusal
from workflows.views.admins import actor_of, page, refuse, sent
from workflows.views.viewer import admin_of

ONE = "workflows/instance_migrate.html"


@never_cache
def migrate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One instance: what becomes of it, and the form that migrates it at once."""
    found = get_object_or_404(queries.instances_visible_to(admin_of(request)), pk=pk)
    versions = list(definition_queries.versions_of(found.definition))
    context: dict[str, Any] = {"instance": found, "versions": versions}
    form = ReasonForm(sent(request))
    try:
        asked = migration_forms.asked(request.POST if form.is_bound else request.GET)
        wish = asked.wish(found.definition, versions)
        if wish and form.is_bound and form.is_valid():
            return _migrated(request, found, wish, form)
        context |= _of_one(found, wish, asked) if wish else {}
    except (BadQuery, NotValid) as refusal:
        return render(request, ONE, {**context, "refusal": refusal}, status=refusal.status)
    except Refusal as refusal:
        refuse(form, refusal)
        found = get_object_or_404(queries.instances_visible_to(admin_of(request)), pk=pk)
        context |= {"instance": found}
        if wish and found.definition_id == wish.old.pk:
            context |= _of_one(found, wish, asked)
    return page(request, form, template=ONE, **context)


def _migrated(
    request: HttpRequest, found: ProcessInstance, wish: Wanted, form: ReasonForm
) -> HttpResponse:
    migration.migrate(
        instance_id=found.pk,
        wish=wish,
        reason=form.cleaned_data["reason"],
        by=actor_of(request),
        now=timezone.now(),
    )
    messages.success(request, f"{found} goes on in version {wish.new.version}.")
    return redirect("workflows:instance", found.pk)


def _of_one(found: ProcessInstance, wish: Wanted, asked: Asked) -> dict[str, Any]:
    problems: tuple[str, ...] = ()
    try:
        migration.preview(found, wish, now=timezone.now())
    except CannotMigrate as refusal:
        problems = refusal.sentences
    standing = migration_queries.standing_in(found)
    going = {} if problems else standing
    shown = migration_page.context(wish, standing, going, only_there=True)
    return {**shown, "asked": asked.about(wish), "problems": problems}

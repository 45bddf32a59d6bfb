"""Grids of confidence × impact: in force, and the next version before it is published."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from queues import configured
from reviews import grid as rules
from reviews import grid_preview, setting_up
from reviews import grids as publishing
from reviews.grid_form import GridForm
from reviews.models import Grid
from workflows.refusals import Refusal
from workflows.views.admins import actor_of, for_admins, page, refuse, sent

TEMPLATE = "reviews/grid.html"


@for_admins
@require_safe
def grids(request: HttpRequest) -> HttpResponse:
    rows = [(grid, GridForm(grid=grid)) for grid in setting_up.in_force()]
    return render(request, "reviews/grids.html", {"rows": rows})


@for_admins
def grid_add(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@for_admins
def grid_edit(request: HttpRequest, kind: str) -> HttpResponse:
    grid = setting_up.versions(kind).first()
    if grid is None:
        raise Http404
    return _page(request, grid)


def _page(request: HttpRequest, grid: Grid | None) -> HttpResponse:
    """The matrix; with its warnings and what it would have done, once it has been sent."""
    form = GridForm(sent(request), grid=grid)
    context: dict[str, Any] = {"grid": grid}
    if form.is_bound and form.is_valid():
        try:
            drawn = form.drawn
            context["warnings"] = rules.warnings(drawn)
            if _is_to_be_published(request, form, context["warnings"]):
                return _publish(request, form, grid)
            kind = grid.review_kind if grid else form.cleaned_data["review_kind"]
            latest = setting_up.latest_reviews(kind, at_most=grid_preview.AT_MOST)
            context["preview"] = grid_preview.of(drawn, latest)
        except Refusal as refusal:
            refuse(form, refusal)
    if grid:
        context["versions"] = setting_up.versions(grid.review_kind)
        context["changes"] = configured.changes(f"grid:{grid.review_kind}")
    return page(request, form, template=TEMPLATE, **context)


def _is_to_be_published(request: HttpRequest, form: GridForm, warnings: list[str]) -> bool:
    if request.POST.get("do") != "publish":
        return False
    if form.has_new_cells:
        form.add_error(None, "The edges make other cells than before. Look at them, then publish.")
        return False
    if warnings and request.POST.get("confirmed") != "on":
        form.add_error(None, "Read the warnings, then confirm that they are meant.")
        return False
    return True


def _publish(request: HttpRequest, form: GridForm, grid: Grid | None) -> HttpResponse:
    said = form.cleaned_data
    kind = grid.review_kind if grid else said["review_kind"]
    if grid is None and publishing.latest(kind):
        raise rules.InvalidGrid(f"Reviews of kind {kind} have a grid already. Change that one.")
    published = publishing.publish(
        review_kind=kind,
        name=said["name"],
        confidence_edges=said["confidence_edges"],
        impact_edges=said["impact_edges"],
        impact_classes=said["impact_classes"],
        rows=form.dispositions,
        sample_rates=form.rates,
        by=actor_of(request),
        now=timezone.now(),
    )
    messages.success(request, f"{published} is in force. Open reviews keep the grid they had.")
    return redirect("reviews:grids")

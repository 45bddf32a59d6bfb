"""Chains of events: what did not follow, for managers; what is expected, for administrators."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workflows import anomalies as of_chains
from workflows import definition_queries, expecting, reading
from workflows.expectation_forms import ChainFileForm, ExpectationForm
from workflows.reading import BadQuery, Page, TooMuch, at_most
from workflows.views.admins import actor_of, answer, for_admins, sent, told
from workflows.views.viewer import manager_of

PATIENCE = 3.0  # seconds for one statement
LIST, EXPECTED = "workflows/anomalies.html", "workflows/expectations.html"
UPLOAD = "workflows/chain_file.html"
STATES = {"open": "Open", "settled": "Settled"}


@require_safe
def anomalies(request: HttpRequest) -> HttpResponse:
    user = manager_of(request)
    visible = of_chains.visible_to(user)
    try:
        reading.only(request.GET, {"state", "after", "page_size"})
        state = reading.choice(request.GET, "state", set(STATES), "open")
        size, after = reading.page_size(request.GET), request.GET.get("after", "")
        found = of_chains.in_state(visible, state)
        if after:
            found = found.filter(pk__lt=reading.identifier(after, "after"))
        with at_most(PATIENCE):
            rows = list(found.order_by("-pk")[: size + 1])
            many = of_chains.in_state(visible, "open").count()
    except (BadQuery, TooMuch) as refusal:
        refused = {"refusal": refusal, "state": "open"}
        return render(request, LIST, refused, status=refusal.status)
    place = str(rows[size - 1].pk) if len(rows) > size else ""
    shown = of_chains.shown(rows[:size], user)
    context = {"page": Page(shown, place, not after), "state": state, "many_open": many}
    return render(request, LIST, context)


@require_POST
def dismiss(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody has seen to it."""
    user = manager_of(request)
    found = get_object_or_404(of_chains.visible_to(user), pk=pk)

    def act() -> None:
        of_chains.dismiss(found.pk, by=user.actor, now=timezone.now())

    said = f"Nothing is expected of {found.expectation.process} for {found.key} any more."
    return told(request, act, said, then="workflows:anomalies")


@for_admins
def expectations(request: HttpRequest) -> HttpResponse:
    """What is watched, and a form for one more link."""
    form = ExpectationForm(sent(request), initial={"chain": request.GET.get("chain", "")[:100]})

    def act(said: dict[str, Any]) -> str:
        link, by, now = said["link"], actor_of(request), timezone.now()
        expecting.declare(chain=said["chain"], links=[link], by=by, now=now)
        return f"{link.process} is watched from now on."

    context = {"expectations": of_chains.expected(), "known": definition_queries.in_force()}
    return answer(request, form, act, then="workflows:expectations", template=EXPECTED, **context)


@for_admins
def upload(request: HttpRequest) -> HttpResponse:
    """A chain from a file, beside what is watched already or instead of it."""
    files = request.FILES if request.method == "POST" else None
    form = ChainFileForm(sent(request), files)

    def act(said: dict[str, Any]) -> str:
        chain, links = said["file"]
        declare = expecting.replace if said["replaces"] else expecting.declare
        made = declare(chain=chain, links=links, by=actor_of(request), now=timezone.now())
        return f"{chain}: {len(made)} link{'' if len(made) == 1 else 's'} of the file declared."

    context = {"examples": expecting.EXAMPLES}
    return answer(request, form, act, then="workflows:expectations", template=UPLOAD, **context)


@for_admins
@require_POST
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(of_chains.expected(), pk=pk)
    on = request.POST.get("on") == "1"

    def act() -> None:
        expecting.switch(found.pk, on=on, by=actor_of(request), now=timezone.now())

    said = f"{found} is {'watched again' if on else 'not watched any more'}."
    return told(request, act, said, then="workflows:expectations")

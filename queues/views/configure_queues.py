"""Queues and who is in them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from queues import asked_by_models, configuration, configured, in_words, items
from queues.forms.queues import QueueForm
from queues.models import Queue
from workflows.refusals import Refusal
from workflows.views.admins import actor_of, answer, for_admins, sent

FIELDS = [
    "name", "description", "is_active", "order", "policy", "lease_for", "max_returns",
    "wip_limit", "skip_rest", "hides_suggestion",
]  # fmt: skip


@for_admins
@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    found = list(configured.queues())
    rows = zip(found, _what_leads_to(found), strict=True)
    return render(request, "queues/configure/queues.html", {"rows": rows, "queues": found})


def _what_leads_to(found: list[Queue]) -> list[str]:
    """For each queue, in words; they are annotated with how many rules name them."""
    tables, models = configured.queues_of_tables() or (), asked_by_models.among(found)
    return [
        in_words.leads_to(
            rules=queue.rules,  # type: ignore[attr-defined]  # annotated
            table=queue.slug in tables,
            model=queue.slug in models,
        )
        for queue in found
    ]


@for_admins
def queue_add(request: HttpRequest) -> HttpResponse:
    unsaved = Queue()
    usual = {name: getattr(unsaved, name) for name in FIELDS}
    form = QueueForm(sent(request), initial=usual)

    def act(said: dict[str, Any]) -> str:
        queue = configuration.add(Queue, by=actor_of(request), now=timezone.now(), **said)
        return f"{queue} is set up. Now say who works there."

    return answer(
        request, form, act, then="queues:queues", title="New queue",
        back=("queues:queues", "Queues"), do="Create the queue",
    )  # fmt: skip


@for_admins
def queue_edit(request: HttpRequest, slug: str) -> HttpResponse:
    queue = get_object_or_404(configured.queues(), slug=slug)
    initial = {name: getattr(queue, name) for name in FIELDS}
    form = QueueForm(sent(request), initial=initial, queue=queue)

    def act(said: dict[str, Any]) -> str:
        changed = configuration.change(queue, by=actor_of(request), now=timezone.now(), **said)
        if changed.order != queue.order:
            items.reorder(changed)
        return f"{said['name']} is changed. It counts from now on."

    return answer(
        request, form, act, then="queues:queues", template="queues/configure/queue.html",
        queue=queue, sentences=in_words.of_queue(queue),
        what_leads_here=_what_leads_to([queue])[0],
        changes=configured.changes(configuration.subject_of(queue)),
    )  # fmt: skip


@for_admins
def queue_members(request: HttpRequest, slug: str) -> HttpResponse:
    """People with two switches each: works, manages."""
    queue = get_object_or_404(configured.all_queues(), slug=slug)
    people = list(configured.people().filter(is_active=True))
    if request.method == "POST":
        return _set_members(request, queue, {person.pk for person in people})
    may = {each.user_id: each for each in queue.memberships.all()}
    rows = [(person, may.get(person.pk)) for person in people]
    return render(request, "queues/configure/members.html", {"queue": queue, "rows": rows})


def _set_members(request: HttpRequest, queue: Queue, known: set[int]) -> HttpResponse:
    works, manages = request.POST.getlist("works"), request.POST.getlist("manages")
    wanted = {pk: (str(pk) in works, str(pk) in manages) for pk in known}
    try:
        changed = configuration.set_members(queue, wanted, by=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        said = f"Changed for {', '.join(changed)}." if changed else "Nothing was different."
        messages.success(request, said)
    return redirect("queues:queue-members", queue.slug)

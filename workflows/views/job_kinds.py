"""Which kinds of automated work there are, who does them, and which rest after failures."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workflows import breakers, job_queries
from workflows.views.viewer import admin_of


@require_safe
def job_kinds(request: HttpRequest) -> HttpResponse:
    admin_of(request)
    return render(request, "workflows/job_kinds.html", {"kinds": job_queries.kinds_of_jobs()})


@require_POST
def close_breaker(request: HttpRequest, name: str) -> HttpResponse:
    """Lets a kind of work go on before its pause is over."""
    user = admin_of(request)
    if breakers.close(name, by=user.actor, now=timezone.now()):
        messages.success(request, f"{name} goes on.")
    else:
        messages.warning(request, f"{name} did not rest. Nothing was changed.")
    return redirect("workflows:job-kinds")

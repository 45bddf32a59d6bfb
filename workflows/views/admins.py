"""Pages for administrators: who gets them, and how their forms are answered."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from workflows.refusals import Refusal

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]
FORM = "configure/form.html"


def for_admins(view: Page[P]) -> Page[P]:
    """To everybody but administrators, the page does not exist."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        if not (user.is_authenticated and user.is_active and user.is_person and user.is_admin):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def actor_of(request: HttpRequest) -> str:
    return str(getattr(request.user, "actor", "system"))


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was sent, if anything was."""
    return request.POST if request.method == "POST" else None


def answer(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], str],
    *,
    then: str,
    template: str = FORM,
    **context: object,
) -> HttpResponse:
    """The form; or, when it is sent and right, what `act` says happened, on the next page."""
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form.cleaned_data)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, said)
            return redirect(then)
    return page(request, form, template=template, **context)


def page(
    request: HttpRequest, form: forms.Form, *, template: str = FORM, **context: object
) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {**context, "form": form}, status=status)


def refuse(form: forms.Form, refusal: Refusal) -> None:
    """The sentences, beside their fields where the refusal knows them."""
    fields: dict[str, list[str]] = getattr(refusal, "fields", {})
    if not fields:
        form.add_error(None, refusal.sentence)
    for name, said in fields.items():
        form.add_error(name if name in form.fields else None, " ".join(said))


def told(request: HttpRequest, act: Callable[[], object], said: str, *, then: str) -> HttpResponse:
    """A button without fields: done, or refused with a sentence, on the next page."""
    try:
        act()
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, said)
    return redirect(then)

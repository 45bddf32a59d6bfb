"""The doors of the house: signing in, the start page, preferences, the gallery of parts."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from config import demo_people, gallery
from config.forms import KeymapForm, PreferencesForm
from queues import accounts
from queues.models import User
from queues.navigation import ADMIN, MANAGER, REVIEWER, Menu

START_PAGES = {REVIEWER: "reviews:work", MANAGER: "queues:board", ADMIN: "queues:configure"}


class Request(HttpRequest):
    user: User


class SignIn(LoginView):
    """Name and password; in the demo also one click for each role."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True

    def get_form(self, form_class: type[AuthenticationForm] | None = None) -> AuthenticationForm:
        """In the demo the roles come first, also for the keyboard."""
        form = super().get_form(form_class)
        if settings.DEMO:
            form.fields["username"].widget.attrs.pop("autofocus", None)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(roles=demo_people.offered(), **kwargs)


@login_not_required
@require_POST
def sign_in_as(request: HttpRequest, username: str) -> HttpResponse:
    user = get_object_or_404(demo_people.accounts(), username=username)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return back(request)


def back(request: HttpRequest) -> HttpResponseRedirect:
    """To where the form said it came from, if that is one of our own pages."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(address if is_ours else reverse("home"))


@require_GET
def home(request: Request) -> HttpResponse:
    role = Menu(request.user, request.path).role
    return redirect(START_PAGES[role])


def preferences(request: Request) -> HttpResponse:
    """The whole page of preferences; the form in the menu posts here too."""
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your preferences are saved.")
        return back(request)
    # A refused form must not change how the page that refuses it looks.
    request.user.refresh_from_db()
    keys = KeymapForm(initial={key: request.user.keymap.get(key, key) for key in KeymapForm.KEYS})
    return render(request, "preferences.html", {"form": form, "keys": keys}, status=answer(form))


@require_POST
def keys(request: Request) -> HttpResponse:
    """Which key does what, where a person wants another one."""
    keys = KeymapForm(request.POST)
    if not keys.is_valid():
        form = PreferencesForm(instance=request.user)
        return render(request, "preferences.html", {"form": form, "keys": keys}, status=422)
    request.user.keymap = keys.keymap
    request.user.save(update_fields=["keymap"])
    messages.success(request, "Your keys are saved.")
    return redirect("preferences")


def answer(form: PreferencesForm) -> int:
    return 422 if form.is_bound and form.errors else 200


@require_POST
def welcomed(request: Request) -> HttpResponse:
    """The person knows where to start."""
    accounts.welcome(request.user, now=timezone.now())
    return HttpResponse() if request.headers.get("HX-Request") else back(request)


@require_GET
def demo_past(request: Request) -> HttpResponse:
    """What became of the sentence about the example's past, for a page that shows it."""
    if not settings.DEMO or not request.headers.get("HX-Request"):
        return redirect("home")
    return render(request, "_demo_past.html", {"is_there": True})


@require_GET
def design(request: Request) -> HttpResponse:
    return render(request, "components.html", gallery.samples(now=timezone.now()))

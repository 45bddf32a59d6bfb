"""Who asks."""

from django.http import Http404, HttpRequest

from workflows.queries import Viewer


def manager_of(request: HttpRequest) -> Viewer:
    """A person who manages something; to everybody else these pages do not exist."""
    user = request.user
    if not (user.is_authenticated and user.is_person and user.is_active):
        raise Http404
    if not (user.is_admin or user.memberships.filter(can_manage=True).exists()):
        raise Http404
    return user


def admin_of(request: HttpRequest) -> Viewer:
    """An administrator; to everybody else these pages do not exist."""
    user = manager_of(request)
    if not user.is_admin:
        raise Http404
    return user

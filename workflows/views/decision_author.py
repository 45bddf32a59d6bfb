"""Who changes or signs a decision: the administrator who is signed in."""

from django.http import HttpRequest

from workflows.authors import Author


def author_of(request: HttpRequest) -> Author:
    """The account and the natural person behind it; pages for admins let in nobody else."""
    user = request.user
    return Author(actor=str(getattr(user, "actor", "")), person=str(getattr(user, "person_id", "")))

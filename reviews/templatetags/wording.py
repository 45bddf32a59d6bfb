"""How answers read on a page."""

from django import template

register = template.Library()

WORDS = {
    "approve": "Approved",
    "reject": "Rejected",
    "decline": "Declined",
    "edit": "Changed",
    "done": "Completed",
}
CLASSES = {
    "approve": "approved",
    "reject": "rejected",
    "decline": "rejected",
    "edit": "changed",
    "done": "approved",
}
ICONS = {"approve": "check", "reject": "cross", "decline": "cross", "edit": "edit", "done": "check"}


@register.filter
def answer_word(outcome: str) -> str:
    """ "approve" is "Approved"; an outcome of one's own stays as it is."""
    return WORDS.get(outcome) or outcome.replace("_", " ").replace("-", " ").capitalize()


@register.filter
def answer_class(outcome: str) -> str:
    return CLASSES.get(outcome, "other")


@register.filter
def answer_icon(outcome: str) -> str:
    return ICONS.get(outcome, "arrow-right")


@register.filter
def labelled(codes: list[str], labels: dict[str, str]) -> list[str]:
    """Reasons by their labels; a code that is no longer offered stands for itself."""
    return [labels.get(code, code) for code in codes]

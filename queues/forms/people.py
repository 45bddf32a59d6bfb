"""Forms about accounts, skills and tokens."""

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator

from queues.models import Person, User


class NewPersonForm(forms.Form):
    username = forms.CharField(
        max_length=150, validators=[UnicodeUsernameValidator()], label="Signs in as"
    )
    name = forms.CharField(max_length=150)
    identity = forms.ModelChoiceField(
        Person.objects.all(), required=False, empty_label="Somebody new here", label="Belongs to",
        help_text="Accounts of one person count as one: four eyes need two people. It stays so.",
    )  # fmt: skip
    wip_limit = forms.IntegerField(label="Work at a time", min_value=1, max_value=1000, initial=3)
    is_admin = forms.BooleanField(label="Administrator", required=False)


class AccountForm(forms.Form):
    first_name = forms.CharField(label="Name", max_length=150)
    wip_limit = forms.IntegerField(label="Work at a time", min_value=1, max_value=1000)
    is_active = forms.BooleanField(
        label="May sign in", required=False,
        help_text="Switched off, it keeps its history; what it holds goes back as the lease ends.",
    )  # fmt: skip
    is_admin = forms.BooleanField(label="Administrator", required=False)


class SkillForm(forms.Form):
    key = forms.CharField(
        max_length=60,
        help_text="Small letters, digits and dashes, such as loans; region:north for a region.",
    )
    name = forms.CharField(max_length=100)


class ProgramForm(forms.Form):
    username = forms.CharField(
        max_length=150, validators=[UnicodeUsernameValidator()], label="Account name"
    )
    kind = forms.ChoiceField(
        choices=[choice for choice in User.Kind.choices if choice[0] != User.Kind.PERSON]
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=100, help_text="Where it is used, such as webshop, production."
    )
    days = forms.TypedChoiceField(
        label="Valid for", coerce=int, initial=365,
        choices=[(30, "30 days"), (90, "90 days"), (365, "One year"), (0, "Until it is revoked")],
    )  # fmt: skip
    topics = forms.CharField(
        required=False,
        max_length=2_000,
        help_text="Jobs that it may take, with commas between: parcel.ship, parcel.label. Empty: "
        "none.",
    )

    def clean_topics(self) -> list[str]:
        said: str = self.cleaned_data["topics"]
        return [word.strip() for word in said.split(",") if word.strip()]


def initial_of_account(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in ("wip_limit", "is_active", "is_admin")} | {
        "first_name": str(user)
    }

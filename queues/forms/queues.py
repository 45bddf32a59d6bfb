"""Forms about queues, routing and the reasons for skipping."""

from typing import Any

from django import forms

from queues import configured
from queues.forms.fields import HELP, DurationField
from queues.models import Queue, RoutingRule, Skill, SkipReason, SLAPolicy
from queues.routing_rules import BadCondition, check

PRIORITIES = [(1, "1, most urgent"), (2, "2"), (3, "3, usual"), (4, "4"), (5, "5, least urgent")]


class QueueForm(forms.Form):
    name = forms.CharField(max_length=100)
    slug = forms.SlugField(
        label="Key",
        max_length=60,
        help_text="Small letters and dashes, used in addresses and by the API. It stays.",
    )
    description = forms.CharField(max_length=300, required=False)
    is_active = forms.BooleanField(
        label="Open for work",
        required=False,
        help_text="A closed queue keeps its items.",
    )
    order = forms.ChoiceField(label="What comes first", choices=Queue.Order)
    policy: Any = forms.ModelChoiceField(
        SLAPolicy.objects.none(), required=False, label="SLA policy",
        empty_label="Nothing is promised",
        help_text="Work that is under way keeps the promise it started with.",
    )  # fmt: skip
    lease_for = DurationField(
        label="Reserved for", help_text=f"Without a sign of life an item then goes back. {HELP}"
    )
    max_returns = forms.IntegerField(
        label="Returns before it escalates", min_value=1, max_value=100
    )
    wip_limit = forms.IntegerField(
        label="Work at a time per person", min_value=1, max_value=1000, required=False,
        help_text="Empty: only the limit of the person.",
    )  # fmt: skip
    skip_rest = DurationField(
        label="Not offered again for", help_text="After somebody skipped an item, to that person."
    )
    hides_suggestion = forms.BooleanField(
        label="Hide the suggestion until the first judgement", required=False,
        help_text="People then answer before they see what the machine would do.",
    )  # fmt: skip

    def __init__(self, *args: Any, queue: Queue | None = None, **said: Any) -> None:
        super().__init__(*args, **said)
        keys = list(configured.policies().values_list("pk", flat=True))
        kept = [queue.policy_id] if queue and queue.policy_id else []
        self.fields["policy"].queryset = SLAPolicy.objects.filter(pk__in=[*keys, *kept])  # type: ignore[attr-defined]  # a ModelChoiceField
        if queue:
            del self.fields["slug"]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug == "new":
            raise forms.ValidationError("“new” is an address of its own. Choose another key.")
        return slug


class RuleForm(forms.Form):
    review_kind = forms.CharField(
        label="Kind of review", max_length=100, required=False, help_text="Empty: any kind."
    )
    condition = forms.CharField(
        required=False, max_length=2000, strip=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "class": "code"}),
        help_text="FEEL over kind, disposition, confidence, impact, suggestion, region, payload: "
        "impact > 50000 and confidence < 0.8. Empty: always.",
    )  # fmt: skip
    decision = forms.ChoiceField(
        required=False, label="Ask a decision table",
        help_text="Its outputs queue, skills and priority say where to. "
        "Where it has no answer, what stands below counts.",
    )  # fmt: skip
    queue = forms.ModelChoiceField(Queue.objects.all(), empty_label="–", label="Goes to")
    skills = forms.ModelMultipleChoiceField(
        Skill.objects.all(), required=False, widget=forms.CheckboxSelectMultiple,
        label="Skills that it needs",
    )  # fmt: skip
    priority = forms.TypedChoiceField(choices=PRIORITIES, coerce=int, initial=3)
    note = forms.CharField(
        max_length=200,
        required=False,
        label="Name of the rule",
        help_text="Shown on each item.",
    )

    def __init__(self, *args: Any, **said: Any) -> None:
        super().__init__(*args, **said)
        tables: Any = self.fields["decision"]
        tables.choices = [("", "None, it goes to the queue below"), *configured.decisions()]

    def clean_condition(self) -> str:
        condition = str(self.cleaned_data["condition"]).strip()
        try:
            check(condition)
        except BadCondition as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        return condition

    def clean_skills(self) -> list[Skill]:
        return list(self.cleaned_data["skills"])


def initial_of_rule(rule: RoutingRule) -> dict[str, Any]:
    names = ("review_kind", "condition", "decision", "queue", "priority", "note")
    return {name: getattr(rule, name) for name in names} | {"skills": list(rule.skills.all())}


class FactsForm(forms.Form):
    """A made-up question, to see where it would go."""

    kind = forms.CharField(label="Kind of review", max_length=100, required=False)
    impact = forms.CharField(max_length=60, required=False, help_text="A number or a class.")
    confidence = forms.FloatField(required=False, min_value=0, max_value=1)
    suggestion = forms.CharField(max_length=60, required=False)
    disposition = forms.ChoiceField(
        choices=[("", "–"), ("review", "One reviewer"), ("dual", "Two reviewers")], required=False
    )
    region = forms.CharField(max_length=60, required=False)
    payload = forms.CharField(
        required=False, max_length=5000, widget=forms.Textarea({"rows": 3}),
        help_text="One line for each fact of the payload: amount = 12000",
    )  # fmt: skip

    def clean_payload(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for line in str(self.cleaned_data["payload"]).splitlines():
            name, equals, value = line.partition("=")
            if not line.strip():
                continue
            if not equals or not name.strip():
                raise forms.ValidationError(
                    f"“{line[:40]}” is no fact. Write it like amount = 12000."
                )
            found[name.strip()] = plain(value.strip())
        return found

    @property
    def facts(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        said["impact"] = plain(said["impact"]) if said["impact"] else None
        return said


def plain(text: str) -> Any:
    """A number, yes or no, or the text itself."""
    words = {"true": True, "yes": True, "false": False, "no": False, "null": None}
    if text.lower() in words:
        return words[text.lower()]
    try:
        number = float(text)
    except ValueError:
        return text.strip("\"'")
    if number != number or number in (float("inf"), float("-inf")):
        return text
    return int(number) if number.is_integer() and "." not in text and abs(number) < 1e15 else number


class SkipReasonForm(forms.Form):
    label = forms.CharField(max_length=100, help_text="What people see, such as “Not my field”.")
    code = forms.SlugField(max_length=60, help_text="What programs and exports see; it stays.")
    order = forms.IntegerField(min_value=0, max_value=1000, initial=0)

    def __init__(self, *args: Any, reason: SkipReason | None = None, **said: Any) -> None:
        super().__init__(*args, **said)
        if reason:
            del self.fields["code"]

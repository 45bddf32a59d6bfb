"""Forms about hours and promises."""

import re
from collections.abc import Iterator
from typing import Any

import holidays
from django import forms

from queues import configured
from queues.forms.fields import DurationField, PercentagesField, exact
from queues.models import Calendar, Queue, Rung, SLAGoal, SLAPolicy
from queues.opening_hours import WEEKDAYS, known_zones
from queues.policies import WARNINGS, Goal, Step

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TIME = r"(\d{1,2})[:.](\d{2})"
WINDOW = re.compile(TIME + r"\s*[-–]\s*" + TIME)
LADDER_ROWS = 3  # empty ones, besides those that are filled
Windows = list[list[str]]


class WindowsField(forms.CharField):
    """ "09:00-12:00, 13:00-17:00" as pairs of times; empty is closed."""

    def __init__(self, **said: Any) -> None:
        super().__init__(required=False, max_length=200, **said)

    def clean(self, value: Any) -> Any:
        return windows(super().clean(value))


class DatesField(forms.CharField):
    """One line for each date: "2026-12-24", or with hours "2026-12-24 13:00-24:00"."""

    def __init__(self, *, with_hours: bool, **said: Any) -> None:
        area = forms.Textarea({"rows": 4, "spellcheck": "false"})
        super().__init__(required=False, max_length=60_000, widget=area, **said)
        self.with_hours = with_hours

    def clean(self, value: Any) -> Any:
        found: dict[str, Windows] = {}
        for line in super().clean(value).splitlines():
            day, _, hours = line.strip().partition(" ")
            if day:
                if hours.strip() and not self.with_hours:
                    raise forms.ValidationError(f"“{line[:40]}”: only the date is wanted here.")
                found[day] = windows(hours)
        return found if self.with_hours else sorted(found)


def windows(text: str) -> Windows:
    """Raises ValidationError with the sentence. Whether they fit is for the calendar to say."""
    found = []
    for part in text.split(","):
        if not part.strip():
            continue
        match = WINDOW.fullmatch(part.strip())
        if match is None:
            raise forms.ValidationError(f"“{part.strip()[:40]}”: write hours like 09:00-17:00.")
        a, b, c, d = match.groups()
        found.append([f"{a:0>2}:{b}", f"{c:0>2}:{d}"])
    return found


class CalendarForm(forms.Form):
    key = forms.SlugField(max_length=60, help_text="Small letters and dashes. It stays.")
    name = forms.CharField(max_length=100)
    zone = forms.ChoiceField(label="Time zone")
    country = forms.ChoiceField(label="Public holidays of", required=False)
    subdivision = forms.CharField(
        required=False, max_length=20, label="Part of the country",
        help_text="Where it has holidays of its own, such as BY for Bavaria.",
    )  # fmt: skip
    closed = DatesField(
        with_hours=False, label="Closed days", help_text="One line each: 2026-12-24"
    )
    closures = DatesField(
        with_hours=True, label="Closed for a part of the day",
        help_text="One line each: 2026-12-23 13:00-24:00",
    )  # fmt: skip
    overrides = DatesField(
        with_hours=True, label="Hours of their own",
        help_text="In place of the week and of holidays: 2026-12-27 10:00-14:00",
    )  # fmt: skip

    def __init__(self, *args: Any, calendar: Calendar | None = None, **said: Any) -> None:
        super().__init__(*args, **said)
        zones, countries = sorted(known_zones()), sorted(holidays.list_supported_countries())
        self.fields["zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["country"].choices = [("", "No country"), *((c, c) for c in countries)]  # type: ignore[attr-defined]  # a ChoiceField
        for name, day in zip(WEEKDAYS, DAYS, strict=True):
            self.fields[name] = WindowsField(label=day)
        if calendar:
            del self.fields["key"]

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[name] for name in WEEKDAYS]

    @property
    def others(self) -> Iterator[forms.BoundField]:
        return (field for field in self if field.name not in WEEKDAYS)

    @property
    def spec(self) -> dict[str, Any]:
        said = self.cleaned_data
        spec: dict[str, Any] = {
            "zone": said["zone"],
            "weekly": {name: said[name] for name in WEEKDAYS if said[name]},
            "closed": said["closed"],
            "closures": said["closures"],
            "overrides": said["overrides"],
        }
        if said["country"]:
            spec["public_holidays"] = {
                "country": said["country"], "subdivision": said["subdivision"].strip() or None
            }  # fmt: skip
        return spec


def initial_of_calendar(calendar: Calendar) -> dict[str, Any]:
    spec = calendar.spec
    region = spec.get("public_holidays") or {}
    return {
        "name": calendar.name,
        "zone": spec["zone"],
        "country": region.get("country", ""),
        "subdivision": region.get("subdivision") or "",
        "closed": "\n".join(spec.get("closed", [])),
        "closures": _lines(spec.get("closures", {})),
        "overrides": _lines(spec.get("overrides", {})),
        **{name: _hours(spec["weekly"].get(name, [])) for name in WEEKDAYS},
    }


def _lines(dates: dict[str, Windows]) -> str:
    return "\n".join(f"{day} {_hours(hours)}".strip() for day, hours in sorted(dates.items()))


def _hours(pairs: Windows) -> str:
    return ", ".join(f"{opens}-{closes}" for opens, closes in pairs)


# --- policies -----------------------------------------------------------------------------------


class PolicyForm(forms.Form):
    key = forms.SlugField(max_length=60, help_text="Small letters and dashes. It stays.")
    name = forms.CharField(max_length=100)
    calendar = forms.ModelChoiceField(
        Calendar.objects.none(),
        empty_label="–",
        help_text="Clocks run only in these hours.",
    )

    def __init__(self, *args: Any, policy: SLAPolicy | None = None, **said: Any) -> None:
        super().__init__(*args, **said)
        keys = configured.calendars().values_list("pk", flat=True)
        self.fields["calendar"].queryset = Calendar.objects.filter(pk__in=list(keys))  # type: ignore[attr-defined]  # a ModelChoiceField
        if policy:
            del self.fields["key"]


class GoalForm(forms.Form):
    budget = DurationField(
        label="Within", required=False, help_text="Like 2 h 30 min. Empty: not promised."
    )
    warnings = PercentagesField(
        label="Warn at, in percent", required=False, max_length=60, help_text="Like 50, 75, 90."
    )
    pauses_when_suspended = forms.BooleanField(label="Pauses while an item waits", required=False)

    def __init__(self, data: Any, *, kind: str, initial: dict[str, Any]) -> None:
        super().__init__(data, prefix=kind, initial=initial)
        self.kind = kind
        self.title = SLAGoal.Kind(kind).label


class StepForm(forms.Form):
    offset = DurationField(
        signed=True, required=False, label="When"
    )  # fmt: skip
    action = forms.ChoiceField(choices=[("", "–"), *Rung.Action.choices], required=False)
    queue = forms.ModelChoiceField(
        Queue.objects.all(), required=False, empty_label="–", label="To queue"
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and (said.get("offset") is None) != (not said.get("action")):
            raise forms.ValidationError("A step says when and what. Fill both, or none.")
        return said


StepSet = forms.formset_factory(StepForm, extra=LADDER_ROWS, max_num=20, absolute_max=25)


class PolicyForms:
    """A policy on one page: its head, and for each goal its promise and its ladder."""

    def __init__(self, sent: Any = None, policy: SLAPolicy | None = None) -> None:
        goals = {goal.kind: goal for goal in policy.goals.all()} if policy else {}
        self.head = PolicyForm(sent, initial=self._initial(policy), policy=policy)
        self.goals = [
            (
                GoalForm(sent, kind=kind, initial=_initial_of_goal(goals.get(kind))),
                StepSet(sent, prefix=f"{kind}-ladder", initial=_steps(goals.get(kind), sent)),
            )
            for kind in SLAGoal.Kind.values
        ]

    def is_valid(self) -> bool:
        forms_of_all = [self.head, *(form for pair in self.goals for form in pair)]
        return False not in [form.is_valid() for form in forms_of_all]  # each says what is wrong

    @property
    def promised(self) -> list[Goal]:
        """The goals that have a budget."""
        return [
            Goal(
                kind=goal.kind,
                budget=goal.cleaned_data["budget"],
                warnings=goal.cleaned_data["warnings"],
                pauses_when_suspended=goal.cleaned_data["pauses_when_suspended"],
                ladder=[
                    Step(offset=step["offset"], action=step["action"], queue=step["queue"])
                    for step in ladder.cleaned_data
                    if step.get("action")
                ],
            )
            for goal, ladder in self.goals
            if goal.cleaned_data["budget"] is not None
        ]

    @staticmethod
    def _initial(policy: SLAPolicy | None) -> dict[str, Any]:
        if policy is None:
            return {}
        newest = configured.versions_of_calendar(policy.calendar.key).first()
        return {"name": policy.name, "calendar": newest}


def _initial_of_goal(goal: SLAGoal | None) -> dict[str, Any]:
    if goal is None:
        return {"warnings": list(WARNINGS), "pauses_when_suspended": True}
    names = ("budget", "warnings", "pauses_when_suspended")
    return {name: getattr(goal, name) for name in names}


def _steps(goal: SLAGoal | None, sent: Any) -> list[dict[str, Any]]:
    """What a form begins with; once it is sent, only what was sent counts."""
    rungs = goal.rungs.all() if goal and sent is None else []
    return [
        {
            "offset": exact(rung.offset) if rung.offset else "0",
            "action": rung.action,
            "queue": rung.target_queue,
        }
        for rung in rungs
    ]

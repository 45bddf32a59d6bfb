"""The test bench: try an input, see why the answer is what it is, keep it as a case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from workflows import (
    decision_bench_form,
    decision_cases,
    decision_definitions,
    decision_inputs,
    decision_queries,
    decision_suggestions,
    decision_tables,
    decision_trace,
    dmn,
)
from workflows.decision_bench_form import BenchForm
from workflows.decision_forms import CaseForm, SaveCaseForm
from workflows.decision_tables import Part
from workflows.dmn.sheet import SheetError
from workflows.models import DecisionCase
from workflows.refusals import NotValid, Refusal
from workflows.views import decision_shown
from workflows.views.admins import for_admins, refuse, sent
from workflows.views.decision_author import author_of
from workflows.views.decision_source import Source, draft_or_404, version_or_404

BENCH = "workflows/decision_bench.html"


@for_admins
def of_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The bench of a published version."""
    return _bench(request, version_or_404(key, number))


@for_admins
def of_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bench of a draft."""
    return _bench(request, draft_or_404(pk))


def _bench(request: HttpRequest, source: Source) -> HttpResponse:
    try:
        model = decision_definitions.read(source.xml)
        parts = decision_tables.parts(source.xml)
    except (NotValid, SheetError) as error:
        findings = getattr(error, "findings", [])
        context = {"source": source, "refusal": str(error), "findings": findings}
        return render(request, BENCH, context)
    decisions = [each for each in parts if each.id in {d.id for d in model.decisions}]
    part = decision_shown.chosen(request, decisions)
    if part is None:
        return render(request, BENCH, {"source": source, "refusal": "There is no decision yet."})
    return _answered(request, source, model, decisions, part)


def _answered(
    request: HttpRequest, source: Source, model: dmn.Model, parts: list[Part], part: Part
) -> HttpResponse:
    """What the button asks for: try an input, save it as a case, or run all cases."""
    asked = decision_inputs.asked(source.xml, part.id)
    context: dict[str, Any] = {
        "source": source, "parts": parts, "part": part,
        "form": BenchForm(asked=asked, initial=_initial(request, source, asked)),
    }  # fmt: skip
    match request.POST.get("do", ""):
        case "try":
            context |= _tried(request, source, model, part, asked)
        case "all":
            context |= _all(source, model)
        case "suggest":
            context["suggested"] = decision_suggestions.of(source.xml, part.id)
        case "keep":
            return _kept(request, source, model, part)
        case "save":
            if saved := _saved(request, source, part, context):
                return saved
    cases = context.setdefault("cases", decision_cases.of(source.key))
    context["has_cases"] = bool(cases)
    status = 422 if any(each.errors for each in _forms(context)) else 200
    return render(request, BENCH, context, status=status)


def _forms(context: dict[str, Any]) -> list[Any]:
    return [context[name] for name in ("form", "save_form") if name in context]


def _initial(
    request: HttpRequest, source: Source, asked: tuple[decision_inputs.Asked, ...]
) -> dict[str, Any]:
    """The inputs of the saved case that the address names."""
    wanted = request.GET.get("case", "")
    case = _case_or_404(source.key, wanted) if wanted else None
    return decision_bench_form.initial_of(asked, case.inputs) if case else {}


def _tried(
    request: HttpRequest,
    source: Source,
    model: dmn.Model,
    part: Part,
    asked: tuple[decision_inputs.Asked, ...],
) -> dict[str, Any]:
    form = BenchForm(sent(request), asked=asked)
    if not form.is_valid():
        return {"form": form}
    now = timezone.now()
    inputs = form.inputs
    try:
        result = decision_definitions.answered(model, part.id, inputs, now=now)
        answer = decision_definitions.as_json(result)["value"]
    except NotValid as refusal:
        refuse(form, refusal)
        return {"form": form}
    save = SaveCaseForm(
        auto_id="save_%s",
        initial={
            "decision": part.id,
            "inputs": decision_cases.written(inputs),
            "expected": decision_cases.written(answer),
        },
    )
    return {
        "form": form, "result": result, "answer": decision_cases.written(answer),
        "steps": decision_trace.told(source.xml, result), "save_form": save,
    }  # fmt: skip


def _all(source: Source, model: dmn.Model) -> dict[str, Any]:
    """Every active case against this file; and, for a draft, against the version in force."""
    cases, now = decision_cases.of(source.key, active=True), timezone.now()
    results = decision_cases.run(model, cases, now=now)
    in_force = decision_definitions.newest(source.key)
    said: dict[str, Any] = {"results": results, "failed": [r for r in results if not r.is_passed]}
    if in_force and source.definition != in_force:
        before = decision_cases.run(decision_definitions.compiled(in_force), cases, now=now)
        said |= {"in_force": in_force, "changes": decision_cases.changes(before, results)}
    return said


def _kept(request: HttpRequest, source: Source, model: dmn.Model, part: Part) -> HttpResponse:
    """A case for each rule."""
    suggested = decision_suggestions.of(source.xml, part.id)
    by, now = author_of(request), timezone.now()
    try:
        added = decision_suggestions.keep(source.key, model, part.id, suggested, by=by, now=now)
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, f"{added} case{'' if added == 1 else 's'} saved.")
    return redirect(f"{source.test_address}?decision={part.id}")


def _saved(
    request: HttpRequest, source: Source, part: Part, context: dict[str, Any]
) -> HttpResponse | None:
    form = SaveCaseForm(request.POST, auto_id="save_%s")
    if form.is_valid():
        said = dict(form.cleaned_data)
        has_expected, expected = said.pop("expected")
        try:
            case = decision_cases.add(
                key=source.key, has_expected=has_expected, expected=expected, **said,
                by=author_of(request), now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"“{case}” is saved: every draft has to pass it from now on.")
            return redirect(f"{source.test_address}?decision={part.id}")
    context["save_form"] = form
    return None


# --- one case -----------------------------------------------------------------------------------


@for_admins
def case(request: HttpRequest, key: str, pk: UUID) -> HttpResponse:
    """Change a saved case."""
    found = _case_or_404(key, str(pk))
    form = CaseForm(sent(request), initial=_as_form(found))
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        said["has_expected"], said["expected"] = said["expected"]
        try:
            decision_cases.change(found, **said, by=author_of(request), now=timezone.now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "The case is changed.")
            return redirect("workflows:decision", key)
    status = 422 if form.is_bound and form.errors else 200
    context = {"case": found, "form": form}
    return render(request, "workflows/decision_case.html", context, status=status)


@for_admins
@require_POST
def remove_case(request: HttpRequest, key: str, pk: UUID) -> HttpResponse:
    """Away with it; the journal keeps what it was."""
    found = _case_or_404(key, str(pk))
    try:
        decision_cases.remove(found, by=author_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, f"“{found}” is removed.")
    return redirect("workflows:decision", key)


def _as_form(case: DecisionCase) -> dict[str, Any]:
    expected = decision_cases.written(case.expected) if case.has_expected else ""
    return {
        "name": case.name, "decision": case.decision, "is_active": case.is_active,
        "inputs": decision_cases.written(case.inputs), "expected": expected,
    }  # fmt: skip


def _case_or_404(key: str, text: str) -> DecisionCase:
    try:
        found = decision_queries.case_of(key, UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found

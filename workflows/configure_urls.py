"""Addresses of the administrators' pages about processes and webhooks."""

from django.urls import path

from workflows.views import (
    decision_bench,
    decision_compare,
    decision_drafts,
    decision_editor,
    decision_editor_script,
    decision_findings,
    decision_review,
    decisions,
    definitions,
    job_kinds,
    subscriptions,
)

KEY = "configure/decisions/<str:key>"
VERSION = f"{KEY}/versions/<int:number>"
DRAFT = "configure/decisions/drafts/<uuid:pk>"
CASE = f"{KEY}/cases/<uuid:pk>"

# Words such as `import` cannot be keys, so that no address means two things.
of_decisions = [
    path("configure/decisions/", decisions.decisions, name="decisions"),
    path("configure/decisions/new/", decision_drafts.new, name="decision-new"),
    path("configure/decisions/import/", decision_drafts.import_file, name="decision-import"),
    path(f"{DRAFT}/", decision_drafts.draft, name="decision-draft"),
    path(f"{DRAFT}/tables/", decision_drafts.tables, name="decision-draft-tables"),
    path(f"{DRAFT}/test/", decision_bench.of_draft, name="decision-draft-test"),
    path(f"{DRAFT}/analysis/", decision_findings.of_draft, name="decision-draft-analysis"),
    path(f"{DRAFT}/changes/", decision_compare.of_draft, name="decision-draft-changes"),
    path(f"{DRAFT}/file/", decision_drafts.file, name="decision-draft-file"),
    path(f"{DRAFT}/workbook/", decision_drafts.workbook, name="decision-draft-workbook"),
    path(f"{DRAFT}/edit/", decision_editor.edit, name="decision-edit"),
    path(f"{DRAFT}/edit/check/", decision_editor_script.check, name="decision-edit-check"),
    path(f"{DRAFT}/edit/save/", decision_editor_script.save, name="decision-edit-save"),
    path(f"{DRAFT}/submit/", decision_drafts.submit, name="decision-submit"),
    path(f"{DRAFT}/replace/", decision_drafts.replace, name="decision-replace"),
    path(f"{DRAFT}/rename/", decision_drafts.rename, name="decision-rename"),
    path(f"{DRAFT}/withdraw/", decision_drafts.withdraw, name="decision-withdraw"),
    path(f"{DRAFT}/review/", decision_review.review, name="decision-review"),
    path(f"{DRAFT}/sign/", decision_review.decide, name="decision-sign"),
    path(f"{KEY}/", decisions.decision, name="decision"),
    path(f"{KEY}/change/", decisions.change, name="decision-change"),
    path(f"{VERSION}/", decisions.version, name="decision-version"),
    path(f"{VERSION}/test/", decision_bench.of_version, name="decision-test"),
    path(f"{VERSION}/analysis/", decision_findings.of_version, name="decision-analysis"),
    path(f"{VERSION}/changes/", decision_compare.of_version, name="decision-changes"),
    path(f"{VERSION}/file/", decisions.file, name="decision-file"),
    path(f"{VERSION}/workbook/", decisions.workbook, name="decision-workbook"),
    path(f"{CASE}/", decision_bench.case, name="decision-case"),
    path(f"{CASE}/remove/", decision_bench.remove_case, name="decision-case-remove"),
]

urlpatterns = [
    *of_decisions,
    path("configure/processes/", definitions.definitions, name="definitions"),
    path("configure/processes/<uuid:pk>/", definitions.definition, name="definition"),
    path("configure/processes/<uuid:pk>/file/", definitions.source, name="definition-file"),
    path("configure/jobs/", job_kinds.job_kinds, name="job-kinds"),
    path("configure/jobs/<str:name>/close/", job_kinds.close_breaker, name="close-breaker"),
    path("configure/webhooks/", subscriptions.subscriptions, name="subscriptions"),
    path("configure/webhooks/<uuid:pk>/", subscriptions.subscription, name="subscription"),
    path("configure/webhooks/<uuid:pk>/switch/", subscriptions.switch, name="switch-subscription"),
    path(
        "configure/deliveries/<uuid:pk>/retry/",
        subscriptions.retry_delivery,
        name="retry-delivery",
    ),
]

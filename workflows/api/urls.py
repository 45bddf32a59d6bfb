from django.urls import path

from workflows.api.chains import Anomalies, Declare, Dismiss, Expectations
from workflows.api.choosing import Begin, Finish
from workflows.api.decisions import Decision, Decisions, Evaluate, Version, VersionFile
from workflows.api.definitions import Definitions
from workflows.api.events import Events
from workflows.api.incidents import Correct, Retry, RetryMany, Settle
from workflows.api.instances import Incidents, Instance, Instances
from workflows.api.jobs import Complete, Error, Extend, Fail, Fetch
from workflows.api.messages import Messages, SendAgain, SentMessage, Withdraw
from workflows.api.migrations import Migration, Migrations, Preview, Stayed, Stop
from workflows.api.signals import SentSignal, Signals

urlpatterns = [
    path("messages", Messages.as_view(), name="messages"),
    path("messages/<uuid:pk>", SentMessage.as_view(), name="message"),
    path("messages/<uuid:pk>/again", SendAgain.as_view(), name="message-again"),
    path("messages/<uuid:pk>/withdraw", Withdraw.as_view(), name="message-withdraw"),
    path("signals", Signals.as_view(), name="signals"),
    path("signals/<uuid:pk>", SentSignal.as_view(), name="signal"),
    path("instances", Instances.as_view(), name="instances"),
    path("instances/<uuid:pk>", Instance.as_view(), name="instance"),
    path("instances/<uuid:pk>/activities/<uuid:activity>/begin", Begin.as_view(), name="begin"),
    path("instances/<uuid:pk>/activities/<uuid:activity>/finish", Finish.as_view(), name="finish"),
    path("definitions", Definitions.as_view(), name="definitions"),
    path("definitions/<uuid:pk>/migrations", Migrations.as_view(), name="migrations"),
    path("definitions/<uuid:pk>/migrations/preview", Preview.as_view(), name="migration-preview"),
    path("migrations/<uuid:pk>", Migration.as_view(), name="migration"),
    path("migrations/<uuid:pk>/stayed", Stayed.as_view(), name="migration-stayed"),
    path("migrations/<uuid:pk>/stop", Stop.as_view(), name="migration-stop"),
    path("decisions", Decisions.as_view(), name="decisions"),
    path("decisions/<str:key>", Decision.as_view(), name="decision"),
    path("decisions/<str:key>/evaluate", Evaluate.as_view(), name="evaluate"),
    path("decisions/<str:key>/versions/<int:version>", Version.as_view(), name="decision-version"),
    path(
        "decisions/<str:key>/versions/<int:version>/xml",
        VersionFile.as_view(),
        name="decision-file",
    ),
    path("events", Events.as_view(), name="events"),
    path("jobs/fetch", Fetch.as_view(), name="jobs-fetch"),
    path("jobs/<uuid:pk>/extend", Extend.as_view(), name="job-extend"),
    path("jobs/<uuid:pk>/complete", Complete.as_view(), name="job-complete"),
    path("jobs/<uuid:pk>/fail", Fail.as_view(), name="job-fail"),
    path("jobs/<uuid:pk>/error", Error.as_view(), name="job-error"),
    path("anomalies", Anomalies.as_view(), name="anomalies"),
    path("anomalies/<uuid:pk>/dismiss", Dismiss.as_view(), name="anomaly-dismiss"),
    path("chains", Declare.as_view(), name="chains"),
    path("expectations", Expectations.as_view(), name="expectations"),
    path("incidents", Incidents.as_view(), name="incidents"),
    path("incidents/retry", RetryMany.as_view(), name="retry-many"),
    path("incidents/<uuid:pk>/retry", Retry.as_view(), name="retry"),
    path("incidents/<uuid:pk>/correct", Correct.as_view(), name="correct"),
    path("incidents/<uuid:pk>/settle", Settle.as_view(), name="settle"),
]

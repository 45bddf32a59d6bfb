from django.urls import path

from workflows.api.decisions import Decision, Decisions, Evaluate, Version, VersionFile
from workflows.api.definitions import Definitions
from workflows.api.events import Events
from workflows.api.incidents import Retry
from workflows.api.instances import Incidents, Instance, Instances
from workflows.api.messages import Messages

urlpatterns = [
    path("messages", Messages.as_view(), name="messages"),
    path("instances", Instances.as_view(), name="instances"),
    path("instances/<uuid:pk>", Instance.as_view(), name="instance"),
    path("definitions", Definitions.as_view(), name="definitions"),
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
    path("incidents", Incidents.as_view(), name="incidents"),
    path("incidents/<uuid:pk>/retry", Retry.as_view(), name="retry"),
]

from django.urls import path

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
    path("events", Events.as_view(), name="events"),
    path("incidents", Incidents.as_view(), name="incidents"),
    path("incidents/<uuid:pk>/retry", Retry.as_view(), name="retry"),
]

"""Addresses of pages about processes: starting, measuring, messages, variables."""

from django.urls import path

from workflows.views import instance_variables, message_sender, process_heat, process_start

DEFINITION = "configure/processes/<uuid:pk>"

urlpatterns = [
    path("processes/<uuid:pk>/variable/", instance_variables.variable, name="variable"),
    path(f"{DEFINITION}/start/", process_start.start, name="definition-start"),
    path(f"{DEFINITION}/heat/", process_heat.shown, name="definition-heat"),
    path("configure/processes/messages/", message_sender.send, name="message"),
]

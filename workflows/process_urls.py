"""Addresses of pages about processes: starting, measuring, messages, variables."""

from django.urls import path

from workflows.views import (
    chains,
    choosing,
    instance_migration,
    instance_variables,
    message_sender,
    messages,
    process_heat,
    process_migration,
    process_start,
    start_timers,
)

DEFINITION = "configure/processes/<uuid:pk>"

urlpatterns = [
    path("processes/<uuid:pk>/choose/", choosing.choose, name="choose"),
    path("processes/<uuid:pk>/variable/", instance_variables.variable, name="variable"),
    path("processes/<uuid:pk>/migrate/", instance_migration.migrate, name="instance-migrate"),
    path(f"{DEFINITION}/migrate/", process_migration.prepare, name="definition-migrate"),
    path("configure/processes/migrations/<uuid:pk>/", process_migration.shown, name="migration"),
    path(
        "configure/processes/migrations/<uuid:pk>/stop/",
        process_migration.stop,
        name="migration-stop",
    ),
    path(f"{DEFINITION}/start/", process_start.start, name="definition-start"),
    path(f"{DEFINITION}/heat/", process_heat.shown, name="definition-heat"),
    path("chains/", chains.anomalies, name="anomalies"),
    path("chains/<uuid:pk>/dismiss/", chains.dismiss, name="dismiss-anomaly"),
    path("configure/chains/", chains.expectations, name="expectations"),
    path("configure/chains/file/", chains.upload, name="chain-file"),
    path("configure/chains/<uuid:pk>/switch/", chains.switch, name="switch-expectation"),
    path("configure/messages/", messages.messages, name="messages"),
    path("configure/messages/received/", messages.received, name="messages-received"),
    path("configure/messages/listeners/", messages.listeners, name="listeners"),
    path("configure/messages/send/", message_sender.send, name="message"),
    path("configure/messages/signal/", message_sender.give, name="signal"),
    path("configure/messages/<uuid:pk>/", messages.message, name="sent-message"),
    path("configure/messages/<uuid:pk>/again/", messages.send_again, name="message-again"),
    path("configure/messages/<uuid:pk>/withdraw/", messages.withdraw, name="message-withdraw"),
    path("configure/start-timers/", start_timers.start_timers, name="start-timers"),
    path("configure/start-timers/<uuid:pk>/switch/", start_timers.switch, name="start-timer"),
]

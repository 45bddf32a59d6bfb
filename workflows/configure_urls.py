"""Addresses of the administrators' pages about processes and webhooks."""

from django.urls import path

from workflows.views import definitions, subscriptions

urlpatterns = [
    path("configure/processes/", definitions.definitions, name="definitions"),
    path("configure/processes/<uuid:pk>/", definitions.definition, name="definition"),
    path("configure/processes/<uuid:pk>/file/", definitions.source, name="definition-file"),
    path("configure/webhooks/", subscriptions.subscriptions, name="subscriptions"),
    path("configure/webhooks/<uuid:pk>/", subscriptions.subscription, name="subscription"),
    path("configure/webhooks/<uuid:pk>/switch/", subscriptions.switch, name="switch-subscription"),
    path(
        "configure/deliveries/<uuid:pk>/retry/",
        subscriptions.retry_delivery,
        name="retry-delivery",
    ),
]

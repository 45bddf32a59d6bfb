from django.urls import path

from workflows import configure_urls, process_urls, views

app_name = "workflows"

urlpatterns = [
    path("processes/", views.instances, name="instances"),
    path("processes/<uuid:pk>/", views.instance, name="instance"),
    path("processes/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("incidents/", views.incidents, name="incidents"),
    path("incidents/retry/", views.retry_many, name="retry-many"),
    path("incidents/<uuid:pk>/correct/", views.correct, name="correct"),
    path("incidents/<uuid:pk>/settle/", views.settle, name="settle"),
    path("incidents/<uuid:pk>/retry/", views.retry, name="retry"),
    *process_urls.urlpatterns,
    *configure_urls.urlpatterns,
]

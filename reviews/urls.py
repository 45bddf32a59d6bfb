from django.urls import path

from reviews.views import blocked, history

app_name = "reviews"

urlpatterns = [
    path("items/<uuid:pk>/", history.history, name="history"),
    path("incidents/stopped/", blocked.blocked, name="blocked"),
    path("incidents/stopped/<uuid:pk>/release/", blocked.unblock, name="unblock"),
]

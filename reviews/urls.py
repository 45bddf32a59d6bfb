from django.urls import path

from reviews import configure_urls
from reviews.views import blocked, deciding, history, item, work

app_name = "reviews"

urlpatterns = [
    path("work/", work.work, name="work"),
    path("work/next/", work.start, name="next"),
    path("work/items/<uuid:pk>/", item.item, name="item"),
    path("work/items/<uuid:pk>/claim/", item.claim, name="claim"),
    path("work/items/<uuid:pk>/decide/", deciding.decide, name="decide"),
    path("work/items/<uuid:pk>/edit/", deciding.edit, name="edit"),
    path("work/items/<uuid:pk>/flag/", deciding.flag, name="flag"),
    path("work/items/<uuid:pk>/skip/", item.skip, name="skip"),
    path("work/items/<uuid:pk>/release/", item.release, name="release"),
    path("work/items/<uuid:pk>/heartbeat/", item.heartbeat, name="heartbeat"),
    path("work/decisions/<uuid:pk>/undo/", deciding.undo, name="undo"),
    path("items/<uuid:pk>/", history.history, name="history"),
    path("incidents/stopped/", blocked.blocked, name="blocked"),
    path("incidents/stopped/<uuid:pk>/release/", blocked.unblock, name="unblock"),
    *configure_urls.urlpatterns,
]

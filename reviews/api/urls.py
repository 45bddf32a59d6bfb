from django.urls import path

from reviews.api.deciding import Decide, Edit, Undo
from reviews.api.work import (
    Claim,
    Heartbeat,
    Item,
    Items,
    Next,
    NextInQueue,
    Queues,
    Release,
    Skip,
)

urlpatterns = [
    path("queues", Queues.as_view(), name="queues"),
    path("queues/next", Next.as_view(), name="next"),
    path("queues/<slug:slug>/next", NextInQueue.as_view(), name="next-in-queue"),
    path("items", Items.as_view(), name="items"),
    path("items/<uuid:pk>", Item.as_view(), name="item"),
    path("items/<uuid:pk>/claim", Claim.as_view(), name="claim"),
    path("items/<uuid:pk>/heartbeat", Heartbeat.as_view(), name="heartbeat"),
    path("items/<uuid:pk>/release", Release.as_view(), name="release"),
    path("items/<uuid:pk>/skip", Skip.as_view(), name="skip"),
    path("items/<uuid:pk>/decide", Decide.as_view(), name="decide"),
    path("items/<uuid:pk>/edit", Edit.as_view(), name="edit"),
    path("decisions/<uuid:pk>/undo", Undo.as_view(), name="undo"),
]

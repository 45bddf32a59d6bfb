from django.urls import path

from queues import configure_urls, views

app_name = "queues"

urlpatterns = [
    path("board/", views.board, name="board"),
    path("items/", views.items, name="items"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_notices, name="read-notices"),
    *configure_urls.urlpatterns,
]

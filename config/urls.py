"""Where each address leads."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from config import health, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-in/as/<str:username>/", views.sign_in_as, name="sign-in-as"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/keys/", views.keys, name="keys"),
    path("welcomed/", views.welcomed, name="welcomed"),
    path("demo/past/", views.demo_past, name="demo-past"),
    path("design/", views.design, name="design"),
    path("", include("queues.urls")),
    path("", include("reviews.urls")),
    path("", include("workflows.urls")),
    path("api/v1/", include("config.api")),
]

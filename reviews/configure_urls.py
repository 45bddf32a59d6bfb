"""Addresses of the administrators' pages about reviews."""

from django.urls import path

from reviews.views import grids, reasons

urlpatterns = [
    path("configure/grids/", grids.grids, name="grids"),
    path("configure/grids/new/", grids.grid_add, name="grid-add"),
    path("configure/grids/<slug:kind>/", grids.grid_edit, name="grid-edit"),
    path("configure/reasons/", reasons.reasons, name="reasons"),
    path("configure/reasons/<int:pk>/", reasons.reason_edit, name="reason-edit"),
    path("configure/reasons/<int:pk>/remove/", reasons.reason_remove, name="reason-remove"),
]

"""Addresses of the page of bundles for a court."""

from django.urls import URLPattern, URLResolver, path

from comity.node.court.pages import exporting

urlpatterns: list[URLPattern | URLResolver] = [
    path("exports", exporting.exports, name="exports"),
    path("exports/<str:export>/file", exporting.file, name="export-file"),
]

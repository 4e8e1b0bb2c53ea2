"""Addresses of the pages and the API."""

from django.urls import URLPattern, URLResolver, path

from comity.node.api.site import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
]

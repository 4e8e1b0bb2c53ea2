"""Addresses of the search page."""

from django.urls import path

from comity.node.search.pages import views

urlpatterns = [path("search", views.search, name="search")]

"""Addresses of the pages of figures."""

from django.urls import path

from comity.node.statistics.pages import views

urlpatterns = [
    path("statistics", views.statistics, name="statistics"),
    path("statistics/file/<slug:form>", views.file, name="statistics-file"),
]

"""Addresses of the pages of the directory."""

from django.urls import path

from comity.node.authorities.pages import views

urlpatterns = [
    path("authorities", views.authorities, name="authorities"),
    path("authorities/export.csv", views.export, name="authorities-csv"),
    path("authorities/<slug:state>/<slug:name>", views.authority, name="authority"),
]

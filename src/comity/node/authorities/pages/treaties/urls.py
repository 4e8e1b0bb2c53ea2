"""Addresses of the pages of treaties."""

from django.urls import path

from comity.node.authorities.pages.treaties import views

urlpatterns = [
    path("treaties", views.treaties, name="treaties"),
    path("treaties/<slug:state>", views.state, name="treaty-state"),
]

"""Address of the page of settings."""

from django.urls import path

from comity.node.operations.pages.settings import views

urlpatterns = [path("settings", views.settings, name="settings")]

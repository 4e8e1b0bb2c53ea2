"""Address of the page of settings."""

from django.urls import path

from comity.node.desk.office_settings import views

urlpatterns = [path("settings", views.settings, name="settings")]

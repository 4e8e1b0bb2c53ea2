"""The address of the test request."""

from django.urls import path

from comity.node.operations.pages.echo import views

urlpatterns = [path("health/echo", views.echo, name="echo")]

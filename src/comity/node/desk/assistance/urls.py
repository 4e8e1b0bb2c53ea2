"""Addresses of the pages of assistance."""

from django.urls import path

from comity.node.desk.assistance import views

urlpatterns = [
    path("assistance", views.board, name="assistance"),
    path("assistance/file/<slug:form>", views.file, name="assistance-file"),
    path("assistance/new/<slug:kind>", views.new, name="assistance-new"),
]

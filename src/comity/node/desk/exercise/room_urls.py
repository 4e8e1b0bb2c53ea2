"""Addresses of the exercise's room pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

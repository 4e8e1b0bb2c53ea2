"""Addresses of the exercise's scenario pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""Addresses of the exercise's console pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""Addresses of the page "My work"."""

from django.urls import URLPattern, path

from comity.node.my_work.pages import views

urlpatterns: list[URLPattern] = [
    path("my-work", views.my_work, name="my-work"),
    path("my-work/do", views.do, name="my-work-do"),
    path("my-work/filters", views.save_filter, name="work-filters"),
    path("my-work/filters/<int:number>/remove", views.remove_filter, name="work-filter-remove"),
]

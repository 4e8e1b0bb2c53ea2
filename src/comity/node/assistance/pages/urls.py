"""Addresses of the pages of assistance."""

from django.urls import path

from comity.node.assistance.pages import solution_views, table_views, views

urlpatterns = [
    path("assistance", views.board, name="assistance"),
    path("assistance/file/<slug:form>", views.file, name="assistance-file"),
    path("assistance/new/<slug:kind>", views.new, name="assistance-new"),
    path("round-tables", table_views.round_tables, name="round-tables"),
    path("round-tables/<str:digest>", table_views.round_table, name="round-table"),
    path("round-tables/<str:digest>/minutes/<slug:form>", table_views.file, name="table-file"),
    path("solutions", solution_views.solutions, name="solutions"),
    path("solutions/<str:digest>", solution_views.solution, name="solution"),
    path("solutions/<str:digest>/file", solution_views.file, name="solution-file"),
    path("solutions/<str:digest>/fetch", solution_views.fetch, name="solution-fetch"),
    path("solutions/<str:digest>/offer", solution_views.offer, name="solution-offer"),
    path("solutions/<str:digest>/withdraw", solution_views.withdraw, name="solution-withdraw"),
]

"""Addresses of the pages of scenarios."""

from django.urls import URLPattern, path

from comity.node.desk.exercise import scenario_carrying as carrying
from comity.node.desk.exercise import scenario_editing as editing
from comity.node.desk.exercise import scenario_entries as entries
from comity.node.desk.exercise import scenario_views as views

urlpatterns: list[URLPattern] = [
    path("scenarios", views.scenarios, name="scenarios"),
    path("scenarios/new", carrying.new, name="scenario-new"),
    path("scenarios/upload", carrying.upload, name="scenario-upload"),
    path("scenarios/<slug:name>", views.scenario, name="scenario"),
    path("scenarios/<slug:name>/run", views.run, name="scenario-run"),
    path("scenarios/<slug:name>/drop", views.drop, name="scenario-drop"),
    path("scenarios/<slug:name>/files", carrying.files, name="scenario-files"),
    path("scenarios/<slug:name>/files/<slug:form>", carrying.download, name="scenario-file"),
    path("scenarios/<slug:name>/table", carrying.table, name="scenario-table"),
    path(
        "scenarios/<slug:name>/texts/<slug:lang>/<slug:part>", editing.texts, name="scenario-texts"
    ),
    path("scenarios/<slug:name>/sources", editing.sources, name="scenario-sources"),
    path("scenarios/<slug:name>/sources/<path:file>", editing.source, name="scenario-source"),
    path("scenarios/<slug:name>/timeline", entries.timeline, name="scenario-timeline"),
    path("scenarios/<slug:name>/add-inject", entries.inject, name="scenario-inject-new"),
    path("scenarios/<slug:name>/injects/<str:key>", entries.inject, name="scenario-inject"),
    path(
        "scenarios/<slug:name>/injects/<str:key>/remove",
        entries.remove_inject,
        name="scenario-inject-remove",
    ),
    path("scenarios/<slug:name>/tasks", entries.tasks, name="scenario-tasks"),
    path("scenarios/<slug:name>/tasks/<str:key>", entries.task, name="scenario-task"),
]

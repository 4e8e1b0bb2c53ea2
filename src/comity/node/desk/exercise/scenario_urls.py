"""Addresses of the pages of scenarios."""

from django.urls import URLPattern, path

from comity.node.desk.exercise import scenario_carrying as carrying
from comity.node.desk.exercise import scenario_editing as editing
from comity.node.desk.exercise import scenario_entries as entries
from comity.node.desk.exercise import scenario_views as views

_ONE = "scenarios/<slug:name>"
urlpatterns: list[URLPattern] = [
    path("scenarios", views.scenarios, name="scenarios"),
    path("scenarios/new", carrying.new, name="scenario-new"),
    path("scenarios/upload", carrying.upload, name="scenario-upload"),
    path(_ONE, views.scenario, name="scenario"),
    path(f"{_ONE}/run", views.run, name="scenario-run"),
    path(f"{_ONE}/drop", views.drop, name="scenario-drop"),
    path(f"{_ONE}/files", carrying.files, name="scenario-files"),
    path(f"{_ONE}/files/<slug:form>", carrying.download, name="scenario-file"),
    path(f"{_ONE}/table", carrying.table, name="scenario-table"),
    path(f"{_ONE}/texts/<slug:lang>/<slug:part>", editing.texts, name="scenario-texts"),
    path(f"{_ONE}/sources", editing.sources, name="scenario-sources"),
    path(f"{_ONE}/sources/<path:file>", editing.source, name="scenario-source"),
    path(f"{_ONE}/timeline", entries.timeline, name="scenario-timeline"),
    path(f"{_ONE}/add-inject", entries.inject, name="scenario-inject-new"),
    path(f"{_ONE}/injects/<str:key>", entries.inject, name="scenario-inject"),
    path(f"{_ONE}/injects/<str:key>/remove", entries.remove_inject, name="scenario-inject-remove"),
    path(f"{_ONE}/tasks", entries.tasks, name="scenario-tasks"),
    path(f"{_ONE}/tasks/<str:key>", entries.task, name="scenario-task"),
]

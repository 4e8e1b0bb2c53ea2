"""Addresses of the pages of scenarios."""

from django.urls import URLPattern, path

from comity.node.exercise.pages.scenario import entry_lists, entry_pages, views
from comity.node.exercise.pages.scenario import import_export as carrying
from comity.node.exercise.pages.scenario import text_pages as editing

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
    path("scenarios/<slug:name>/timeline", entry_lists.timeline, name="scenario-timeline"),
    path("scenarios/<slug:name>/tasks", entry_lists.tasks, name="scenario-tasks"),
    path("scenarios/<slug:name>/exhibits", entry_lists.exhibits, name="scenario-exhibits"),
    path(
        "scenarios/<slug:name>/add-inject",
        entry_pages.entry,
        {"kind": "inject"},
        name="scenario-inject-new",
    ),
    path(
        "scenarios/<slug:name>/injects/<str:key>",
        entry_pages.entry,
        {"kind": "inject"},
        name="scenario-inject",
    ),
    path(
        "scenarios/<slug:name>/injects/<str:key>/remove",
        entry_pages.remove,
        {"kind": "inject"},
        name="scenario-inject-remove",
    ),
    path(
        "scenarios/<slug:name>/add-trigger",
        entry_pages.entry,
        {"kind": "trigger"},
        name="scenario-trigger-new",
    ),
    path(
        "scenarios/<slug:name>/triggers/<str:key>",
        entry_pages.entry,
        {"kind": "trigger"},
        name="scenario-trigger",
    ),
    path(
        "scenarios/<slug:name>/triggers/<str:key>/remove",
        entry_pages.remove,
        {"kind": "trigger"},
        name="scenario-trigger-remove",
    ),
    path(
        "scenarios/<slug:name>/add-task",
        entry_pages.entry,
        {"kind": "task"},
        name="scenario-task-new",
    ),
    path(
        "scenarios/<slug:name>/tasks/<str:key>",
        entry_pages.entry,
        {"kind": "task"},
        name="scenario-task",
    ),
    path(
        "scenarios/<slug:name>/tasks/<str:key>/remove",
        entry_pages.remove,
        {"kind": "task"},
        name="scenario-task-remove",
    ),
    path(
        "scenarios/<slug:name>/add-exhibit",
        entry_pages.entry_with_file,
        {"kind": "exhibit"},
        name="scenario-exhibit-new",
    ),
    path(
        "scenarios/<slug:name>/exhibits/<str:key>",
        entry_pages.entry_with_file,
        {"kind": "exhibit"},
        name="scenario-exhibit",
    ),
    path(
        "scenarios/<slug:name>/exhibits/<str:key>/remove",
        entry_pages.remove,
        {"kind": "exhibit"},
        name="scenario-exhibit-remove",
    ),
    path(
        "scenarios/<slug:name>/make-exhibit",
        entry_pages.entry,
        {"kind": "made-exhibit"},
        name="scenario-exhibit-make",
    ),
]

"""Addresses of the pages of scenarios."""

from django.urls import URLPattern, path

from comity.node.exercise.pages.scenario import entry_lists, entry_pages, views
from comity.node.exercise.pages.scenario import import_export as carrying
from comity.node.exercise.pages.scenario import text_pages as editing
from comity.node.web.permissions import View


def _entries(kind: str, view: View = entry_pages.entry) -> list[URLPattern]:
    """Return the addresses of entries of a kind: to add, change and remove one."""
    one, given = f"scenarios/<slug:name>/{kind}s/<str:key>", {"kind": kind}
    return [
        path(
            f"scenarios/<slug:name>/add-{kind}",
            view,
            given,
            name=f"scenario-{kind}-new",
        ),
        path(one, view, given, name=f"scenario-{kind}"),
        path(f"{one}/remove", entry_pages.remove, given, name=f"scenario-{kind}-remove"),
    ]


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
    *_entries("inject"),
    *_entries("trigger"),
    *_entries("task"),
    *_entries("exhibit", entry_pages.entry_with_file),
    path(
        "scenarios/<slug:name>/make-exhibit",
        entry_pages.entry,
        {"kind": "made-exhibit"},
        name="scenario-exhibit-make",
    ),
]

"""Addresses of the pages of scenarios."""

from django.urls import URLPattern, path

from comity.node.exercise.pages.scenario import exhibit_pages as exhibits
from comity.node.exercise.pages.scenario import import_export as carrying
from comity.node.exercise.pages.scenario import inject_pages as entries
from comity.node.exercise.pages.scenario import task_pages as questions
from comity.node.exercise.pages.scenario import text_pages as editing
from comity.node.exercise.pages.scenario import views

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
    path("scenarios/<slug:name>/add-trigger", entries.trigger, name="scenario-trigger-new"),
    path("scenarios/<slug:name>/triggers/<str:key>", entries.trigger, name="scenario-trigger"),
    path(
        "scenarios/<slug:name>/triggers/<str:key>/remove",
        entries.remove_trigger,
        name="scenario-trigger-remove",
    ),
    path("scenarios/<slug:name>/tasks", questions.tasks, name="scenario-tasks"),
    path("scenarios/<slug:name>/add-task", questions.task, name="scenario-task-new"),
    path("scenarios/<slug:name>/tasks/<str:key>", questions.task, name="scenario-task"),
    path(
        "scenarios/<slug:name>/tasks/<str:key>/remove",
        questions.remove_task,
        name="scenario-task-remove",
    ),
    path("scenarios/<slug:name>/exhibits", exhibits.exhibits, name="scenario-exhibits"),
    path("scenarios/<slug:name>/add-exhibit", exhibits.exhibit, name="scenario-exhibit-new"),
    path("scenarios/<slug:name>/make-exhibit", exhibits.make, name="scenario-exhibit-make"),
    path("scenarios/<slug:name>/exhibits/<str:key>", exhibits.exhibit, name="scenario-exhibit"),
    path(
        "scenarios/<slug:name>/exhibits/<str:key>/remove",
        exhibits.remove_exhibit,
        name="scenario-exhibit-remove",
    ),
]

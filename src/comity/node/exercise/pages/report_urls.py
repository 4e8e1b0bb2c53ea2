"""Addresses of the exercise's report pages."""

from django.urls import path

from comity.node.exercise.pages import report_views as views

urlpatterns = [
    path("exercises/<str:exercise>/report", views.compare, name="exercise-compare"),
    path("exercises/<str:exercise>/teams/<str:team>/report", views.report, name="exercise-report"),
    path(
        "exercises/<str:exercise>/teams/<str:team>/report.pdf",
        views.report_pdf,
        name="exercise-report-pdf",
    ),
    path(
        "exercises/<str:exercise>/teams/<str:team>/report.json",
        views.report_json,
        name="exercise-report-json",
    ),
    path(
        "exercises/<str:exercise>/teams/<str:team>/lessons",
        views.lesson_new,
        name="exercise-lesson-new",
    ),
    path(
        "exercises/<str:exercise>/teams/<str:team>/lessons/<int:row_id>",
        views.lesson_mark,
        name="exercise-lesson-mark",
    ),
    path("exercise/report", views.own_report, name="room-report"),
    path("exercise/report.pdf", views.own_report_pdf, name="room-report-pdf"),
    path("exercise/report.json", views.own_report_json, name="room-report-json"),
]

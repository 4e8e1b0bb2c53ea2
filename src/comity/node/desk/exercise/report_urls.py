"""Addresses of the exercise's report pages."""

from django.urls import path

from comity.node.desk.exercise import report_views as views

_TEAM = "exercises/<str:exercise>/teams/<str:team>"

urlpatterns = [
    path("exercises/<str:exercise>/report", views.compare, name="exercise-compare"),
    path(f"{_TEAM}/report", views.report, name="exercise-report"),
    path(f"{_TEAM}/report.pdf", views.report_pdf, name="exercise-report-pdf"),
    path(f"{_TEAM}/report.json", views.report_json, name="exercise-report-json"),
    path(f"{_TEAM}/lessons", views.lesson_new, name="exercise-lesson-new"),
    path(f"{_TEAM}/lessons/<int:row_id>", views.lesson_mark, name="exercise-lesson-mark"),
    path("exercise/report", views.own_report, name="room-report"),
    path("exercise/report.pdf", views.own_report_pdf, name="room-report-pdf"),
    path("exercise/report.json", views.own_report_json, name="room-report-json"),
]

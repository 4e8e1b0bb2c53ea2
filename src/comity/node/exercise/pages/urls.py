"""Addresses of the pages of exercises: the console, reports, the team's room, scenarios."""

from django.urls import URLPattern, path

from comity.node.exercise.pages import (
    hall,
    join,
    report_views,
    room,
    room_actions,
    room_quiz,
    room_sending,
)
from comity.node.exercise.pages.console import actions, team, views
from comity.node.exercise.pages.scenario import views as scenarios

urlpatterns: list[URLPattern] = [
    path("exercises", views.exercises, name="exercises"),
    path("exercises/new", views.new, name="console-new"),
    path("exercises/<str:exercise>", views.one, name="console"),
    path("exercises/<str:exercise>/now", views.now_, name="console-now"),
    path("exercises/<str:exercise>/codes", views.sheet, name="console-codes"),
    path("exercises/<str:exercise>/export", views.export, name="console-export"),
    path("exercises/<str:exercise>/begin", actions.begin, name="console-begin"),
    path("exercises/<str:exercise>/steer", actions.steer, name="console-steer"),
    path("exercises/<str:exercise>/board", actions.board, name="console-board"),
    path("exercises/<str:exercise>/close", actions.close, name="console-close"),
    path("exercises/<str:exercise>/teams/<str:team>", team.team, name="console-team"),
    path("exercises/<str:exercise>/teams/<str:team>/now", team.now_, name="console-team-now"),
    path("exercises/<str:exercise>/teams/<str:team>/judge", team.judge, name="console-judge"),
    path("exercises/<str:exercise>/teams/<str:team>/branch", team.branch, name="console-branch"),
    path("exercises/<str:exercise>/report", report_views.compare, name="exercise-compare"),
    path(
        "exercises/<str:exercise>/teams/<str:team>/report",
        report_views.report,
        name="exercise-report",
    ),
    path(
        "exercises/<str:exercise>/teams/<str:team>/report.pdf",
        report_views.report_pdf,
        name="exercise-report-pdf",
    ),
    path(
        "exercises/<str:exercise>/teams/<str:team>/report.json",
        report_views.report_json,
        name="exercise-report-json",
    ),
    path(
        "exercises/<str:exercise>/teams/<str:team>/lessons",
        report_views.lesson_new,
        name="exercise-lesson-new",
    ),
    path(
        "exercises/<str:exercise>/teams/<str:team>/lessons/<int:row_id>",
        report_views.lesson_mark,
        name="exercise-lesson-mark",
    ),
    path(
        "exercises/<str:exercise>/teams/<str:team>/lessons/<int:row_id>/correct",
        report_views.lesson_correct,
        name="exercise-lesson-correct",
    ),
    path(
        "exercises/<str:exercise>/teams/<str:team>/lessons/<int:row_id>/withdraw",
        report_views.lesson_withdraw,
        name="exercise-lesson-withdraw",
    ),
    path("exercise/report", report_views.own_report, name="room-report"),
    path("exercise/report.pdf", report_views.own_report_pdf, name="room-report-pdf"),
    path("exercise/report.json", report_views.own_report_json, name="room-report-json"),
    path("exercise", room.room, name="room"),
    path("exercise/now", room.room_now, name="room-now"),
    path("exercise/join", join.join, name="exercise-join"),
    path("exercise/number", join.number, name="room-number"),
    path("exercise/do", room_actions.do, name="room-do"),
    path("exercise/test", room_quiz.test, name="room-test"),
    path("exercise/send", room_sending.send, name="room-send"),
    path("exercise/came/<str:key>", room_actions.came, name="room-came"),
    path("exercise/tasks/<str:key>", room_actions.task, name="room-task"),
    path("exercise/exhibits/<str:key>", room_actions.exhibit, name="room-exhibit"),
    path("exercise/exhibits/<str:key>/file", room_actions.exhibit_file, name="room-exhibit-file"),
    path("hall/<str:code>", hall.hall, name="hall"),
    path("hall/<str:code>/now", hall.hall_now, name="hall-now"),
    path("scenarios", scenarios.scenarios, name="scenarios"),
    path("scenarios/upload", scenarios.upload, name="scenario-upload"),
    path("scenarios/<slug:name>", scenarios.scenario, name="scenario"),
    path("scenarios/<slug:name>/run", scenarios.run, name="scenario-run"),
    path("scenarios/<slug:name>/drop", scenarios.drop, name="scenario-drop"),
    path("scenarios/<slug:name>/files/zip", scenarios.download, name="scenario-file"),
]

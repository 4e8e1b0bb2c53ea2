"""Addresses of the exercise's console pages."""

from django.urls import URLPattern, path

from comity.node.exercise.pages.console import actions, team, views

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
]

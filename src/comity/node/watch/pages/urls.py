"""Addresses of the watch."""

from django.urls import URLPattern, path

from comity.node.watch.pages import calls, shifts, views

urlpatterns: list[URLPattern] = [
    path("watch/sheet", views.sheet, name="watch-sheet"),
    path("shifts", shifts.shifts, name="shifts"),
    path("shifts/begin", shifts.begin, name="shift-begin"),
    path("shifts/hand-over", shifts.hand_over, name="shift-hand-over"),
    path("shifts/<str:item_id>", shifts.shift, name="shift"),
    path("shifts/<str:item_id>/confirm", shifts.confirm, name="shift-confirm"),
    path("shifts/<str:item_id>/give-back", shifts.give_back, name="shift-give-back"),
    path("shifts/<str:item_id>/end", shifts.end, name="shift-end"),
    path("calls", calls.calls, name="calls"),
    path("calls/new", calls.new, name="call-new"),
    path("calls/number", calls.number, name="call-number"),
    path("calls/<str:item_id>", calls.call, name="call"),
]

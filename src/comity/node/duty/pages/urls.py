"""Addresses of the pages of the duty."""

from django.urls import URLPattern, URLResolver, path

from comity.node.duty.pages import alarms, contacts, desk, ladders, reaching, rosters

urlpatterns: list[URLPattern | URLResolver] = [
    path("watch", desk.watch, name="watch"),
    path("watch/list", desk.listed, name="watch-list"),
    path("duty", alarms.duty, name="duty"),
    path("duty/waiting", alarms.waiting, name="duty-waiting"),
    path("duty/alarms", alarms.history, name="alarms"),
    path("duty/alarms/<int:row_id>", alarms.alarm, name="alarm"),
    path("duty/alarms/<int:row_id>/acknowledge", alarms.acknowledge, name="acknowledge"),
    path("duty/work-items/acknowledge", alarms.acknowledge_item, name="work-acknowledge"),
    path("duty/test", contacts.test, name="duty-test"),
    path("duty/call-list", contacts.call_list, name="call-list"),
    path("duty/contacts/<str:officer>", contacts.contact, name="duty-contact"),
    path("duty/roster", rosters.roster, name="roster"),
    path("duty/roster/weekly", rosters.weekly, name="roster-weekly"),
    path("duty/roster/change", rosters.change, name="roster-change"),
    path("duty/roster/swap", rosters.swap, name="roster-swap"),
    path("duty/roster/<slug:kind>/<int:row_id>/remove", rosters.remove, name="roster-remove"),
    path("duty/ladders", ladders.ladders, name="ladders"),
    path("duty/ladders/<slug:kind>", ladders.ladder, name="ladder"),
    path("duty/reach", reaching.reach, name="reach"),
    path("duty/reach.csv", reaching.export, name="reach-csv"),
    path("duty/reach/ask", reaching.ask, name="reach-ask"),
    path("duty/reach/<str:digest>/answer", reaching.answer, name="reach-answer"),
]

"""What could fail without a sound in the night stands on the pages that people look at."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import time

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.node.core.clock import now
from comity.node.duty import roster_store
from comity.node.duty.roster import Crew, Weekly
from comity.node.health.checks import Check
from comity.node.health.status import Condition
from comity.node.models import Alarm, Officer, WeeklyShift
from comity.node.operations import api as health_api
from comity.node.people.access import staff
from comity.node.service.handle import this_service
from comity.node.watch import Kind, labels, shifts

pytestmark = pytest.mark.django_db
Desk = Callable[[Officer], Client]


def test_every_kind_of_line_has_words_and_something_to_do() -> None:
    assert {*labels.WHAT, *labels.COUNTED} == set(Kind) == set(labels.NEXT)


def test_work_that_stands_still_is_told_in_words_on_the_watch_and_log_health(
    office: DeskOffice, desk: Desk, api: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = desk(office.people["approver"])
    assert "Background work stopped" not in reader.get("/watch").text
    monkeypatch.setattr(this_service().node, "standing", lambda _: ("duty", "clocks"))
    watch = reader.get("/watch").text
    assert "Background work stopped" in watch
    assert "No deadline is monitored." in watch
    assert "No alarm is raised." in watch
    health = reader.get("/health").text
    assert "No alarm is raised. No deadline is monitored." in health
    assert "correct the error in its log" in health
    told = api(office.people["approver"]).get("/api/v1/health").json()
    assert told["standing"] == ["duty", "clocks"]
    assert told["good"] is False
    (work,) = [one for one in told["checks"] if one["key"] == "work"]
    assert work["stands"] == "bad"
    assert work["found"] == "No alarm is raised. No deadline is monitored."
    assert "correct the error in its log" in work["do"]


def test_health_is_not_good_where_a_person_must_act_now(
    office: DeskOffice, api: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = api(office.people["approver"])
    monkeypatch.setattr(Condition, "good", True)
    monkeypatch.setattr(health_api, "checks", lambda *_, **__: (Check("officers", "bad"),))
    assert asking.get("/api/v1/health").json()["good"] is False
    monkeypatch.setattr(health_api, "checks", lambda *_, **__: (Check("officers", "soon"),))
    assert asking.get("/api/v1/health").json()["good"] is True


def test_the_heartbeat_is_bad_and_names_nothing(office: DeskOffice) -> None:
    del office
    answer = Client().get("/up")
    assert answer.status_code == 503
    assert json.loads(answer.text).keys() == {"at", "loop", "up"}


def test_a_shift_that_does_not_count_is_marked_on_the_roster(
    office: DeskOffice, desk: Desk
) -> None:
    person = office.people["case"]
    row = Weekly(
        weekday=0, begins=time(8), ends=time(16), zone="UTC",
        crew=Crew(officer=person.identifier),
    )  # fmt: skip
    roster_store.add_weekly(row, by="x", at=now())
    told = "Unknown time zone: this shift does not count."
    assert told not in desk(person).get("/duty/roster").text
    WeeklyShift.objects.update(zone="Mars/Olympus")
    assert told in desk(person).get("/duty/roster").text
    assert desk(person).get("/duty").status_code == 200


def test_on_duty_says_whose_shift_runs_where_the_roster_names_somebody_else(
    office: DeskOffice, desk: Desk
) -> None:
    person, other = office.people["case"], office.people["approver"]
    for day in range(7):
        crew = Crew(officer=person.identifier)
        row = Weekly(weekday=day, begins=time(0), ends=time(0), zone="UTC", crew=crew)
        roster_store.add_weekly(row, by="x", at=now())
    told = "Both are alerted."
    shifts.begin(office.node, office.committer, officer=person, at=office.at)
    assert told not in desk(person).get("/duty").text
    shifts.begin(office.node, office.committer, officer=other, at=office.at)
    assert told in desk(person).get("/duty").text


def test_whom_no_notice_reaches_is_named_on_the_alarm(office: DeskOffice, desk: Desk) -> None:
    person = office.people["case"]
    told = "Officer cannot be alerted"
    assert told not in desk(person).get("/duty").text
    at, name = now(), person.user.get_username()
    row = Alarm.objects.create(
        kind="cannot-wake", subject=person.identifier, raised_at=at, due_at=at
    )
    page = desk(office.people["approver"]).get(f"/duty/alarms/{row.pk}").text
    assert told in page
    assert name in page.partition(told)[2].partition("Enter an address")[0]
    assert 'href="/duty/call-list"' in page
    operator, _ = staff.add(name="op", role="operator", at=at, by="x")
    page = desk(operator).get(f"/duty/alarms/{row.pk}").text
    assert told in page
    assert 'href="/duty/call-list"' not in page, "no link to what the reader may not open"
    assert "Alarms show on screens only" in desk(person).get("/duty").text
    service = this_service()
    service.node.config = replace(
        service.node.config, smtp_host="mail.example", smtp_from="a@b.example"
    )
    assert "alarms show on screens only" not in desk(person).get("/duty").text

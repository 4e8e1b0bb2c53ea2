"""The roster shows a shift on the clock of the wall where it is kept, and in UTC beside it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.node.core.clock import now
from comity.node.duty import roster_store
from comity.node.duty.roster import Change, Crew, Roster, Weekly
from comity.node.models import Officer
from comity.node.web.date_format import wall_html

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
CREW = Crew(officer="one")


def weekly(zone: str, weekday: int = 0, crew: Crew = CREW) -> Weekly:
    return Weekly(weekday=weekday, begins=time(8), ends=time(20), zone=zone, crew=crew)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_moment_stands_on_the_wall_and_in_utc() -> None:
    told = words(wall_html(MONDAY.replace(hour=6), "Africa/Johannesburg"))
    assert told == "2 Mar 2026 08:00 Africa/Johannesburg 2 Mar 2026 06:00 UTC"


@pytest.mark.parametrize("zone", ["", "UTC", "Etc/UTC", "Nowhere/Atlantis"])
def test_without_another_zone_utc_stands_once(zone: str) -> None:
    assert words(wall_html(MONDAY, zone)) == "2 Mar 2026 00:00 UTC"


def test_what_is_left_of_a_shift_keeps_its_zone_and_a_change_has_that_of_what_it_replaces() -> None:
    change = Change(
        begins=MONDAY.replace(hour=9), ends=MONDAY.replace(hour=10), crew=Crew(officer="two")
    )
    alone = Change(
        begins=MONDAY.replace(hour=21), ends=MONDAY.replace(hour=22), crew=Crew(officer="two")
    )
    kept = Roster([weekly("Asia/Ho_Chi_Minh")], [change, alone])
    found = kept.shifts(MONDAY, MONDAY + timedelta(days=1))
    assert [(one.crew.officer, one.zone) for one in found] == [
        ("one", "Asia/Ho_Chi_Minh"),
        ("two", "Asia/Ho_Chi_Minh"),
        ("one", "Asia/Ho_Chi_Minh"),
        ("two", ""),
    ]


@pytest.mark.django_db
def test_the_pages_show_it(office: DeskOffice, desk: Callable[[Officer], Client]) -> None:
    crew = Crew(officer=office.people["case"].identifier)
    for weekday in range(7):
        roster_store.add_weekly(weekly("Asia/Tehran", weekday, crew), by="x", at=now())
    client = desk(office.people["case"])
    page = words(client.get("/duty/roster").text)
    assert "Tehran Mon" in page
    assert "08:00–20:00 04:30–16:30 UTC" in page
    assert re.search(r"08:00–20:00 Asia/Tehran · case", client.get("/duty/roster/swap").text)

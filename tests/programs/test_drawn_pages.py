"""Pages with charts: drawn by the server, with their table and a sentence, or a sentence alone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from html import unescape
from xml.etree.ElementTree import fromstring
from zoneinfo import ZoneInfo

from django.test import Client
from tests.nodes.test_clocks import Office as Register
from tests.work.bringing import bring

from comity.demo.world import ASKED
from comity.node.case_file.course import WIDTH, course_of
from comity.node.case_file.timeline import DOMESTIC, EVIDENCE, MESSAGE, Entry
from comity.node.core.clock import now
from comity.node.core.formats import month_of
from comity.node.core.law_library import lawbook
from comity.node.duty.week_grid import monday_of
from comity.node.law.treaty_grid import grid, treaties
from comity.node.models import Alarm, Officer, WeeklyShift, WorkItem
from comity.node.models.work import LATER
from comity.node.service.handle import this_service

HOUR = timedelta(hours=1)
SVG = re.compile(r"<svg xmlns.*?</svg>", re.DOTALL)


def drawings(text: str) -> list[str]:
    found = SVG.findall(text)
    for one in found:
        root = fromstring(one)  # noqa: S314 - our own drawing
        assert root.get("role") == "img"
        assert root.get("aria-label")
    return found


def test_an_office_without_requests_reads_a_sentence_and_no_zeros(
    add: Callable[..., object], sign_in: Callable[[str], Client]
) -> None:
    add("boss", "approver")
    text = sign_in("boss").get("/statistics").content.decode()
    assert "No requests received or sent in" in text
    assert not drawings(text)
    assert "<td" not in text


def test_response_times_are_drawn_with_their_table_and_open_work_is_counted_by_work_items(
    add: Callable[..., object], sign_in: Callable[[str], Client]
) -> None:
    add("boss", "approver")
    at, register = now(), Register(ASKED)
    client = sign_in("boss")
    year = {"period": f"{at - 40 * HOUR:%Y}"}
    few = client.get("/statistics", year).content.decode()
    for number in range(6):
        thread = register.ask(at - 40 * HOUR, author="vn/contact-point")
        if number < 5:
            register.say("request.acknowledged", thread, at - 10 * HOUR)
    bring(this_service().node, at)
    text = client.get("/statistics", year).content.decode()
    drawn, *_by_month = drawings(text)
    assert not drawings(few)
    assert "Acknowledgement" in drawn
    assert "target 24 hours" in drawn
    assert "30 hours" in drawn
    assert "5 cases. Median 30 hours, 90th percentile 30 hours." in text
    assert "Acknowledgement takes too long." in text
    (told,) = re.findall(r"(\d+) open work item", text)
    assert int(told) == WorkItem.objects.filter(rank__lt=LATER, waits_for="us").count() > 0


def test_response_times_by_month_are_drawn_for_each_urgency_and_a_month_without_is_a_gap(
    add: Callable[..., object], sign_in: Callable[[str], Client]
) -> None:
    add("boss", "approver")
    year, register = now().year - 1, Register(ASKED)
    for month, urgency, took, number in (
        (1, "normal", 10, 3), (3, "normal", 30, 10), (4, "normal", 20, 1),
        (3, "emergency", 1, 1),
    ):  # fmt: skip
        at = datetime(year, month, 5, tzinfo=UTC)
        for _ in range(number):
            thread = register.ask(at, author="vn/contact-point", urgency=urgency)
            register.say("request.acknowledged", thread, at + took * HOUR)
    text = sign_in("boss").get("/statistics", {"period": str(year)}).content.decode()
    _all, drawn = drawings(text)
    assert "Normal · target 24 hours" in drawn
    assert (
        f"the median was shortest in {month_of(f'{year}-01')}, 10 hours, "
        f"and longest in {month_of(f'{year}-03')}, 30 hours; the target is 24 hours."
    ) in drawn
    assert drawn.count("<circle") == 3
    assert drawn.count('class="pa"') == 1
    assert drawn.count('class="curve"') == 2, "February breaks it"
    _before, _, table = text.partition(' aria-labelledby="times-acknowledged">')
    figure = table.partition("</figure>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", figure, re.DOTALL)
    cells = [re.sub("<[^>]*>", "|", row) for row in rows]
    assert len(cells) == 13, "twelve months, one of them with two urgencies"
    assert "3 cases. Median 10 hours." in cells[0]
    assert "No answer to a request opened in this month." in cells[1]
    assert "10 cases. Median 30 hours, 90th percentile 30 hours." in cells[2]
    assert "Emergency" in cells[3]
    assert "1 case. Median 60 minutes." in cells[3]
    assert "Decision by month" not in text


def test_a_week_of_the_roster_names_each_gap_and_offers_to_fill_the_first(
    add: Callable[..., Officer], sign_in: Callable[[str], Client]
) -> None:
    boss = add("boss", "approver")
    for day in range(6):  # none on Sunday
        WeeklyShift.objects.create(
            weekday=day, begins=time(0), ends=time(0), zone="UTC", officer=boss.identifier
        )
    client = sign_in("boss")
    monday = monday_of(now(), ZoneInfo("UTC")) + timedelta(days=14)
    text = client.get("/duty/roster", {"week": monday.isoformat()}).content.decode()
    assert text.count('class="gap"') == 1
    assert "1 gap without an officer." in text
    (fill,) = set(re.findall(r"/duty/roster/change\?(begins=[^\"]+)", text))
    form = client.get(f"/duty/roster/change?{unescape(fill)}").content.decode()
    assert f'value="{monday + timedelta(days=6)}T00:00"' in form
    assert f'value="{monday + timedelta(days=7)}T00:00"' in form
    for asked in ("9999-12-31", "0001-01-01", "nonsense", "2026-99-99"):
        assert client.get("/duty/roster", {"week": asked}).status_code == 200


def test_the_roster_says_what_was_done(
    add: Callable[..., Officer], sign_in: Callable[[str], Client]
) -> None:
    boss, kim = add("boss", "approver"), add("kim", "duty")
    for day in range(7):
        officer = (boss, kim)[day % 2].identifier
        WeeklyShift.objects.create(
            weekday=day, begins=time(0), ends=time(0), zone="UTC", officer=officer
        )
    client = sign_in("boss")
    text = client.get("/duty/roster/swap").content.decode()
    _now, one, two, *_ = dict.fromkeys(re.findall(r'<option value="(\d{4}-[^"]+)"', text))
    answer = client.post("/duty/roster/swap", {"one": one, "two": two}, follow=True)
    assert "Shifts swapped." in answer.content.decode()
    date = (now() + timedelta(days=7)).date().isoformat()
    change = {"begins": f"{date}T06:00", "ends": f"{date}T18:00", "officer": kim.identifier}
    answer = client.post("/duty/roster/change", change, follow=True)
    assert "Change added." in answer.content.decode()


def test_an_open_alarm_presses_as_its_incident_does_now(
    add: Callable[..., Officer], sign_in: Callable[[str], Client]
) -> None:
    add("boss", "approver")
    client, at = sign_in("boss"), now()
    row = Alarm.objects.create(
        kind="clock", subject="x", incident="request:x", severity="normal", raised_at=at, due_at=at
    )
    item = {"kind": "clock", "subject": "x", "rank": 0, "action": "open"}
    WorkItem.objects.create(incident="request:x", **item)
    assert "Critical" in client.get("/duty").content.decode()
    assert client.get("/duty/waiting").json()["severity"] == "critical"
    Alarm.objects.filter(pk=row.pk).update(ended_at=at)
    page = client.get("/duty/alarms").content.decode().partition("<main")[2]
    assert "Critical" not in page


def test_health_is_one_sentence_and_a_curve_and_no_all_clear_stands_beside_a_problem(
    add: Callable[..., Officer], sign_in: Callable[[str], Client]
) -> None:
    add("op", "operator")
    register = Register(ASKED)
    for back in range(8):
        register.ask(now() - back * 24 * HOUR, author="vn/contact-point")
    text = sign_in("op").get("/health").content.decode()
    (drawn,) = drawings(text)
    assert "8 in all" in drawn
    main = text.partition("<main")[2]
    assert main.count('class="note ') == 1
    assert "note-bad" in main
    assert "note-good" not in main
    assert 'class="good"' not in main
    assert "Critical." in main


CELL = re.compile(r'class="between ([a-z-]+)"><span aria-hidden="true">(.)</span> ([a-z ]+)<')


def test_relations_say_of_each_state_and_instrument_what_the_grid_of_each_says(
    add: Callable[..., Officer], sign_in: Callable[[str], Client]
) -> None:
    add("boss", "approver")
    client, node = sign_in("boss"), this_service().node
    text = client.get("/treaties").content.decode().partition("<thead")[2]
    library, today = lawbook(node.config).library, now().date()
    told = {
        found[1]: [code for code, _sign, _word in CELL.findall(found[0])]
        for found in re.finditer(r'<tr><th scope="row"><a href="/treaties/(..)">.*?</tr>', text)
    }
    assert len(told) > 190
    for number, one in enumerate(treaties(library)):
        lines = grid(library, one.key, "za", today, lang="en").lines
        assert {line.state: line.between for line in lines if line.state != "za"} == {
            state: cells[number] for state, cells in told.items()
        }
    assert next(iter(told)) == "vn", "the State of a known authority stands first"
    assert {(sign, word) for _code, sign, word in CELL.findall(text)} <= {
        ("✓", "in force"), ("–", "not in force"), ("?", "unknown"),
    }  # fmt: skip


def test_relations_are_narrowed_by_name_and_by_what_is_in_force(
    add: Callable[..., Officer], sign_in: Callable[[str], Client]
) -> None:
    add("boss", "approver")
    client = sign_in("boss")
    assert "/treaties/fr" in client.get("/treaties", {"q": "FRANCE"}).content.decode()
    assert "/treaties/de" not in client.get("/treaties", {"q": "FRANCE"}).content.decode()
    hostile = client.get("/treaties", {"q": "<script>", "show": "<b>"}).content.decode()
    assert "No matching States." in hostile
    assert "<script>" not in hostile.partition("<main")[2]
    unknown = client.get("/treaties", {"show": "unknown"}).content.decode().partition("<thead")[2]
    for row in re.findall(r'<tr><th scope="row">.*?</tr>', unknown):
        assert "unknown" in row


def test_the_course_of_a_case_runs_the_way_the_language_does() -> None:
    at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    told = [
        Entry(kind=kind, at=at - days * 24 * HOUR, key=str(days), said="<b>")
        for days, kind in ((9, MESSAGE), (4, DOMESTIC), (1, EVIDENCE))
    ]
    places = []
    for rtl in (False, True):
        made = course_of(told, due=at + 48 * HOUR, what='<b>"due"', at=at, rtl=rtl)
        assert made is not None
        drawings(made.drawing)
        assert made.has_due
        assert "<b>" not in made.drawing
        (place,) = re.findall(r'<circle class="pa" cx="([\d.]+)"', made.drawing)
        places.append(float(place))
    assert places[0] < places[1]
    assert round(sum(places)) == WIDTH

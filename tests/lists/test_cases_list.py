"""The list of cases: emergencies first, filters and sorting in the address, one's own cases."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.lists.test_subjects import conversation

from comity.node.cases.severity import Kind
from comity.node.models import CaseOfficer, CaseSubject, Conversation, Officer, WorkItem
from comity.node.search import index
from comity.node.web import labels

pytestmark = pytest.mark.django_db
type Desk = Callable[[Officer], Client]
ROW = re.compile(r'<li class="item[^"]*">.*?</li>', re.DOTALL)


def add(office: DeskOffice, number: int, **told: Any) -> Conversation:
    row = conversation(
        office, digest=f"sha256:{number:064x}", case=f"2026-{number:06d}",
        opened_at=office.at + timedelta(seconds=number), **told,
    )  # fmt: skip
    index.cases([row.case])
    return row


def emergency(row: Conversation) -> None:
    WorkItem.objects.create(
        incident=f"request:{row.digest}", kind=Kind.UNREAD.value, subject=row.digest, rank=0,
        case=row.case, conversation=row.digest, urgency="emergency", emergency=True,
        since=row.opened_at, action="acknowledge",
    )  # fmt: skip


def test_emergencies_stand_first_and_each_case_once(office: DeskOffice, desk: Desk) -> None:
    due = office.at + timedelta(days=2)
    add(office, 1, due_at=due)
    emergency(add(office, 2))
    add(office, 3)
    client = desk(office.people["case"])
    page = client.get("/").text
    rows = ROW.findall(page)
    assert [re.findall(r"2026-00000\d", row)[0] for row in rows] == [
        "2026-000002", "2026-000001", "2026-000003",
    ]  # fmt: skip
    assert "critical" in rows[0]
    assert "Unassigned" in rows[0]
    assert "Acknowledgement" in rows[0], "a target counts down where no deadline binds"
    assert "Computer-related theft or fraud" in rows[0]
    assert "Viet Nam" in rows[0]
    assert "South Africa" in rows[0]


def test_filters_and_sorting_stand_in_the_address_and_keep_each_other(
    office: DeskOffice, desk: Desk
) -> None:
    due = office.at + timedelta(days=2)
    mine = add(office, 1, due_at=due, main="accepted")
    emergency(add(office, 2))
    add(office, 3, main="accepted")
    officer = office.people["case"]
    CaseOfficer.objects.create(case=mine.case, officer=officer, at=office.at)
    CaseSubject.objects.create(case=mine.case, text="Operation Blue", at=office.at, by="case")
    client = desk(officer)

    def numbers(query: str) -> list[str]:
        page = client.get(f"/?{query}").text
        return [re.findall(r"2026-00000\d", row)[0][-1] for row in ROW.findall(page)]

    assert numbers("mine=1") == ["1"]
    assert numbers("emergency=1") == ["2"]
    assert numbers("mine=1&state=closed") == []
    assert numbers("mine=1&state=accepted") == ["1"]
    assert numbers("state=accepted") == ["1", "3"]
    assert numbers("state=accepted&sort=newest") == ["3", "1"]
    assert numbers("sort=newest")[1:] == ["3", "1"]
    page = client.get("/?mine=1&state=accepted&sort=newest").text
    assert "Operation Blue" in page
    chips = re.findall(r'class="chip" href="([^"]*)"', page)
    assert chips[0].endswith("state=accepted&amp;sort=newest")
    assert "emergency=1" in chips[1]
    assert '<option value="newest" selected>' in page


@pytest.mark.parametrize("query", ["", "mine=1", "sort=newest", "emergency=1"])
def test_pages_of_each_list_follow_each_other_without_a_gap(
    office: DeskOffice, desk: Desk, query: str
) -> None:
    officer = office.people["case"]
    for number in range(1, 61):
        row = add(office, number, due_at=office.at + timedelta(days=number % 7 or 9))
        CaseOfficer.objects.create(case=row.case, officer=officer, at=office.at)
        if query == "emergency=1":
            emergency(row)
    client, found, address = desk(officer), list[str](), f"/?{query}"
    for _ in range(4):
        page = client.get(address).text
        found += [re.findall(r"2026-0000\d\d", row)[0] for row in ROW.findall(page)]
        following = re.search(r'rel="next" href="([^"]*)"', page)
        if following is None:
            break
        address = f"/{following[1].replace('&amp;', '&')}"
    assert len(found) == len(set(found)) == 60


def test_the_status_filter_groups_what_requests_messages_and_tables_stand_at(
    office: DeskOffice, desk: Desk
) -> None:
    page = desk(office.people["case"]).get("/").text
    groups = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', page, re.DOTALL)
    found = {title: re.findall('value="([^"]*)"', options) for title, options in groups}
    assert [*found] == ["Requests", "Messages without a request", "Assistance", "Round tables"]
    assert "refused" in found["Requests"]
    assert found["Round tables"] == ["called", "over"]
    told = [code for codes in found.values() for code in codes]
    assert sorted(told) == sorted(labels.STATE), "each once"

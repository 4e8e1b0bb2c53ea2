"""Lists that were cut off go on by key: whole, in order, as dear with many lines as with few."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import REQUEST, SENEGAL, DeskOffice, asks, text
from tests.docket.makers import BODIES

from comity.node.docket.verify import check_docket
from comity.node.messages import drafts as messages_drafts
from comity.node.models import CourtExport, DocketItem, DraftRow, MessageRow, Officer

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Officer], Client]
MANY = 120
"""Lines of three pages, the last of them not full."""


def draft(office: DeskOffice, number: int, said: str) -> DraftRow:
    """Write a request to one partner that waits for signatures."""
    values = {
        "request": {**REQUEST["request"], "measure": "preservation", "reference": f"ZA-{number}"},
        "subject": {**REQUEST["subject"], "description": text(said, "en")},
        "grounds": {"offence": text(), "facts": text(), "necessity": text()},
    }
    row = messages_drafts.prepare(
        office.node, message_type="request.submitted", values=values, by="case", members=(SENEGAL,)
    )
    row.made_at = office.at + timedelta(seconds=number // 2)  # two at the same moment
    row.save()
    return row


def drafts(office: DeskOffice, number: int) -> list[str]:
    made = [draft(office, one, f"Mailbox {one} of the suspect") for one in range(number)]
    return [row.id for row in sorted(made, key=lambda row: (row.made_at, row.id))]


def exports(office: DeskOffice, number: int) -> list[str]:
    case = office.written().case
    for one in range(number):
        CourtExport.objects.create(
            id=f"{one:032x}", case=case, reason="x", officer="o", by="case",
            at=office.at - timedelta(seconds=one // 2), stage="ready",
        )  # fmt: skip
    return [f"{one:032x}" for one in range(number)]


def jobs(office: DeskOffice, number: int) -> list[str]:
    thread, found = office.written(), []
    for one in range(number):
        asked = {
            "source": thread.digest,
            "what": "subject/description",
            "source_language": "fr",
            "target_language": "en",
            "due": f"2027-01-01T00:{one // 60:02}:{one % 60:02}Z",
            "cost": None,
            "assigned": office.people["translator"].identifier,
        }
        found.append(office.do("translation.asked", asked, case=thread.case).id)
    return found


def providers(office: DeskOffice, number: int) -> list[str]:
    """Enter providers, the last by name first; two have one name."""
    entered = [
        (f"Provider {(number - one) // 2:03}", office.do(
            "provider.entered", {**BODIES["provider.entered"],
                                 "name": f"Provider {(number - one) // 2:03}"}).id)
        for one in range(number)
    ]  # fmt: skip
    return [item for _, item in sorted(entered)]


LISTS: dict[str, tuple[str, str, Callable[[DeskOffice, int], list[str]], str]] = {
    "approvals": ("approver", "/approvals", drafts, r'href="/drafts/([0-9a-f-]{36})"'),
    "exports": ("case", "/exports", exports, r'href="/exports/([0-9a-f]{32})/file"'),
    "jobs": ("translator", "/translations", jobs, r'href="/translations/([0-9a-f-]{36})"'),
    "providers": (
        "case",
        "/docket/register/provider",
        providers,
        r'<h2><a href="/docket/([0-9a-f-]{36})"',
    ),
}  # fmt: skip


def walked(client: Client, path: str, line: str) -> list[list[str]]:
    """Return the lines of each page of a list, to its end."""
    pages, place = [], path
    while place:
        answer = client.get(place)
        assert answer.status_code == 200
        pages.append(re.findall(line, answer.text))
        further = answer.text.partition('rel="next" href="')[2].partition('"')[0]
        place = path + further.replace("&amp;", "&") if further else ""
    return pages


@pytest.mark.parametrize("name", LISTS)
def test_each_line_stands_once_in_order_over_three_pages(
    office: DeskOffice, desk: SignedIn, name: str
) -> None:
    who, path, fill, line = LISTS[name]
    wanted = fill(office, MANY)
    pages = walked(desk(office.people[who]), path, line)
    assert [len(lines) for lines in pages] == [50, 50, 20]
    assert [one for lines in pages for one in lines] == wanted


@pytest.mark.parametrize("name", LISTS)
def test_more_lines_ask_for_no_more_queries_and_nothing_is_counted_over(
    office: DeskOffice, desk: SignedIn, name: str
) -> None:
    who, path, fill, _ = LISTS[name]
    client = desk(office.people[who])

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        return [one["sql"] for one in found]

    fill(office, 3)
    asked()  # what is read once by a process is read now
    few = asked()
    for model in (DraftRow, CourtExport):
        model.objects.all().delete()
    fill(office, 60)
    many = asked()
    assert len(many) <= len(few)
    assert not [sql for sql in many if " OFFSET " in sql]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("after", ["x", "~", "2026-01-01T00:00:00~x"])
def test_a_place_that_no_page_gave_begins_the_list_anew(
    office: DeskOffice, desk: SignedIn, name: str, after: str
) -> None:
    who, path, *_ = LISTS[name]
    answer = desk(office.people[who]).get(path, {"after": after})
    assert answer.status_code == 302
    assert "after" not in answer.headers["location"]


API = {
    "approvals": ("approver", "/approvals", drafts, "waiting", "draft"),
    "exports": ("case", "/exports", exports, "exports", "id"),
    "jobs": ("translator", "/translations", jobs, "jobs", "item"),
}


@pytest.mark.parametrize("name", API)
def test_a_program_goes_on_after_what_it_was_given(
    office: DeskOffice, api: SignedIn, name: str
) -> None:
    who, path, fill, members, key = API[name]
    wanted, client = fill(office, MANY), api(office.people[who])
    pages: list[list[str]] = []
    after: str | None = ""
    while after is not None:
        given: dict[str, str] = {"after": after} if after else {}
        found: dict[str, Any] = client.get(f"/api/v1{path}", given).json()
        pages.append([one[key] for one in found[members]])
        after = found["next"]
    assert [len(lines) for lines in pages] == [50, 50, 20]
    assert [one for lines in pages for one in lines] == wanted
    wrong = client.get(f"/api/v1{path}", {"after": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "list-place")


def test_second_signatures_go_on_by_a_place_of_their_own(
    office: DeskOffice, desk: SignedIn, api: SignedIn
) -> None:
    own = asks(office)
    row = MessageRow.objects.get(content=own.digest)
    for number in range(60):
        row.pk, row.record = None, f"sha256:{number:064x}"
        row.content, row.message_id = f"sha256:{number + 1000:064x}", f"{number:036}"
        row.second_due_at = office.at + timedelta(minutes=number // 2)
        row.save(force_insert=True)
    wanted = [f"sha256:{number:064x}" for number in range(60)]
    client = api(office.people["approver"])
    first = client.get("/api/v1/approvals").json()
    second = client.get("/api/v1/approvals", {"late_after": first["late_next"]}).json()
    assert [one["record"] for one in first["late"] + second["late"]] == wanted
    assert second["late_next"] is None
    page = desk(office.people["approver"])
    line = r'href="/messages/(sha256:[0-9a-f]{64})/second"'
    assert [one for some in walked(page, "/approvals", line) for one in some] == wanted


def test_two_requests_to_one_partner_are_told_apart(
    office: DeskOffice, desk: SignedIn, api: SignedIn
) -> None:
    draft(office, 1, "The mailbox anna@mail.example")
    draft(office, 2, "Log of connections " + "x" * 200)
    page = desk(office.people["approver"]).get("/approvals").text
    for said in ("ZA-1", "ZA-2", "The mailbox anna@mail.example", "Log of connections…"):
        assert said in page
    told = api(office.people["approver"]).get("/api/v1/approvals").json()["waiting"]
    assert [one["reference"] for one in told] == ["ZA-1", "ZA-2"]
    auditor = desk(office.people["auditor"]).get("/approvals").text
    blind = api(office.people["auditor"]).get("/api/v1/approvals").json()["waiting"]
    assert "ZA-1" not in auditor
    assert "anna@mail" not in auditor
    assert {(one["reference"], one["subject"]) for one in blind} == {("", "")}


def test_an_answer_is_about_what_it_answers(office: DeskOffice, desk: SignedIn) -> None:
    thread = asks(office)
    values = {"note": {"text": text("It is settled.", "en")}}
    messages_drafts.prepare(
        office.node,
        message_type="request.withdrawn",
        values=values,
        by="case",
        conversation=thread.digest,
        about=thread.digest,
    )
    written = office.written()
    messages_drafts.prepare(
        office.node,
        message_type="request.acknowledged",
        values={"acknowledgement": {"reference": "7", "note": None}},
        by="case",
        conversation=written.digest,
        about=written.digest,
    )
    page = desk(office.people["approver"]).get("/approvals").text
    for said in ("ZA-12", "Les courriels", "DKR-44/2026"):
        assert said in page


def test_what_is_done_is_shown_to_a_translator_who_asks(office: DeskOffice, desk: SignedIn) -> None:
    item, _other = jobs(office, 2)
    reasons = {"reasons": text("Not needed.", "en")}
    office.do("translation.withdrawn", reasons, item=item)
    client = desk(office.people["translator"])
    link = f'href="/translations/{item}"'
    assert link not in client.get("/translations").text
    assert link in client.get("/translations?all=yes").text


def test_the_name_of_a_provider_is_remembered_as_its_entries_say_it(office: DeskOffice) -> None:
    (item,) = providers(office, 1)
    assert DocketItem.objects.get(item=item).about == "Provider 000"
    assert check_docket(office.node).faults == ()

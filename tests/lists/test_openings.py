"""What a partner's system does not take is not offered, and the officer is told beforehand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.exchange.editions import NARROWER, NEWER
from tests.work.bringing import bring

from comity.exchange import KNOWN, Edition
from comity.exchange.editions import CURRENT
from comity.node.cases import paper_authorities
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.health.checks import checks
from comity.node.health.status import condition
from comity.node.log import editions
from comity.node.models import Officer
from comity.node.service.handle import this_service
from comity.node.watch import Kind
from comity.node.watch.alert_list import look

pytestmark = pytest.mark.django_db
Desk = Callable[[Officer], Client]
WITHOUT_NOTES = Edition.of(
    0, [row for row in CURRENT.moves.values() if row.type != "consultation.note"]
)
WITHOUT_DELIVERY = Edition.of(
    0,
    [
        replace(row, sections={k: v for k, v in row.sections.items() if k != "delivery"})
        if row.type == "request.submitted"
        else row
        for row in CURRENT.moves.values()
    ],
)
TOLD = "Not offered, because their systems do not take this kind of message:"
MEASURE = "/new/stored-data"


def others(node: Node) -> list[str]:
    return [p for p in node.directory.parties() if p != node.party and not p.startswith("un/")]


@pytest.fixture
def lists(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the entries of some parties list some editions."""

    def change(listed: Edition, *parties: str) -> None:
        real = this_service().node.directory

        class Changed:
            def __getattr__(self, name: str) -> Any:
                return getattr(real, name)

            def entry(self, party: str) -> Any:
                found = real.entry(party)
                return replace(found, editions=(listed.digest,)) if party in parties else found

        monkeypatch.setattr(Node, "directory", property(lambda _: Changed()))

    return change


def test_an_authority_without_a_common_edition_is_not_offered_and_the_page_says_so(
    office: DeskOffice, desk: Desk, api: Desk, lists: Callable[..., None]
) -> None:
    (first, *rest) = others(this_service().node)
    page = desk(office.people["case"])
    for address in (MEASURE, "/new/note", "/new/information"):
        before = page.get(address).text
        assert f'value="{first}"' in before
        assert TOLD not in before
    lists(NARROWER, first)
    for address in (MEASURE, "/new/note", "/new/information"):
        shown = page.get(address).text
        assert f'value="{first}"' not in shown
        assert all(f'value="{party}"' in shown for party in rest)
        assert TOLD in shown
        assert "Write to them on paper" in shown

    board = page.get("/assistance/new/need").text
    assert f'value="{first}"' not in board
    assert TOLD in board

    told = api(office.people["case"]).get("/api/v1/openings", {"to": first}).json()
    assert {one["fault"] for one in told["openings"]} == {"edition-not-shared"}
    assert "paper" in told["instead"]
    if rest:
        told = api(office.people["case"]).get("/api/v1/openings", {"to": rest[0]}).json()
        assert {one["fault"] for one in told["openings"]} == {""}
        assert told["instead"] == ""
    answer = api(office.people["case"]).get("/api/v1/openings", {"to": "qq/nobody"})
    assert answer.status_code == 404


def test_a_type_or_part_that_an_older_edition_lacks_is_not_offered(
    office: DeskOffice,
    desk: Desk,
    api: Desk,
    lists: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paper_authorities, "parties", list)  # a letter can say everything
    every = others(this_service().node)
    page, author = desk(office.people["case"]), office.people["case"]
    KNOWN.learn(WITHOUT_NOTES)
    try:
        lists(WITHOUT_NOTES, *every, this_service().node.party)
        assert TOLD in page.get("/new/note").text
        assert TOLD not in page.get(MEASURE).text
        assert "/new/note" not in page.get("/new").text
        assert "/new/information" in page.get("/new").text
        told = api(author).get("/api/v1/openings", {"to": every[0]}).json()["openings"]
        faults = {one["type"]: one["fault"] for one in told}
        assert faults["consultation.note"] == "type-not-shared"
        assert faults["request.submitted"] == ""
    finally:
        KNOWN.forget(WITHOUT_NOTES)

    KNOWN.learn(WITHOUT_DELIVERY)
    try:
        lists(WITHOUT_DELIVERY, *every, this_service().node.party)
        key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
        typed = {"request-to": every[0], "request-instrument": "untoc-2000"}
        typed |= {
            "request-article": "18",
            "request-urgency": "normal",
            "request-reference": "1",
            "delivery-recipient": key,
        }
        answer = page.post(MEASURE, typed)
        assert answer.status_code == 422
        assert "does not take this part" in answer.text
        assert (
            "does not take this part"
            not in page.post(MEASURE, {**typed, "delivery-recipient": ""}).text
        )
    finally:
        KNOWN.forget(WITHOUT_DELIVERY)


def test_an_entry_of_ours_that_lists_other_editions_is_told_with_the_command(
    office: DeskOffice, desk: Desk, lists: Callable[..., None]
) -> None:
    node, at = this_service().node, now()
    person = office.people["case"]

    def stands() -> str:
        found = checks(node, condition(node, at=at), at=at)
        return next(one.stands for one in found if one.key == "own-editions")

    assert stands() == "good"
    assert editions.are_published(node)
    lists(NEWER, node.party)
    assert stands() == "soon"
    bring(node, at)
    kinds = {one.kind for one in look(node, person, at, since=None).alerts}
    assert Kind.EDITIONS in kinds
    command = f"comity keys list {node.config.folder} --write"
    assert command in desk(person).get("/health").text

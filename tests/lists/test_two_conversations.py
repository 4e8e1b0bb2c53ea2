"""A package that was offered in another conversation is listed under both, to who sees both."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice, asks
from tests.lists.test_offering_choices import exhibit, sealed
from tests.privacy.cases import reasons

from comity.node.cases.conversations import message_of
from comity.node.cases.legal_holds import cases_of_exhibit, held
from comity.node.core.clock import now
from comity.node.evidence import offers
from comity.node.models import Conversation, MessageRow, Officer, Package
from comity.node.people.access import case_access
from comity.node.privacy import disclosures

pytestmark = pytest.mark.django_db
ROOT = f"sha256:{1:064x}"
type As = Callable[[Officer], Client]


@pytest.fixture
def both(office: DeskOffice) -> tuple[Conversation, Conversation]:
    """Return the conversation for which a package was handed in, and that of its offer."""
    second = asks(office)
    first = Conversation.objects.create(
        digest="sha256:" + "e" * 64,
        opener=second.opener,
        members=second.members,
        type=second.type,
        case="2026-000777",
        main="accepted",
        opened_at=office.at,
        moved_at=office.at,
    )
    sealed(1, first.digest, at=now() - timedelta(minutes=50))
    sealed(2, first.digest, at=now() - timedelta(minutes=50))
    # any message of ours stands here for the offer: what is asked is in which conversation it went
    message = message_of(MessageRow.objects.get(conversation=second.digest))
    offers.note_offered(message, ROOT, at=now())
    return first, second


def rows(client: Client, conversation: str) -> dict[str, dict[str, Any]]:
    found = client.get("/api/v1/packages", {"conversation": conversation}).json()["packages"]
    return {row["root"]: row for row in found}


def test_the_list_of_each_case_shows_it_and_says_of_both(
    office: DeskOffice, desk: As, both: tuple[Conversation, Conversation]
) -> None:
    first, second = both
    client = desk(office.people["case"])
    for one, other in (both, both[::-1]):
        shown = client.get("/evidence", {"case": one.case}).text
        assert exhibit(1) in shown
        assert f"/cases/{other.case}" in shown
    assert exhibit(2) not in client.get("/evidence", {"case": second.case}).text
    page = client.get(f"/exhibits/{exhibit(1)}").text
    assert f"/cases/{first.case}" in page
    assert f"/cases/{second.case}" in page


def test_programs_are_given_it_under_both(
    office: DeskOffice, api: As, both: tuple[Conversation, Conversation]
) -> None:
    first, second = both
    client = api(office.people["case"])
    for one in both:
        row = rows(client, one.digest)[ROOT]
        assert (row["conversation"], row["handed_in_for"]) == (second.digest, first.digest)
    other = rows(client, first.digest)[f"sha256:{2:064x}"]
    assert (other["conversation"], other["handed_in_for"]) == (first.digest, "")


def test_whoever_may_not_see_the_first_case_does_not_learn_of_it(
    office: DeskOffice, desk: As, api: As, both: tuple[Conversation, Conversation]
) -> None:
    first, second = both
    owner, other = office.people["case"], office.people["approver"]
    case_access.set_openness(first.case, "restricted", officer=owner, at=now(), by="case")
    assert first.case not in desk(other).get("/evidence").text
    assert first.case not in desk(other).get(f"/exhibits/{exhibit(1)}").text
    assert exhibit(1) not in desk(other).get("/evidence", {"case": first.case}).text
    assert rows(api(other), second.digest)[ROOT]["handed_in_for"] == ""
    assert first.case in desk(owner).get("/evidence").text


def test_whoever_may_not_see_the_second_case_does_not_see_its_evidence(
    office: DeskOffice, desk: As, both: tuple[Conversation, Conversation]
) -> None:
    first, second = both
    owner, other = office.people["case"], office.people["approver"]
    case_access.set_openness(second.case, "restricted", officer=owner, at=now(), by="case")
    assert exhibit(1) not in desk(other).get("/evidence", {"case": first.case}).text
    assert exhibit(1) in desk(owner).get("/evidence", {"case": first.case}).text


def test_a_hold_on_the_first_case_still_holds_it_and_a_release_still_lists_it(
    office: DeskOffice, both: tuple[Conversation, Conversation]
) -> None:
    first, second = both
    said = {"ordered_by": "Court 3", **reasons(), "look_again": None}
    office.do("hold.placed", said, case=first.case)
    found = cases_of_exhibit(exhibit(1))
    assert found == {first.case, second.case}
    assert held(found) == {first.case}
    assert all(ROOT in {one.record for one in disclosures.proposed(each.case)} for each in both)


def test_offered_once_more_it_keeps_the_first(
    office: DeskOffice, both: tuple[Conversation, Conversation]
) -> None:
    row = Package.objects.get(root=ROOT)
    assert (row.handed_in_for, row.conversation) == (both[0].digest, both[1].digest)
    assert Package.objects.get(root=f"sha256:{2:064x}").handed_in_for == ""

"""What is to be done next in a request is one thing, wherever it is told."""

from typing import Final

import pytest
from django.test import Client
from django.urls import reverse
from tests.docket.conftest import DeskOffice
from tests.exchange.makers import VN, ZA, World
from tests.speed.test_budget import Talk, signed_in
from tests.work.test_rows import differences

from comity.exchange import Edition, Editions
from comity.exchange.editions import CURRENT
from comity.node.cases.next_move import answered, next_move
from comity.node.core.clock import now
from comity.node.models import Conversation, WorkItem
from comity.node.watch.alert_list import alerts

pytestmark = pytest.mark.django_db
STORY: Final = (
    ("request.submitted", "request.acknowledged"),
    ("<request.acknowledged", "preservation.confirmed"),
    ("<request.clarification-asked", "request.accepted"),
    ("request.clarified", "preservation.confirmed"),
    ("<request.accepted", "preservation.confirmed"),
)
"""Each message, and the one that is next from then on."""
GIVEN: Final = "request.status-given"


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def told(row: WorkItem) -> None:
    """Let people be told of a work item, however far away its deadline is."""
    WorkItem.objects.filter(pk=row.pk).update(rank=1, changes_at=None)


def test_every_list_and_the_case_name_the_message_that_is_next_and_lead_to_its_form(
    office: DeskOffice,
) -> None:
    """It is stored with the fact, and the loop that computes it anew finds the same."""
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    for step, following in STORY:
        talk.say(step)
        row = WorkItem.objects.get()
        assert row.action == following, step
        assert differences(now()) == []
        told(row)
        (alert,) = alerts(office.node, office.people["case"], now())
        assert alert.action == following
        client = signed_in(office, "case")
        form = reverse("move", args=[row.conversation, following])
        for page in ("/my-work", "/watch", f"/cases/{row.case}"):
            assert f'href="{form}"' in shown(client, page), (step, page)


def test_who_may_not_write_the_message_is_led_to_the_case(office: DeskOffice) -> None:
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    talk.say("request.submitted")
    row = WorkItem.objects.get()
    told(row)
    words = shown(signed_in(office, "auditor"), "/my-work")
    assert reverse("move", args=[row.conversation, row.action]) not in words
    assert f'href="/cases/{row.case}"' in words


def test_a_status_report_is_next_only_where_somebody_asked_for_one(office: DeskOffice) -> None:
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    for step in ("request.submitted", "<request.acknowledged", "<request.accepted",
                 "<preservation.confirmed"):  # fmt: skip
        talk.say(step)
    assert WorkItem.objects.get().action == "open-case", "preserved, and nothing is asked"
    talk.say("request.status-asked")
    row = WorkItem.objects.get()
    assert row.action == "request.status-given"
    told(row)
    words = shown(signed_in(office, "case"), "/my-work")
    assert f"/{row.action}?about={talk._known[-1].content}" in words


def test_evidence_is_offered_next_only_while_a_sealed_package_waits() -> None:
    accepted = Conversation(
        main="accepted", type="request.submitted", measure="stored-data", ours=False, tracks={}
    )
    assert next_move(accepted, sealed=True) == "evidence.offered"
    assert next_move(accepted, sealed=False) == "request.executed"


def test_what_is_next_goes_by_the_edition_in_force_in_the_conversation(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status reports stand in the edition that the opening pins, and in the newest no more."""
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    talk.say("request.submitted")
    row = Conversation.objects.get()
    assert row.edition == CURRENT.digest
    later = Edition.of(2, [move for move in CURRENT.moves.values() if move.type != GIVEN])
    known = Editions(CURRENT, later)
    monkeypatch.setattr("comity.node.cases.next_move.KNOWN", known)
    row.main, row.tracks = "preserved", {"sha256:a": ["status", "asked"]}
    row.type, row.measure = "request.submitted", "preservation"
    assert (next_move(row, sealed=False), answered(row, GIVEN)) == (GIVEN, "sha256:a")
    row.edition = later.digest
    assert next_move(row, sealed=False) != GIVEN
    assert answered(row, GIVEN) == ""
    row.edition = "sha256:unknown"
    assert next_move(row, sealed=False) == "", "nobody here may write in it"

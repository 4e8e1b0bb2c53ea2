"""What a restored node is given back by a hostile or broken partner, item by item."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.nodes.partners import Asker, asking
from tests.nodes.test_final_refusals import spoken

from comity.canonical import decode, encode, parse_time
from comity.demo.world import ASKED
from comity.evidence import age, age_keys
from comity.exchange import write_parcel
from comity.node.cases.conversations import message_of, sections_of
from comity.node.core.clock import now
from comity.node.federation import resend_after_restore, unentered_items
from comity.node.log import refusals
from comity.node.log.refusals import Job
from comity.node.messages import drafts
from comity.node.messages.recovery_marker import BEGINNING, ReconcileFirstError
from comity.node.models import Conversation, MessageRow, Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    with asking(tmp_path) as found:
        yield found


def take(asker: Asker, *items: Any) -> int:
    """Let the node take a page that holds some items."""
    recipients = asker.node.directory.recipients(asker.node.party, at=now())
    keys = [age_keys.parse_recipient(text) for text in recipients]
    page = age.seal_bytes(encode({"items": list(items), "next": None}), keys, random=os.urandom)
    return resend_after_restore.take_page(asker.node, asker.committer, ASKED, page)


def test_a_bad_item_is_kept_for_a_person_and_a_partner_can_invent_only_some(asker: Asker) -> None:
    assert take(asker, 7, {"parcel": {}, "receipt": {}}, {"parcel": 1}) == 0
    rows = refusals.stopped()
    assert [(r.job, r.party, r.conversation) for r in rows] == [("returned", ASKED, "")] * 3
    take(asker, *({"parcel": number} for number in range(2, 200)))
    assert refusals.stopped().count() == unentered_items.MOST


def test_where_a_message_of_ours_is_missing_nothing_new_is_said(asker: Asker) -> None:
    conversation = spoken(asker)
    sent = MessageRow.objects.get()
    values = {"note": {"text": {"lang": "en", "text": "x"}}}
    row = drafts.prepare(
        asker.node,
        message_type="consultation.note",
        values=values,
        by="case",
        conversation=conversation,
    )
    Refusal.objects.create(
        job=Job.RETURNED,
        party=ASKED,
        subject="x",
        conversation=conversation,
        fault="edition-unknown",
        since=now(),
    )
    with pytest.raises(ReconcileFirstError):
        drafts.queue(asker.node, asker.committer, row.id, by="case")
    unentered_items.forget_leftover(ASKED, "x")
    drafts.queue(asker.node, asker.committer, row.id, by="case")
    assert MessageRow.objects.count() == 2
    assert Conversation.objects.get().digest == sent.conversation


def test_a_partner_is_asked_again_by_a_person_or_when_an_opening_has_come(asker: Asker) -> None:
    conversation = spoken(asker)
    told = {"job": Job.RETURNED, "party": ASKED, "since": now()}
    own = Refusal.objects.create(
        **told, subject="a", conversation="not-here", fault=unentered_items.OpeningMissingError.code
    )
    Refusal.objects.create(**told, subject="b", fault="member-malformed")
    assert not unentered_items.partners_to_ask()
    assert refusals.try_again(own.pk, by="operator")
    assert unentered_items.partners_to_ask() == {ASKED}
    assert refusals.stopped().count() == 2, "both stay shown until they are entered"
    unentered_items.close_hearing(ASKED)
    assert [row.subject for row in refusals.stopped()] == ["a"]
    assert not unentered_items.partners_to_ask()
    Refusal.objects.update(conversation=conversation)
    assert unentered_items.partners_to_ask() == {ASKED}


def noted(asker: Asker, conversation: str, number: int) -> None:
    """Say one more thing in a conversation."""
    row = drafts.prepare(
        asker.node,
        message_type="consultation.note",
        values={"note": {"text": {"lang": "en", "text": f"note {number}"}}},
        by="case",
        conversation=conversation,
    )
    drafts.queue(asker.node, asker.committer, row.id, by="case")


def test_messages_of_one_second_are_given_back_and_entered_in_their_order(asker: Asker) -> None:
    """The chain of an exhibit that a later message hands on has no beginning else."""
    conversation = spoken(asker)
    for number in range(5):
        noted(asker, conversation, number)
    MessageRow.objects.update(recorded_at=now())
    rows = list(resend_after_restore.shared_rows(ASKED, parse_time(BEGINNING)))
    assert [row.sequence for row in rows] == [1, 2, 3, 4, 5, 6]
    items = [
        {"parcel": decode(parcel, max_bytes=len(parcel)), "receipt": {}}
        for row in rows
        for parcel in [write_parcel(message_of(row).envelope, sections_of(row.record), known=None)]
    ]
    unread = {"parcel": 1}
    for given in ([*reversed(items), unread], [unread, *items[3:], *items[:3]]):
        assert resend_after_restore.in_causal_order(given) == [*items, unread]

"""A State without a system: what came on paper goes on like any other conversation."""

from datetime import timedelta
from typing import Any

import pytest
from tests.docket.conftest import REQUEST, SENEGAL, DeskOffice, asks, authority, text
from tests.exchange.makers import key

from comity.demo.world import ASKING
from comity.directory.errors import PartyUnknownError
from comity.docket import EntryMalformedError, TranscriptError
from comity.exchange import Opening, Section, Verified, next_draft, replay, sign_message
from comity.exchange.accept import check_bodies
from comity.exchange.approvals import Approved
from comity.exchange.errors import BodyMalformedError
from comity.node.cases import deadline_notices, docket_store
from comity.node.cases.conversations import message_of, replay_of
from comity.node.cases.queries import ATTESTED, case_lines, case_threads
from comity.node.federation import receive_message
from comity.node.law import assessment
from comity.node.messages import drafts
from comity.node.models import AuditRow, Conversation, DocketEntry, DocketItem, LogEntry, MessageRow
from comity.node.people.access.visible_cases import circle_of
from comity.node.search.case_list import Filter


@pytest.fixture
def asked(office: DeskOffice) -> Conversation:
    """Return a request that came by e-mail and was written down."""
    office.do("authority.entered", authority())
    return office.written()


def test_a_letter_becomes_a_conversation_with_its_case_and_state(
    office: DeskOffice, asked: Conversation
) -> None:
    assert (asked.main, asked.opener, asked.paper) == ("submitted", SENEGAL, True)
    assert (asked.measure, asked.reference) == ("stored-data", "DKR-44/2026")
    circle = circle_of(office.people["case"], at=office.at)
    [line], _ = case_lines(office.node, Filter(), circle=circle)
    assert (line.case, line.partners) == ("2026-000001", (SENEGAL,))


def test_the_fact_its_leaf_and_its_audit_row_stand_together(
    office: DeskOffice, asked: Conversation
) -> None:
    entry = DocketEntry.objects.get(digest=asked.digest)
    leaf = LogEntry.objects.get(epoch=entry.epoch, index=entry.index)
    assert (leaf.kind, leaf.record) == ("domestic.note", asked.digest)
    row = AuditRow.objects.get(action="docket.entered", index=entry.index)
    assert row.detail == "correspondence.transcribed 1"


def test_the_timeline_says_that_an_officer_read_it_and_nothing_is_proved(
    office: DeskOffice, asked: Conversation
) -> None:
    [thread] = case_threads(office.node, asked.case)
    [event] = thread.events
    assert (event.message, event.word, event.proved_at) == (None, ATTESTED, None)
    assert event.sections["request"]["reference"] == "DKR-44/2026"
    assert "request.acknowledged" in {move.type for move in thread.next}


def test_the_rules_judge_it_as_they_judge_any_request(
    office: DeskOffice, asked: Conversation
) -> None:
    found = assessment.check_received(office.node, asked)
    assert found is not None
    [part] = found.parts
    assert part.instrument.key == "untoc-2000"
    assert part.known["route.channel"] == "e-mail"
    assert "route.authenticated" not in part.known
    assert part.told


def test_we_answer_with_a_signed_message_that_names_the_letter(
    office: DeskOffice, asked: Conversation
) -> None:
    draft = drafts.prepare(
        office.node,
        message_type="request.acknowledged",
        values={"acknowledgement": {"reference": "ZA-9", "note": None}},
        by="case",
        conversation=asked.digest,
    )
    drafts.queue(office.node, office.committer, draft.id, by="case")
    row = Conversation.objects.get(digest=asked.digest)
    assert (row.main, replay_of(row.digest).state.main) == ("acknowledged", "acknowledged")


def test_an_answer_on_paper_takes_the_steps_that_it_presupposes(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    opened = asks(office)
    until = office.at + timedelta(days=90)
    said = {
        "preservation": {
            "until": f"{until:%FT%TZ}",
            "domestic_order": "TGI Dakar 3/2026",
            "holder": "Sonatel",
            "note": None,
        }
    }
    row = office.written("preservation.confirmed", said, conversation=opened.digest)
    assert row.main == "preserved"
    assert row.due_at == until.replace(microsecond=0)
    deadline_notices.warn()
    assert Conversation.objects.get(digest=row.digest).due_at is not None


def test_what_does_not_follow_is_refused_and_leaves_nothing(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    opened = asks(office)
    office.written("request.refused", _refusal(), conversation=opened.digest)
    entries = DocketEntry.objects.count()
    with pytest.raises(TranscriptError, match="refused"):
        office.written("request.executed", _executed(), conversation=opened.digest)
    assert DocketEntry.objects.count() == entries
    assert Conversation.objects.get(digest=opened.digest).main == "refused"


def test_the_original_is_kept_and_its_chain_says_what_was_made_of_it(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    mail = office.received()
    digest = mail.said("mail.received")["original"]
    row = office.written(originals=(digest,), mail=mail.id)
    after = docket_store.item_named(mail.id)
    assert (after.state, after.case) == ("transcribed", row.case)
    assert after.said("mail.transcribed")["transcript"] == row.digest


def test_a_conversation_on_paper_is_not_moved_by_a_message_over_the_wire(
    office: DeskOffice,
) -> None:
    office.do("authority.entered", authority())
    opened = asks(office)
    office.written("request.accepted", _refusal(), conversation=opened.digest)
    message = _over_the_wire(office, opened)
    row, duplicate = office.committer.run(
        lambda batch: receive_message.record_received(
            office.node, batch, message, known=None, received_at=office.at, via="push"
        )
    ).value
    assert (row.outcome, duplicate) == ("refused:conversation-on-paper", False)
    assert Conversation.objects.get(digest=opened.digest).main == "accepted"
    assert replay_of(opened.digest).state.main == "accepted"
    after = office.written("request.executed", _executed(), conversation=opened.digest)
    assert after.main == "executed"  # and paper goes on


HOSTILE: list[tuple[str, dict[str, Any], type[Exception]]] = [
    ("a State that has a node", {"author": ASKING}, TranscriptError),
    ("an authority nobody entered", {"author": "fr/parquet"}, PartyUnknownError),
    ("an answer that opens", {"message_type": "request.accepted"}, TranscriptError),
    ("no such type", {"message_type": "request.invented"}, TranscriptError),
    ("what only a program sends", {"message_type": "evidence.offered"}, TranscriptError),
    ("nothing to go on", {"sections": {"subject": REQUEST["subject"]}}, TranscriptError),
    ("a foreign section", {"sections": {**REQUEST, "decision": {}}}, TranscriptError),
    (
        "a section out of form",
        {"sections": {"request": {**REQUEST["request"], "urgency": "soon"}}},
        BodyMalformedError,
    ),
    ("an original that is not here", {"originals": ("sha256:" + "0" * 64,)}, TranscriptError),
    ("a way that is none", {"told": {"channel": "pigeon"}}, EntryMalformedError),
    ("a day that is none", {"told": {"dated": "2026-02-30T00:00:00Z"}}, EntryMalformedError),
    ("between other parties", {"told": {"members": ["sn/a", "za/b"]}}, TranscriptError),
]


@pytest.mark.parametrize(("what", "told", "fault"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_what_cannot_be_taken_is_refused(
    office: DeskOffice, what: str, told: dict[str, Any], fault: type[Exception]
) -> None:
    office.do("authority.entered", authority())
    with pytest.raises(fault):
        office.written(**told)
    assert not Conversation.objects.exists()
    assert DocketItem.objects.count() == 1  # the authority


def _over_the_wire(office: DeskOffice, opened: Conversation) -> Verified:
    """Return what the other State's node, new since yesterday, says in the conversation."""
    first = message_of(MessageRow.objects.get(content=opened.digest))
    sections = {"acknowledgement": Section(b"s" * 32, {"reference": "DKR-1", "note": None})}
    draft = next_draft(
        message_type="request.acknowledged",
        author=SENEGAL,
        opening=Opening.of(first),
        replay=replay([first]),
        about=None,
        sections=sections,
        message_id="01890a5d-ac96-774b-bcce-b302099a8057",
        now=office.at,
    )
    signed = sign_message(draft, [], key(SENEGAL), mode=office.node.config.mode)
    return Verified(signed, sections, check_bodies(draft, sections), Approved((), None))


def _refusal() -> dict[str, Any]:
    return {
        "decision": {
            "reasons": text(),
            "grounds": [],
            "domestic_order": None,
            "review_by": None,
        }
    }


def _executed() -> dict[str, Any]:
    return {"execution": {"summary": text(), "domestic_order": None}}

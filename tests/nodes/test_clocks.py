"""Invariant 8: nothing lapses silently, and nobody is told the same thing twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.exchange.makers import BODIES, T0, VN, ZA, World, sections_of

from comity.canonical import time_text
from comity.exchange import Message, Section
from comity.exchange.bodies import check_body
from comity.files.instruments import shipped
from comity.node.cases import deadline_notices, second_signature
from comity.node.cases.conversations import new_conversation, replay_of, save_replay, save_sections
from comity.node.models import (
    AuditRow,
    Conversation,
    DocketEntry,
    Exhibit,
    MessageRow,
    Package,
    SectionRow,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ASKERS = {"request.status-asked", "request.released", "request.extension-asked"}
UN = shipped().instruments["un-2024"].digest


class Office:
    """The register of an office, filled as messages fill it; Viet Nam asks South Africa."""

    def __init__(self, party: str = ZA) -> None:
        self.party = party
        self.world = World()
        self.known: dict[str, list[Message]] = {}
        self.count = 0

    def ask(self, at: datetime, *, law: str | None = None, author: str = VN, **request: Any) -> str:
        """Record a request; return its conversation."""
        sections = sections_of("request.submitted", request={**BODIES["request"], **request})
        draft = replace(self.world.open(author=author, now=at, sections=sections), instrument=law)
        return self._record(self.world.unsigned(draft), sections, at)

    def say(
        self, kind: str, conversation: str, at: datetime, *, about: str | None = None, **values: Any
    ) -> str:
        """Record a message of either side; return its content digest."""
        author = VN if kind in ASKERS else ZA
        sections = sections_of(kind, label=str(self.count), **values)
        known = self.known[conversation]
        draft = self.world.reply(
            kind, author=author, known=known, now=at, sections=sections, about=about
        )
        message = self.world.unsigned(draft)
        self._record(message, sections, at)
        return message.content

    def _record(self, message: Message, sections: dict[str, Section], at: datetime) -> str:
        self.count += 1
        self.known.setdefault(message.conversation, []).append(message)
        bodies = {name: check_body(name, one.value) for name, one in sections.items()}
        MessageRow.objects.create(
            record=message.record,
            content=message.content,
            conversation=message.conversation,
            author=message.draft.author,
            message_id=message.draft.id,
            sequence=message.draft.sequence,
            type=message.draft.type,
            outgoing=message.draft.author == self.party,
            jws=message.envelope.record,
            sent_at=at,
            recorded_at=at,
            standing="applied",
            outcome="applied",
            epoch=1,
            index=self.count,
            tree_size=self.count + 1,
        )
        save_sections(message.record, sections)
        row = Conversation.objects.filter(digest=message.conversation).first()
        if row is None:
            row = new_conversation(message, bodies, case="2026-000001", now=at)
            row.ours = message.draft.author == self.party
        row.due_at = second_signature.due_with(row, message, bodies, second_due=None, at=at)
        save_replay(row, replay_of(message.conversation), now=at)
        return message.conversation

    def preserved(self, until: datetime, *, law: str | None = None) -> str:
        """Record a preservation that South Africa confirmed at `T0`."""
        conversation = self.ask(T0, law=law)
        self.say("request.acknowledged", conversation, T0)
        order = {**BODIES["preservation"], "until": time_text(until)}
        self.say("preservation.confirmed", conversation, T0, preservation=order)
        return conversation


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], list[str]]:
    """Let the node look at its clocks at a moment; return what it wrote then."""

    def look_at(moment: datetime) -> list[str]:
        monkeypatch.setattr(deadline_notices, "now", lambda: moment)
        before = AuditRow.objects.count()
        written = deadline_notices.warn()
        rows = list(AuditRow.objects.order_by("id")[before:])
        assert len(rows) == written
        return [f"{row.action} {row.detail}" for row in rows]

    return look_at


type Look = Callable[[datetime], list[str]]


def due(conversation: str) -> datetime | None:
    return Conversation.objects.get(digest=conversation).due_at


def test_each_level_is_told_once_and_then_each_day(office: Office, look: Look) -> None:
    end = T0 + 90 * DAY
    office.preserved(end)
    told = []
    for half_days in range(186):
        told += look(T0 + half_days * DAY / 2)
    at = time_text(end)
    assert told == [
        f"clock.near preservation-end {at} 14 officer",
        f"clock.near preservation-end {at} 7 officer",
        f"clock.near preservation-end {at} 3 second",
        f"clock.near preservation-end {at} 1 deputy",
        f"clock.passed preservation-end {at} 0 deputy",
        f"clock.passed preservation-end {at} -1 deputy",
        f"clock.passed preservation-end {at} -2 deputy",
    ]


def test_a_node_that_stood_still_tells_how_things_stand_now(office: Office, look: Look) -> None:
    end = T0 + 90 * DAY
    office.preserved(end)
    assert look(end - 2 * DAY) == [f"clock.near preservation-end {time_text(end)} 3 second"]
    assert look(end + 9 * DAY) == [f"clock.passed preservation-end {time_text(end)} -9 deputy"]
    assert look(end + 9 * DAY) == []


def test_an_extension_moves_the_moment_and_its_notices(office: Office, look: Look) -> None:
    conversation = office.preserved(T0 + 20 * DAY)
    longer = {**BODIES["extension"], "until": time_text(T0 + 80 * DAY)}
    asked = office.say("request.extension-asked", conversation, T0 + DAY, extension=longer)
    assert look(T0 + DAY) == []
    assert due(conversation) == T0 + 20 * DAY
    office.say("request.extended", conversation, T0 + 2 * DAY, about=asked, extension=longer)
    assert look(T0 + 2 * DAY) == []
    assert due(conversation) == T0 + 80 * DAY
    assert look(T0 + 20 * DAY) == []


def test_a_request_for_the_data_keeps_them_until_it_is_decided(office: Office, look: Look) -> None:
    end = T0 + 20 * DAY
    conversation = office.preserved(end)
    link = {"conversation": conversation, "relation": "preservation"}
    asked = office.ask(T0 + DAY, measure="stored-data", links=[link])
    order = f"order-end {time_text(end)}"
    assert look(end + DAY) == [f"clock.passed {order} -1 deputy"]
    assert due(conversation) == end  # of the order at home, which has to be renewed
    office.say("request.acknowledged", asked, end + 2 * DAY)
    office.say("request.refused", asked, end + 2 * DAY)
    decided = time_text(end + 2 * DAY)
    assert look(end + 2 * DAY) == [
        f"clock.passed preservation-end {decided} 0 deputy",
        f"clock.passed {order} -2 deputy",
    ]


def test_whoever_asked_for_it_is_told_nothing_while_it_is_kept(look: Look) -> None:
    office = Office(VN)
    end = T0 + 20 * DAY
    conversation = office.preserved(end)
    link = {"conversation": conversation, "relation": "preservation"}
    asked = office.ask(T0 + DAY, measure="stored-data", links=[link])
    assert look(end) == []
    assert due(conversation) is None
    office.say("request.acknowledged", asked, end + 9 * DAY)
    assert look(end + 9 * DAY) == []
    office.say("request.accepted", asked, end + 10 * DAY)
    office.say("request.refused", asked, end + 30 * DAY)
    decided = time_text(end + 10 * DAY)
    assert look(end + 31 * DAY) == [f"clock.passed preservation-end {decided} -21 deputy"]


@pytest.mark.parametrize(
    "changes",
    [
        {"author": ZA},
        {"links": []},
        {"measure": "preservation"},
        {"relation": "parallel"},
        {"conversation": "sha256:" + "0" * 64},
    ],
)
def test_another_request_keeps_nothing(office: Office, look: Look, changes: dict[str, Any]) -> None:
    end = T0 + 20 * DAY
    conversation = office.preserved(end)
    link = {"conversation": conversation, "relation": "preservation"}
    link |= {name: value for name, value in changes.items() if name in link}
    request: dict[str, Any] = {"measure": "stored-data", "links": [link]}
    request |= {name: value for name, value in changes.items() if name not in link}
    office.ask(T0 + DAY, **request)
    assert look(end) == [f"clock.passed preservation-end {time_text(end)} 0 deputy"]


def test_a_release_ends_the_clock(office: Office, look: Look) -> None:
    end = T0 + 20 * DAY
    conversation = office.preserved(end)
    office.say("request.released", conversation, end)
    assert look(end) == []
    assert due(conversation) is None
    assert look(end + DAY) == []


@pytest.mark.parametrize("standing", ["refused:x", "overtaken", "held"])
def test_a_message_without_effect_starts_no_clock(
    office: Office, look: Look, standing: str
) -> None:
    end = T0 + 20 * DAY
    office.preserved(end)
    MessageRow.objects.filter(type="preservation.confirmed").update(standing=standing)
    assert look(end) == []


def test_what_stood_in_an_erased_section_is_left_out(office: Office, look: Look) -> None:
    end = T0 + 20 * DAY
    office.preserved(end)
    SectionRow.objects.filter(name="preservation").update(salt=None, value=None)
    assert look(end) == []


def test_a_preservation_shorter_than_its_treaty_is_told_by_its_own_end(
    office: Office, look: Look
) -> None:
    end = T0 + 30 * DAY
    conversation = office.preserved(end, law=UN)
    assert look(end) == [f"clock.passed preservation-end {time_text(end)} 0 deputy"]
    assert due(conversation) == end


def test_an_unknown_edition_of_the_law_adds_nothing(office: Office, look: Look) -> None:
    end = T0 + 30 * DAY
    office.preserved(end, law="sha256:" + "1" * 64)
    assert look(end) == [f"clock.passed preservation-end {time_text(end)} 0 deputy"]


def test_a_question_about_progress_waits_for_its_answer(office: Office, look: Look) -> None:
    conversation = office.ask(T0)
    office.say("request.acknowledged", conversation, T0)
    asked = office.say("request.status-asked", conversation, T0 + DAY)
    until = T0 + 15 * DAY
    assert look(T0 + DAY) == [f"clock.near status {time_text(until)} 14 officer"]
    assert due(conversation) == until
    office.say("request.status-given", conversation, T0 + 2 * DAY, about=asked)
    assert look(T0 + 2 * DAY) == []
    assert due(conversation) is None


def test_a_question_is_found_although_nothing_moved_for_days(office: Office, look: Look) -> None:
    conversation = office.ask(T0)
    office.say("request.status-asked", conversation, T0)
    assert look(T0 + 9 * DAY) == [f"clock.near status {time_text(T0 + 14 * DAY)} 7 officer"]


def test_a_postponement_is_looked_at_again(office: Office, look: Look) -> None:
    conversation = office.ask(T0, measure="stored-data")
    office.say("request.acknowledged", conversation, T0)
    later = T0 + 40 * DAY
    decision = {**BODIES["decision"], "review_by": time_text(later)}
    office.say("request.postponed", conversation, T0, decision=decision)
    assert look(T0 + DAY) == []
    assert due(conversation) == later
    assert look(later) == [f"clock.passed review {time_text(later)} 0 deputy"]
    office.say("request.refused", conversation, later)
    assert look(later) == []
    assert due(conversation) is None


@pytest.mark.parametrize(
    "request_", [{"measure": "emergency"}, {"measure": "stored-data", "urgency": "emergency"}]
)
def test_an_emergency_waits_a_day_at_most(
    office: Office, look: Look, request_: dict[str, str]
) -> None:
    conversation = office.ask(T0, **request_)
    due = time_text(T0 + DAY)
    assert look(T0 + timedelta(hours=1)) == [f"clock.near emergency {due} 24h officer"]
    assert look(T0 + timedelta(hours=18)) == [f"clock.near emergency {due} 6h officer"]
    assert look(T0 + timedelta(hours=22)) == [f"clock.near emergency {due} 2h second"]
    office.say("request.acknowledged", conversation, T0 + DAY)
    assert look(T0 + DAY) == [f"clock.passed emergency {due} 0h deputy"]
    assert look(T0 + DAY + timedelta(hours=1)) == [f"clock.passed emergency {due} -1h deputy"]
    office.say("request.accepted", conversation, T0 + DAY)
    assert look(T0 + 2 * DAY) == []


@pytest.mark.parametrize(("measure", "urgency", "runs"), [
    ("stored-data", "emergency", True), ("emergency", "emergency", True),
    ("stored-data", "urgent", False),
])  # fmt: skip
def test_an_emergency_on_paper_waits_a_day_at_most_and_is_told_once(
    look: Look, measure: str, urgency: str, *, runs: bool
) -> None:
    row = Conversation.objects.create(
        digest="sha256:" + "a" * 64, opener=VN, members=[VN, ZA], type="request.submitted",
        measure=measure, case="2026-000001", main="submitted", paper=True, opened_at=T0,
        moved_at=T0,
    )  # fmt: skip
    value = {
        "type": "request.submitted", "author": VN, "about": None,
        "sections": {"request": {"measure": measure, "urgency": urgency}},
    }  # fmt: skip
    DocketEntry.objects.create(
        item="i", number=1, act="correspondence.transcribed", digest=row.digest, entry=b"",
        conversation=row.digest, value=value, salt=b"s", at=T0, by="x", epoch=1, index=1,
    )  # fmt: skip
    told = [f"clock.near emergency {time_text(T0 + DAY)} 24h officer"]
    assert look(T0 + timedelta(hours=1)) == (told if runs else [])


def test_a_second_signature_is_told_and_stays_what_falls_due_next(
    office: Office, look: Look
) -> None:
    conversation = office.ask(T0, author=ZA)
    MessageRow.objects.update(second_due_at=T0 + DAY)
    assert look(T0) == [f"clock.near second-signature {time_text(T0 + DAY)} 1 deputy"]
    assert due(conversation) == T0 + DAY
    MessageRow.objects.update(second_due_at=None)
    assert look(T0 + DAY) == []
    assert due(conversation) is None


def test_a_second_signature_that_the_other_state_owes_is_no_deadline_here(
    office: Office, look: Look
) -> None:
    conversation = office.ask(T0)
    MessageRow.objects.update(second_due_at=T0 + DAY)
    assert look(T0) == []
    office.say("request.acknowledged", conversation, T0)
    assert look(T0 + 2 * DAY) == []
    assert due(conversation) is None
    assert second_signature.next_due(conversation) is None


def test_a_deadline_here_is_not_hidden_by_one_that_the_other_state_missed(look: Look) -> None:
    office, end = Office(VN), T0 + 90 * DAY
    conversation = office.preserved(end)
    office.say("request.status-asked", conversation, T0)
    look(T0 + 20 * DAY)
    row = Conversation.objects.get(digest=conversation)
    assert (row.due_at, row.due_clock) == (T0 + 14 * DAY, "status")
    assert deadline_notices.is_theirs(row, row.due_clock)
    look(end - DAY)
    row.refresh_from_db()
    assert (row.due_at, row.due_clock) == (end, "preservation-end")
    assert not deadline_notices.is_theirs(row, row.due_clock)


def test_a_conversation_that_moved_on_meanwhile_keeps_what_was_stored(office: Office) -> None:
    conversation = office.preserved(T0 + 20 * DAY)
    row = Conversation.objects.get(digest=conversation)
    Conversation.objects.update(moved_at=T0 + DAY)
    deadline_notices._settle(row, None, ())
    assert due(conversation) == T0 + 20 * DAY


def test_a_moment_stored_in_the_same_second_is_not_overwritten(office: Office) -> None:
    conversation = office.ask(T0)
    row = Conversation.objects.get(digest=conversation)
    Conversation.objects.update(due_at=T0 + DAY)
    deadline_notices._settle(row, T0 + 2 * DAY, ())
    assert due(conversation) == T0 + DAY


@pytest.mark.parametrize(("stage", "told"), [("stored", True), ("destroyed", False)])
def test_retention_is_told_while_the_bytes_are_here(stage: str, told: bool, look: Look) -> None:
    end = T0 + 5 * DAY
    Exhibit.objects.create(exhibit=BODIES["offer"]["exhibit"], retain_until=end)
    Package.objects.create(
        root="r", exhibit=BODIES["offer"]["exhibit"], conversation="", offer={}, outgoing=False,
        stage=stage, changed_at=T0,
    )  # fmt: skip
    expected = [f"clock.near retention {time_text(end)} 7 officer"] if told else []
    assert look(T0) == expected
    assert look(T0) == []


def test_the_parts_of_a_page_are_put_together(
    office: Office, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.node.cases.deadline_events.PAGE", 2)
    for _ in range(5):
        office.preserved(T0 + 20 * DAY)
    assert len(look(T0 + 20 * DAY)) == 5

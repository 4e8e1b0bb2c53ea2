"""Editions of the registry on a node: what it offers, what it sends, what it takes in."""

import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.bundle.two_editions import RAISED, known
from tests.exchange.editions import NARROWER, NEW_TYPE, NEWER
from tests.exchange.makers import sections_of
from tests.nodes.lawful import drafted
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.evidence import age, age_keys
from comity.exchange import (
    KNOWN,
    Draft,
    Edition,
    EditionNotSharedError,
    Message,
    Section,
    TypeNotSharedError,
    next_draft,
    open_draft,
    sign_message,
    write_parcel,
)
from comity.exchange.accept import check_bodies
from comity.exchange.editions import CURRENT
from comity.exchange.errors import EditionUnknownError
from comity.node.cases.conversations import opening_of, replay_of
from comity.node.cases.queries import Thread, thread_of
from comity.node.compose import section_rows
from comity.node.core.clock import now
from comity.node.core.keystore import load_keys
from comity.node.core.node import Node, load_node
from comity.node.federation import receive_message
from comity.node.log.group_commit import Committer
from comity.node.messages import drafts
from comity.node.models import Conversation, DraftRow, MessageRow

pytestmark = pytest.mark.django_db
NOTE = {"note": {"text": {"lang": "en", "text": "x"}}}


class Site:
    """Nodes of a world, on one database: whose turn it is, is said by name."""

    def __init__(self, folder: Path, *listed: Edition) -> None:
        with ExitStack() as stack:
            for edition in listed:
                stack.enter_context(known(edition))
            ports = {ASKING: 1, ASKED: 2}
            self.world: World = build_world(folder, mode="exercise", ports=ports, now=now())
        self.node = self.at(ASKING)
        self.committer = Committer(self.node)
        self.committer.open()

    def at(self, party: str) -> Node:
        return load_node(self.world.places[party].config.folder)

    def send(self, row: DraftRow) -> Message:
        """Record a draft as sent, without the approvals that it would need."""
        draft, sections = drafts.draft_of(row), drafts.sections_of_draft(row)
        message = sign_message(draft, [], self.node.keys["message"], mode="exercise")
        self.committer.run(
            lambda batch: drafts.record_sent(
                self.node,
                batch,
                message,
                sections=sections,
                second_due=None,
                at=now(),
                bodies=check_bodies(draft, sections),
            )
        )
        return message

    def thread(self) -> Thread:
        return thread_of(self.node, Conversation.objects.get())

    def take(self, draft: Draft, sections: dict[str, Section]) -> MessageRow:
        """Let the node take in a message of its partner."""
        keys = load_keys(self.world.places[ASKED].config.keys)
        message = sign_message(draft, [], keys["message"], mode="exercise")
        parcel = write_parcel(message.envelope, sections, known=None)
        to = [
            age_keys.parse_recipient(text)
            for text in self.node.directory.recipients(ASKING, at=now())
        ]
        sealed = age.seal_bytes(parcel, to, random=os.urandom)
        return receive_message.take(self.node, self.committer, sealed, via="push").row


@pytest.fixture
def older(tmp_path: Path) -> Site:
    """A site whose directory lists the current edition only."""
    return Site(tmp_path)


@pytest.fixture
def newer(tmp_path: Path) -> Site:
    """A site whose parties list the newer edition too, and know only the current one."""
    return Site(tmp_path, NEWER)


def types(thread: Thread) -> list[str]:
    return [move.type for move in thread.next]


def test_a_type_that_the_partner_does_not_list_is_shown_and_not_sent(older: Site) -> None:
    with known(NEWER):
        message = older.send(drafted(older.node))
        assert message.draft.edition == CURRENT.digest
        thread = older.thread()
        assert NEW_TYPE not in types(thread)
        assert RAISED not in types(thread), "the partner lists no newer one"
        assert thread.beyond == (NEW_TYPE,)
        with pytest.raises(TypeNotSharedError, match=r"note|edition\.raised"):
            drafts.prepare(
                older.node,
                message_type=NEW_TYPE,
                values=NOTE,
                by="author",
                conversation=message.content,
            )
        assert DraftRow.objects.count() == 1
    assert older.thread().beyond == ()


def test_an_opening_pins_the_newest_edition_that_both_list(newer: Site) -> None:
    with known(NEWER):
        message = newer.send(drafted(newer.node))
        assert message.draft.edition == NEWER.digest
        assert NEW_TYPE in types(newer.thread())


def test_a_conversation_is_offered_the_newer_edition_that_both_list(newer: Site) -> None:
    message = newer.send(drafted(newer.node))
    assert message.draft.edition == CURRENT.digest
    assert RAISED not in types(newer.thread()), "not known here"
    with known(NEWER):
        assert RAISED in types(newer.thread())
        row = drafts.prepare(
            newer.node, message_type=RAISED, values={}, by="author", conversation=message.content
        )
        raised = newer.send(row)
        assert raised.draft.edition == NEWER.digest
        thread = newer.thread()
        assert RAISED not in types(thread), "it is proposed already"
        assert thread.beyond == (NEW_TYPE,), "nobody has agreed"
        answered(newer, raised)
        assert NEW_TYPE in types(newer.thread())


def answered(site: Site, raised: Message) -> None:
    """Let the partner agree to a proposal."""
    digest = raised.conversation
    draft = next_draft(
        message_type="edition.accepted",
        author=ASKED,
        opening=opening_of(digest),
        replay=replay_of(digest),
        about=raised.content,
        sections={},
        message_id="01a20e20-0000-7000-8000-000000000001",
        now=now(),
    )
    assert site.take(draft, {}).outcome == "applied"


def test_without_a_common_edition_nothing_is_drafted_and_nothing_is_sent(
    older: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = drafts.prepare(
        older.node, message_type="consultation.note", values=NOTE, by="case", members=(ASKED,)
    )
    real = older.node.directory

    class Changed:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def entry(self, party: str) -> Any:
            listed = (NARROWER.digest,) if party == ASKED else KNOWN.digests
            return replace(real.entry(party), editions=listed)

    monkeypatch.setattr(Node, "directory", property(lambda _: Changed()))
    with pytest.raises(EditionNotSharedError, match="nothing was sent"):
        drafted(older.node)
    with pytest.raises(EditionNotSharedError, match="make it anew"):
        drafts.queue(older.node, older.committer, row.id, by="case")
    assert not MessageRow.objects.exists()


def opening(**more: Any) -> tuple[Draft, dict[str, Section]]:
    sections = sections_of("consultation.note")
    draft = open_draft(
        message_type="consultation.note",
        author=ASKED,
        members=(ASKING, ASKED),
        instrument=None,
        sections=sections,
        message_id="01a20e20-0000-7000-8000-000000000002",
        now=now(),
        **more,
    )
    return draft, sections


def test_an_opening_of_an_edition_that_is_not_known_is_not_recorded(older: Site) -> None:
    with known(NEWER):
        draft, sections = opening(edition=NEWER.digest)
    with pytest.raises(EditionUnknownError):
        older.take(draft, sections)
    assert not MessageRow.objects.exists()


def test_a_message_of_private_use_is_kept_and_can_be_read(older: Site) -> None:
    first = older.take(*opening())
    draft, _ = opening()
    sections = {"x-weather": Section(bytes(32), {"sky": "clear"})}
    private = replace(
        draft,
        id="01a20e20-0000-7000-8000-000000000003",
        type="x-za.weather",
        conversation=first.content,
        edition=None,
        sequence=2,
        previous=first.content,
        body={name: one.commitment for name, one in sections.items()},
    )
    row = older.take(private, sections)
    assert row.outcome == "applied"
    thread = older.thread()
    assert thread.row.main == "open"
    (event,) = [one for one in thread.events if one.row.type == "x-za.weather"]
    assert [
        (one.label, one.text) for one in section_rows.tell(event.sections, event.row.type, {})
    ] == [
        ("x-weather", ""),
        ("sky", "clear"),
    ]

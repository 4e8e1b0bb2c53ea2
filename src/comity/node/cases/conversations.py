"""Conversations and messages in the database: storing them and replaying what is stored."""

import functools
import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from comity.canonical import b64, parse_time
from comity.directory import Directory
from comity.exchange import Message, Opening, Replay, Role, Section, parse_message, replay
from comity.exchange.bodies import Grounds, Preservation, Request, Subject
from comity.exchange.conversation import ILLEGAL
from comity.exchange.table_bodies import Help, Need, Places, Table
from comity.exchange.values import Model
from comity.keys import jws
from comity.node.cases import closed_cases, paper_conversations
from comity.node.cases.offences import offence_in
from comity.node.core import prepared_sql
from comity.node.core.signals import conversations_changed, replayed
from comity.node.log.store import Batch
from comity.node.models import Conversation, MessageRow, SectionRow

_REFERENCES = ("request", "need", "help", "places", "table")
_BOTH = 2  # sides of a conversation between nodes
_UNTYPED = "account"
"""What an identifier of no type is: what somebody has with a service."""
STATUS_ASKED = ("status", "asked")
_MOVED = (
    "main", "tracks", "edition", "double_speak", "status_asked", "moved_at", "due_at", "due_clock",
    "due_rule", "unread_at",
)  # fmt: skip
"""What a message can change of a conversation."""


@functools.lru_cache(maxsize=1024)
def _parsed(data: bytes) -> Message:
    """Return the message of stored bytes; they were verified before they were stored."""
    return parse_message(jws.parse(data))


def message_of(row: MessageRow) -> Message:
    """Return the message of a row."""
    return _parsed(bytes(row.jws))


def replay_of(conversation: str, extra: tuple[Message, str] | None = None) -> Replay:
    """Return the replay of a stored conversation.

    Args:
        conversation: its digest.
        extra: a message not stored yet, with its outcome as far as it is known (or empty).
    """
    stored = prepared_sql.select(MessageRow, "conversation = %s", conversation)
    if extra is None:
        return replays_of({conversation: stored})[conversation]
    return _replayed([*((message_of(row), _counting(row)) for row in stored), extra])


def replays_of(
    stored: Mapping[str, Sequence[MessageRow]],
    *,
    written: Sequence[paper_conversations.Written] | None = None,
) -> dict[str, Replay]:
    """Return the replays of conversations, by one query at most.

    Args:
        stored: each conversation's digest, and all its messages.
        written: what was written down in all of them; None: it is looked up.
    """
    taken = {
        digest: [row for row in some if not _is_refusal(row.outcome)]
        for digest, some in stored.items()
    }
    one_sided = [d for d, some in taken.items() if len({row.author for row in some}) < _BOTH]
    if written is None:
        written = list(paper_conversations.transcripts(*one_sided)) if one_sided else []
    papers: dict[str, list[paper_conversations.Written]] = {}
    for one in written:
        papers.setdefault(one.row.conversation, []).append(one)
    found = {}
    for digest, some in stored.items():
        on_paper = None
        if digest in papers:  # one side leads it on paper
            pairs = [(row, message_of(row)) for row in taken[digest]]
            on_paper = paper_conversations.replayed(papers[digest], pairs)
        found[digest] = on_paper or _replayed([(message_of(row), _counting(row)) for row in some])
    return found


def _counting(row: MessageRow) -> str:
    """Return the outcome of a stored message as far as it counts in the replay.

    Between two parties the addressee's refusal does. Among more each judges what it receives, so
    that one of them cannot take the effect of a message for all.
    """
    message = message_of(row)
    return "" if row.outgoing and len(message.draft.members) > _BOTH else row.outcome


def _replayed(found: Sequence[tuple[Message, str]]) -> Replay:
    refused = {m.content: o for m, o in found if _is_refusal(o)}
    return replay([message for message, _ in found], refused)


def _is_refusal(outcome: str) -> bool:
    """Tell an addressee's refusal from an illegal move, which the replay finds by itself."""
    return outcome.startswith("refused:") and outcome != ILLEGAL


def opening_of(conversation: str) -> Opening:
    """Return what the first message of a conversation fixed, whether signed or written down."""
    row = MessageRow.objects.filter(content=conversation).first()
    if row is not None:
        return Opening.of(message_of(row))
    kept = Conversation.objects.filter(digest=conversation).first()
    if kept is None:
        raise LookupError("no such conversation here")
    return Opening(kept.opener, kept.digest, tuple(sorted(kept.members)), None)


def sections_of(record: str) -> dict[str, Section]:
    """Return the sections of a message that are still here."""
    kept = prepared_sql.select(SectionRow, "record = %s AND salt IS NOT NULL", record)
    return {row.name: Section(bytes(row.salt or b""), row.value) for row in kept}


def message_row(
    batch: Batch,
    message: Message,
    *,
    outcome: str | None,
    at: datetime,
    second_due: timedelta | None,
) -> MessageRow:
    """Return the unsaved row of a message, its leaf appended to the batch.

    Args:
        batch: gets the leaf.
        message: signed, or verified.
        outcome: what became of a message received, or None for one that this node sent.
        at: this node's clock, and the leaf's time.
        second_due: time until the second signature is due, or None.
    """
    draft, outgoing = message.draft, outcome is None
    kind = "message.sent" if outgoing else "message.received"
    leaf = batch.append(
        salt=os.urandom(32), kind=kind, time=at, record=message.record, outcome=outcome
    )
    return MessageRow(
        record=message.record,
        content=message.content,
        conversation=message.conversation,
        author=draft.author,
        message_id=draft.id,
        sequence=draft.sequence,
        type=draft.type,
        outgoing=outgoing,
        jws=message.envelope.record,
        sent_at=draft.sent_at,
        recorded_at=at,
        epoch=batch.head.epoch,
        index=leaf.index,
        tree_size=leaf.index + 1,
        second_due_at=at + second_due if second_due else None,
    )


def save_sections(record: str, sections: Mapping[str, Section]) -> None:
    """Store a message's sections."""
    prepared_sql.insert(
        *(
            SectionRow(record=record, name=name, salt=section.salt, value=section.value)
            for name, section in sections.items()
        )
    )


def role_of(party: str, opening: Opening) -> Role:
    """Return the part a party plays in a conversation."""
    return Role.REQUESTER if opening.author == party else Role.REQUESTED


def save_replay(conversation: Conversation, found: Replay, *, now: datetime) -> None:
    """Store what the messages amount to now: the state, and every message's standing."""
    conversation.main = found.state.main
    conversation.tracks = {
        digest: [track, stage] for digest, (track, stage) in found.state.instances.items()
    }
    conversation.edition = found.state.edition or ""
    conversation.double_speak = bool(found.doubles)
    conversation.status_asked = STATUS_ASKED in found.state.instances.values()
    conversation.moved_at = now
    new = conversation._state.adding  # noqa: SLF001 - documented API
    if new:
        prepared_sql.insert(conversation)
    else:
        prepared_sql.update(conversation, _MOVED)
    threads = prepared_sql.select(
        Conversation, f"{prepared_sql.quoted('case')} = %s", conversation.case
    )
    first = new and len(threads) == 1
    conversations_changed.send(None, threads=threads, new=first)
    closed_cases.moved(conversation, new=first)
    if new and len(found.standing) == 1:
        replayed.send(None, conversation=conversation, at=now)
        return  # the only message was stored with its standing
    for row in prepared_sql.select(MessageRow, "conversation = %s", conversation.digest):
        standing = found.standing.get(row.content)
        if standing is not None and standing != row.standing:
            row.standing = standing
            prepared_sql.update(row, ("standing",))
    replayed.send(None, conversation=conversation, at=now)


def new_conversation(
    message: Message,
    bodies: Mapping[str, Model],
    *,
    case: str,
    now: datetime,
    ours: bool = False,
) -> Conversation:
    """Return the unsaved row of the conversation a message opens."""
    request = bodies.get("request")
    said = next((bodies[name] for name in _REFERENCES if name in bodies), None)
    return Conversation(
        digest=message.content,
        opener=message.draft.author,
        members=list(message.draft.members),
        type=message.draft.type,
        measure=request.measure if isinstance(request, Request) else "",
        **codes_of(bodies),
        reference=said.reference
        if isinstance(said, Request | Need | Help | Places | Table)
        else "",
        case=case,
        main="new",
        ours=ours,
        opened_at=now,
        moved_at=now,
    )


def codes_of(bodies: Mapping[str, Model]) -> dict[str, Any]:
    """Return the codes of what an opening message is about, as members of its conversation."""
    grounds, subject = bodies.get("grounds"), bodies.get("subject")
    accounts = subject.accounts if isinstance(subject, Subject) else []
    return {
        "offence": offence_in(grounds.offence.text) if isinstance(grounds, Grounds) else "",
        "target": (accounts[0].type or _UNTYPED) if accounts else "",
        "targets": len(accounts),
    }


def set_due(conversation: Conversation, due_at: datetime | None) -> None:
    """Write when something falls due next; what it is, the clocks say at their next look."""
    if conversation.due_at != due_at:
        conversation.due_at, conversation.due_clock, conversation.due_rule = due_at, "", ""


def due_after(bodies: Mapping[str, Model], second_due: timedelta | None, now: datetime) -> Any:
    """Return the moment by which a person must act because of a message, or None."""
    moments = [now + second_due] if second_due else []
    preservation = bodies.get("preservation")
    if isinstance(preservation, Preservation):
        moments.append(parse_time(preservation.until))
    return min(moments, default=None)


def sections_value(sections: Mapping[str, Section]) -> dict[str, Any]:
    """Return sections as JSON for a draft."""
    return {name: {"salt": b64(s.salt), "value": s.value} for name, s in sections.items()}


def is_without_node(directory: Directory, party: str) -> bool:
    """Tell whether a party has no node: listed as such, or not listed at all."""
    return not directory.has(party) or directory.entry(party).endpoint.kind == "by-document"

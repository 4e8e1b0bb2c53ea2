"""What a draft says, frozen: its place in the conversation and its sections, checked."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from comity.exchange import KNOWN, Draft, Section, next_draft, open_draft
from comity.exchange.accept import check_bodies
from comity.exchange.moves import RAISES
from comity.node.assistance import readers, solutions
from comity.node.cases import paper_authorities
from comity.node.cases.conversations import opening_of, replay_of
from comity.node.core.node import Node
from comity.node.log import editions
from comity.node.messages.known_topics import check_topics
from comity.node.messages.normalize_identifiers import normal


def compose(
    node: Node,
    *,
    message_type: str,
    values: Mapping[str, Any],
    conversation: str | None,
    members: tuple[str, ...],
    about: str | None,
    instrument: str | None,
    message_id: str,
    at: datetime,
) -> tuple[Draft, dict[str, Section]]:
    """Return a draft and its sections, checked as its receiver will check them; store nothing.

    Args:
        node: this node.
        message_type: a key of the type table.
        values: section name to value.
        conversation: which one it continues, or None to open one.
        members: of a conversation it opens; this party is added.
        about: content digest of the message it answers.
        instrument: digest of the law's edition, for an opening.
        message_id: its identifier; that of the draft whose text this replaces.
        at: this node's clock.

    Raises:
        As `drafts.prepare`.
    """
    values = normal(values)
    sections = {name: Section(os.urandom(32), value) for name, value in values.items()}
    if conversation is None:
        everybody = tuple({*members, node.party})
        for party in members:
            paper_authorities.check_known(node, party)
        draft = open_draft(
            message_type=message_type,
            author=node.party,
            members=everybody,
            instrument=instrument,
            sections=sections,
            message_id=message_id,
            now=at,
            edition=editions.shared(node, everybody).digest,
        )
    else:
        opening = opening_of(conversation)
        draft = next_draft(
            opening=opening,
            replay=replay_of(conversation),
            edition=_proposed(node, message_type, opening.members),
            about=about,
            message_type=message_type,
            author=node.party,
            sections=sections,
            message_id=message_id,
            now=at,
        )
    check_topics(check_bodies(draft, sections))
    check_shared(node, draft, values)
    return draft, sections


def _proposed(node: Node, message_type: str, members: tuple[str, ...]) -> str | None:
    """Return the edition that a message proposes, or None if its type proposes none."""
    move = KNOWN.row(message_type)
    if move is None or move.edition != RAISES:
        return None
    return editions.shared(node, members).digest


def check_shared(node: Node, draft: Draft, values: Mapping[str, Any]) -> None:
    """Raise unless all who would read a message of assistance are known, and may have it."""
    readers.check(node, draft.type, draft.members)
    if "solution" in values:
        solutions.check_sharing(node, values["solution"], list(draft.members))

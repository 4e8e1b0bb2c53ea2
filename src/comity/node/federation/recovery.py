"""Going on honestly after a restored backup: compare with partners, open an epoch, take back.

Rule 1: a log that may be behind its own past is never appended to; the next epoch is opened, with
the largest checkpoint that anybody or the head guard holds of the old one. A restored node has no
guard: it makes one when somebody could be asked, or on the operator's word. Rule 2: what this node
had acknowledged comes back from those it was acknowledged to. Rule 3: until a partner was asked,
nothing new is said in conversations with it, so that no number is used twice.
"""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from django.db import connection

from comity.canonical import (
    ComityError,
    OperationError,
    PeerError,
    decode,
    members,
    parse_time,
)
from comity.ledger import LogOrigin, open_checkpoint, peek_checkpoint
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.partner_http import PartnerClient
from comity.node.federation import unentered_items
from comity.node.federation.resend_after_restore import take_back
from comity.node.log import refusals
from comity.node.log.epochs import open_epoch
from comity.node.log.group_commit import Committer
from comity.node.log.refusals import Job
from comity.node.log.store import read_head, root_at
from comity.node.log.superseded import check_newest, forget, proof, supersede
from comity.node.messages.recovery_marker import BEGINNING, Marker, read_marker

_LOG = logging.getLogger("comity.recovery")


class NobodyAnsweredError(OperationError, code="log-unconfirmed"):
    """A restored node could not ask a partner what it had signed. Its log waits."""


@dataclass(frozen=True)
class Asked:
    """What partners and witnesses said of this node's log.

    Attributes:
        newest: the newest checkpoint that one holds beyond our tree, a note, or None.
        answered: whether anybody answered at all.
    """

    newest: str | None
    answered: bool


def begin(node: Node, committer: Committer, client: PartnerClient) -> None:
    """Guard the log at the start, compare it with partners, open a new epoch if it may be behind.

    Raises:
        HeadGuardError, RegisterBehindError, HeadGuardOldError: the log must not go on.
        LogSupersededError: somebody holds a later epoch, and this folder was not restored: it is
            the copy that a restored node left behind.
        NobodyAnsweredError: the node was restored, and nobody could be asked.
    """
    marker = read_marker(node.config.folder)
    if marker is None or marker.opened:
        committer.settle()
    if marker is not None and marker.opened:
        return  # `Copies` asks soon
    asked = ask_partners(node, client)
    if marker is None and asked.newest is None:
        return
    if marker is None:
        check_epoch(node, asked.newest or "")
    told = asked.answered or (marker is not None and marker.word) or node.guard.read() is not None
    if not told:
        raise NobodyAnsweredError(
            "nobody could be asked what this node had signed; see `comity guard renew`"
        )
    since = marker.since if marker else BEGINNING
    word = marker.word if marker else ""
    partners = tuple(p for p in node.directory.parties() if p != node.party)
    # Written first: a crash from here on finds a restored node, not one that never was behind.
    Marker(since, partners, opened=False, word=word).write(node.config.folder)
    epoch = open_epoch(
        node,
        committer,
        newest=_newest_of(node, asked.newest),
        reason="restored-backup",
        at=now(),
        word=word,
    )
    forget(node.config.folder)
    _LOG.warning("restored: the log goes on in epoch %d", epoch)
    Marker(since, partners, opened=True).write(node.config.folder)


def _newest_of(node: Node, held: str | None) -> str | None:
    """Return the newest of what partners, the guard and a newer copy hold beyond our tree."""
    kept, newer = node.guard.read(), proof(node.config.folder)
    notes = [note for note in (held, kept.decode() if kept else None, newer) if note]
    found = [(place, note) for note in notes if (place := beyond(node, note)) is not None]
    return max(found)[1] if found else None


def ask_partners(node: Node, client: PartnerClient) -> Asked:
    """Ask partners and witnesses for the newest checkpoint of this log that they hold.

    Those that do not answer are left out; a node that was never behind works without them.
    """
    parties = [p for p in node.directory.parties() if p != node.party and client.reachable(p)]
    if not parties:
        return Asked(None, answered=False)
    with ThreadPoolExecutor(max_workers=min(8, len(parties))) as pool:
        told = list(pool.map(partial(_held_aside, node, client), parties))
    notes = [note for note in told if note]
    found = [(place, note) for note in notes if (place := beyond(node, note)) is not None]
    answered = any(note is not None for note in told)
    return Asked(max(found)[1] if found else None, answered=answered)


def held_by(node: Node, client: PartnerClient, party: str) -> str | None:
    """Return the checkpoint of our log that a party holds, empty if none; None: no answer.

    Args:
        node: this node.
        client: its client.
        party: whom to ask.
    """
    body = json.dumps(node.party).encode()
    try:
        answer = client.call(party, "POST", "/exchange/v1/checkpoint", body=body)
        fields = members(decode(answer.body, max_bytes=65536), {"checkpoint": (str, type(None))})
    except ComityError:
        return None
    return str(fields["checkpoint"] or "")


def _held_aside(node: Node, client: PartnerClient, party: str) -> str | None:
    """Ask as `held_by` does, in a thread whose connection is not used again."""
    try:
        return held_by(node, client, party)
    finally:
        connection.close()


def beyond(node: Node, note: str) -> tuple[int, int] | None:
    """Return epoch and size of a genuine checkpoint that our newest tree does not reach.

    Args:
        node: this node.
        note: what somebody holds of its log; not trusted.
    """
    head = read_head()
    try:
        origin = LogOrigin.parse(peek_checkpoint(note.encode()).origin)
        verifiers = node.directory.log_verifiers(node.party, str(origin))
        theirs = open_checkpoint(note.encode(), verifiers).checkpoint
    except PeerError:
        return None
    place = origin.epoch, theirs.tree_size
    if str(origin) != node.origin(origin.epoch) or not theirs.tree_size:
        return None
    if origin.epoch == head.epoch and theirs.tree_size <= head.frontier.tree_size:
        agrees = root_at(head.epoch, theirs.tree_size) == theirs.root
        return None if agrees else place
    return place if origin.epoch >= head.epoch else None


def check_epoch(node: Node, note: str) -> None:
    """Keep a checkpoint that shows a newer copy of this node at work, and raise.

    Args:
        node: this node.
        note: what somebody holds of its log; not trusted.

    Raises:
        LogSupersededError: it is genuine, and of a later epoch than the register's.
    """
    place = beyond(node, note)
    if place is not None and place[0] > read_head().epoch:
        supersede(node.config.folder, note)
        check_newest(node.config.folder)


def step(node: Node, committer: Committer, client: PartnerClient) -> int:
    """Take back what partners hold; return how many records came.

    One that does not answer, or refuses for good, keeps no other waiting. One that only files reach
    stays owed until a file with what it holds comes (`comity export --since`), or the operator
    settles it. A partner counts as heard once everything it gives back was entered, or kept for a
    person: `unentered_items` says what the latter closes.
    """
    marker = read_marker(node.config.folder)
    if marker is not None and not marker.opened:
        return 0
    came = 0
    owed = marker.partners if marker else ()
    for party in sorted({*owed, *unentered_items.partners_to_ask()}):
        if not client.reachable(party) or refusals.is_held(Job.RECOVERY, party):
            continue
        since = marker.since if marker and party in owed else BEGINNING
        try:
            with refusals.asking(Job.RECOVERY, party):
                came += take_back(node, committer, client, party, since=parse_time(since))
        except ComityError as fault:
            _LOG.info("recovery from %s waits: %s", party, fault.code)
        else:
            unentered_items.close_hearing(party)
            settle(node, party)
    return came


def settle(node: Node, party: str) -> None:
    """Record that a partner was heard: messages to it may be written again."""
    marker = read_marker(node.config.folder)
    if marker is not None and marker.opened:
        left = tuple(p for p in marker.partners if p != party)
        Marker(marker.since, left, opened=True).write(node.config.folder)

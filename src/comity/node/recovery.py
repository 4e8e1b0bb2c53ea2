"""Going on honestly after a restored backup: compare with partners, open an epoch, take back.

Rule 1: a log that may be behind its own past is never appended to; the next epoch is opened, with
the largest checkpoint anybody holds of the old one. Rule 2: what this node had acknowledged comes
back from those it was acknowledged to. Rule 3: until a partner was asked, nothing new is said in
conversations with it, so that no number is used twice.
"""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.db import connection

from comity.canonical import (
    ComityError,
    PeerError,
    decode,
    members,
    parse_time,
)
from comity.ledger import open_checkpoint
from comity.node.clock import now
from comity.node.committer import Committer
from comity.node.epochs import open_epoch
from comity.node.logstore import read_head, root_at
from comity.node.marker import Marker, read_marker
from comity.node.node import Node
from comity.node.partner_http import PartnerClient
from comity.node.restitution import take_back

BEGINNING: Final = "2000-01-01T00:00:00Z"  # a folder copied by hand does not say its age
_LOG = logging.getLogger("comity.recovery")


def begin(node: Node, committer: Committer, client: PartnerClient) -> None:
    """Compare with partners at the start and open a new epoch if this log may be behind."""
    marker = read_marker(node.config.folder)
    if marker is not None and marker.opened:
        return
    held = newest_held(node, client)
    if marker is None and held is None:
        return
    since = marker.since if marker else BEGINNING
    partners = tuple(p for p in node.directory.parties() if p != node.party)
    epoch = open_epoch(node, committer, newest=held, reason="restored-backup", at=now())
    Marker(since, partners, opened=True).write(node.config.folder)
    _LOG.warning("restored: the log goes on in epoch %d", epoch)


def newest_held(node: Node, client: PartnerClient) -> str | None:
    """Return the largest checkpoint of this log that a partner holds beyond ours, or None.

    Partners that do not answer are left out; the node must be able to work without them.
    """
    parties = [p for p in node.directory.parties() if p != node.party and client.reachable(p)]
    if not parties:
        return None
    with ThreadPoolExecutor(max_workers=min(8, len(parties))) as pool:
        notes = [note for note in pool.map(lambda p: _ask(node, client, p), parties) if note]
    found: tuple[int, str] | None = None
    for note in notes:
        size = _beyond(node, note)
        if size and (found is None or size > found[0]):
            found = size, note
    return found[1] if found else None


def _ask(node: Node, client: PartnerClient, party: str) -> str | None:
    body = json.dumps(node.party).encode()
    try:
        answer = client.call(party, "POST", "/exchange/v1/checkpoint", body=body)
        fields = members(decode(answer.body, max_bytes=65536), {"checkpoint": (str, type(None))})
    except ComityError:
        return None
    finally:
        connection.close()
    note = fields["checkpoint"]
    return None if note is None else str(note)


def _beyond(node: Node, note: str) -> int:
    """Return the size of a genuine checkpoint of our newest epoch that our tree does not reach."""
    head = read_head()
    origin = node.origin(head.epoch)
    try:
        signed = open_checkpoint(note.encode(), node.directory.log_verifiers(node.party, origin))
    except PeerError:
        return 0
    theirs, size = signed.checkpoint, head.frontier.tree_size
    if theirs.origin != origin:
        return 0
    if theirs.tree_size > size:
        return theirs.tree_size
    if theirs.tree_size and root_at(head.epoch, theirs.tree_size) != theirs.root:
        return theirs.tree_size
    return 0


def step(node: Node, committer: Committer, client: PartnerClient) -> int:
    """Take back what one more partner holds; return how many records came."""
    marker = read_marker(node.config.folder)
    if marker is None or not marker.opened:
        return 0
    came = 0
    for party in marker.partners:
        if client.reachable(party):
            came += take_back(node, committer, client, party, since=parse_time(marker.since))
        left = tuple(p for p in marker.partners if p != party)
        marker = Marker(marker.since, left, opened=True)
        marker.write(node.config.folder)
    return came

"""Seeing that a partner's log is one log: each receipt's tree is linked to the newest we know.

A receipt names a tree; the newest tree known of that log must begin with it, or go on from it. What
cannot be asked for stays unlinked and is shown so; what contradicts is marked, and a person told.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from comity.canonical import ComityError, OperationError, PeerError, decode, members, unb64
from comity.exchange import parse_receipt
from comity.keys import jws
from comity.ledger import (
    Checkpoint,
    LogOrigin,
    SignedCheckpoint,
    open_checkpoint,
    verify_consistency,
)
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.partner_http import PartnerClient, PartnerRefusedError
from comity.node.log import audit
from comity.node.log.partner_checkpoints import keep_checkpoint
from comity.node.log.successor_logs import has_ended
from comity.node.models import PartnerCheckpoint, ReceiptRow

MOST: Final = 8


class LogsDisagreeError(PeerError, code="logs-disagree"):
    """A partner's receipt is from a log that is not a beginning of the log it shows now."""


def link_receipts(node: Node, client: PartnerClient) -> int:
    """Ask partners for the proofs that link receipts to their newest checkpoints.

    Returns:
        How many receipts were linked. One that cannot be is marked and a person is told.
    """
    newest = _newest()
    silent = {p for p in {row.party for row in newest.values()} if not client.reachable(p)}
    rows = ReceiptRow.objects.filter(fault="", linked=False).exclude(party=node.party)
    done = asked = 0
    for row in rows.exclude(party__in=silent).order_by("kept_at").iterator():
        known = newest.get(_origin(row))
        if known is None or row.party in silent:
            continue
        try:
            asked += 1
            done += _link(node, client, row, known)
        except OperationError:
            silent.add(row.party)  # nobody else waits because this one does not answer
        if asked == MOST:
            break
    return done


def _newest() -> dict[str, PartnerCheckpoint]:
    """Return the newest known tree of every log that goes on; an ended epoch proves no more."""
    rows = list(PartnerCheckpoint.objects.all())
    last = {p: max(_epoch(r.origin) for r in rows if r.party == p) for p in {r.party for r in rows}}
    return {row.origin: row for row in rows if _epoch(row.origin) == last[row.party]}


def _epoch(origin: str) -> int:
    return LogOrigin.parse(origin).epoch


def _origin(row: ReceiptRow) -> str:
    receipt = parse_receipt(jws.parse(bytes(row.jws)).payload)
    return receipt.checkpoint.partition("\n")[0]


def _link(node: Node, client: PartnerClient, row: ReceiptRow, known: PartnerCheckpoint) -> int:
    receipt = parse_receipt(jws.parse(bytes(row.jws)).payload)
    signed = _opened(node, row.party, known.origin, receipt.checkpoint)
    tree = signed.checkpoint
    newest = Checkpoint(known.origin, known.tree_size, bytes(known.root))
    try:
        if tree.tree_size == newest.tree_size:
            _same(tree, newest)
        else:
            old, new = sorted((tree, newest), key=lambda c: c.tree_size)
            _consistent(node, client, row.party, old, new)
    except PeerError as fault:
        return _disagree(row, fault, now())
    with transaction.atomic():
        keep_checkpoint(row.party, signed, now())
        return ReceiptRow.objects.filter(pk=row.pk, fault="", linked=False).update(linked=True)


def _opened(node: Node, party: str, origin: str, note: str) -> SignedCheckpoint:
    return open_checkpoint(note.encode(), node.directory.log_verifiers(party, origin))


def _same(one: Checkpoint, other: Checkpoint) -> None:
    if one.root != other.root:
        raise LogsDisagreeError("two roots for one size")


def _consistent(
    node: Node, client: PartnerClient, party: str, old: Checkpoint, new: Checkpoint
) -> None:
    query = f"from={old.tree_size}&to={new.tree_size}&origin={new.origin}"
    answer = client.call(party, "GET", "/exchange/v1/consistency", query=query)
    if answer.status != 200:
        _not_shrunk(node, client, party, new)
        raise PartnerRefusedError(f"the partner answered {answer.status}")
    fields = members(decode(answer.body, max_bytes=16384), {"path": list})
    path = [unb64(item, size_bytes=32) for item in fields["path"]]
    verify_consistency(
        old_size=old.tree_size,
        new_size=new.tree_size,
        proof=path,
        old_root=old.root,
        new_root=new.root,
    )


def _not_shrunk(node: Node, client: PartnerClient, party: str, held: Checkpoint) -> None:
    """Raise `LogsDisagreeError` if a partner signs now that its log is smaller than it was.

    An honest restore ends the log where others had last seen it. One that could not ask us ends it
    before the tree that we hold, and its statement says so.
    """
    path = f"{LogOrigin.parse(held.origin).path}/checkpoint"
    answer = client.call(party, "GET", path)
    try:
        now_held = _opened(node, party, held.origin, answer.body.decode()).checkpoint
    except (ComityError, UnicodeDecodeError):
        return
    smaller = now_held.origin == held.origin and now_held.tree_size < held.tree_size
    if smaller and not has_ended(node, client, party, held.origin):
        raise LogsDisagreeError("the log is smaller than it was")


@transaction.atomic
def _disagree(row: ReceiptRow, fault: PeerError, at: datetime) -> int:
    ReceiptRow.objects.filter(pk=row.pk).update(fault=LogsDisagreeError.code)
    audit.note(
        at=at,
        actor=row.party,
        action="log.disagree",
        subject=row.record,
        detail=fault.code,
    )
    return 0

"""Seeing that a partner's log is one log: each receipt's tree is linked to the newest we know."""

from datetime import datetime
from typing import Final

from comity.canonical import PeerError, decode, members, unb64
from comity.exchange import parse_receipt
from comity.keys import jws
from comity.ledger import Checkpoint, parse_checkpoint, parse_note, verify_consistency
from comity.node import audit
from comity.node.clock import now
from comity.node.models import PartnerCheckpoint, ReceiptRow
from comity.node.node import Node
from comity.node.partner_http import PartnerClient, PartnerRefusedError

MOST: Final = 8


class LogsDisagreeError(PeerError):
    """A partner's receipt is from a log that is not a beginning of the log it shows now."""

    code = "logs-disagree"


def link_receipts(node: Node, client: PartnerClient) -> int:
    """Ask partners for the proofs that link receipts to their newest checkpoints.

    Returns:
        How many receipts were linked. One that cannot be is marked and a person is told.
    """
    rows = ReceiptRow.objects.filter(fault="", linked=False).exclude(party=node.party)
    done = 0
    for row in rows.order_by("kept_at")[:MOST]:
        done += _link(node, client, row)
    return done


def _link(node: Node, client: PartnerClient, row: ReceiptRow) -> int:
    receipt = parse_receipt(jws.parse(bytes(row.jws)).payload)
    tree = parse_checkpoint(parse_note(receipt.checkpoint.encode()).text)
    known = PartnerCheckpoint.objects.filter(origin=tree.origin).first()
    if known is None or not client.reachable(row.party):
        return 0
    newest = Checkpoint(known.origin, known.tree_size, bytes(known.root))
    if tree.tree_size > newest.tree_size:
        return 0
    try:
        if tree.tree_size == newest.tree_size:
            _same(tree, newest)
        else:
            _consistent(client, row.party, tree, newest)
    except PeerError as fault:
        return _disagree(row, fault, now())
    row.linked = True
    row.save(update_fields=["linked"])
    return 1


def _same(one: Checkpoint, other: Checkpoint) -> None:
    if one.root != other.root:
        raise LogsDisagreeError("two roots for one size")


def _consistent(client: PartnerClient, party: str, old: Checkpoint, new: Checkpoint) -> None:
    query = f"from={old.tree_size}&to={new.tree_size}&origin={new.origin}"
    answer = client.call(party, "GET", "/exchange/v1/consistency", query=query)
    if answer.status != 200:
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


def _disagree(row: ReceiptRow, fault: PeerError, at: datetime) -> int:
    row.fault = LogsDisagreeError.code
    row.save(update_fields=["fault"])
    audit.note(
        at=at,
        actor=row.party,
        action="log.disagree",
        subject=row.record,
        detail=fault.code,
    )
    return 0

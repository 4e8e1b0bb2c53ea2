"""Checkpoints of partners' logs: the newest that this node verified and holds."""

from datetime import datetime

from comity.ledger import Checkpoint, SignedCheckpoint
from comity.node.models import PartnerCheckpoint


def known_checkpoint(party: str, origin: str | None = None) -> Checkpoint | None:
    """Return the newest checkpoint of a partner's log that this node holds."""
    rows = PartnerCheckpoint.objects.filter(party=party)
    if origin is not None:
        rows = rows.filter(origin=origin)
    row = rows.order_by("-seen_at", "-tree_size").first()
    return Checkpoint(row.origin, row.tree_size, bytes(row.root)) if row else None


def keep_checkpoint(party: str, signed: SignedCheckpoint, at: datetime) -> None:
    """Keep a partner's verified checkpoint if it is the largest of its log so far.

    Only the first of a log, or one that was shown to continue the one held: else a log with two
    histories could make us forget the first. The others wait for `consistency`.
    """
    tree = signed.checkpoint
    text = signed_note(signed)
    row, new = PartnerCheckpoint.objects.get_or_create(
        origin=tree.origin,
        defaults={
            "party": party,
            "tree_size": tree.tree_size,
            "root": tree.root,
            "note": text,
            "seen_at": at,
        },
    )
    if not new and row.tree_size < tree.tree_size:
        row.tree_size, row.root, row.note, row.seen_at = tree.tree_size, tree.root, text, at
        row.save()


def signed_note(signed: SignedCheckpoint) -> str:
    """Return the note with the signatures that were verified."""
    lines = "".join(signature.line() for signature in signed.note.verified)
    return f"{signed.note.text}\n{lines}"

"""Anchors over audit rows: each is a leaf of the log and continues the anchor before.

Once a checkpoint that covers an anchor is with a partner or a witness, no row under it can be
changed, removed or added unseen. What is done before, or never recorded, no anchor shows.

Source: spec/10-log.md, Audit.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from comity.canonical import digest, digest_text
from comity.canonical.json import encode
from comity.node.core import prepared_sql
from comity.node.core.clock import now
from comity.node.log.store import Batch
from comity.node.models import AuditRow

KIND: Final = "audit.anchored"
FIRST: Final = bytes(32)
"""What the first anchor continues."""
LONGEST: Final = timedelta(minutes=10)
"""How long a row may wait for its anchor (`C-10-36`)."""


def row_digest(row: AuditRow) -> bytes:
    """Return the 32-byte digest of an audit row (`C-10-37`)."""
    at = row.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    value = {
        "action": row.action,
        "actor": row.actor,
        "at": at,
        "detail": row.detail,
        "id": row.pk,
        "subject": row.subject,
    }
    place = {"epoch": row.epoch, "index": row.index}
    value |= {name: number for name, number in place.items() if number is not None}
    return digest("audit-row", bytes(row.salt), encode(value))


def anchor_digest(before: bytes, rows: Iterable[AuditRow]) -> bytes:
    """Return the 32-byte digest of an anchor (`C-10-38`).

    Args:
        before: digest of the anchor before, or nothing for the first.
        rows: what it anchors, in any order.
    """
    ordered = sorted(rows, key=lambda row: row.pk)
    return digest("audit-anchor", before or FIRST, *map(row_digest, ordered))


def add_to(batch: Batch, *, at: datetime) -> None:
    """Anchor every row that no leaf anchors yet, by one leaf at the end of a batch.

    Args:
        batch: of the transaction that this runs in, after its works.
        at: this node's clock.
    """
    index = batch.head.frontier.tree_size + len(batch.leaves)
    place = {"anchor_epoch": batch.head.epoch, "anchor_index": index}
    rows = prepared_sql.change(AuditRow, place, "anchor_epoch IS NULL")
    if not rows:
        return
    batch.audit_anchor = anchor_digest(batch.audit_anchor, rows)
    batch.append(salt=os.urandom(32), kind=KIND, time=at, record=digest_text(batch.audit_anchor))


def ask(batch: Batch) -> None:
    """Have the rows anchored that wait, even if the commit adds nothing else; a work by itself."""
    batch.anchors_audit = True


def is_due() -> bool:
    """Tell whether a row has waited so long that it is to be anchored by itself."""
    oldest = AuditRow.objects.filter(anchor_epoch=None).order_by("pk").values_list("at", flat=True)
    first = oldest.first()
    # half of the time allowed: the loop that asks is not always on time
    return first is not None and abs(now() - first) >= LONGEST / 2

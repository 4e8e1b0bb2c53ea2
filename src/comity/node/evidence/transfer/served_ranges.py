"""What of a package left this node, and to whom: ranges count, in whatever order they are asked.

A range counts before its first byte is sent, in a transaction of its own; a line that breaks may
have carried less. Once a party was given all but a block of 1 MiB, or all but a hundredth, the log
says ``evidence.served``: what is left can be guessed from the hashes of the blocks, or is not worth
the record. Below that the audit says that it was given a part. ADR 0086.
"""

import os
from datetime import datetime
from typing import Final

from comity.evidence.blocks import BLOCK_BYTES
from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import GivenBytes, Package

MOST_SPANS: Final = 256
"""Kept of one party; where there are more, the smallest gaps count as given."""

type Spans = list[tuple[int, int]]


def record_range(
    committer: Committer, package: Package, party: str, *, start: int, end: int, size: int
) -> None:
    """Record that a party is about to be given a range.

    Args:
        committer: of this node.
        package: of ours, offered to the party.
        party: whom it is given to.
        start: first byte.
        end: one past the last byte; an empty range is none.
        size: of the sealed package in bytes.
    """
    if start < end:
        at = now()
        committer.run(lambda batch: _count(batch, package.root, party, (start, end), size, at=at))


def record_whole(committer: Committer, package: Package, party: str, *, size: int) -> None:
    """Record that a party has a whole package: it said so, or a file with it was made."""
    at = now()

    def work(batch: Batch) -> None:
        row = GivenBytes.objects.filter(root=package.root, party=party).first()
        if row is None or not row.is_served:
            _count(batch, package.root, party, (0, size), size, at=at)
        GivenBytes.objects.filter(root=package.root, party=party).update(is_whole=True)

    committer.run(work)


def has_whole(package: Package, party: str) -> bool:
    """Return whether a party is known to have a whole package."""
    return GivenBytes.objects.filter(root=package.root, party=party, is_whole=True).exists()


def _count(
    batch: Batch, root: str, party: str, span: tuple[int, int], size: int, *, at: datetime
) -> None:
    row, new = GivenBytes.objects.select_for_update().get_or_create(
        root=root, party=party, defaults={"spans": [], "changed_at": at}
    )
    before: Spans = [(start, end) for start, end in row.spans]
    if row.is_served and any(start < span[1] and span[0] < end for start, end in before):
        before, row.is_served, new = [], False, True  # it takes the package once more
    after = merged([*before, span])
    if not row.is_served and is_given(after, size):
        row.is_served = True
        leaf = batch.append(salt=os.urandom(32), kind="evidence.served", time=at, record=root)
        audit.note(
            at=at,
            actor=party,
            action="evidence.served",
            subject=root,
            epoch=batch.head.epoch,
            leaf=leaf,
        )
    elif new:
        audit.note(at=at, actor=party, action="evidence.served-in-part", subject=root)
    row.spans, row.changed_at = after, at
    row.save()


def merged(spans: Spans) -> Spans:
    """Return ranges as disjoint ones in order, at most `MOST_SPANS`."""
    found: Spans = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    while len(found) > MOST_SPANS:
        gaps = [found[i + 1][0] - found[i][1] for i in range(len(found) - 1)]
        least = gaps.index(min(gaps))
        found[least : least + 2] = [(found[least][0], found[least + 1][1])]
    return found


def is_given(spans: Spans, size: int) -> bool:
    """Return whether so much of a package was given that it counts as served."""
    left = size - sum(end - start for start, end in spans)
    return bool(spans) and left <= max(BLOCK_BYTES, size // 100)

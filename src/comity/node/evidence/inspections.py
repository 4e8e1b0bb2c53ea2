"""Inspections of disk images as a domestic record of an exhibit.

The document stays in this office; the log has its digest (kind ``domestic.note``), so that nobody
can later tell another one. It is evidence plaintext, and is deleted with the sealed bytes.

Source: docs/reference/inspection.md; spec 4 and 10.
"""

import os
from datetime import datetime
from typing import Any, Final

from comity.canonical import MisuseError, decode, digest_text
from comity.forensics.inspection import MAX_BYTES, canonical, inspection_digest
from comity.node.actions.perform import Unchanged
from comity.node.evidence import custody, exhibits
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import Exhibit, InspectionRow, Package

MAX_PER_EXHIBIT: Final = 20


class InspectionsFullError(MisuseError, code="inspections-full"):
    """The exhibit has reached its limit of inspections."""


def keep(
    committer: Committer, name: str, value: object, *, user: str, at: datetime
) -> str | Unchanged:
    """Keep an inspection of an exhibit; one that is kept already stays as it was.

    Args:
        committer: of this node.
        name: as for `exhibits.find`.
        value: the document, decoded JSON of somebody else.
        user: who hands it in, for the audit.
        at: this node's clock.

    Returns:
        Its digest text, as `Unchanged` where it is kept already.

    Raises:
        Exhibit.DoesNotExist: no such exhibit here.
        InspectionError: it is none.
        InspectionsFullError: there are many already.
        PackageDestroyedError: the exhibit was destroyed here.
    """
    data = canonical(value)
    digest = inspection_digest(data)
    holding = exhibits.find(name)
    exhibit = holding.exhibit

    def work(batch: Batch) -> str | Unchanged:
        kept = InspectionRow.objects.filter(exhibit=exhibit)
        if kept.filter(digest=digest_text(digest)).exists():
            return Unchanged(digest_text(digest))
        if Package.objects.filter(exhibit=exhibit, stage=Package.Stage.DESTROYED).exists():
            raise custody.PackageDestroyedError("it was destroyed here; nothing can follow")
        if kept.count() >= MAX_PER_EXHIBIT:
            raise InspectionsFullError(f"{MAX_PER_EXHIBIT} inspections are kept of an exhibit")
        leaf = batch.append(
            salt=os.urandom(32), kind="domestic.note", time=at, record=digest_text(digest)
        )
        InspectionRow.objects.create(
            exhibit=exhibit, digest=digest_text(digest), document=data, at=at, by=user
        )
        audit.note(
            at=at,
            actor=user,
            action="evidence.inspected",
            subject=holding.subject,
            detail=digest_text(digest),
            epoch=batch.head.epoch,
            leaf=leaf,
        )
        return digest_text(digest)

    return committer.run(work).value


def of(exhibit: str) -> list[tuple[InspectionRow, dict[str, Any]]]:
    """Return the inspections of an exhibit with their documents, newest first."""
    rows = InspectionRow.objects.filter(exhibit=exhibit).order_by("-at", "-pk")
    return [(row, decode(bytes(row.document), max_bytes=MAX_BYTES)) for row in rows]


def inspected(exhibits_: list[str]) -> set[str]:
    """Return which of many exhibits have an inspection."""
    rows = InspectionRow.objects.filter(exhibit__in=exhibits_)
    return set(rows.values_list("exhibit", flat=True))


def forget(exhibit: str) -> None:
    """Delete the inspections of an exhibit that is destroyed, or whose kept copy is.

    Inside the caller's transaction; the log keeps their digests.
    """
    row = Exhibit.objects.filter(exhibit=exhibit).exclude(kept_of="").first()
    names = [exhibit, row.kept_of] if row else [exhibit]
    InspectionRow.objects.filter(exhibit__in=names).delete()

"""Markers on what is sensitive: victims' data, pictures, child sexual abuse material.

A marker is a domestic record: its digest joins this node's log, the row and the reason stay here.
It is lifted with a reason and never deleted; the marker of abuse material only by another person
than the one who set it.

Source: ADR 0045.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from comity.canonical import MisuseError, digest, digest_text, encode, parse_digest, time_text
from comity.node.actions.perform import Unchanged
from comity.node.core.http_errors import Forbidden
from comity.node.evidence import exhibits
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch, Leaf
from comity.node.models import Mark, Original
from comity.node.search import index

MAX_REASON_CHARS: Final = 1000
ABUSE: Final = Mark.Marker.ABUSE


class MarkError(MisuseError, code="mark"):
    """A marker or the reason for it is none that can be set."""


class MarkOwnError(MisuseError, code="mark-own"):
    """Who set the marker of abuse material may not lift it; a second person must."""


class AbuseMaterialError(Forbidden, MisuseError, code="abuse-material"):
    """It is marked as abuse material: its bytes leave only for an examiner, by the command line."""


class ReasonNeededError(Forbidden, MisuseError, code="reason-needed"):
    """It is marked as sensitive: who wants to see it says why first, on its page."""


def of(kind: str, subjects: Iterable[str]) -> dict[str, tuple[Mark, ...]]:
    """Return the markers that stand on many things, by thing, in one query."""
    found: dict[str, list[Mark]] = defaultdict(list)
    rows = Mark.objects.filter(kind=kind, subject__in=list(subjects), lifted_at=None)
    for row in rows.order_by("pk"):
        found[row.subject].append(row)
    return {name: tuple(every) for name, every in found.items()}


def of_offers(every: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Mark, ...]]:
    """Return the markers on exhibits that messages offer, by exhibit, in one query at most.

    Args:
        every: sections of each message.
    """
    offered = {str(one["offer"].get("exhibit", "")) for one in every if one.get("offer")}
    return of(Mark.Kind.EXHIBIT, offered) if offered else {}


def on(kind: str, subject: str) -> tuple[Mark, ...]:
    """Return the markers that stand on one thing."""
    return of(kind, [subject]).get(subject, ())


def is_abuse(kind: str, subject: str) -> bool:
    """Tell whether a thing is marked as child sexual abuse material."""
    rows = Mark.objects.filter(kind=kind, subject=subject, marker=ABUSE, lifted_at=None)
    return rows.exists()


def refuse_abuse(kind: str, subject: str) -> None:
    """Refuse to give bytes or pixels of abuse material.

    Raises:
        AbuseMaterialError: it is marked so.
    """
    if is_abuse(kind, subject):
        raise AbuseMaterialError("only its metadata and digests are shown here")


def named(kind: str, name: str) -> str:
    """Return the subject of a name: an exhibit that is here, or an original.

    Raises:
        Exhibit.DoesNotExist, Original.DoesNotExist: nothing here has that name.
        DigestError: the name of an original is no digest.
        MarkError: no such kind.
    """
    if kind == Mark.Kind.EXHIBIT:
        return exhibits.find(name).exhibit
    if kind != Mark.Kind.ORIGINAL:
        raise MarkError("exhibits and originals are marked")
    return Original.objects.only("digest").get(digest=digest_text(parse_digest(name))).digest


def put(
    committer: Committer, kind: str, name: str, marker: str, *, reason: str, user: str, at: datetime
) -> Mark | Unchanged:
    """Put a marker on a thing; one that stands stays as it is, and is returned as `Unchanged`.

    Args:
        committer: of this node.
        kind: of `Mark.Kind`.
        name: as for `named`.
        marker: of `Mark.Marker`.
        reason: in words; it stays in this office.
        user: who, for the audit.
        at: this node's clock.

    Raises:
        MarkError: an unknown marker, or no reason, or one too long.
        Exhibit.DoesNotExist, Original.DoesNotExist: nothing here has that name.
    """
    _check(marker, reason)
    subject = named(kind, name)

    def work(batch: Batch) -> Mark | Unchanged:
        standing = Mark.objects.filter(kind=kind, subject=subject, marker=marker, lifted_at=None)
        if (found := standing.first()) is not None:
            return Unchanged(found)
        return write(batch, kind, subject, marker, reason=reason, user=user, at=at, listed=False)

    return committer.run(work).value


def write(
    batch: Batch,
    kind: str,
    subject: str,
    marker: str,
    *,
    reason: str,
    user: str,
    at: datetime,
    listed: bool,
) -> Mark:
    """Write a marker in the caller's transaction. Arguments as `put`; ``listed``: set by a list."""
    standing = Mark.objects.filter(kind=kind, subject=subject, marker=marker, lifted_at=None)
    found = standing.first()
    if found is not None:
        return found
    made = Mark.objects.create(
        kind=kind, subject=subject, marker=marker, reason=reason, listed=listed, at=at, by=user
    )
    index.remarked(kind, subject)
    leaf = _leaf(batch, made, "mark.set", user=user, at=at, reason=reason)
    audit.note(
        at=at,
        actor=user,
        action="mark.set",
        subject=made.subject,
        detail=f"{kind} {marker}",
        epoch=batch.head.epoch,
        leaf=leaf,
    )
    return made


def lift(
    committer: Committer, kind: str, name: str, marker: str, *, reason: str, user: str, at: datetime
) -> None:
    """Lift a marker that stands. Arguments as `put`.

    Raises:
        MarkError: it does not stand, or no reason.
        MarkOwnError: abuse material, and who set it wants to lift it.
    """
    _check(marker, reason)
    subject = named(kind, name)

    def work(batch: Batch) -> None:
        standing = Mark.objects.filter(kind=kind, subject=subject, marker=marker, lifted_at=None)
        found = standing.first()
        if found is None:
            raise MarkError("this marker does not stand on it")
        if marker == ABUSE and found.by == user:
            raise MarkOwnError("another person must lift this marker")
        standing.update(lifted_at=at, lifted_by=user, lifted_reason=reason)
        index.remarked(kind, subject)
        leaf = _leaf(batch, found, "mark.lifted", user=user, at=at, reason=reason)
        audit.note(
            at=at,
            actor=user,
            action="mark.lifted",
            subject=subject,
            detail=f"{kind} {marker}",
            epoch=batch.head.epoch,
            leaf=leaf,
        )

    committer.run(work)


def _check(marker: str, reason: str) -> None:
    if marker not in Mark.Marker.values:
        raise MarkError(f"a marker is one of {', '.join(Mark.Marker.values)}")
    if not reason.strip() or len(reason) > MAX_REASON_CHARS:
        raise MarkError(f"a reason has 1 to {MAX_REASON_CHARS} characters")


def _leaf(batch: Batch, mark: Mark, act: str, *, user: str, at: datetime, reason: str) -> Leaf:
    """Return the leaf of an act on a marker, new in the log."""
    said = {
        "act": act,
        "at": time_text(at.replace(microsecond=0)),
        "by": user,
        "kind": str(mark.kind),
        "marker": str(mark.marker),
        "reason": reason,
        "subject": mark.subject,
    }
    return batch.append(
        salt=os.urandom(32),
        kind="domestic.note",
        time=at,
        record=digest_text(digest("mark", encode(said))),
    )

"""Seeing what is sensitive: only with a reason, which is kept with who and when."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from comity.node.log import audit
from comity.node.models import Mark, Viewing
from comity.node.sensitive import marks
from comity.node.sensitive.marks import MAX_REASON_CHARS, MarkError, ReasonNeededError

STEPS: Final = ("details", "blurred", "clearer", "bytes")
SHOWN_FOR: Final = timedelta(minutes=5)
READ_FOR: Final = timedelta(hours=1)
"""How long a reason lets the pages of one thing show it: a letter takes that long to write down."""


@transaction.atomic
def show(kind: str, name: str, step: str, *, reason: str, user: str, at: datetime) -> Viewing:
    """Record that somebody sees something sensitive; return the record, which lets it be seen.

    Args:
        kind: of `Mark.Kind`.
        name: as for `marks.named`.
        step: one of `STEPS`: names and texts; a picture blurred, or less so; the file itself.
        reason: in words; it stays in this office.
        user: who, for the audit.
        at: this node's clock.

    Raises:
        MarkError: no reason, or an unknown step.
        AbuseMaterialError: pixels of abuse material are asked for.
        Exhibit.DoesNotExist, Original.DoesNotExist: nothing here has that name.
    """
    if step not in STEPS or not reason.strip() or len(reason) > MAX_REASON_CHARS:
        raise MarkError(f"a reason has 1 to {MAX_REASON_CHARS} characters")
    subject = marks.named(kind, name)
    if step in {"blurred", "clearer"}:
        marks.refuse_abuse(kind, subject)
    audit.note(at=at, actor=user, action="sensitive.shown", subject=subject, detail=step)
    return Viewing.objects.create(
        id=secrets.token_hex(16),
        kind=kind,
        subject=subject,
        step=step,
        reason=reason,
        at=at,
        by=user,
    )


def still(identifier: str, *, user: str, at: datetime) -> Viewing:
    """Return a record by which a picture may be seen at this moment by this person.

    Raises:
        Viewing.DoesNotExist: there is none, it is over, or somebody else's.
        AbuseMaterialError: it was marked as abuse material meanwhile.
    """
    found = Viewing.objects.get(id=identifier, by=user, at__gt=at - SHOWN_FOR)
    marks.refuse_abuse(found.kind, found.subject)
    return found


def hidden(kind: str, subject: str, *, user: str, at: datetime) -> tuple[Mark, ...]:
    """Return the markers for which a thing's own pages hide names and texts from somebody.

    Args:
        kind: of `Mark.Kind`.
        subject: an exhibit, or the digest text of an original.
        user: who looks.
        at: this node's clock.

    Returns:
        Nothing where no marker stands, or this person said why within the hour; a reason opens
        nothing of abuse material.
    """
    standing = marks.on(kind, subject)
    if not standing or any(mark.marker == marks.ABUSE for mark in standing):
        return standing
    told = Viewing.objects.filter(
        kind=kind, subject=subject, step="details", by=user, at__gt=at - READ_FOR
    )
    return () if told.exists() else standing


def check(kind: str, subject: str, *, user: str, at: datetime) -> None:
    """Refuse names and texts of what is marked to who has not said why. Arguments as `hidden`.

    Raises:
        AbuseMaterialError: it is marked as abuse material.
        ReasonNeededError: it is marked otherwise.
    """
    standing = hidden(kind, subject, user=user, at=at)
    if any(mark.marker == marks.ABUSE for mark in standing):
        raise marks.AbuseMaterialError("only its metadata and digests are shown here")
    if standing:
        raise ReasonNeededError("it is marked: say on its page why you have to see it")

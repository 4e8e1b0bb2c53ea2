"""Four eyes on a destruction: one officer orders it, and nothing goes before another confirms.

The confirmation and the decision are one transaction, so two officers who confirm at the same
moment destroy once, and a process that dies leaves an order that waits or a destruction that goes
on by itself (`destruction.finish`).

Source: ADR 0045.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.canonical import MisuseError
from comity.evidence.custody import Event
from comity.node.core.clock import now
from comity.node.core.http_errors import Conflict, Forbidden
from comity.node.core.node import Node
from comity.node.evidence import destruction, exhibits
from comity.node.evidence.exhibits import Officer
from comity.node.evidence.inputs import ReasonInput
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.messages.second_officer import SecondOfficerError, check_second_officer
from comity.node.models import DestructionOrder

_OPEN: Final = DestructionOrder.Stage.OPEN


class DestructionOrderedError(Conflict, MisuseError, code="destruction-ordered"):
    """An order to destroy the exhibit waits already; it is confirmed or withdrawn first."""


class DestructionSameOfficerError(Forbidden, MisuseError, code="destruction-same-officer"):
    """The officer who ordered a destruction may not confirm it; a second person must."""


class DestructionEndedError(Conflict, MisuseError, code="destruction-ended"):
    """No order to destroy the exhibit waits: it was carried out or withdrawn."""


class DestructionChangedError(Conflict, MisuseError, code="destruction-changed"):
    """The data to destroy differ from the order. Order the destruction again."""


CONFIRMING: Final = (
    DestructionChangedError,
    DestructionEndedError,
    DestructionSameOfficerError,
    SecondOfficerError,
)
"""Why an order is not confirmed, besides what stands against the destruction itself."""


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """What became of an order.

    Attributes:
        exhibit: whose.
        event: ``destroyed``, or None while a second officer is awaited.
    """

    exhibit: str
    event: Event | None


def order(
    node: Node,
    committer: Committer,
    name: str,
    *,
    officer: Officer,
    reason: str,
    place: str | None = None,
    despite_retention: bool = False,
) -> Ordered:
    """Order a destruction; it is carried out at once only where the office's policy is one officer.

    Args, and faults besides these, as `destruction.destroy`.

    Raises:
        DestructionOrderedError: an order waits.
    """
    told = ReasonInput.checked(reason=reason, place=place)
    if node.config.destruction_officers == 1:
        done = destruction.destroy(
            node,
            committer,
            name,
            officer=officer,
            reason=told.reason,
            place=told.place,
            despite_retention=despite_retention,
        )
        return Ordered(exhibit=done.exhibit, event=done)
    at, holding = now(), exhibits.find(name)

    def work(_batch: Batch) -> None:
        found = destruction.plan(node, name, at=at)
        for fault in found.against:
            if not (despite_retention and isinstance(fault, destruction.ExhibitRetainedError)):
                raise fault
        if waiting(holding.exhibit) is not None:
            raise DestructionOrderedError("an order waits for a second officer already")
        DestructionOrder.objects.create(
            exhibit=holding.exhibit,
            roots=list(found.roots),
            reason=told.reason,
            place=told.place or "",
            despite_retention=despite_retention,
            officer=officer.identifier,
            user=officer.user,
            at=at,
        )
        audit.note(
            at=at, actor=officer.user, action="evidence.destruction-asked", subject=holding.subject
        )

    committer.run(work)
    return Ordered(exhibit=holding.exhibit, event=None)


def waiting(exhibit: str) -> DestructionOrder | None:
    """Return the order that waits for a second officer, or None."""
    return DestructionOrder.objects.filter(exhibit=exhibit, stage=_OPEN).first()


def confirm(node: Node, committer: Committer, name: str, *, officer: Officer) -> Event:
    """Confirm an order as the second officer: the bytes go. It cannot be undone.

    Args:
        node: this node.
        committer: its committer.
        name: as for `exhibits.find`.
        officer: who confirms.

    Raises:
        Exhibit.DoesNotExist: no such exhibit here.
        DestructionEndedError: no order waits.
        DestructionSameOfficerError: it is the officer's own.
        SecondOfficerError: the officer is not surely another person.
        DestructionChangedError: other packages would go than were ordered.
        ExhibitHeldError and the like: what stands against it by now.
        StorageError: the store refused; it goes on by itself.
    """
    at, holding = now(), exhibits.find(name)

    def work(batch: Batch) -> str:
        waits = _taken(holding.exhibit, DestructionOrder.Stage.CONFIRMED, officer, at)
        if officer.identifier == waits.officer or officer.user == waits.user:
            raise DestructionSameOfficerError("a second person must confirm it")
        check_second_officer(
            node, first=waits.officer, second=officer.identifier, ordered_at=waits.at, at=at
        )
        if list(destruction.plan(node, name, at=at).roots) != waits.roots:
            raise DestructionChangedError("what would go is not what was ordered: withdraw it")
        audit.note(
            at=at,
            actor=officer.user,
            action="evidence.destruction-confirmed",
            subject=holding.subject,
        )
        return destruction.decide(
            node,
            batch,
            name,
            officer=Officer(waits.officer, waits.user),
            reason=f"{waits.reason} (confirmed by {officer.identifier})",
            place=waits.place or None,
            despite_retention=waits.despite_retention,
            at=at,
        )

    return destruction.carry_out(node, committer, committer.run(work).value)


def withdraw(committer: Committer, name: str, *, officer: Officer) -> None:
    """Withdraw an order that waits; nothing was destroyed.

    Raises:
        Exhibit.DoesNotExist: no such exhibit here.
        DestructionEndedError: no order waits.
    """
    at, holding = now(), exhibits.find(name)

    def work(_batch: Batch) -> None:
        _taken(holding.exhibit, DestructionOrder.Stage.WITHDRAWN, officer, at)
        audit.note(
            at=at,
            actor=officer.user,
            action="evidence.destruction-withdrawn",
            subject=holding.subject,
        )

    committer.run(work)


def _taken(exhibit: str, stage: str, officer: Officer, at: datetime) -> DestructionOrder:
    """End the order that waits; of two who try, one succeeds. Inside a transaction."""
    found = waiting(exhibit)
    if found is None:
        raise DestructionEndedError("no order to destroy it waits")
    rows = DestructionOrder.objects.filter(pk=found.pk, stage=_OPEN)
    if not rows.update(stage=stage, ended_by=officer.user, ended_at=at):
        raise DestructionEndedError("no order to destroy it waits")
    return found

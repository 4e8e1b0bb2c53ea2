"""What this office does with an exhibit it holds: opened, re-verified, held, parted, copied.

Where the chain is the other side's to continue, events of the sealed copy that stayed here go into
that copy's own chain, which begins with ``derived`` (ADR 0022).

Source: spec 15.4.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.canonical import MisuseError, digest_text, new_id, parse_digest
from comity.evidence.custody import Event, Related, holds, may_write
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.evidence import custody
from comity.node.evidence.inputs import EventInput, PartInput
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import CustodyEvent, Exhibit, Package

NOTED: Final = ("opened", "reverified", "redacted", "held", "hold-lifted", "exported")
"""Events that an officer notes by themselves; parts, copies and destruction have acts of theirs."""


class HoldNoneError(MisuseError, code="hold-none"):
    """A legal hold is lifted, and none stands."""


@dataclass(frozen=True)
class Holding:
    """An exhibit as this office holds it.

    Attributes:
        exhibit: UUIDv7 by which it is known to both sides.
        package: its newest sealed package, or None: a part that is not sealed yet.
    """

    exhibit: str
    package: Package | None

    @property
    def root(self) -> bytes | None:
        """Return the root of the sealed package, or None."""
        return parse_digest(self.package.root) if self.package else None

    @property
    def subject(self) -> str:
        """Return what audit rows about it name: the package, or the exhibit."""
        return self.package.root if self.package else self.exhibit


@dataclass(frozen=True)
class Officer:
    """Who acts.

    Attributes:
        identifier: opaque, for the chain.
        user: name, for the audit; it stays in this office.
    """

    identifier: str
    user: str


def find(name: str) -> Holding:
    """Return the exhibit of a name.

    Args:
        name: root of a package (hex or digest text), or the exhibit's UUIDv7.

    Raises:
        Exhibit.DoesNotExist: nothing here has this name.
    """
    bare = name.removeprefix("sha256:")
    package = Package.objects.filter(root=f"sha256:{bare}").first()
    if package is not None:
        return Holding(package.exhibit, package)
    kept = Exhibit.objects.filter(exhibit=bare).exclude(kept_of="").first()
    if kept is not None:
        return Holding(kept.kept_of, Package.objects.get(root=kept.root))
    if not CustodyEvent.objects.filter(exhibit=bare).exists():
        raise Exhibit.DoesNotExist
    return Holding(bare, Package.objects.filter(exhibit=bare).order_by("-changed_at").first())


def note_reading(exhibit: str, *, by: str, way: str) -> None:
    """Write down that an officer read what is said of an exhibit.

    Args:
        exhibit: its identifier.
        by: user name.
        way: `desk` or `api`.
    """
    audit.note(at=now(), actor=by, action="exhibit.read", subject=exhibit, detail=way)


def kept_copy(exhibit: str) -> str:
    """Return the exhibit that stands for the copy which stayed here, or an empty text."""
    row = Exhibit.objects.filter(kept_of=exhibit).first()
    return row.exhibit if row else ""


def standing_holds(exhibit: str) -> tuple[Event, ...]:
    """Return the legal holds on an exhibit and on the copy that stayed here."""
    kept = kept_copy(exhibit)
    found = holds(custody.chain(exhibit))
    return found + holds(custody.chain(kept)) if kept else found


def note(
    node: Node,
    committer: Committer,
    name: str,
    *,
    event: str,
    officer: Officer,
    reason: str,
    decision: str | None = None,
    place: str | None = None,
    statement: bytes | None = None,
) -> Event:
    """Record a domestic event of an exhibit.

    Args:
        node: this node.
        committer: its committer.
        name: as for `find`.
        event: one of `NOTED`.
        officer: who acts.
        reason: why, in words.
        decision: of a hold and its end: who decided, when, and its number.
        place: where, in words.
        statement: of ``redacted``: record digest of the redacted bundle's statement.

    Raises:
        Exhibit.DoesNotExist: no such exhibit here.
        HoldNoneError: no hold stands that could be lifted.
        EvidenceInputError: what is stated does not go with the event.
        MisuseError: the chain does not allow the event.
    """
    if event not in NOTED:
        raise MisuseError("this event has an act or a message of its own")
    told = EventInput.checked(
        event=event,
        decision=decision,
        reason=reason,
        place=place,
        statement=None if statement is None else digest_text(statement),
    )
    holding = find(name)

    def work(batch: Batch) -> Event:
        # The clock is read in the transaction: the chain's last event may be younger than the call.
        facts: dict[str, Any] = {"at": now(), "party": node.party, "by": officer.identifier}
        exhibit = writable(batch, holding, officer, facts)
        if event == "hold-lifted" and not holds(custody.chain(exhibit)):
            raise HoldNoneError("no legal hold stands here that could be lifted")
        return custody.record(
            batch,
            exhibit,
            user=officer.user,
            subject=holding.subject,
            event=event,
            reason=told.words,
            place=told.place,
            digest_before=holding.root,
            digest_after=holding.root if statement is None else statement,
            **facts,
        )

    return committer.run(work).value


def derive(
    node: Node,
    committer: Committer,
    name: str,
    *,
    part: str | None,
    officer: Officer,
    reason: str,
    place: str | None = None,
) -> str:
    """Make an exhibit of a part, or of a copy; both chains say so in one transaction.

    Args:
        node: this node.
        committer: its committer.
        name: of the exhibit it comes from, as for `find`.
        part: which part, as the examiner's tool calls it; None makes a copy of the whole.
        officer: who acts.
        reason: why, in words.
        place: where, in words.

    Returns:
        The UUIDv7 of the new exhibit, to be given to ``comity seal --exhibit``.

    Raises:
        Exhibit.DoesNotExist: no such exhibit here.
        MisuseError: the chain does not allow it.
    """
    told = PartInput.checked(part=part, reason=reason, place=place)
    holding = find(name)

    def work(batch: Batch) -> str:
        at = now()  # read in the transaction: the chain's last event may be younger than the call
        made = new_id(at, os.urandom(10))
        facts: dict[str, Any] = {"at": at, "party": node.party, "by": officer.identifier}
        parent = writable(batch, holding, officer, facts)
        both = {"user": officer.user, "reason": told.reason, "place": told.place, **facts}
        custody.record(
            batch,
            parent,
            subject=holding.subject,
            event="copied" if told.part is None else "extracted",
            digest_before=holding.root,
            digest_after=holding.root,
            related=Related(exhibit=made, name=told.part),
            **both,
        )
        custody.record(
            batch,
            made,
            subject=made,
            event="derived",
            digest_before=holding.root,
            related=Related(exhibit=parent, name=told.part),
            **both,
        )
        return made

    return committer.run(work).value


def writable(batch: Batch, holding: Holding, officer: Officer, facts: Mapping[str, Any]) -> str:
    """Return the exhibit whose chain this office may continue, making a kept copy's if need be.

    Args:
        batch: gets the leaf of a chain that begins.
        holding: what the event is about.
        officer: who acts.
        facts: ``at``, ``party`` and ``by`` of the event.

    Raises:
        CustodyAwayError: the chain is the other side's, and nothing stayed here.
        PackageDestroyedError: it was destroyed here.
    """
    exhibit = holding.exhibit
    if Package.objects.filter(exhibit=exhibit, stage=Package.Stage.DESTROYED).exists():
        raise custody.PackageDestroyedError("it was destroyed here; nothing can follow")
    events = custody.chain(exhibit)
    if may_write(events, facts["party"]):
        return exhibit
    kept = kept_copy(exhibit)
    if kept:
        return kept
    if holding.package is None:
        raise custody.CustodyAwayError("the exhibit was handed over, and nothing of it stayed here")
    kept = new_id(facts["at"], os.urandom(10))
    Exhibit.objects.create(exhibit=kept, kept_of=exhibit, root=holding.package.root)
    custody.record(
        batch,
        kept,
        user=officer.user,
        subject=holding.subject,
        event="derived",
        reason=f"the sealed copy that stayed here at event {events[-1].number}",
        digest_before=holding.root,
        digest_after=holding.root,
        related=Related(exhibit=exhibit, name=None),
        **facts,
    )
    return kept


__all__ = [
    "NOTED",
    "HoldNoneError",
    "Holding",
    "Officer",
    "derive",
    "find",
    "kept_copy",
    "note",
    "standing_holds",
    "writable",
]

"""How long an exhibit is kept here, and its end: the bytes go, the fact stays.

Destruction is attested: nobody can prove a copy away. What was decided is recorded first, then the
bytes go, then the event ``destroyed`` is written; a crash between is finished at the next start.
The keys that open an exhibit lie with its examiner, never on the node.

Source: spec 15.4; ADR 0022.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from comity.canonical import MisuseError, parse_digest, time_text
from comity.evidence.custody import Event, may_write
from comity.node.cases.conversations import replay_of
from comity.node.cases.legal_holds import cases_of_exhibit, held
from comity.node.cases.privacy_errors import CaseHeldError
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.signals import work_changed
from comity.node.evidence import custody, exhibits, inspections
from comity.node.evidence.custody import PackageDestroyedError
from comity.node.evidence.exhibits import Holding, Officer
from comity.node.evidence.inputs import RetentionInput, check_until
from comity.node.evidence.packages import vault_of
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import Conversation, Exhibit, Package
from comity.node.search import index

_HERE: Final = (Package.Stage.SEALED, Package.Stage.STORED)


class ExhibitHeldError(MisuseError, code="exhibit-held"):
    """The exhibit is under legal hold; nothing of it may be destroyed before it is lifted."""


class ExhibitRetainedError(MisuseError, code="exhibit-retained"):
    """The retention period has not ended, and no reason for destruction was given."""


class ExhibitUnansweredError(MisuseError, code="exhibit-unanswered"):
    """The exhibit was offered to us, and we have neither confirmed nor rejected it."""


class ExhibitAbsentError(MisuseError, code="exhibit-absent"):
    """The sealed package of the exhibit is not here."""


@dataclass(frozen=True)
class Plan:
    """What a destruction would do, and what stands against it.

    Attributes:
        exhibit: by which both sides know it.
        roots: of the packages whose bytes would go, as digest texts, the newest last.
        size_bytes: of them together.
        holds: legal holds that stand; they cannot be overridden.
        retention_class, retain_until: as set here; empty and None if not.
        tell: party that is owed a message ``evidence.destroyed``, or empty.
        unfetched: the other side has not confirmed yet that it has its copy.
        against: why it is refused, the gravest first; empty if it may go on.
    """

    exhibit: str
    roots: tuple[str, ...]
    size_bytes: int
    holds: tuple[Event, ...]
    retention_class: str
    retain_until: datetime | None
    tell: str
    unfetched: bool
    against: tuple[MisuseError, ...]


def plan(node: Node, name: str, *, at: datetime) -> Plan:
    """Return what the destruction of an exhibit would do; nothing changes.

    Raises:
        Exhibit.DoesNotExist: no such exhibit here.
    """
    holding = exhibits.find(name)
    rows = list(Package.objects.filter(exhibit=holding.exhibit).order_by("changed_at"))
    here = [row for row in rows if row.stage in _HERE]
    kept = Exhibit.objects.filter(exhibit=holding.exhibit).first()
    until = kept.retain_until if kept else None
    standing = exhibits.standing_holds(holding.exhibit)
    events = custody.chain(holding.exhibit)
    incoming = [row for row in rows if not row.outgoing]
    sent = [row for row in rows if row.outgoing and row.offered_in]
    against: list[MisuseError] = []
    if standing:
        numbers = ", ".join(str(event.number) for event in standing)
        against.append(ExhibitHeldError(f"a legal hold stands (event {numbers}): have it lifted"))
    if held(cases_of_exhibit(holding.exhibit)):
        against.append(CaseHeldError("a legal hold stands on its case: have it lifted"))
    if not here:
        gone = any(row.stage == Package.Stage.DESTROYED for row in rows)
        against.append(
            PackageDestroyedError("it was destroyed here already")
            if gone
            else ExhibitAbsentError("no sealed bytes of this exhibit are here")
        )
    if any(_open_offer(row) for row in incoming):
        against.append(
            ExhibitUnansweredError("say first that it was received, or why it is rejected")
        )
    if until is not None and at < until:
        against.append(
            ExhibitRetainedError(f"it is to be kept until {time_text(until)}: give a reason")
        )
    return Plan(
        exhibit=holding.exhibit,
        roots=tuple(row.root for row in here),
        size_bytes=sum(row.stored_bytes for row in here),
        holds=standing,
        retention_class=kept.retention_class if kept else "",
        retain_until=until,
        tell=_partner(node, incoming[0]) if incoming and may_write(events, node.party) else "",
        unfetched=bool(sent) and not any(event.event == "received" for event in events),
        against=tuple(against),
    )


def destroy(
    node: Node,
    committer: Committer,
    name: str,
    *,
    officer: Officer,
    reason: str,
    place: str | None = None,
    despite_retention: bool = False,
) -> Event:
    """Destroy the sealed bytes of an exhibit that are here; it cannot be undone.

    Args:
        node: this node.
        committer: its committer.
        name: as for `exhibits.find`.
        officer: who acts.
        reason: why, and by which decision.
        place: where, in words.
        despite_retention: the reason says why it need not be kept until the set moment.

    Returns:
        The event ``destroyed`` of the chain this office may continue.

    Raises:
        Exhibit.DoesNotExist: no such exhibit here.
        ExhibitHeldError, CaseHeldError, ExhibitRetainedError, ExhibitUnansweredError,
        ExhibitAbsentError, PackageDestroyedError: what stands against it.
        StorageError: the store refused; it goes on by itself.
    """
    at = now()
    decided = committer.run(
        lambda batch: decide(
            node,
            batch,
            name,
            officer=officer,
            reason=reason,
            place=place,
            despite_retention=despite_retention,
            at=at,
        )
    )
    return carry_out(node, committer, decided.value)


def decide(
    node: Node,
    batch: Batch,
    name: str,
    *,
    officer: Officer,
    reason: str,
    place: str | None,
    despite_retention: bool,
    at: datetime,
) -> str:
    """Record, in the caller's transaction, that an exhibit is destroyed; return whose chain it is.

    From here on it cannot be stopped: `carry_out`, or `finish` after a crash, deletes the bytes.
    Arguments and faults as `destroy`.
    """
    holding, found = exhibits.find(name), plan(node, name, at=at)
    for fault in found.against:
        if not (despite_retention and isinstance(fault, ExhibitRetainedError)):
            raise fault
    facts = {"at": at, "party": node.party, "by": officer.identifier}
    exhibit = exhibits.writable(batch, holding, officer, facts)
    told = {
        "by": officer.identifier,
        "place": place,
        "reason": reason,
        "roots": list(found.roots),
        "user": officer.user,
    }
    Exhibit.objects.update_or_create(exhibit=exhibit, defaults={"destroying": told})
    Package.objects.filter(root__in=found.roots).update(
        stage=Package.Stage.DESTROYED, changed_at=at
    )
    gone = list(Package.objects.filter(root__in=found.roots))
    index.packages(gone)
    work_changed.send(None, conversations=[one.conversation for one in gone], exhibits=[exhibit])
    audit.note(
        at=at,
        actor=officer.user,
        action="evidence.destruction-ordered",
        subject=holding.subject,
        detail="despite-retention" if despite_retention else "",
    )
    return exhibit


def carry_out(node: Node, committer: Committer, exhibit: str) -> Event:
    """Delete the bytes of a destruction that was decided, and write its event.

    Raises:
        StorageError: the store refused; it goes on by itself.
    """
    return _finish(node, committer, Exhibit.objects.get(exhibit=exhibit))


def finish(node: Node, committer: Committer) -> int:
    """Go on with destructions that a crash or a refusing store interrupted; return how many."""
    rows = list(Exhibit.objects.filter(destroying__isnull=False))
    for row in rows:
        _finish(node, committer, row)
    return len(rows)


def _finish(node: Node, committer: Committer, row: Exhibit) -> Event:
    told: Mapping[str, Any] = row.destroying or {}
    vault = vault_of(node)
    for root in told["roots"]:
        vault.delete(parse_digest(root))

    def record(batch: Batch) -> Event:
        known = custody.chain(row.exhibit)
        current = Exhibit.objects.get(exhibit=row.exhibit)
        if current.destroying is None:
            return known[-1]  # another worker was faster
        inspections.forget(row.exhibit)
        current.destroying = None
        current.save(update_fields=["destroying"])
        return custody.record(
            batch,
            row.exhibit,
            user=told["user"],
            subject=told["roots"][-1],
            event="destroyed",
            at=now(),
            party=node.party,
            by=told["by"],
            reason=told["reason"],
            place=told["place"],
            digest_before=parse_digest(told["roots"][-1]),
        )

    return committer.run(record).value


@transaction.atomic
def retain(name: str, *, retention_class: str, until: datetime, user: str, at: datetime) -> None:
    """Set how long an exhibit is kept here: a record of this office that leaves it never.

    Args:
        name: as for `exhibits.find`.
        retention_class: in this office's words.
        until: aware UTC time before which it is not destroyed without a reason.
        user: who sets it, for the audit.
        at: this node's clock.

    Raises:
        Exhibit.DoesNotExist: no such exhibit here.
        EvidenceInputError: the class is empty or too long.
        RetentionPastError: the moment is over.
    """
    told = RetentionInput.checked(retention_class=retention_class)
    check_until(until, at=at)
    holding: Holding = exhibits.find(name)
    Exhibit.objects.update_or_create(
        exhibit=holding.exhibit,
        defaults={"retention_class": told.retention_class, "retain_until": until},
    )
    work_changed.send(None, exhibits=[holding.exhibit])
    audit.note(
        at=at,
        actor=user,
        action="evidence.retention",
        subject=holding.subject,
        detail=time_text(until),
    )


def _open_offer(row: Package) -> bool:
    """Tell whether we still owe an answer to an offer."""
    _, stage = replay_of(row.conversation).state.instances.get(row.offered_in, ("", ""))
    return stage == "offered"


def _partner(node: Node, row: Package) -> str:
    members: list[str] = Conversation.objects.get(digest=row.conversation).members
    return next(party for party in members if party != node.party)

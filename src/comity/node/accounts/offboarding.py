"""Somebody leaves: what has to be done, line by line, and that it was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import Exists, OuterRef

from comity.canonical import MisuseError
from comity.node.accounts import reassign_work
from comity.node.accounts.reassign_work import Heirs
from comity.node.cases.docket_store import Doing
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.messages import draft_changes
from comity.node.models import DepartedApproval, DraftApproval, DraftRow, LeavingStep, Officer
from comity.node.people import departures
from comity.node.people.access import revoke_account


class Step(StrEnum):
    """One line of the checklist, in the order in which it is walked."""

    CASES = "cases"
    JOBS = "jobs"
    WATCH = "watch"
    ACCOUNT = "account"
    CERTIFICATE = "certificate"
    KEYS = "keys"
    SHARES = "shares"


HANDED: Final = (Step.CASES, Step.JOBS, Step.WATCH)
"""Lines by which something goes to somebody else; all of them can be done at once."""
BY_HAND: Final = frozenset({Step.KEYS, Step.SHARES})
"""Lines that a person does elsewhere, and confirms here."""


_NOBODY: Final = Heirs()


class LeavingStepError(MisuseError, code="leaving-step"):
    """There is no such line, it is done already, or something prevents it."""


@dataclass(frozen=True)
class Line:
    """One line of somebody's checklist.

    Attributes:
        step: which.
        done: when and by whom, or None; something of it that came since opens it again.
        remains: how many things of it are left, as far as the node can count them.
    """

    step: Step
    done: LeavingStep | None
    remains: int

    @property
    def by_hand(self) -> bool:
        """Tell whether a person does it elsewhere, and confirms it here."""
        return self.step in BY_HAND

    @property
    def handed(self) -> bool:
        """Tell whether something goes to somebody else by it."""
        return self.step in HANDED


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """Somebody leaves, as one transaction sees it.

    Attributes:
        node: this node.
        batch: of the transaction.
        officer: who leaves.
        by: who looks after people.
        at: this moment.
        heirs: who takes over what.
    """

    node: Node
    batch: Batch
    officer: Officer
    by: Officer
    at: datetime
    heirs: Heirs

    @property
    def user(self) -> str:
        """Return who does it, as the audit names the person."""
        return str(self.by.user.get_username())


def checklist(officer: Officer, *, at: datetime) -> Sequence[Line]:
    """Return what has to be done when an officer leaves."""
    done = {row.step: row for row in LeavingStep.objects.filter(officer=officer)}
    held = Officer.objects.select_related("user").get(pk=officer.pk)  # as it is now
    remains: dict[str, int] = {
        **reassign_work.remaining(held, at=at),
        Step.ACCOUNT: revoke_account.remaining(held),
        Step.CERTIFICATE: int(held.certificate is not None) + int(held.passkey is not None),
    }
    return [
        Line(step, None if remains.get(step) else done.get(step), remains.get(step, 0))
        for step in Step
    ]


def unsent_drafts(officer: Officer) -> list[DraftRow]:
    """Return the open drafts that wait to be sent with an officer's signature, or waited with it.

    Those whose signature ended since are listed until they are sent or discarded.
    """
    rows = DraftRow.objects.filter(stage__in=draft_changes.OPEN).order_by("made_at", "pk")
    theirs = {"draft": OuterRef("pk"), "officer": officer.identifier}
    ended = DepartedApproval.objects.filter(**theirs, version=OuterRef("version"))
    signed = DraftApproval.objects.filter(**theirs)
    return list(rows.filter(Exists(signed) | Exists(ended)))


def do(
    node: Node,
    committer: Committer,
    officer: Officer,
    steps: Sequence[str],
    *,
    at: datetime,
    by: Officer,
    heirs: Heirs = _NOBODY,
) -> None:
    """Do lines of the checklist in one transaction, and record each: all of them, or none.

    Args:
        node: this node.
        committer: its committer.
        officer: who leaves.
        steps: values of `Step`.
        at: this moment.
        by: who does it, and looks after people.
        heirs: who takes over what; needed where there is something.

    Raises:
        LeavingStepError: no such line, or done already.
        HeirUnfitError: something is left, and nobody who may have it is named.
        LastAdministratorError: nobody else could look after people then.
        CompartmentError: cases stand in a compartment that would be left without a member.
        OutsideCompartmentError: who takes the cases over cannot see one of them.
    """

    def work(batch: Batch) -> None:
        gone = Leaving(node=node, batch=batch, officer=officer, by=by, at=at, heirs=heirs)
        for step in steps:
            _do(gone, step)

    committer.run(work)


def hand_over(
    node: Node, committer: Committer, officer: Officer, *, at: datetime, by: Officer, heirs: Heirs
) -> None:
    """Hand over at once all that somebody has in hand. Arguments and faults as `do`."""
    steps = [line.step for line in checklist(officer, at=at) if line.handed and not line.done]
    if not steps:
        raise LeavingStepError("everything was handed over")
    do(node, committer, officer, steps, at=at, by=by, heirs=heirs)


def _do(gone: Leaving, step: str) -> None:
    officer, at, by, heirs = gone.officer, gone.at, gone.user, gone.heirs
    if step not in set(Step):
        raise LeavingStepError("no such line")
    if any(line.done for line in checklist(officer, at=at) if line.step == step):
        raise LeavingStepError("this line is done")
    match Step(step):
        case Step.CASES:
            reassign_work.hand_cases(officer, heirs.cases, at=at, by=by)
        case Step.JOBS:
            reassign_work.hand_jobs(officer, heirs.jobs, _doing(gone))
        case Step.WATCH:
            reassign_work.hand_watch(officer, heirs.watch, _doing(gone))
        case Step.ACCOUNT:
            revoke_account.revoke(officer, at=at, by=by)
        case Step.CERTIFICATE:
            departures.remove_certificate(officer, at=at, by=by)
    LeavingStep.objects.update_or_create(officer=officer, step=step, defaults={"at": at, "by": by})
    audit.note(at=at, actor=by, action="leaving.step", subject=officer.identifier, detail=step)


def _doing(gone: Leaving) -> Doing:
    return Doing(
        node=gone.node,
        batch=gone.batch,
        item=None,
        case="",
        value={},
        officer=gone.by,
        at=gone.at,
        leaving=True,
    )

"""Somebody leaves: what has to be done, line by line, and that it was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from comity.canonical import MisuseError
from comity.node import audit, translating
from comity.node.access import cases, staff
from comity.node.models import ApiToken, CaseOfficer, LeavingStep, Officer


class Step(StrEnum):
    """One line of the checklist, in the order in which it is walked."""

    CASES = "cases"
    JOBS = "jobs"
    ACCOUNT = "account"
    CERTIFICATE = "certificate"
    KEYS = "keys"
    SHARES = "shares"


BY_HAND = frozenset({Step.JOBS, Step.KEYS, Step.SHARES})
"""Lines that a person does elsewhere, and confirms here."""


class LeavingStepError(MisuseError):
    """There is no such line, it is done already, or something stands against it."""

    code = "leaving-step"


@dataclass(frozen=True)
class Line:
    """One line of somebody's checklist.

    Attributes:
        step: which.
        done: when and by whom, or None.
        remains: how many things of it are left, as far as the node can count them.
    """

    step: Step
    done: LeavingStep | None
    remains: int

    @property
    def by_hand(self) -> bool:
        """Tell whether a person does it elsewhere, and confirms it here."""
        return self.step in BY_HAND


def checklist(officer: Officer) -> Sequence[Line]:
    """Return what has to be done when an officer leaves."""
    done = {row.step: row for row in LeavingStep.objects.filter(officer=officer)}
    remains = {
        Step.CASES: CaseOfficer.objects.filter(officer=officer).count(),
        Step.JOBS: _jobs(officer),
        Step.ACCOUNT: int(officer.user.is_active)
        + ApiToken.objects.filter(user=officer.user).count(),
        Step.CERTIFICATE: int(officer.certificate is not None) + int(officer.passkey is not None),
    }
    return [Line(step, done.get(step), remains.get(step, 0)) for step in Step]


def _jobs(officer: Officer) -> int:
    return sum(item.is_open for item in translating.jobs_of(officer))


@transaction.atomic
def do(
    officer: Officer, step: str, *, at: datetime, by: str, successor: Officer | None = None
) -> None:
    """Do one line of the checklist, and record it.

    Args:
        officer: who leaves.
        step: value of `Step`.
        at: this moment.
        by: who does it.
        successor: to whom the cases go; needed where there are any.

    Raises:
        LeavingStepError: no such line, done already, no successor, or open jobs remain.
        LastAdministratorError: nobody else could look after people then.
        OutsideCompartmentError: the successor cannot see one of the cases.
    """
    if step not in set(Step):
        raise LeavingStepError("no such line")
    if LeavingStep.objects.filter(officer=officer, step=step).exists():
        raise LeavingStepError("this line is done")
    match Step(step):
        case Step.CASES:
            _hand_over(officer, successor, at=at, by=by)
        case Step.JOBS:
            if _jobs(officer):
                raise LeavingStepError("open translation jobs name this person: end them first")
        case Step.ACCOUNT:
            if officer.user.is_active:
                staff.disable(officer, at=at, by=by)
        case Step.CERTIFICATE:
            officer.certificate, officer.passkey = None, None
            officer.save(update_fields=["certificate", "passkey"])
    LeavingStep.objects.create(officer=officer, step=step, at=at, by=by)
    audit.note(at=at, actor=by, action="leaving.step", subject=officer.identifier, detail=step)


def _hand_over(officer: Officer, successor: Officer | None, *, at: datetime, by: str) -> None:
    numbers = cases.cases_of(officer)
    if not numbers:
        return
    if successor is None or successor.pk == officer.pk:
        raise LeavingStepError("say who takes the cases over")
    for number in numbers:
        cases.assign(number, successor, at=at, by=by)
        cases.unassign(number, officer, at=at, by=by)

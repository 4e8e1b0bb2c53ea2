"""Who works on a case, and who besides them may see it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from comity.canonical import MisuseError
from comity.node.core.config import MINISTRY
from comity.node.core.signals import work_changed
from comity.node.log import audit
from comity.node.models import (
    CaseAccess,
    CaseOfficer,
    Compartment,
    Conversation,
    Officer,
    WorkItem,
    WorkOwner,
)
from comity.node.people.permissions import Right, may, preset

MAX_COMPARTMENT: Final = 60


class CaseUnknownError(MisuseError, code="case-not-here"):
    """This office has no such case."""


class OfficerUnfitError(MisuseError, code="officer-unfit"):
    """An officer who is to be assigned is unknown, closed, or has no right to read cases."""


class CompartmentError(MisuseError, code="compartment"):
    """A compartment does not exist, has an invalid name, or would leave cases without members."""


class OutsideCompartmentError(MisuseError, code="outside-compartment"):
    """The officer is no member of the compartment of the case: add the officer first."""


def access_of(case: str) -> CaseAccess:
    """Return what was decided for a case; a case of which nothing was is as the preset says."""
    return CaseAccess.objects.select_related("compartment").filter(case=case).first() or CaseAccess(
        case=case
    )


def is_restricted(row: CaseAccess) -> bool:
    """Tell whether a case is closed to who is not assigned."""
    if row.openness == CaseAccess.Openness.PRESET:
        return preset() == MINISTRY
    return row.openness == CaseAccess.Openness.RESTRICTED


def assigned_to(case: str) -> list[Officer]:
    """Return the officers assigned to a case, in the order in which they came to it."""
    rows = CaseOfficer.objects.filter(case=case).select_related("officer__user")
    return [row.officer for row in rows.order_by("at", "pk")]


def first_assigned(cases: Iterable[str]) -> dict[str, str]:
    """Return the user name of the officer in office who came first to each case, by number."""
    rows = CaseOfficer.objects.filter(case__in=list(cases), officer__user__is_active=True)
    found: dict[str, str] = {}
    for case, name in rows.order_by("at", "pk").values_list("case", "officer__user__username"):
        found.setdefault(case, name)
    return found


def cases_of(officer: Officer) -> list[str]:
    """Return the numbers of the cases that an officer is assigned to."""
    rows = CaseOfficer.objects.filter(officer=officer).order_by("case")
    return list(rows.values_list("case", flat=True))


def cases_by_officer(officers: Iterable[Officer]) -> Mapping[int, list[str]]:
    """Return the cases of several officers, by the officer's key; of one that has none no case."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = CaseOfficer.objects.filter(officer__in=officers).order_by("case")
    for officer, case in rows.values_list("officer", "case"):
        found[officer].append(case)
    return found


def assignable() -> list[Officer]:
    """Return the officers who can be assigned to a case, by name."""
    people = Officer.objects.select_related("user").filter(user__is_active=True)
    return [one for one in people.order_by("user__username") if may(one, Right.READ_CONTENT)]


def officer_named(identifier: str) -> Officer:
    """Return an officer in office who may read cases.

    Args:
        identifier: of the officer, or the name the person signs in with.

    Raises:
        OfficerUnfitError: there is none.
    """
    found = [one for one in assignable() if identifier in (one.identifier, str(one.user))]
    if len(found) != 1:
        raise OfficerUnfitError("no officer in office who may read cases has this name")
    return found[0]


@transaction.atomic
def assign(case: str, officer: Officer, *, at: datetime, by: str) -> None:
    """Assign an officer to a case; again is nothing new.

    Raises:
        CaseUnknownError: no such case.
        OutsideCompartmentError: the officer could not see it even then.
    """
    _known(case)
    stands = access_of(case).compartment
    if stands is not None and not stands.members.filter(pk=officer.pk).exists():
        raise OutsideCompartmentError("the officer is not in the compartment of the case")
    put(case, [officer], at=at, by=by)


def put(case: str, officers: Iterable[Officer], *, at: datetime, by: str) -> None:
    """Assign officers inside the caller's transaction.

    Left out are those who are it already, and whoever has no account in use: a case in the hands of
    somebody who left would be in nobody's.
    """
    for officer in officers:
        if not officer.user.is_active:
            continue
        _, made = CaseOfficer.objects.get_or_create(case=case, officer=officer, defaults={"at": at})
        if made:
            audit.note(
                at=at, actor=by, action="case.assigned", subject=case, detail=officer.identifier
            )
            work_changed.send(None, cases=[case])


def take_up(numbers: Iterable[str], officer: Officer, *, at: datetime) -> list[str]:
    """Assign cases to an officer who says so, inside the caller's transaction; return which.

    What the officer could not work on all the same is left out: one who may not read content, or
    who sees a case of a compartment only by breaking the glass.
    """
    if not may(officer, Right.READ_CONTENT):
        return []
    taken = []
    for case in sorted(numbers):
        stands = access_of(case).compartment
        if stands is None or stands.members.filter(pk=officer.pk).exists():
            put(case, [officer], at=at, by=officer.user.get_username())
            taken.append(case)
    return taken


@transaction.atomic
def unassign(case: str, officer: Officer, *, at: datetime, by: str) -> None:
    """Take an officer off a case.

    Raises:
        CaseUnknownError: no such case.
    """
    _known(case)
    gone, _ = CaseOfficer.objects.filter(case=case, officer=officer).delete()
    if gone:
        items = WorkItem.objects.filter(case=case).values("incident")
        WorkOwner.objects.filter(officer=officer, incident__in=items).delete()
        audit.note(
            at=at, actor=by, action="case.unassigned", subject=case, detail=officer.identifier
        )
        work_changed.send(None, cases=[case])


@transaction.atomic
def set_openness(
    case: str, openness: str, *, officer: Officer | None, at: datetime, by: str
) -> None:
    """Open a case to the office, or restrict it to the officers assigned.

    Args:
        case: which.
        openness: a value of `CaseAccess.Openness`.
        officer: who restricts it, and is assigned where nobody is; None on the node's machine.
        at: this moment.
        by: for the audit.

    Raises:
        CaseUnknownError: no such case.
    """
    _known(case)
    CaseAccess.objects.update_or_create(
        case=case, defaults={"openness": CaseAccess.Openness(openness)}
    )
    audit.note(at=at, actor=by, action="case.openness", subject=case, detail=openness)
    restricted = openness == CaseAccess.Openness.RESTRICTED
    if restricted and officer is not None and not assigned_to(case):
        put(case, [officer], at=at, by=by)


@transaction.atomic
def set_compartment(case: str, name: str, *, at: datetime, by: str) -> None:
    """Put a case into a compartment, or take it out of one.

    Args:
        case: which.
        name: of the compartment; empty for none.
        at: this moment.
        by: for the audit.

    Raises:
        CaseUnknownError: no such case.
        CompartmentError: no such compartment, or nobody is in it.
    """
    _known(case)
    found = compartment_named(name) if name else None
    if found is not None and not found.members.filter(user__is_active=True).exists():
        raise CompartmentError("nobody is in the compartment: the case would be lost to all")
    CaseAccess.objects.update_or_create(case=case, defaults={"compartment": found})
    detail = f"compartment {found.pk}" if found else "none"
    audit.note(at=at, actor=by, action="case.compartment", subject=case, detail=detail)


def compartments() -> Sequence[Compartment]:
    """Return all compartments, by name."""
    return list(Compartment.objects.prefetch_related("members__user").order_by("name"))


def compartment_named(name: str) -> Compartment:
    """Return a compartment.

    Raises:
        CompartmentError: there is none of this name.
    """
    found = Compartment.objects.filter(name=name).first()
    if found is None:
        raise CompartmentError("no compartment has this name")
    return found


@transaction.atomic
def set_members(name: str, members: Iterable[Officer], *, at: datetime, by: str) -> Compartment:
    """Make a compartment, or say anew who is in it.

    Args:
        name: 1 to 60 printable characters.
        members: all of them.
        at: this moment.
        by: for the audit.

    Raises:
        CompartmentError: no name, or cases stand in it and nobody would be left.
    """
    told, chosen = name.strip(), list(members)
    if not told or len(told) > MAX_COMPARTMENT or not told.isprintable():
        raise CompartmentError("a compartment has a name of at most 60 characters")
    found, _ = Compartment.objects.get_or_create(name=told)
    if not chosen and CaseAccess.objects.filter(compartment=found).exists():
        raise CompartmentError("cases stand in it: nobody could see them")
    found.members.set(chosen)
    detail = " ".join(one.identifier for one in chosen)[:200]
    audit.note(
        at=at, actor=by, action="compartment.set", subject=f"compartment {found.pk}", detail=detail
    )
    return found


def _known(case: str) -> None:
    if not case or not Conversation.objects.filter(case=case).exists():
        raise CaseUnknownError("this office has no such case")

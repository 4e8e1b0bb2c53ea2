"""What somebody who leaves has in hand, and how each of it goes to somebody who may have it.

Cases go to a colleague who may read them, translation jobs to a translator, the roster to an
officer who takes calls. A shift that is under way ends: nobody takes one over who did not say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from comity.canonical import MisuseError
from comity.node.cases import docket_store
from comity.node.cases.docket_store import Doing
from comity.node.core import reader_language
from comity.node.log import audit
from comity.node.models import CaseOfficer, DocketItem, Officer, RosterChange, WeeklyShift
from comity.node.people.access import case_access
from comity.node.people.permissions import Right, may
from comity.node.watch.rules import OPEN

_WAITING: Final = ("asked", "taken", "sent-back")
"""Jobs that wait for the translator; a delivered one waits for the officer who reads it."""
_BETWEEN: Final = ("handed-over", "given")
_CREW: Final = ("officer", "second", "deputy")


class HeirUnfitError(MisuseError, code="heir-unfit"):
    """No person is named to take over what is left, or the person named has no right to it."""


@dataclass(frozen=True, kw_only=True)
class Heirs:
    """Who takes over what; None where nothing is to be taken over."""

    cases: Officer | None = None
    jobs: Officer | None = None
    watch: Officer | None = None


def heirs_named(*, cases: str = "", jobs: str = "", watch: str = "") -> Heirs:
    """Return who takes over what, by identifier or by the name that the person signs in with.

    Raises:
        HeirUnfitError: nobody in office is called so.
    """
    return Heirs(cases=_named(cases), jobs=_named(jobs), watch=_named(watch))


def _named(given: str) -> Officer | None:
    if not given:
        return None
    wanted = Q(identifier=given) | Q(user__username=given)
    found = list(Officer.objects.filter(wanted, user__is_active=True).select_related("user"))
    if len(found) != 1:
        raise HeirUnfitError("nobody in office has this name")
    return found[0]


def translators() -> list[Officer]:
    """Return who can be given a translation job, by name."""
    rows = Officer.objects.filter(role=Officer.Role.TRANSLATOR, user__is_active=True)
    return list(rows.select_related("user").order_by("user__username"))


def watchers() -> list[Officer]:
    """Return who can be put on the roster, by name: who may take calls."""
    rows = Officer.objects.filter(user__is_active=True).select_related("user")
    return [one for one in rows.order_by("user__username") if may(one, Right.CALL)]


def remaining(officer: Officer, *, at: datetime) -> dict[str, int]:
    """Return how much somebody has in hand, by line of the checklist."""
    roster = sum(rows.count() for rows in _roster(officer, at))
    return {
        "cases": CaseOfficer.objects.filter(officer=officer).count(),
        "jobs": _jobs(officer).count(),
        "watch": _shifts(officer).count() + _offered(officer).count() + roster,
    }


def hand_cases(officer: Officer, heir: Officer | None, *, at: datetime, by: str) -> None:
    """Assign the cases of an officer to another one; inside the caller's transaction.

    Raises:
        HeirUnfitError: there are some, and nobody else who may read them is named.
        OutsideCompartmentError: that one cannot see one of the cases.
    """
    numbers = case_access.cases_of(officer)
    if not numbers:
        return
    chosen = _fit(officer, heir, case_access.assignable())
    for number in numbers:
        case_access.assign(number, chosen, at=at, by=by)
        case_access.unassign(number, officer, at=at, by=by)


def hand_jobs(officer: Officer, heir: Officer | None, doing: Doing) -> None:
    """Give the jobs that wait for a translator to another one; inside the caller's transaction.

    Args:
        officer: who leaves.
        heir: who takes the jobs over.
        doing: by whom and when, of no item yet.

    Raises:
        HeirUnfitError: there are some, and no other translator is named.
    """
    found = list(_jobs(officer).order_by("item").values_list("item", flat=True))
    if not found:
        return
    chosen = _fit(officer, heir, translators())
    for item in found:
        _done(doing, item, "translation.reassigned", {"assigned": chosen.identifier})


def hand_watch(officer: Officer, heir: Officer | None, doing: Doing) -> None:
    """End the shift of an officer, and put another one into the roster in the officer's place.

    Raises:
        HeirUnfitError: the roster names the officer, and nobody else who takes calls is named.
    """
    reasons = {"reasons": reader_language.said(doing.node, doing.node.party, _left)}
    for row in _offered(officer):
        _done(doing, row.item, "shift.not-taken", reasons)
    for row in _shifts(officer):
        if row.state in _BETWEEN:
            _done(doing, row.item, "shift.not-taken", reasons)
        _done(doing, row.item, "shift.ended", reasons)
    named = [row for rows in _roster(officer, doing.at) for row in rows]
    if not named:
        return
    chosen = _fit(officer, heir, watchers())
    for one in named:
        _replace(one, officer.identifier, chosen.identifier)
    audit.note(
        at=doing.at,
        actor=doing.officer.user.get_username() if doing.officer else doing.by,
        action="roster.handed-over",
        subject=officer.identifier,
        detail=f"{chosen.identifier} {len(named)}",
    )


def _left() -> str:
    return gettext("The officer left this office.")


def _fit(officer: Officer, heir: Officer | None, able: list[Officer]) -> Officer:
    if heir is None or heir.pk == officer.pk or heir not in able:
        raise HeirUnfitError("say who takes it over: a colleague in office who may have it")
    return heir


def _done(doing: Doing, item: str, act: str, value: dict[str, Any]) -> None:
    kept = docket_store.item_named(item)
    docket_store.add(replace(doing, item=kept, case=kept.case, value=value), act)


def _jobs(officer: Officer) -> QuerySet[DocketItem]:
    mine = {"kind": "translation", "assigned": officer.identifier}
    return DocketItem.objects.filter(**mine, state__in=_WAITING)


def _shifts(officer: Officer) -> QuerySet[DocketItem]:
    return DocketItem.objects.filter(kind="shift", about=officer.identifier, state__in=OPEN)


def _offered(officer: Officer) -> QuerySet[DocketItem]:
    mine = {"kind": "shift", "assigned": officer.identifier}
    return DocketItem.objects.filter(**mine, state__in=_BETWEEN)


def _roster(
    officer: Officer, at: datetime
) -> Iterator[QuerySet[WeeklyShift] | QuerySet[RosterChange]]:
    """Yield the rows of the roster that name somebody and are not over."""
    named = Q()
    for place in _CREW:
        named |= Q(**{place: officer.identifier})
    running = Q(last=None) | Q(last__gte=at.date())
    yield WeeklyShift.objects.filter(named, running)
    yield RosterChange.objects.filter(named, ends__gt=at)


def _replace(row: WeeklyShift | RosterChange, before: str, after: str) -> None:
    """Put one person in another's place; nobody stands in a crew twice, and each has an officer."""
    crew = [after if getattr(row, place) == before else getattr(row, place) for place in _CREW]
    kept = [one for one in dict.fromkeys(crew) if one]
    if len(kept) < len([one for one in crew if one]):  # the heir stood in it already
        crew = [*kept, "", ""]
    for place, one in zip(_CREW, crew, strict=False):
        setattr(row, place, one)
    row.save(update_fields=list(_CREW))

"""Every page and every call passes here: what its address names must lie in the caller's circle.

What an officer may not see looks like what does not exist. The guards of the pages and of the API
call `check` with the address of a request; no view can leave it out. What is named in a query, a
form or a body is judged where its row is fetched, by the circle, and in the transaction in which
something is written about it (`docket_store.add`, `draft_changes.prepare`): a text may be changed
between a guard and its use, a row may not.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import Http404

from comity.node.log import audit
from comity.node.models import AuditRow, Officer, OutboxRow
from comity.node.people.access.identifier_scope import is_outside, names_in, spoken
from comity.node.people.access.visible_cases import Circle, circle_of
from comity.node.people.permissions import Right

REFUSED: Final = "access.refused"
MOST_REFUSED: Final = 10
"""Rows of one person in one minute: enough to see that somebody tries, too few to fill a disk."""
_MINUTE: Final = timedelta(minutes=1)
NOT_OF_CASES: Final = frozenset(
    {
        Right.SELF,
        Right.NOTICES,  # of what somebody else opened; they name the person
        Right.TRANSLATE,  # jobs name the person, and `translation_jobs.job_of` asks for that
        Right.PEOPLE,  # case numbers and nothing of them
        Right.TOKENS,
        Right.HOOKS,  # each is told only of what its person may see
        Right.BREAK_GLASS,  # it is there to name what one cannot see
        Right.READ_HEALTH,
        Right.READ_AUDIT,
        Right.SEARCH,  # what is typed names nothing yet: a search asks only what may be seen
        Right.BACKUP,
        Right.TRAIN,  # an exercise has teams and a story, and no case
        Right.PLAY,  # a digest that is typed there answers a task
    }
)
"""Rights whose pages and calls show nothing of a case. Every other right is guarded."""
_ROWS: Final = ("row", "row_id")


def check(
    officer: Officer,
    right: Right,
    *,
    place: Mapping[str, Any],
    at: datetime,
) -> Circle | None:
    """Let a request go on if what its address names may be seen by its caller.

    Args:
        officer: who calls.
        right: that the page or call names.
        place: what stands in the address, by name, as the view gets it.
        at: this moment, aware UTC.

    Returns:
        the caller's circle, or None where nothing is named that it could leave out.

    Raises:
        Http404: it names something outside the circle; the try is audited.
    """
    if right in NOT_OF_CASES or not place:  # nothing is named
        return None
    circle = circle_of(officer, at=at)
    if circle.open:
        return circle
    said = [value for value in place.values() if isinstance(value, str)]
    names = names_in(said).union(*(spoken(value) for value in said))
    hidden = is_outside(circle, names)
    rows = [place[name] for name in _ROWS if str(place.get(name, "")).isdecimal()]
    if rows and not hidden:
        named = OutboxRow.objects.filter(pk__in=rows)
        hidden = named.exclude(pk__in=circle.outbox().values("pk")).exists()
    if hidden:
        note_refused(officer, detail="outside", subject=right, at=at)
        raise Http404
    return circle


def finds_case(officer: Officer, number: str, *, at: datetime) -> bool:
    """Tell whether an officer may see a case of this number; naming a hidden one is audited.

    Args:
        officer: who names it.
        number: as it was typed.
        at: this moment.
    """
    circle = circle_of(officer, at=at)
    if circle.has_case(number):
        return True
    if not circle.sees(number):
        note_refused(officer, subject="case", detail="outside", at=at)
    return False


def note_refused(officer: Officer, *, subject: str, detail: str, at: datetime) -> None:
    """Write down that somebody tried what was not allowed, a few times a minute.

    Args:
        officer: who tried.
        subject: the right that was asked for; never what was named.
        detail: ``role`` (the role has not the right) or ``outside`` (not this case).
        at: this moment.
    """
    who = officer.user.get_username()
    newest = AuditRow.objects.filter(at__gt=at - _MINUTE, actor=who, action=REFUSED)
    if newest.count() < MOST_REFUSED:
        audit.note(at=at, actor=who, action=REFUSED, subject=subject, detail=detail)

"""Every page and every call passes here: what it names must lie inside the caller's circle.

What an officer may not see looks like what does not exist. The guards of the pages and of the API
call `check` with all that a request names, in its address, its query and its form or body; no view
can leave it out, and none has to think of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import Http404

from comity.node import audit
from comity.node.access.circle import circle_of
from comity.node.access.naming import is_outside, names_in, spoken
from comity.node.models import AuditRow, Officer, OutboxRow
from comity.node.roles import Right

REFUSED: Final = "access.refused"
MOST_REFUSED: Final = 10
"""Rows of one person in one minute: enough to see that somebody tries, too few to fill a disk."""
_MINUTE: Final = timedelta(minutes=1)
NOT_OF_CASES: Final = frozenset(
    {
        Right.SELF,
        Right.NOTICES,  # of what somebody else opened; they name the person
        Right.TRANSLATE,  # jobs name the person, and `translating.job_of` asks for that
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
    texts: Iterable[str] = (),
    at: datetime,
) -> None:
    """Let a request go on if all it names may be seen by its caller.

    Args:
        officer: who calls.
        right: that the page or call names.
        place: what stands in the address, by name.
        texts: values of its query, form or body.
        at: this moment, aware UTC.

    Raises:
        Http404: it names something outside the circle; the try is audited.
    """
    texts = list(texts)
    if right in NOT_OF_CASES or not (place or texts):  # nothing is named
        return
    circle = circle_of(officer, at=at)
    if circle.open:
        return
    said = [value for value in place.values() if isinstance(value, str)]
    names = names_in([*said, *texts]).union(*(spoken(value) for value in said))
    hidden = is_outside(circle, names)
    rows = [place[name] for name in _ROWS if str(place.get(name, "")).isdecimal()]
    if rows and not hidden:
        named = OutboxRow.objects.filter(pk__in=rows)
        hidden = named.exclude(pk__in=circle.outbox().values("pk")).exists()
    if hidden:
        note_refused(officer, detail="outside", subject=right, at=at)
        raise Http404


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


def texts_in(value: object) -> Iterator[str]:
    """Yield every text of a JSON value, names of members included."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting.extend(one.keys())
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)

"""Forms that save themselves: kept on the server for their writer, restored, and erased in time.

Saving writes no audit row: it is the writer's own paper until a draft is made of it. Discarding and
restoring do.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from comity.canonical import MisuseError
from comity.node.core.clock import now
from comity.node.core.http_errors import Conflict
from comity.node.log import audit
from comity.node.models import Officer, UnfinishedForm
from comity.node.people.access.visible_cases import Circle, OutsideError

MAX_FORMS: Final = 50
"""Of one officer that are not discarded."""
MAX_FIELDS: Final = 2000
MAX_CHARS: Final = 400_000
MAX_PATH: Final = 1000
MAX_LABEL: Final = 120
RESTORABLE: Final = timedelta(days=30)
KEPT: Final = timedelta(days=90)
"""After the last save; then a form is erased."""
_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class UnfinishedSizeError(MisuseError, code="form-size"):
    """A form holds more than the server saves before it is submitted."""


class UnfinishedNumberError(MisuseError, code="form-number"):
    """An officer has as many unfinished forms as the server holds."""


class UnfinishedStageError(Conflict, MisuseError, code="form-closed"):
    """An unfinished form is discarded already, or cannot be restored."""


@dataclass(frozen=True)
class Typed:
    """What is saved of a form.

    Attributes:
        path: of its page.
        label: what it makes, ``sort:code``.
        about: what its words come from or go into.
        fields: name to values.
    """

    path: str
    label: str
    fields: Mapping[str, Sequence[str]]
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Window:
    """One window in which a form stands.

    Attributes:
        name: of the window, made with the page; a second form is saved under it if need be.
        key: of the form.
        version: of the form that this window opened or saved last; 0 for none.
    """

    name: str
    key: str
    version: int


def own(officer: Officer) -> QuerySet[UnfinishedForm]:
    """Return an officer's own forms; nobody sees those of others."""
    return UnfinishedForm.objects.filter(officer=officer)


def listed(circle: Circle, *, discarded: bool = False) -> list[UnfinishedForm]:
    """Return an officer's own forms, the last saved first, but of cases that are closed to them."""
    rows = own(circle.officer).filter(discarded_at__isnull=not discarded).order_by("-saved_at")
    if discarded:
        rows = rows.filter(discarded_at__gt=now() - RESTORABLE)
    return [row for row in rows[: MAX_FORMS * 2] if may_see(circle, row)]


def may_see(circle: Circle, row: UnfinishedForm) -> bool:
    """Tell whether an officer still sees every case that a form is about."""
    cases = [one.removeprefix("case:") for one in row.about if one.startswith("case:")]
    return circle.open or all(circle.has_case(case) for case in cases)


def save(officer: Officer, at_hand: Window, typed: Typed) -> UnfinishedForm:
    """Save what was typed; what another window saved meanwhile stays, and this goes beside it.

    Raises:
        UnfinishedSizeError: it is too large.
        UnfinishedNumberError: the officer has too many.
    """
    size = sum(len(name) + sum(map(len, values)) for name, values in typed.fields.items())
    count = sum(len(values) for values in typed.fields.values())
    keys = _KEY.fullmatch(at_hand.key) and _KEY.fullmatch(at_hand.name)
    if size > MAX_CHARS or count > MAX_FIELDS or len(typed.path) > MAX_PATH or not keys:
        raise UnfinishedSizeError(f"a form is saved up to {MAX_CHARS} characters")
    said = {
        "path": typed.path,
        "label": typed.label[:MAX_LABEL],
        "about": list(typed.about),
        "fields": {name: list(values) for name, values in typed.fields.items()},
        "window": at_hand.name,
        "saved_at": now(),
        "discarded_at": None,
    }
    with transaction.atomic():
        for key in (at_hand.key, at_hand.name):  # the second where another window has the first
            found = UnfinishedForm.objects.select_for_update().filter(id=key).first()
            if found is None:
                return _create(officer, key, said)
            same = found.window == at_hand.name or found.version == at_hand.version
            if found.officer_id == officer.pk and same:
                for name, value in said.items():
                    setattr(found, name, value)
                found.version += 1
                found.save(update_fields=[*said, "version"])
                return found
    raise UnfinishedStageError("two windows have this form")


def _create(officer: Officer, key: str, said: Mapping[str, Any]) -> UnfinishedForm:
    held = own(officer).filter(discarded_at=None)
    if held.count() >= MAX_FORMS:
        raise UnfinishedNumberError(f"at most {MAX_FORMS} forms are held for one officer")
    return UnfinishedForm.objects.create(id=key, officer=officer, **said)


def finish(officer: Officer, key: str) -> None:
    """Forget a form that was handed in."""
    own(officer).filter(id=key).delete()


def _named(officer: Officer, key: str) -> UnfinishedForm:
    row = own(officer).select_for_update().filter(id=key).first()
    if row is None:
        raise OutsideError
    return row


@transaction.atomic
def discard(officer: Officer, key: str, *, at: datetime, by: str) -> UnfinishedForm:
    """Put a form away; for some time it can be restored.

    Raises:
        UnfinishedStageError: it is discarded already.
    """
    row = _named(officer, key)
    if row.discarded_at is not None:
        raise UnfinishedStageError("the form is discarded")
    row.discarded_at = at
    row.save(update_fields=["discarded_at"])
    audit.note(at=at, actor=by, action="form.discarded", subject=row.id, detail=row.label)
    return row


@transaction.atomic
def restore(officer: Officer, key: str, *, at: datetime, by: str) -> UnfinishedForm:
    """Bring back a form that was put away.

    Raises:
        UnfinishedStageError: it is not discarded, or was too long ago.
    """
    row = _named(officer, key)
    if row.discarded_at is None or row.discarded_at + RESTORABLE < at:
        raise UnfinishedStageError("the form cannot be restored")
    row.discarded_at = None
    row.save(update_fields=["discarded_at"])
    audit.note(at=at, actor=by, action="form.restored", subject=row.id, detail=row.label)
    return row


def erase(about: Iterable[str]) -> int:
    """Erase the forms of everybody that are about one of these; return how many there were.

    There are few of them at any time: at most `MAX_FORMS` an officer, and those put away.
    """
    gone = frozenset(about)
    rows = UnfinishedForm.objects.values_list("id", "about").iterator(chunk_size=500)
    found = [key for key, names in rows if gone.intersection(names)]
    for start in range(0, len(found), 500):
        UnfinishedForm.objects.filter(id__in=found[start : start + 500]).delete()
    return len(found)


def expire(*, at: datetime) -> int:
    """Erase what nobody saved for long, and what was put away too long ago to be restored."""
    old = UnfinishedForm.objects.filter(saved_at__lt=at - KEPT)
    away = UnfinishedForm.objects.filter(discarded_at__lt=at - RESTORABLE)
    return old.delete()[0] + away.delete()[0]


def value(row: UnfinishedForm) -> dict[str, Any]:
    """Return a form as its writer's programs read it."""
    return {
        "id": row.id,
        "label": row.label,
        "path": row.path,
        "saved_at": row.saved_at,
        "discarded_at": row.discarded_at,
    }

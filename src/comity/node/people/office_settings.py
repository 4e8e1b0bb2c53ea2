"""What the office sets on screen: its name, how small a number is hidden, its goals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from comity.canonical import MisuseError
from comity.figures.hiding import MAX_THRESHOLD, MIN_THRESHOLD
from comity.node.log import audit
from comity.node.models import OfficeSetting
from comity.node.people.goals import Goals

MAX_NAME_CHARS: Final = 120
OFFICE_NAME: Final = "office_name"
THRESHOLD: Final = "statistics_threshold"
SUBJECT_DAYS: Final = "subject_answer_days"
BREACH_HOURS: Final = "breach_report_hours"
_HOURS: Final = 24 * 3660


class OfficeSettingError(MisuseError, code="office-setting"):
    """A setting of the office is unknown, or its value is none that it may have."""


@dataclass(frozen=True)
class Kind:
    """A setting: its default, and between which numbers it lies; a text has no numbers."""

    default: str
    least: int | None = None
    most: int | None = None


KNOWN: Final[Mapping[str, Kind]] = {
    OFFICE_NAME: Kind(""),
    THRESHOLD: Kind("5", MIN_THRESHOLD, MAX_THRESHOLD),
    "goal_acknowledged_hours": Kind("24", 1, _HOURS),
    "goal_decided_hours": Kind("720", 1, _HOURS),
    "goal_preserved_hours": Kind("72", 1, _HOURS),
    "goal_executed_hours": Kind("2160", 1, _HOURS),
    "goal_extended_hours": Kind("168", 1, _HOURS),
    "goal_countersigned_hours": Kind("24", 1, _HOURS),
    "goal_emergency_hours": Kind("4", 1, _HOURS),
    SUBJECT_DAYS: Kind("30", 1, 366),
    BREACH_HOURS: Kind("72", 1, 720),
}
"""Every setting by its name; docs/reference/settings.md lists them."""


@dataclass(frozen=True)
class Value:
    """A setting as it stands.

    Attributes:
        name: of `KNOWN`.
        text: its value.
        changed_at, changed_by: of the last change; None and empty while it is the default.
    """

    name: str
    text: str
    changed_at: datetime | None
    changed_by: str


def values() -> dict[str, Value]:
    """Return every setting by its name, in one query."""
    rows = OfficeSetting.objects.in_bulk()
    return {
        name: Value(name, row.value, row.changed_at, row.changed_by)
        if (row := rows.get(name))
        else Value(name, kind.default, None, "")
        for name, kind in KNOWN.items()
    }


def name() -> str:
    """Return what the office calls itself; may be empty."""
    return values()[OFFICE_NAME].text


def threshold() -> int:
    """Return below which count a number is hidden in what leaves the office."""
    return int(values()[THRESHOLD].text)


def answer_time() -> timedelta:
    """Return how long the office has to answer a person who asks about the own data."""
    return timedelta(days=int(values()[SUBJECT_DAYS].text))


def report_time() -> timedelta:
    """Return how long the office has to tell the supervisory authority of a breach."""
    return timedelta(hours=int(values()[BREACH_HOURS].text))


def goals() -> Goals:
    """Return the office's goals for what is timed."""
    found = values()
    return Goals(
        {
            key.removeprefix("goal_").removesuffix("_hours"): timedelta(hours=int(found[key].text))
            for key in KNOWN
            if key.startswith("goal_")
        }
    )


def change(setting: str, text: str, *, by: str, at: datetime) -> bool:
    """Set a value, and audit it with the old and the new one.

    Args:
        setting: of `KNOWN`.
        text: what was typed; blanks around it do not count.
        by: user name.
        at: this node's clock.

    Returns:
        Whether anything changed.

    Raises:
        OfficeSettingError: unknown, too long, or outside its numbers.
    """
    wanted = check(setting, text)
    with transaction.atomic():
        old = values()[setting].text
        if old == wanted:
            return False
        OfficeSetting.objects.update_or_create(
            name=setting, defaults={"value": wanted, "changed_at": at, "changed_by": by}
        )
        detail = f"{old[:90]} -> {wanted[:90]}"
        audit.note(at=at, actor=by, action="setting.changed", subject=setting, detail=detail)
    return True


def invisible_in(text: str) -> str:
    """Return the first character of a text that shows nothing, as U+202E; empty where none is.

    One that changes the direction of writing makes a name on a court's paper read as another.
    """
    return next((f"U+{ord(one):04X}" for one in text if not one.isprintable()), "")


def check(setting: str, typed: str) -> str:
    """Return a value as it is kept.

    Raises:
        OfficeSettingError: as `change`.
    """
    text = typed.strip()
    kind = KNOWN.get(setting)
    if kind is None:
        raise OfficeSettingError("the office has no setting of that name")
    if kind.least is None or kind.most is None:
        if len(text) > MAX_NAME_CHARS:
            raise OfficeSettingError(f"at most {MAX_NAME_CHARS} characters, on one line")
        if found := invisible_in(text):
            raise OfficeSettingError(f"an invisible character: remove {found}")
        return text
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(kind.most))):
        raise OfficeSettingError(f"a whole number from {kind.least} to {kind.most}")
    if not kind.least <= int(text) <= kind.most:
        raise OfficeSettingError(f"a whole number from {kind.least} to {kind.most}")
    return str(int(text))

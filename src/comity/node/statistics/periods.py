"""The period that figures are about: a year, a half, a quarter or a month of it, in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from comity.canonical import MisuseError

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2200
_FORM: Final = re.compile(r"(?P<year>\d{4})(-(?P<kind>[HQ])(?P<part>[1-4])|-(?P<month>\d{2}))?")
_MONTHS_OF: Final = {"H": 6, "Q": 3}
_YEAR: Final = 12


class PeriodError(MisuseError, code="statistics-period"):
    """A text names no period of a calendar."""


@dataclass(frozen=True)
class Period:
    """Whole months in UTC.

    Attributes:
        name: ``2026``, ``2026-H1``, ``2026-Q3`` or ``2026-05``.
        year, first: where it begins; ``first`` is a month, 1 to 12.
        length: months, 1 to 12.
    """

    name: str
    year: int
    first: int
    length: int

    @property
    def start(self) -> datetime:
        """The first moment in it."""
        return datetime(self.year, self.first, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        years, month = divmod(self.first - 1 + self.length, _YEAR)
        return datetime(self.year + years, month + 1, 1, tzinfo=UTC)

    @property
    def months(self) -> tuple[str, ...]:
        """Its months as ``2026-05``, in order."""
        return tuple(f"{self.year}-{self.first + n:02d}" for n in range(self.length))

    @property
    def publishable(self) -> bool:
        """Tell whether figures of it may be handed out: a month alone may not."""
        return self.length > 1


def parse_period(text: str) -> Period:
    """Return the period that a text names.

    Args:
        text: untrusted: ``2026``, ``2026-H1``, ``2026-Q3`` or ``2026-05``.

    Raises:
        PeriodError: it names none.
    """
    found = _FORM.fullmatch(text) if text.isascii() else None
    if found is None or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        raise PeriodError("a period is 2026, 2026-H1, 2026-Q3 or 2026-05")
    year = int(found["year"])
    if found["month"]:
        month = int(found["month"])
        if not 1 <= month <= _YEAR:
            raise PeriodError("a year has the months 01 to 12")
        return Period(text, year, month, 1)
    if not found["kind"]:
        return Period(text, year, 1, _YEAR)
    length = _MONTHS_OF[found["kind"]]
    first = (int(found["part"]) - 1) * length + 1
    if first > _YEAR:
        raise PeriodError("a year has the halves H1 and H2")
    return Period(text, year, first, length)


def offered(*, at: datetime, years: int = 3) -> tuple[Period, ...]:
    """Return the periods a chooser offers, the newest first: years, halves, quarters, months."""
    names: list[str] = []
    for year in range(at.year, at.year - years, -1):
        names += [str(year), f"{year}-H2", f"{year}-H1"]
        names += [f"{year}-Q{part}" for part in (4, 3, 2, 1)]
        names += [f"{year}-{month:02d}" for month in range(_YEAR, 0, -1)]
    return tuple(found for found in map(parse_period, names) if found.start <= at)

"""Names of officers for pages of the duty, read at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from comity.node.duty.roster import Crew, Shift
from comity.node.models import Officer


def names() -> dict[str, str]:
    """Return the name of every officer by identifier."""
    rows = Officer.objects.select_related("user")
    return {row.identifier: row.user.get_username() for row in rows}


@dataclass(frozen=True)
class Named:
    """A crew by name."""

    officer: str
    second: str
    deputy: str


@dataclass(frozen=True)
class Line:
    """A shift with its crew by name."""

    shift: Shift
    crew: Named


def named(crew: Crew, known: dict[str, str]) -> Named:
    """Return a crew by name; an identifier that is nobody's stands for itself."""
    told = (known.get(one, one) for one in (crew.officer, crew.second, crew.deputy))
    return Named(*told)


def lines(shifts: Iterable[Shift], known: dict[str, str]) -> list[Line]:
    """Return shifts by name."""
    return [Line(shift, named(shift.crew, known)) for shift in shifts]

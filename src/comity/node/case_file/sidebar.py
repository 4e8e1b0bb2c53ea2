"""What stands beside the timeline of a case: its exhibits, conditions of use, and readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from comity.canonical import parse_time
from comity.evidence.limits import TYPES, Limit, Told, limits_of
from comity.exchange.conversation import APPLIED
from comity.node.cases.queries import Thread
from comity.node.evidence import offers
from comity.node.models import AuditRow, Mark, Package
from comity.node.people.access.visible_cases import Circle
from comity.node.sensitive import marks

MOST_EXHIBITS: Final = 50
MOST_READERS: Final = 200
_PRESERVES: Final = {"preservation.confirmed": "preservation", "request.extended": "extension"}
"""Type of a message to the section that says until when."""
READINGS: Final = 300
"""Readings that are looked through: one who comes back all day hides nobody of that day."""


@dataclass(frozen=True)
class Held:
    """A sealed package of a case, with what is marked as sensitive in it."""

    package: Package
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Reader:
    """Who read a case, when last on a day, and in which way: a detail of the audit."""

    by: str
    at: datetime
    way: str


def exhibits(circle: Circle, threads: Sequence[Thread]) -> tuple[list[Held], bool]:
    """Return the packages of a case, the last changed first, and whether there are more.

    Args:
        circle: of whoever reads.
        threads: the conversations of the case.
    """
    seen = circle.packages().filter(offers.of_conversations([t.row.digest for t in threads]))
    found = list(seen.order_by("-changed_at", "root")[: MOST_EXHIBITS + 1])
    shown = found[:MOST_EXHIBITS]
    marked = marks.of(Mark.Kind.EXHIBIT, {one.exhibit for one in shown}) if shown else {}
    return [Held(one, marked.get(one.exhibit, ())) for one in shown], len(found) > MOST_EXHIBITS


def conditions(thread: Thread) -> tuple[Limit, ...]:
    """Return the conditions of use that a conversation lays on its evidence, but those refused."""
    told = (
        Told(
            type=event.row.type,
            content=event.row.content,
            author=event.row.author,
            about=event.about,
            sections=event.sections,
        )
        for event in thread.events
        if event.row.type in TYPES and event.row.standing == APPLIED
    )
    return tuple(one for one in limits_of(told).limits if one.binds)


def preserved_until(thread: Thread) -> datetime | None:
    """Return until when data are preserved, as both States read it in the messages of both.

    The domestic order behind it may end sooner: that is a deadline of its own, of one State.
    """
    found: datetime | None = None
    for event in thread.events:
        section = _PRESERVES.get(event.row.type)
        if section and event.row.standing == APPLIED:
            until = (event.sections.get(section) or {}).get("until")
            found = parse_time(str(until)) if until else found
    return found if thread.row.main == "preserved" else None


def readings(number: str) -> list[Reader]:
    """Return who read a case lately, each once a day by the last time, the newest first."""
    rows = AuditRow.objects.filter(subject=number, action="case.read").order_by("-pk")
    found: dict[tuple[date, str], Reader] = {}
    for by, at, way in rows.values_list("actor", "at", "detail")[:READINGS]:
        found.setdefault((at.astimezone(UTC).date(), by), Reader(by, at, way))
    return list(found.values())[:MOST_READERS]

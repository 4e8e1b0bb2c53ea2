"""A moment as the States of a conversation see it: the clock on the wall, and days off."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from comity.canonical import ComityError, in_zone, state_of
from comity.instruments import Library
from comity.instruments.calendars import Calendar, calendars
from comity.instruments.state_names import StateNames, state_names
from comity.node.core.config import NodeConfig
from comity.node.core.law_library import lawbook


@dataclass(frozen=True)
class Seen:
    """A moment in one State.

    Attributes:
        state: its key.
        names: its names, by language.
        local: the moment in the zone of its capital.
        off: the holiday's name, ``weekend``, or empty where nothing is known of the day.
    """

    state: str
    names: StateNames
    local: datetime
    off: str


def seen_in(config: NodeConfig, moment: datetime | None, parties: Iterable[str]) -> list[Seen]:
    """Return how a moment looks in the States of parties; those without a calendar are left out.

    Args:
        config: of this node, for the office's own calendars.
        moment: aware UTC, or None.
        parties: names of the directory.
    """
    if moment is None:
        return []
    try:
        known, names = _read(lawbook(config).library)
    except ComityError:  # the office's law cannot be read, which other pages say
        return []
    found = []
    for state in dict.fromkeys(state_of(party) for party in parties):
        if state in known:
            calendar, zone = known[state]
            local = in_zone(moment, zone)
            found.append(Seen(state, names, local, calendar.off(local.date())))
    return found


@functools.lru_cache(maxsize=4)
def _read(library: Library) -> tuple[Mapping[str, tuple[Calendar, tzinfo]], StateNames]:
    found = {}
    for state, calendar in calendars(library).items():
        zone = _zone(calendar.zone)
        if zone is not None:
            found[state] = (calendar, zone)
    return found, state_names(library)


def _zone(name: str) -> tzinfo | None:
    """Return the data of a zone; None on a machine that has none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None

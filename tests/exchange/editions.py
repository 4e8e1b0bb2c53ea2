"""Editions for tests: a newer one that has two types more, and one that lacks a type."""

from dataclasses import replace

from comity.exchange import Edition, Editions
from comity.exchange.editions import CURRENT

NEW_TYPE = "request.hurried"
"""A type of the newer edition: the requester asks to hurry, with a note."""
NEW_TABLE_TYPE = "table.reminded"
"""Another one: whoever called a round table reminds all of it."""
HURRIED = replace(
    CURRENT.moves["request.status-asked"],
    type=NEW_TYPE,
    track=None,
    becomes="",
    sections={"note": True},
)
REMINDED = replace(CURRENT.moves["table.noted"], type=NEW_TABLE_TYPE, sections={"note": True})
NEWER = Edition.of(2, [*CURRENT.moves.values(), HURRIED, REMINDED])
LEFT_OUT = "request.status-asked"
NARROWER = Edition.of(3, [row for row in NEWER.moves.values() if row.type != LEFT_OUT])


def older() -> Editions:
    """Return what a party knows that has only the current edition."""
    return Editions(CURRENT)


def newer() -> Editions:
    """Return what a party knows that has the newer edition too."""
    return Editions(CURRENT, NEWER)

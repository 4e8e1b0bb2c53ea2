"""Exhibits out of a story: bytes by key, the same on every machine."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from comity.drills.errors import DrillStorySizeError
from comity.drills.making.auth_log import write_auth_log
from comity.drills.making.capture import write_capture
from comity.drills.making.disk import write_disk
from comity.drills.making.history import write_history
from comity.drills.making.kinds import FORMS
from comity.drills.making.mail import write_mailbox
from comity.drills.making.story import Story, Wanted
from comity.drills.making.told import told
from comity.drills.making.web_log import write_web_log
from comity.drills.making.world import World

MAX_HELD_BYTES: Final = 8 * 1024 * 1024
_WRITERS: Final[Mapping[str, Callable[[World, Wanted], bytes]]] = {
    "web-log": write_web_log,
    "auth-log": write_auth_log,
    "mailbox": write_mailbox,
    "disk": write_disk,
    "capture": write_capture,
    "history": write_history,
}


def make(story: Story) -> Iterator[tuple[str, bytes]]:
    """Yield key and bytes of each exhibit that a story asks for, in its order.

    Raises:
        DrillStorySizeError: what one has to hold does not fit.
    """
    world = World(story)
    for key, wanted in story.wanted.items():
        _room(world, wanted)
        yield key, _WRITERS[wanted.kind](world, wanted)


def _room(world: World, wanted: Wanted) -> None:
    """Refuse what would grow without bound: one file taken a thousand times."""
    held = 0
    for event in world.events:
        if wanted.kind == "capture" and (visit := world.visit(event)):
            held += len(visit.body)
        elif wanted.kind == "mailbox" and event.kind == "mail-sent" and event.file:
            held += len(world.files[event.file].data)
    if held > MAX_HELD_BYTES:
        place = f"exhibit {wanted.key}"
        told = f"{world.story.file}: {place}: its files are more than {MAX_HELD_BYTES} bytes"
        raise DrillStorySizeError(told, file=world.story.file, key=place)


def make_one(story: Story, key: str) -> bytes:
    """Return the bytes of one exhibit of a story.

    Raises:
        DrillStorySizeError: what it has to hold does not fit.
    """
    world, wanted = World(story), story.wanted[key]
    _room(world, wanted)
    return _WRITERS[wanted.kind](world, wanted)


def file_name(wanted: Wanted) -> str:
    """Return the name under which an exhibit is kept, ``gateway.log``."""
    return wanted.key + FORMS[wanted.kind][1]


def shown_in(story: Story) -> dict[str, tuple[str, ...]]:
    """Return the key of each event that is told, to the exhibits that show it; some show none."""
    world = World(story)
    found: dict[str, list[str]] = {event.key: [] for event in story.events}
    for key, wanted in story.wanted.items():
        events = {event.key for event, _ in told(world, wanted)}
        if wanted.kind == "disk":  # which shows a deletion as what the file has become
            gone = (event for event in story.events if event.kind == "file-deleted")
            events |= {event.key for event in gone if event.on == wanted.of}
        for event in story.events:
            if event.key in events:
                found[event.key].append(key)
    return {key: tuple(keys) for key, keys in found.items()}

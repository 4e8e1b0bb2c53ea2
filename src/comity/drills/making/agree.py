"""Whether exhibits show what their story tells: all of it, and nothing else."""

import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.errors import MessageError
from typing import Final

from comity.drills.errors import DrillExhibitError
from comity.drills.making.found_capture import found_in_capture
from comity.drills.making.found_disk import found_on_disk
from comity.drills.making.found_history import found_in_history
from comity.drills.making.found_logs import found_in_auth_log, found_in_web_log
from comity.drills.making.found_mail import found_in_mailbox
from comity.drills.making.story import Story
from comity.drills.making.told import Trace, told
from comity.drills.making.world import World

_READERS: Final[Mapping[str, Callable[[bytes], Iterator[Trace]]]] = {
    "web-log": found_in_web_log,
    "auth-log": found_in_auth_log,
    "mailbox": found_in_mailbox,
    "disk": found_on_disk,
    "capture": found_in_capture,
    "history": found_in_history,
}
_DAMAGED: Final = (
    ValueError,
    LookupError,
    struct.error,
    OverflowError,
    RecursionError,
    MessageError,  # these three are what Python's reader of mail makes of broken headers
    AttributeError,
    TypeError,
)
WHY: Final[Mapping[str, str]] = {
    "missing": "the exhibit is not there",
    "unreadable": "it cannot be read as what it is",
    "lost": "the story tells it, and the exhibit does not show it",
    "foreign": "the exhibit shows it, and the story does not tell it",
}


@dataclass(frozen=True, order=True)
class Disagreement:
    """One thing in which a story and an exhibit differ.

    Attributes:
        exhibit: its key.
        why: a key of `WHY`.
        event: whose trace is lost; empty otherwise.
        trace: what is lost or foreign, or why it cannot be read.
    """

    exhibit: str
    why: str
    event: str
    trace: str


def agrees(story: Story, exhibits: Mapping[str, bytes]) -> list[Disagreement]:
    """Return everything in which exhibits differ from their story, sorted; empty if nothing.

    Args:
        story: from which they were made.
        exhibits: key to bytes, untrusted.
    """
    world, found = World(story), list[Disagreement]()
    for key, wanted in story.wanted.items():
        data = exhibits.get(key)
        if data is None:
            found.append(Disagreement(key, "missing", "", ""))
            continue
        try:
            shown = Counter(_READERS[wanted.kind](data))
        except _DAMAGED as fault:
            told_why = str(fault) if type(fault) is ValueError else "damaged"
            found.append(Disagreement(key, "unreadable", "", told_why))
            continue
        for event, trace in told(world, wanted):
            if shown[trace]:
                shown[trace] -= 1
            else:
                found.append(Disagreement(key, "lost", event.key, " ".join(trace)))
        for trace in shown.elements():
            found.append(Disagreement(key, "foreign", "", " ".join(trace)))
    return sorted(found)


def insist(story: Story, exhibits: Mapping[str, bytes]) -> None:
    """Refuse exhibits that do not agree with their story.

    Raises:
        DrillExhibitError: the first thing in which they differ.
    """
    for one in agrees(story, exhibits):
        place = f"exhibit {one.exhibit}"
        told = f"{story.file}: {place}: {WHY[one.why]}: {one.trace}"
        raise DrillExhibitError(told, file=story.file, key=place)


def traces(kind: str, data: bytes) -> list[str]:
    """Return what an exhibit shows, a line each; nothing of what cannot be read.

    Args:
        kind: of the exhibit.
        data: its bytes.
    """
    try:
        return [" ".join(trace) for trace in _READERS[kind](data)]
    except _DAMAGED:
        return []

"""The bytes of an exhibit: the file itself, a disk image of several, or made from a story."""

import hashlib
from functools import lru_cache
from typing import Final

from comity.drills.errors import DrillError
from comity.drills.fat import write_image
from comity.drills.making import FORMS, file_name, legible, make_one, parse_story
from comity.drills.model import Exhibit, Scenario

MAX_LINES: Final = 20_000
_KEPT: Final = 16  # exhibits of a megabyte or two, made once and not at every look


def exhibit_bytes(scenario: Scenario, exhibit: Exhibit) -> bytes | None:
    """Return the bytes that a team gets, the same on every machine; None if they cannot be made."""
    if exhibit.story:
        data = scenario.stories.get(exhibit.story)
        return None if data is None else _made(data, exhibit.story, exhibit.made)
    found = [(name, scenario.files[name]) for name in exhibit.files if name in scenario.files]
    if len(found) != len(exhibit.files):
        return None
    if exhibit.form == "text":
        return found[0][1]
    return write_image(exhibit.key, found, at=scenario.plan.begins)


def exhibit_digest(scenario: Scenario, exhibit: Exhibit) -> str | None:
    """Return ``sha256:...`` of the bytes that a team gets, or None if they cannot be made."""
    data = exhibit_bytes(scenario, exhibit)
    return None if data is None else f"sha256:{hashlib.sha256(data).hexdigest()}"


def exhibit_text(scenario: Scenario, exhibit: Exhibit) -> str:
    """Return all text of an exhibit that a tool shows; what is no text is replaced."""
    if exhibit.story:
        kind, data = kind_of(scenario, exhibit), exhibit_bytes(scenario, exhibit)
        return legible(kind, data) if data is not None else ""
    parts = [scenario.files.get(name, b"").decode("utf-8", "replace") for name in exhibit.files]
    return "\n".join(parts)


def exhibit_name(scenario: Scenario, exhibit: Exhibit) -> str:
    """Return the name under which a team gets an exhibit, ``wire.pcap``; it names no folder."""
    if exhibit.story and kind_of(scenario, exhibit):
        story = parse_story(scenario.stories[exhibit.story], file=exhibit.story)
        return file_name(story.wanted[exhibit.made])
    return exhibit.files[0] if exhibit.form == "text" and exhibit.files else f"{exhibit.key}.img"


def kind_of(scenario: Scenario, exhibit: Exhibit) -> str:
    """Return the kind that the story says, ``web-log``; empty where it has no such exhibit."""
    data = scenario.stories.get(exhibit.story)
    return _kind(data, exhibit.story, exhibit.made) if data is not None else ""


def form_of(kind: str) -> str:
    """Return the form that an exhibit of a story's kind has in a scenario; empty for none."""
    return FORMS[kind][0] if kind in FORMS else ""


@lru_cache(maxsize=_KEPT)
def _kind(data: bytes, file: str, key: str) -> str:
    try:
        wanted = parse_story(data, file=file).wanted.get(key)
    except DrillError:
        return ""
    return wanted.kind if wanted else ""


@lru_cache(maxsize=_KEPT)
def _made(data: bytes, file: str, key: str) -> bytes | None:
    try:
        story = parse_story(data, file=file)
        return make_one(story, key) if key in story.wanted else None
    except DrillError:
        return None

"""The bytes of an exhibit: the file itself, or a disk image made of several."""

import hashlib
from typing import Final

from comity.drills.fat import write_image
from comity.drills.model import Exhibit, Scenario

MAX_LINES: Final = 20_000


def exhibit_bytes(scenario: Scenario, exhibit: Exhibit) -> bytes | None:
    """Return the bytes that a team gets, the same on every machine; None if they cannot be made."""
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
    """Return all text of an exhibit; what is no text is replaced."""
    parts = [scenario.files.get(name, b"").decode("utf-8", "replace") for name in exhibit.files]
    return "\n".join(parts)

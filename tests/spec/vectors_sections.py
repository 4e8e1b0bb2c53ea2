"""Vectors of the values of sections, each held against its JSON Schema (spec 7)."""

from typing import Any

from tests.exchange.makers import BODIES
from tests.exchange.test_messages import VALUES
from tests.spec.vectors_envelope import vector

CALENDAR = ("a month that does not exist", "a day that does not exist")
"""What a reader refuses, and no pattern does."""
NAMES = {"names": ["Nguyễn Văn An"]}
MORE: dict[str, tuple[str, dict[str, Any]]] = {
    "an answer that names who comes": ("table-answer", NAMES),
    "an answer that is none": ("table-answer", {"answer": "perhaps"}),
    "nominations with names of relatives": ("nominations", NAMES),
    "a reference that is null where nothing was said": ("request", {"measure": None}),
}


def vectors() -> list[dict[str, Any]]:
    """Return the sample of each section, and values that break it in one place."""
    found: list[dict[str, Any]] = []

    def add(part: str, name: str, document: Any, expect: str) -> None:
        given = {"schema": f"sections/{part}", "document": document}
        found.append(vector(f"{part}: {name}", given, expect, "spec 7"))

    for part, document in sorted(BODIES.items()):
        add(part, "a sample", document, "ok")
        add(part, "a foreign member", document | {"unknown": 1}, "mismatch")
        first = min(document, default=None)
        if first is not None:
            rest = {name: value for name, value in document.items() if name != first}
            add(part, f"without {first}", rest, "mismatch")
        add(part, "in a list", [document], "mismatch")
    for name, (part, change) in (VALUES | MORE).items():
        if name not in CALENDAR:
            add(part, name, BODIES[part] | change, "mismatch")
    return found

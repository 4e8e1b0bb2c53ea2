"""What tests of the forms of a scenario fill in, and how they post it."""

import re
from collections.abc import Mapping
from typing import Any

from django.test import Client
from tests.exercise.editing import NAME, hidden

from comity.drills import Scenario
from comity.drills.reading import read_scenario
from comity.node.exercise import scenario_editing, scenario_library

HOME = f"/scenarios/{NAME}"
TRIGGER = {
    "key": "called-police",
    "when": "done",
    "did": "called to=police",
    "after": "inject unit-call",
    "brings": "ministry-asks",
}
LATE = TRIGGER | {"when": "not-done", "within_minutes": "10"}
TASK = {
    "key": "which-line",
    "kind": "text",
    "ask": "Whose line is it?",
    "answers": "scanner",
    "points": "8",
    "cite": "42(3)(c)",
    "learn": "Not every knock is an attack.",
    "hint-text:+1": "Read the third column.",
    "hint:+1": "2",
}
EXHIBIT = {"key": "notes", "form": "text", "text": "who,when\nMina,06:15\n"}
MADE = {"key": "portal-log", "made": "web-log", "whose": "- portal"}


def post(client: Client, path: str, fields: Mapping[str, Any]) -> Any:
    began = hidden(client.get(HOME + path).content.decode())
    return client.post(HOME + path, {"edition": began, **fields})


def taken_out(client: Client, path: str) -> Any:
    return post(client, path, {"confirmed": "1"})


def files() -> dict[str, bytes]:
    return scenario_library.files_of(NAME)


def scenario() -> Scenario:
    return read_scenario(NAME, files())


def codes() -> set[str]:
    return {one.code for one in scenario_editing.findings(NAME, files())}


def beside(answer: Any, field: str) -> str:
    """Return what stands beside a field of a page."""
    page = answer.content.decode()
    found = re.search(rf'<div class="wrong" id="id_{re.escape(field)}_error">(.*?)</div>', page)
    return found[1] if found else ""

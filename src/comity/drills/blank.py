"""A new scenario to begin with: small, complete in English, and running."""

from collections.abc import Mapping
from typing import Final

from comity.drills.parse import FILE
from comity.drills.reading import read_plan
from comity.drills.texts import due_keys
from comity.instruments.model import LANGUAGES
from comity.instruments.words import ENGLISH

_PLAN: Final = """\
# What happens when. No text stands here: each entry has its texts in texts/*.toml, by its key.
# Every member: docs/reference/scenarios.md. Check with `comity drill lint`.

[scenario]
name = "NAME"
version = 1
minutes = 60
treaty = "un-2024"
modes = ["solo", "team", "table-top"]
begins = 2027-01-04T08:00:00Z # what the clocks of the story say at minute 0

[values] # what texts name in braces, the same in every language
reference = "B-17"

[[role]]
key = "duty"

[[party]]
key = "us"
kind = "state"
played = "team"
address = "xa/contact-point"

[[party]]
key = "partner"
kind = "state"
played = "partner"
address = "xb/contact-point"
character = "prompt"

[[thread]]
key = "asked"
asks = "partner"
asked = "us"

[[inject]]
key = "request"
kind = "message"
minute = 2
from = "partner"
thread = "asked"
type = "request.submitted"

[[trigger]]
key = "not-acknowledged"
when = "not-done"
did = { kind = "acknowledged", inject = "request" }
after = "inject request"
within_minutes = 15

[[inject]]
key = "reminder"
kind = "call"
trigger = "not-acknowledged"
from = "partner"

[[task]]
key = "what-is-asked"
kind = "measure"
answers = ["preservation"]
opens = "request"
points = 10
cite = ["42"]

[[hint]]
key = "read-again"
task = "what-is-asked"
cost = 3

[[score]]
key = "acknowledged-soon"
kind = "clock"
did = { kind = "sent", type = "request.acknowledged", to = "partner", thread = "asked" }
after = "inject request"
within_minutes = 15
points = 10
late_points = 4
cite = ["41"]

[[good]]
key = "acknowledge"
minute = 10
did = { kind = "sent", type = "request.acknowledged", to = "partner", thread = "asked" }
cite = ["41"]

[[debrief]]
key = "what-else"
cite = ["41"]
"""
_ENGLISH: Final = {
    "title": "A request in the morning",
    "about": "One request, one hour: a scenario to change into your own.",
    "story": "It is Monday morning. You have the watch, and one request is on its way.",
    "roles.duty.title": "Duty officer",
    "roles.duty.about": "Reads what comes, answers, and keeps the record.",
    "parties.us": "Your contact point",
    "parties.partner": "Contact point of Belmora",
    "injects.request.title": "A request comes",
    "injects.request.text": "Belmora asks you to preserve the data of an account: {reference}.",
    "injects.reminder.title": "Belmora calls",
    "injects.reminder.text": "Good morning. We sent you {reference}. Has it arrived?",
    "tasks.what-is-asked.ask": "Which measure does Belmora ask for? Give its code.",
    "tasks.what-is-asked.learn": "To preserve is to keep data as they are; nobody gets them yet.",
    "hints.read-again": "What is to happen to the data until a request for assistance comes?",
    "scores.acknowledged-soon": "Who has asked knows only by your answer that you are at work.",
    "good.acknowledge": "Acknowledge the request.",
    "debrief.what-else": "Whom else would you have told, and when?",
}


def blank(name: str) -> dict[str, bytes]:
    """Return the files of a new scenario: English whole, the other languages to be written.

    Args:
        name: of its folder.

    Raises:
        DrillError: a name that is none.
    """
    files = {FILE: _PLAN.replace("NAME", name).encode()}
    keys = due_keys(read_plan(name, files))
    for lang in LANGUAGES:
        told = _ENGLISH if lang == ENGLISH else {}
        files[f"texts/{lang}.toml"] = texts_file(keys, told, _ENGLISH).encode()
    return files


def texts_file(
    keys: "frozenset[str] | set[str]", told: Mapping[str, str], english: Mapping[str, str]
) -> str:
    """Return a file of texts: each key once, what is not told yet empty below its English text."""
    lines = []
    for key in sorted(keys, key=_order):
        if key not in told and key in english:
            lines.append(f"# {' '.join(english[key].split())}")
        value = told.get(key, "").replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'{key} = "{value}"')
    return "\n".join(lines) + "\n"


def _order(key: str) -> tuple[int, str]:
    heads = ("title", "about", "story", "roles", "parties", "injects", "tasks", "hints", "scores")
    head = key.partition(".")[0]
    return (heads.index(head) if head in heads else len(heads), key)

"""Changes to a scenario's exhibits: files that they are, stories that they are made from."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from comity.canonical import time_text
from comity.drills.editing import entry, table_of, with_entry
from comity.drills.errors import DrillFileError
from comity.drills.writing import rewritten
from comity.instruments.toml import parse_toml, unmarked

_BEFORE_HOURS: Final = 6
_STORY: Final = """\
# A small story to begin with: an account is guessed and used from outside. Change it into your own;
# every exhibit that is made of it changes with it. Every member: docs/reference/stories.md.

[story]
name = "NAME"
seed = 1 # another number gives other ordinary life around the same story
begins = BEGINS
ends = ENDS
ordinary = 40

[[person]]
key = "clerk"
name = "Mina Adeyemi"

[[machine]]
key = "portal"
host = "portal.office.example"
address = "203.0.113.10"
serves = ["web", "shell"]
pages = ["/", "/news", "/forms/travel"]

[[machine]]
key = "post"
host = "post.office.example"
address = "203.0.113.11"
serves = ["mail", "shell"]

[[machine]]
key = "desk"
host = "desk1.office.example"
address = "203.0.113.41"

[[machine]]
key = "outside"
host = "vps23.hosting.test"
address = "198.51.100.23"

[[account]]
key = "mina"
user = "m.adeyemi"
mail = "m.adeyemi@office.example"
person = "clerk"
uses = ["desk"]

[[account]]
key = "stranger"
user = "billing"
mail = "billing@supplies.test"

[[file]]
key = "ledger"
name = "ledger.csv"
text = "day,payee,sum\\n2026-10-01,Harbour Supplies,410.00\\n"

[[event]]
key = "bait"
kind = "mail-sent"
at = AT-50
by = "stranger"
from = "outside"
on = "post"
to = ["mina"]
subject = "Your mailbox is full"
text = "Please sign in again at the portal to keep your mails."

[[event]]
key = "guess"
kind = "sign-in-failed"
at = AT-30
by = "mina"
from = "outside"
on = "portal"

[[event]]
key = "in"
kind = "sign-in"
at = AT-29
by = "mina"
from = "outside"
on = "portal"

[[event]]
key = "look"
kind = "page-opened"
at = AT-25
by = "mina"
from = "outside"
on = "portal"
path = "/ledgers"
title = "Ledgers"

[[event]]
key = "take"
kind = "file-taken"
at = AT-20
by = "mina"
from = "outside"
on = "portal"
file = "ledger"

[[event]]
key = "kept"
kind = "file-saved"
at = AT-15
on = "desk"
file = "ledger"
folder = "Documents"
"""
OWNERS: Final = {"machine": ("portal", "post", "desk", "outside"), "account": ("mina",)}
"""Whose traces the story to begin with has."""


def blank_story(name: str, *, begins: datetime) -> bytes:
    """Return a story to begin with, which happens in the hour before an exercise begins.

    It asks for no exhibit yet; `with_made` adds the first.

    Args:
        name: of the story, and of its file.
        begins: what the clocks of the exercise say at minute 0.
    """
    at = begins.replace(microsecond=0)

    def minute(number: int) -> str:
        return time_text(at - timedelta(minutes=number))

    text = _STORY.replace("NAME", name).replace("BEGINS", minute(60 * _BEFORE_HOURS))
    for number in (50, 30, 29, 25, 20, 15):
        text = text.replace(f"AT-{number}\n", f"{minute(number)}\n")
    return text.replace("ENDS", minute(0)).encode()


def with_made(
    files: Mapping[str, bytes], story: str, made: str, *, kind: str, of: str
) -> dict[str, bytes]:
    """Return the files with a story that asks for an exhibit, changed or added.

    Args:
        files: of a scenario; the story can be read as TOML.
        story: name of a file under ``stories/``.
        made: key of the exhibit in the story.
        kind: as stories name it, ``web-log``.
        of: machine or account.

    Raises:
        DrillFileError: the story is no TOML.
    """
    path = f"stories/{story}"
    try:
        table = parse_toml(files[path])
        source = unmarked(files[path]).decode("utf-8")
    except (KeyError, ValueError) as fault:
        raise DrillFileError(f"{path}: {fault}", file=path, key="") from fault
    given = table.get("exhibit", [])
    rows = [dict(one) for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    row = {"key": made, "kind": kind, "of": of}
    if any(one.get("key") == made for one in rows):
        rows = [{**one, **row} if one.get("key") == made else one for one in rows]
    else:
        rows.append(row)
    return {**files, path: rewritten(source, {**table, "exhibit": rows}).encode()}


def alone_with(files: Mapping[str, bytes], key: str) -> list[str]:
    """Return the files that nothing is made of but one exhibit: they go when it goes.

    Raises:
        DrillFileError: scenario.toml is no TOML.
    """
    others = [
        one
        for one in table_of(files).get("exhibit", [])
        if isinstance(one, dict) and one.get("key") != key
    ]
    this = entry(files, "exhibit", key)
    named = {f"exhibits/{name}" for one in others for name in one.get("files", [])}
    named |= {f"stories/{one['story']}" for one in others if "story" in one}
    own = [f"exhibits/{name}" for name in this.get("files", [])]
    own += [f"stories/{this['story']}"] if "story" in this else []
    return [path for path in own if path in files and path not in named]


def without_exhibit(files: Mapping[str, bytes], key: str) -> dict[str, bytes]:
    """Return the files without an exhibit, and without what was there for it alone.

    Raises:
        DrillError: a file breaks the format.
    """
    gone = alone_with(files, key)
    left = {path: data for path, data in files.items() if path not in gone}
    return with_entry(left, "exhibit", key, None)

"""An exercise with hostile partners plays itself: what they did, and what the nodes made of it."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.nodes.offices import free_row

from comity.drills.blank import blank

pytestmark = pytest.mark.full  # exercises on nodes

TEAM, LIAR, LATE = "xa/contact-point-1", "xb/contact-point", "xc/contact-point"
PARTY = f"""
[[party]]
key = "late"
kind = "state"
played = "partner"
address = "{LATE}"
character = "letting-expire"
"""
ASKED = """
[[thread]]
key = "{key}"
asks = "us"
asked = "{key}"
measure = "preservation"
played = "character"

[[good]]
key = "ask-{key}"
minute = 3
did = {{ kind = "sent", type = "request.submitted", to = "{key}", thread = "{key}" }}
cite = ["42"]
"""
WORDS = """
parties.late = "Contact point of Cordania"
good.ask-partner = "Ask Belmora to preserve."
good.ask-late = "Ask Cordania to preserve."
"""


def scenario(folder: Path) -> Path:
    """Write one in which Belmora shows two logs, and Cordania lets data expire."""
    files = blank("hostile")
    for name, data in files.items():
        text = data.decode()
        if name == "scenario.toml":
            text = text.replace("minutes = 60", "minutes = 40") + PARTY
            text = text.replace('character = "prompt"', 'character = "two-logs"')
            text += "".join(ASKED.format(key=key) for key in ("partner", "late"))
        else:  # a scenario with a language left out is not run
            text = files["texts/en.toml"].decode() + WORDS
        path = folder / "hostile" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder / "hostile"


def accused(world: Path) -> dict[str, set[str]]:
    """Return of whom each node recorded that its log contradicts itself."""
    found = {}
    for folder in sorted((world / "nodes").iterdir()):
        with closing(sqlite3.connect(f"file:{folder / 'node.sqlite3'}?mode=ro", uri=True)) as base:
            rows = base.execute("SELECT actor FROM node_auditrow WHERE action = 'log.disagree'")
            found[folder.name] = {actor for (actor,) in rows}
    return found


@pytest.mark.long
def test_what_hostile_partners_did_is_told_and_only_they_are_accused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    order = ["drill", "run", scenario(tmp_path), "--teams", "1", "--auto", "--json", "-o", out]
    done = subprocess.run(
        [sys.executable, "-m", "comity", *map(str, order), "--port-base", str(free_row(4))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["unsaid"] == [], "every deed is played at nodes"
    assert [(act["deed"], act["answer"]) for act in told["hostile"]] == [
        ("split-log", "400 receipt-unproved, log health: the two logs disagree"),
        ("let-expire", ""),
    ]
    nodes = accused(out)
    assert nodes.pop("xa-contact-point-1") == {LIAR}
    assert len(nodes) == 3
    assert set().union(*nodes.values()) == set(), "nobody accuses anybody else"

"""Every act is tried: without its right, on what is not there, twice at once, and falling.

Two nodes are made and furnished once; each try is done on a copy of one of them, in a process of
its own. Ten acts of different kinds are tried with each change, all of them in the full lane.
"""

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from tests.actions.sample import samples
from tests.api.nodes import Office, Pair, eventually, start_pair
from tests.api.things import things
from tests.exchange.makers import BODIES
from tests.forked import run

from comity.node.actions.action import Action, Writes
from comity.node.site.actions import ACTIONS

FAST: Final = {
    "alarm.acknowledge",
    "roster.replace",
    "ladder.drop",
    "contact.set",
    "watch-test.ask",
}
TRIED: Final = [
    pytest.param(one, id=one.name, marks=() if one.name in FAST else (pytest.mark.full,))
    for one in ACTIONS
]


@dataclass(frozen=True)
class Furnished:
    """A node's folder that nobody serves, with what is there."""

    folder: Path
    things: Mapping[str, str]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    place = tmp_path_factory.mktemp("actions")
    pair = start_pair(place / "world")
    try:
        office = pair.asking
        found = dict(
            things(pair, place, lambda role: str(office.ok(role, "GET", "/me")["officer"]))
        )
        found |= _came(pair)
        found |= _needed(pair)
        found |= _signed(office, found["draft"])
    finally:
        pair.stop()
    return Furnished(office.process.config.folder, found)


def _came(pair: Pair) -> dict[str, str]:
    """Let the partner send what acts answer."""
    test = pair.asked.ok("duty", "POST", "/duty/reach", json={"party": pair.asking.party})
    digest = str(test["conversation"])
    eventually(lambda: digest in pair.asking.ok("duty", "GET", "/duty/reach")["waiting"])
    return {"watch test": digest}


def _needed(pair: Pair) -> dict[str, str]:
    """Let the office say what it needs: solutions are offered in such a conversation."""
    need = {**BODIES["need"], "review_by": "2031-06-01T00:00:00Z"}
    said = {"type": "assistance.needed", "to": [pair.asked.party], "sections": {"need": need}}
    return {"need": str(pair.asking.say(said)["conversation"])}


def _signed(office: Office, draft: str) -> dict[str, str]:
    """Let an officer sign a draft with the own key, and hand the signature in to nobody yet."""
    shown = office.ok("author", "GET", f"/drafts/{draft}")
    return {"approval": json.dumps(office.approval("author", shown, hours=24))}


@pytest.fixture
def tried(furnished: Furnished, tmp_path: Path) -> Any:
    """Return what tries an act on a copy of the node."""
    number = iter(range(100))

    def one(action: Action, trial: str) -> dict[str, Any]:
        folder = tmp_path / str(next(number))
        shutil.copytree(furnished.folder, folder)
        job = {
            "action": action.name,
            "trial": trial,
            "folder": str(folder),
            "database": str(folder / "node.sqlite3"),
            "things": dict(furnished.things),
        }
        done = run(
            [sys.executable, "-m", "tests.actions.child"],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return dict(json.loads(done.stdout.splitlines()[-1]))

    return one


@pytest.mark.parametrize("action", TRIED)
def test_an_act_is_done_whole_or_not_at_all(action: Action, tried: Any) -> None:
    done = tried(action, "done")
    assert done["audited"], "an act that was done left no audit row"
    without = tried(action, "without_right")
    assert without["refused"], "every role has the right: the sample tries nothing"
    assert not without["let_in"]
    assert not without["changed"]
    if action.place:
        foreign = tried(action, "foreign")
        assert not foreign["changed"]
        assert "done" not in foreign["refused"].values(), foreign
        assert not [code for code in foreign["refused"].values() if " " in code], foreign
    if action.writes is not Writes.STEPS:
        fell = tried(action, "falls_before")
        assert fell["reached"]
        assert not fell["changed"], "it fell before its commit, and something is left"
    fell = tried(action, "falls_after")
    assert fell["reached"]
    assert fell["audited"], "it fell after its commit, and its audit row is gone"
    times = 2 if samples()[action.name].again else 1
    twice = tried(action, "twice")
    assert twice["ends"].count("done") == times, twice
    assert not [one for one in twice["ends"] if " " in one], twice
    assert twice["audited"] >= 1
    overtaken = tried(action, "overtaken") if action.writes is Writes.LOG else {}
    if overtaken.get("reached"):  # else it waits for no committer
        assert overtaken["ends"].count("done") == times, overtaken
        assert not [one for one in overtaken["ends"] if " " in one], overtaken

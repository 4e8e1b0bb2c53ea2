"""What the specification shows is what the code does: tables, crossing pairs, schemas."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY
from tests.exchange.makers import VN, ZA, World

from comity.exchange import MOVES, Message, MoveIllegalError, Role, replay
from comity.exchange.conversation import APPLIED, OVERTAKEN
from comity.exchange.types import MAIN_STATES
from comity.spec import Crossing, crossings, outdated
from comity.spec.__main__ import main

# ------------------------------------------------------------------ files


def test_every_generated_part_is_what_the_code_says() -> None:
    assert outdated(REPOSITORY) == [], "run `python -m comity.spec`"


def test_a_table_changed_by_hand_is_found_and_mended(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "spec", tmp_path / "spec")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "comity").symlink_to(REPOSITORY / "src" / "comity")
    (tmp_path / "vectors").symlink_to(REPOSITORY / "vectors")
    page = tmp_path / "spec" / "registry" / "types.md"
    page.write_text(page.read_text().replace("| `request.submitted` | R |", "| `x` | R |", 1))
    (tmp_path / "spec" / "schemas" / "old.json").write_text("{}")
    assert main(["--check", str(tmp_path)]) == 1
    assert [p.name for p in outdated(tmp_path)] == ["types.md", "old.json"]
    assert main([str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0
    assert "| `request.submitted` | R |" in page.read_text()


# ------------------------------------------------------------------ crossing pairs

OPENERS = {
    "evidence.offered": ZA,
    "conditions.set": ZA,
    "use.consent-asked": VN,
    "costs.estimated": ZA,
    "request.extension-asked": VN,
    "request.status-asked": VN,
    "assistance.offered": ZA,
    "assistance.asked": ZA,
    "assistance.complained": VN,
    "training.nominated": ZA,
    "solution.offered": ZA,
    "table.minutes-proposed": VN,
}
TWICE = {
    "evidence.offered",
    "assistance.offered",
    "assistance.asked",
    "assistance.complained",
    "training.nominated",
    "solution.offered",
}
"""Tracks that both sides may move: each side has an instance of its own to move."""
Q_ACK, Q_YES = ("request.acknowledged", ZA), ("request.accepted", ZA)
PATHS: dict[str, list[tuple[str, str]]] = {
    "submitted": [],
    "acknowledged": [Q_ACK],
    "clarifying": [Q_ACK, ("request.clarification-asked", ZA)],
    "accepted": [Q_ACK, Q_YES],
    "postponed": [Q_ACK, Q_YES, ("request.postponed", ZA)],
    "preserved": [Q_ACK, Q_YES, ("preservation.confirmed", ZA)],
    "executed": [Q_ACK, Q_YES, ("request.executed", ZA)],
    "refused": [Q_ACK, Q_YES, ("request.refused", ZA)],
    "not-competent": [("request.not-competent", ZA)],
    "forwarded": [("request.forwarded", ZA)],
    "withdrawn": [Q_ACK, Q_YES, ("request.withdrawn", VN)],
    "released": [Q_ACK, Q_YES, ("preservation.confirmed", ZA), ("request.released", VN)],
    "lapsed": [Q_ACK, Q_YES, ("preservation.confirmed", ZA), ("preservation.lapsed", ZA)],
    "closed": [Q_ACK, Q_YES, ("request.executed", ZA), ("request.closed", ZA)],
    "off": [("assistance.taken-off", VN)],
    "over": [("table.closed", VN)],
}
STARTS = {
    "open": "consultation.note",
    "pinged": "contact.ping",
    "answered": "contact.ping",
    "needed": "assistance.needed",
    "available": "assistance.available",
    "places": "training.places-offered",
    "off": "assistance.needed",
    "called": "table.called",
    "over": "table.called",
}


def reach(main_state: str) -> tuple[World, list[Message]]:
    """Return a conversation in a main state, with instances of tracks opened on the way."""
    world = World(VN, ZA)
    known = [world.unsigned(world.open(STARTS.get(main_state, "request.submitted"), sections={}))]
    path = PATHS.get(main_state, [])
    if main_state == "answered":
        path = [("contact.answered", ZA)]
    opened: set[str] = set()
    for step in [None, *path]:
        if step is not None:
            send(world, known, step[0], step[1], None)
        for opener, by in OPENERS.items():
            if opener not in opened and send(world, known, opener, by, None):
                opened.add(opener)
                twice = opener in TWICE and send(world, known, opener, by, None)
                if twice and opener == "evidence.offered":
                    send(world, known, "evidence.received", VN, known[-1].content)
    assert replay(known).state.main == main_state
    return world, known


def send(world: World, known: list[Message], kind: str, author: str, about: str | None) -> bool:
    try:
        draft = world.reply(kind, author=author, known=known, about=about, sections={})
    except MoveIllegalError:
        return False
    known.append(world.unsigned(draft))
    return True


def legal(world: World, known: list[Message], author: str) -> Iterator[Message]:
    """Yield one message of each type that a side may send now."""
    instances = list(replay(known).state.instances)
    for kind in MOVES:
        for about in (*(instances if author == VN else reversed(instances)), None):
            own = list(known)
            if send(world, own, kind, author, about):
                yield own[-1]
                break


@pytest.mark.parametrize("main_state", [s for s in MAIN_STATES if s != "new"])
def test_real_crossing_messages_come_out_as_the_table_says(main_state: str) -> None:
    table = {(c.requester, c.requested): c for c in crossings() if c.main == main_state}
    world, known = reach(main_state)
    mine, theirs = (list(legal(world, known, party)) for party in (VN, ZA))
    met: set[tuple[str, str]] = set()
    for one in mine:
        for other in theirs:
            pair = one.draft.type, other.draft.type
            found = replay([*known, one, other])
            first = one if found.order[-2] == one.content else other
            second = other if first is one else one
            assert table[pair] == Crossing(
                main_state,
                *pair,
                Role.REQUESTER if first is one else Role.REQUESTED,
                found.standing[second.content] == APPLIED,
                found.state.main,
            )
            assert found.standing[first.content] == APPLIED
            assert found.standing[second.content] in {APPLIED, OVERTAKEN}
            met.add(pair)
    missing = {pair for pair in table if pair not in met}
    tracks = {m.type for m in MOVES.values() if m.sources}
    assert all(pair[0] in tracks or pair[1] in tracks for pair in missing)  # no instance got there
    assert met or not table

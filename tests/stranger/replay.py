"""One state from any order of a conversation's messages (spec 8)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.stranger.tables import Move, moves, types
from tests.stranger.values import digest_text, encode

DOUBLE, ILLEGAL, HELD = "held:double-speak", "refused:illegal-move", "held"


@dataclass
class State:
    """The main track's state, and each instance of the others."""

    main: str = "new"
    tracks: dict[str, str] = field(default_factory=dict)

    def value(self) -> dict[str, Any]:
        """Return it as the vectors write it."""
        return {"main": self.main, "tracks": self.tracks}


@dataclass
class Outcome:
    """What came of a set of messages."""

    state: State
    order: list[str]
    standing: dict[str, str]


def content_of(payload: dict[str, Any]) -> str:
    """Return a payload's content digest."""
    return digest_text("content", encode(payload))


def legal(state: State, payload: dict[str, Any], role: str) -> bool:
    """Tell whether a type is a legal move (spec 8.4)."""
    move, about = moves()[payload["type"]], payload["about"]
    if role not in move.roles or state.main not in move.main_in:
        return False
    if not move.track:
        return True
    if not move.track_from:
        return about is None
    if about is None:
        return move.about == "may be null"
    track, _, now = state.tracks.get(about, "").partition(":")
    return track == move.track and now in move.track_from


def apply(state: State, payload: dict[str, Any], content: str) -> None:
    """Change the state by a legal move."""
    move: Move = moves()[payload["type"]]
    if move.main_to is not None:
        state.main = move.main_to
    if not move.track:
        return
    if not move.track_from:
        state.tracks[content] = f"{move.track}:{move.track_to}"
    elif payload["about"] is not None:
        state.tracks[payload["about"]] = f"{move.track}:{move.track_to}"


OTHER = 4  # the rank of all else


class _Merge:
    def __init__(self, payloads: Iterable[dict[str, Any]], refused: dict[str, str]) -> None:
        self.by_content = {content_of(p): p for p in payloads}
        self.refused = refused
        self.doubled: set[str] = set()
        self.faults: dict[str, str] = {}
        self.chains: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for content, payload in self.by_content.items():
            self.chains[payload["from"]][payload["sequence"]].append(content)
        self.cut = {author: self._cut(author) for author in self.chains}
        openings = [c for c, p in self.by_content.items() if p["conversation"] is None]
        self.opening = openings[0] if openings else ""

    def _cut(self, author: str) -> int:
        """Return the first sequence of an author that does not count any more."""
        ids = defaultdict(list)
        for sequence, contents in self.chains[author].items():
            for content in contents:
                ids[self.by_content[content]["id"]].append(sequence)
        doubled = [s for s, contents in self.chains[author].items() if len(contents) > 1]
        twins = [s for sequences in ids.values() if len(sequences) > 1 for s in sequences]
        for sequence in (*doubled, *twins):
            for content in self.chains[author][sequence]:
                self.doubled.add(content)
        return min((*doubled, *twins), default=1 << 60)

    def at(self, author: str, sequence: int) -> str:
        """Return the one message of a place, or nothing."""
        if sequence >= self.cut.get(author, 0):
            return ""
        contents = self.chains[author].get(sequence, [""])
        return contents[0]

    def past(self, content: str) -> set[str] | None:
        """Return the causal past of a message, or None where part of it is not here."""
        payload, found = self.by_content[content], set()
        wanted = [(payload["from"], payload["sequence"] - 1, payload["previous"])]
        wanted += [(p, m["sequence"], m["content"]) for p, m in payload["seen"].items()]
        for author, sequence, named in wanted:
            if sequence == 0:
                continue
            there = self.at(author, sequence)
            if not there or there != named:
                return None
            before = self.past(there)
            if before is None:
                return None
            found |= before | {there}
        return found

    def merge(self, contents: set[str]) -> tuple[State, list[str], dict[str, str]]:
        """Merge a set that holds the past of each of its messages."""
        state, order, standing = State(), [], {}
        left = set(contents)
        while left:
            ready = [c for c in left if not (self.past(c) or set()) & left]
            content = min(ready, key=self._order)
            left.remove(content)
            payload = self.by_content[content]
            if self.fault(content):
                continue
            good = legal(state, payload, self._role(payload["from"]))
            standing[content] = "applied" if good else "overtaken"
            order.append(content)
            if good:
                apply(state, payload, content)
        return state, order, standing

    def _role(self, author: str) -> str:
        return "R" if author == self.by_content[self.opening]["from"] else "Q"

    def _order(self, content: str) -> tuple[int, str, str]:
        payload = self.by_content[content]
        role = self._role(payload["from"])
        unknown = self.refused.get(content) == "refused:type-unknown"
        rank = OTHER if unknown or payload["type"] not in types() else types()[payload["type"]].rank
        return rank, role, payload["from"]

    def fault(self, content: str) -> str:
        """Return why a message with a whole past has no effect, or nothing."""
        if content in self.refused:
            return self.refused[content]
        if content not in self.faults:
            self.faults[content] = "" if self._is_legal(content) else ILLEGAL
        return self.faults[content]

    def _is_legal(self, content: str) -> bool:
        payload = self.by_content[content]
        if content == self.opening:
            return legal(State(), payload, "R")
        opening = self.by_content[self.opening]
        if any(payload[name] != opening[name] for name in ("members", "instrument")):
            return False
        before = self.past(content) or set()
        previous = payload["previous"]
        if previous is not None:
            if self.fault(previous) == ILLEGAL:
                return False
            earlier = self.by_content[previous]["seen"]
            for party, mark in earlier.items():
                if payload["seen"].get(party, {"sequence": 0})["sequence"] < mark["sequence"]:
                    return False
        state, _, _ = self.merge(before)
        return legal(state, payload, self._role(payload["from"]))

    def outcome(self) -> Outcome:
        """Return what came of all."""
        whole = {
            content
            for content, p in self.by_content.items()
            if self.opening and self.at(p["from"], p["sequence"]) and self.past(content) is not None
        }
        state, order, standing = self.merge(whole)
        for content in self.by_content:
            if content in self.doubled:
                standing[content] = DOUBLE
            elif content in whole:
                standing.setdefault(content, self.fault(content))
            else:
                standing[content] = HELD
        return Outcome(state, order, standing)


def replay(payloads: Iterable[dict[str, Any]], refused: dict[str, str] | None = None) -> Outcome:
    """Replay a set of payloads.

    Args:
        payloads: of one conversation, in any order.
        refused: content digest -> outcome of those that were refused for what they say.
    """
    return _Merge(payloads, refused or {}).outcome()

"""One state from any order of a conversation's messages (spec 8)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.stranger.editions import PRIVATE_MOVE, Edition, Editions, knowing, move_of
from tests.stranger.tables import Move
from tests.stranger.values import digest_text, encode

DOUBLE, ILLEGAL, HELD = "held:double-speak", "refused:illegal-move", "held"
OUTSIDE = "refused:type-unknown"


@dataclass
class State:
    """The main track's state, each instance of the others, and the edition in force.

    Attributes:
        main: the main track's state.
        tracks: the others'.
        edition: its digest.
        raised: proposal -> the edition and who agreed to it.
    """

    main: str = "new"
    tracks: dict[str, str] = field(default_factory=dict)
    edition: str = ""
    raised: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    def value(self) -> dict[str, Any]:
        """Return it as the vectors write it."""
        return {"main": self.main, "tracks": self.tracks}


@dataclass
class Outcome:
    """What came of a set of messages.

    Attributes:
        state: at the end.
        order: content digests as merged.
        standing: of each message.
        kept: author -> the chain that counts.
        unknown: editions in force somewhere that are not known.
        editions: of each message whose past is whole, the edition in force there.
    """

    state: State
    order: list[str]
    standing: dict[str, str]
    kept: dict[str, list[str]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    editions: dict[str, str] = field(default_factory=dict)

    def merged(self) -> dict[str, list[str]]:
        """Return of each author's chain what was merged."""
        done = set(self.order)
        return {party: [c for c in chain if c in done] for party, chain in self.kept.items()}


def content_of(payload: dict[str, Any]) -> str:
    """Return a payload's content digest."""
    return digest_text("content", encode(payload))


def legal(state: State, payload: dict[str, Any], role: str, move: Move) -> bool:
    """Tell whether a type is a legal move (spec 8.4 and 8.7)."""
    about = payload["about"]
    if move is PRIVATE_MOVE:
        return True
    if move.edition == "accepts":
        proposed = state.raised.get(about)
        if proposed is None or payload["from"] in proposed[1]:
            return False
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


def apply(state: State, payload: dict[str, Any], content: str, move: Move) -> None:
    """Change the state by a legal move."""
    author, about = payload["from"], payload["about"]
    if move.edition == "raises":
        state.raised[content] = (payload["edition"], [author])
    if move.edition == "accepts":
        edition, agreed = state.raised.pop(about)
        if {*agreed, author} == set(payload["members"]):
            state.edition = edition
        else:
            state.raised[about] = (edition, [*agreed, author])
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
    def __init__(
        self, payloads: Iterable[dict[str, Any]], refused: dict[str, str], known: Editions
    ) -> None:
        self.known = known
        self.befores: dict[str, State] = {}
        self.by_content = {content_of(p): p for p in payloads}
        self.refused = refused
        self.doubled: set[str] = set()
        self.faults: dict[str, str] = {}
        self.strays: set[str] = set()
        self.chains: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for content, payload in self.by_content.items():
            self.chains[payload["from"]][payload["sequence"]].append(content)
        openings = [c for c, p in self.by_content.items() if p["conversation"] is None]
        self.opening = openings[0] if openings else ""
        self.cut = {author: self._cut(author) for author in self.chains}
        self.kept = {author: self._kept(author) for author in self.chains}

    def _cut(self, author: str) -> int:
        """Return the first sequence under which an author signed two messages, or one id again."""
        ids = defaultdict(list)
        for sequence, contents in self.chains[author].items():
            for content in contents:
                ids[self.by_content[content]["id"]].append(sequence)
        doubled = [s for s, contents in self.chains[author].items() if len(contents) > 1]
        twins = [s for sequences in ids.values() if len(sequences) > 1 for s in sequences]
        for sequence in doubled:
            self.doubled.update(self.chains[author][sequence])
        for content in (c for contents in self.chains[author].values() for c in contents):
            if len(ids[self.by_content[content]["id"]]) > 1:
                self.doubled.add(content)
        return min((*doubled, *twins), default=1 << 60)

    def _witnessed(self, author: str) -> set[str]:
        """Return an author's messages that other members' messages have seen, and those before."""
        waiting = [p["seen"][author]["content"] for p in self.by_content.values()
                   if p["from"] != author and author in p["seen"]]  # fmt: skip
        found: set[str] = set()
        while waiting:
            content = waiting.pop()
            payload = self.by_content.get(content)
            if payload is not None and payload["from"] == author and content not in found:
                found.add(content)
                waiting.append(payload["previous"])
        return found

    def _kept(self, author: str) -> list[str]:
        """Return the chain of an author: after its first double, only what others have seen."""
        witnessed = self._witnessed(author)
        chain: list[str] = []
        ids: set[str] = set()
        while True:
            place = len(chain) + 1
            ready = sorted(
                content
                for content in self.chains[author].get(place, [])
                if self.by_content[content]["previous"] == (chain[-1] if chain else None)
            )
            if place >= self.cut[author]:
                ready = [c for c in ready
                         if c in witnessed and self.by_content[c]["id"] not in ids]  # fmt: skip
            if not ready:
                return chain
            chain.append(ready[0])
            ids.add(self.by_content[ready[0]]["id"])

    def at(self, author: str, sequence: int) -> str:
        """Return the message that counts in a place, or nothing."""
        chain = self.kept.get(author, [])
        return chain[sequence - 1] if sequence <= len(chain) else ""

    def _beside(self, author: str, content: str | None) -> bool:
        """Tell whether a message is a twin that does not count, or was said on one."""
        while content in self.by_content and self.by_content[content]["from"] == author:
            if self.by_content[content]["sequence"] <= self.cut[author] < 1 << 60:
                return True
            content = self.by_content[content]["previous"]
        return False

    def past(self, content: str) -> set[str] | None:
        """Return the causal past of a message, or None where part of it is not here."""
        payload, found = self.by_content[content], set()
        wanted = [(payload["from"], payload["sequence"] - 1, payload["previous"])]
        wanted += [(p, m["sequence"], m["content"]) for p, m in payload["seen"].items()]
        for author, sequence, named in wanted:
            if sequence == 0:
                continue
            there = self.at(author, sequence)
            if there != named or not there:
                if author == payload["from"] or not self._beside(author, named):
                    return None
                shared = self.kept[author][: self.cut[author]]
                while (
                    shared
                    and self.past(shared[-1]) is not None
                    and (self.fault(shared[-1]) == ILLEGAL)
                ):
                    shared = shared[:-1]
                there = (shared or [""])[-1]
                self.strays.add(content)
            if not there:
                continue
            before = self.past(there)
            if before is None or self._edition(there) is None:
                return None
            if author != payload["from"] and self.fault(there) == ILLEGAL:
                return None  # what was refused is never seen
            if there in self.strays:
                self.strays.add(content)
            found |= before | {there}
        return found

    def _before(self, content: str) -> list[dict[str, Any]]:
        """Return all that is here of what a message names as before it, twins too."""
        found, waiting = {}, [content]
        while waiting:
            payload = self.by_content[waiting.pop()]
            marks = [mark["content"] for mark in payload["seen"].values()]
            for name in (payload["previous"], *marks):
                if name in self.by_content and name not in found:
                    found[name] = self.by_content[name]
                    waiting.append(name)
        return list(found.values())

    def merge(self, contents: set[str]) -> tuple[State, list[str], dict[str, str]]:
        """Merge a set that holds the past of each of its messages."""
        state, order, standing = self._fresh(), [], {}
        left = set(contents)
        while left:
            ready = [c for c in left if not (self.past(c) or set()) & left]
            content = min(ready, key=self._order)
            left.remove(content)
            payload = self.by_content[content]
            move = self._move(content)
            fault = self.fault(content)
            if fault or move is None:
                order += [] if fault == ILLEGAL else [content]
                continue
            good = legal(state, payload, self._role(payload["from"]), move)
            standing[content] = "applied" if good else "overtaken"
            order.append(content)
            if good:
                apply(state, payload, content, move)
        return state, order, standing

    def _role(self, author: str) -> str:
        return "R" if author == self.by_content[self.opening]["from"] else "Q"

    def _order(self, content: str) -> tuple[int, str, str]:
        payload = self.by_content[content]
        role = self._role(payload["from"])
        edition = self._edition(content)
        row = edition.types.get(payload["type"]) if edition else None
        unknown = self.refused.get(content) == OUTSIDE
        return OTHER if unknown or row is None else row.rank, role, payload["from"]

    def _fresh(self) -> State:
        return State(edition=self.by_content[self.opening]["edition"] if self.opening else "")

    def before(self, content: str) -> State:
        """Return the state of a message's own past, which is whole."""
        if content not in self.befores:
            past = self.past(content) or set()
            if content == self.opening:
                self.befores[content] = self._fresh()
            elif content in self.strays:
                own = _Merge(self._before(content), self.refused, self.known)
                self.befores[content] = own.outcome().state
            else:
                self.befores[content] = self.merge(past)[0]
        return self.befores[content]

    def _edition(self, content: str) -> Edition | None:
        """Return the edition in force in a message's past, or None if we do not know it."""
        return self.known.get(self.before(content).edition)

    def _move(self, content: str) -> Move | None:
        edition = self._edition(content)
        return None if edition is None else move_of(self.by_content[content]["type"], edition)

    def fault(self, content: str) -> str:
        """Return why a message with a whole past has no effect, or nothing."""
        if content not in self.faults:
            self.faults[content] = self._fault(content)
        return self.faults[content]

    def _fault(self, content: str) -> str:
        if not self._stands(content):
            return ILLEGAL
        if self._edition(content) is not None and self._move(content) is None:
            return OUTSIDE
        if content in self.refused:
            return self.refused[content]
        return "" if self._is_legal(content) else ILLEGAL

    def _stands(self, content: str) -> bool:
        """Tell whether a message keeps what is fixed, and names nothing illegal before it."""
        if content == self.opening:
            return True
        previous = self.by_content[content]["previous"]
        return self._keeps(content) and (previous is None or self.fault(previous) != ILLEGAL)

    def _keeps(self, content: str) -> bool:
        """Tell whether a message keeps what the opening and its author's chain have fixed."""
        payload, opening = self.by_content[content], self.by_content[self.opening]
        if any(payload[name] != opening[name] for name in ("members", "instrument")):
            return False
        if content != self.opening and payload["conversation"] != self.opening:
            return False
        earlier = (
            {} if payload["previous"] is None else self.by_content[payload["previous"]]["seen"]
        )
        return all(
            payload["seen"].get(party, {"sequence": 0})["sequence"] >= mark["sequence"]
            for party, mark in earlier.items()
        )

    def _is_legal(self, content: str) -> bool:
        payload = self.by_content[content]
        move = self._move(content)
        if move is None or (move is not PRIVATE_MOVE and not self._fits(content)):
            return False
        if content == self.opening:
            return legal(self._fresh(), payload, "R", move)
        return legal(self.before(content), payload, self._role(payload["from"]), move)

    def _fits(self, content: str) -> bool:
        """Tell whether a type goes with as many members."""
        edition, payload = self._edition(content), self.by_content[content]
        most = edition.types[payload["type"]].most_members if edition else 0
        return len(payload["members"]) <= most

    def outcome(self) -> Outcome:
        """Return what came of all."""
        whole = {
            content
            for content, p in self.by_content.items()
            if self.opening
            and self.at(p["from"], p["sequence"]) == content
            and self.past(content) is not None
            and self._edition(content) is not None
        }
        state, order, standing = self.merge(whole)
        for content in self.by_content:
            if content in whole:
                standing.setdefault(content, self.fault(content))
            elif content in self.doubled:
                standing[content] = DOUBLE
            else:
                standing[content] = HELD
        for chain in self.kept.values():
            broken = not self.opening
            for content in chain if self.opening else []:
                broken = broken or standing[content] == ILLEGAL or not self._keeps(content)
                if broken:  # whatever names it as previous is illegal too
                    standing[content] = ILLEGAL
        order = [content for content in order if standing[content] != ILLEGAL]
        editions = {content: self.before(content).edition for content in whole}
        return Outcome(state, order, standing, self.kept, self._unknown(), editions)

    def _unknown(self) -> set[str]:
        found = set()
        for content, payload in self.by_content.items():
            counts = self.opening and self.at(payload["from"], payload["sequence"]) == content
            if counts and self.past(content) is not None and self._edition(content) is None:
                found.add(self.before(content).edition)
        return found


def past_of(
    content: str,
    payloads: Iterable[dict[str, Any]],
    refused: dict[str, str] | None = None,
    known: Editions | None = None,
) -> set[str] | None:
    """Return the causal past of a message, or None where part of it is not there."""
    return _Merge(payloads, refused or {}, known or knowing()).past(content)


def replay(
    payloads: Iterable[dict[str, Any]],
    refused: dict[str, str] | None = None,
    known: Editions | None = None,
) -> Outcome:
    """Replay a set of payloads.

    Args:
        payloads: of one conversation, in any order.
        refused: content digest -> outcome of those that were refused for what they say.
        known: the editions that are known.
    """
    return _Merge(payloads, refused or {}, known or knowing()).outcome()

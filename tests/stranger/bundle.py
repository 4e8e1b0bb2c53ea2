"""A court bundle: what it holds, whose it is, and the order of the steps (spec 16)."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.stranger.book import Book
from tests.stranger.custody import HAND_OVERS
from tests.stranger.directory import Directory
from tests.stranger.epochs import read_origin
from tests.stranger.log import leaf_hash
from tests.stranger.message import Message
from tests.stranger.notes import Checkpoint, NoteKey
from tests.stranger.offers import check_offer
from tests.stranger.records import Trust
from tests.stranger.replay import Outcome
from tests.stranger.values import RefusedError

STATEMENT = "data/bundle.json"
TAG_FILES = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha512.txt")
APPLIES = ("applied", "overtaken")
HEX, PARTY_, UUID = r"[0-9a-f]{64}", r"[a-z]{2}_[a-z0-9]+(?:-[a-z0-9]+)*", r"[0-9a-f-]{36}"
LOG = rf"data/log/({PARTY_})/([1-9][0-9]{{0,8}})"
NUMBER = r"0|[1-9][0-9]*"
PLACES = {
    "statement": r"data/bundle\.json",
    "message": rf"data/messages/({HEX})/({PARTY_})-([1-9][0-9]*)(?:\.([0-9a-f]{{16}}))?\.json",
    "section": rf"data/sections/({HEX})/([a-z][a-z0-9-]*)\.json",
    "receipt": rf"data/receipts/({HEX})\.({PARTY_})\.json",
    "checkpoint": rf"{LOG}/checkpoint",
    "leaf": rf"{LOG}/leaves/({NUMBER})\.json",
    "consistency": rf"{LOG}/consistency\.json",
    "successor": rf"{LOG}/successor\.json",
    "note": rf"{LOG}/stamped/([1-9][0-9]*)\.note",
    "token": rf"{LOG}/stamped/([1-9][0-9]*)\.([1-9][0-9]*)\.tsr",
    "paper": r"data/papers/[^/]+\.pdf",
    "state": r"data/directory/states/([a-z]{2})-([1-9][0-9]*)\.json",
    "entry": rf"data/directory/entries/({PARTY_})-([1-9][0-9]*)\.json",
    "snapshot": r"data/directory/snapshot\.(?:json|proof)",
    "custody": rf"data/custody/({UUID})\.json",
    "case": rf"data/custody/({UUID})\.case\.jsonld",
    "evidence": rf"data/evidence/({HEX})\.age",
    "exhibit": rf"data/exhibits/({HEX})/(.+)",
    "readme": r"data/README\.txt",
}
COMPILED = {kind: re.compile(pattern) for kind, pattern in PLACES.items()}


def place_of(path: str) -> tuple[str, tuple[str, ...]] | None:
    """Return which kind of file stands at a path, and what its name says; None if none may."""
    for kind, pattern in COMPILED.items():
        if found := pattern.fullmatch(path):
            return kind, tuple(part or "" for part in found.groups())
    return None


def folder_name(party: str) -> str:
    """Return how a path writes a party."""
    return party.replace("/", "_")


@dataclass
class Said:
    """A message of the bundle.

    Attributes:
        path: where it stands.
        message: itself.
        sections: values of those that are there.
        withheld: names of the others.
        fault: why it would be refused for what it says, or nothing.
        second_due: why no second approval is shown that is due, or nothing.
        countersigned: whether a message that counts brings one that holds.
    """

    path: str
    message: Message
    sections: dict[str, Any] = field(default_factory=dict)
    withheld: set[str] = field(default_factory=set)
    fault: str = ""
    second_due: str = ""
    countersigned: bool = False

    @property
    def value(self) -> dict[str, Any]:
        """Return the payload."""
        return self.message.value

    @property
    def content(self) -> str:
        """Return the content digest."""
        return self.message.envelope.content

    @property
    def record(self) -> str:
        """Return the record digest."""
        return self.message.envelope.record

    @property
    def author(self) -> str:
        """Return who says it."""
        return self.message.author


@dataclass(frozen=True)
class Told:
    """A receipt of the bundle: where it stands, what it says, its digests, its tree."""

    path: str
    value: dict[str, Any]
    content: str
    record: str
    kid: str
    tree: Checkpoint


@dataclass
class Leaf:
    """An entry of the exporter's log: its place, its opening, its entry."""

    epoch: int
    index: int
    opening: dict[str, Any]
    entry: bytes

    @property
    def hash(self) -> bytes:
        """Return the leaf's hash."""
        return leaf_hash(self.entry)


@dataclass
class Case:
    """All that the steps have read so far."""

    files: dict[str, bytes]
    trust: Trust | None
    mode: str = ""
    statement: dict[str, Any] = field(default_factory=dict)
    book: Book = field(default_factory=lambda: Book("", None))
    record_faults: list[RefusedError] = field(default_factory=list)
    directory: Directory = field(default_factory=lambda: Directory(""))
    said: list[Said] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    trees: dict[tuple[str, int], Checkpoint] = field(default_factory=dict)
    witnessed: dict[tuple[str, int], list[tuple[NoteKey, int]]] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    stamped: list[tuple[int, int, str]] = field(default_factory=list)
    proved: dict[str, list[str]] = field(default_factory=dict)
    chains: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    places: dict[str, list[tuple[str, tuple[str, ...]]]] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    early: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    ended: dict[tuple[str, int], str] = field(default_factory=dict)
    opened: dict[tuple[str, int], str] = field(default_factory=dict)

    @property
    def exporter(self) -> str:
        """Return whose bundle it is."""
        return str(self.statement["exporter"])

    @property
    def withheld(self) -> dict[str, dict[str, Any]]:
        """Return the rows of what is withheld, by path."""
        return {row["path"]: row for row in self.statement["withheld"]}

    def of_kind(self, kind: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the paths of one kind, and what their names say."""
        if not self.places:
            for path in sorted(self.files):
                place = place_of(path)
                if place is not None:
                    self.places.setdefault(place[0], []).append((path, place[1]))
        return self.places.get(kind, [])

    def by_content(self) -> dict[str, Said]:
        """Return the messages by their content."""
        return {one.content: one for one in self.said}

    def receipts_of(self, one: Said) -> list[Told]:
        """Return the receipts of a message that are there."""
        return [told for told in self.told if told.value["content"] == one.content]

    def outcome_of(self, one: Said) -> str:
        """Return what the receipt says by which a message is judged, or nothing.

        Between two it is the addressee's; among more the exporter's own (spec 16).
        """
        two = len(one.value["members"]) == 2
        for told in self.receipts_of(one):
            if two or told.value["to"] == self.exporter:
                return str(told.value["outcome"])
        return ""

    def pinned(self, party: str) -> bool:
        """Tell whether a party's State is a key authority."""
        return self.trust is not None and party[:2] in self.trust.pins

    def independent(self, party: str) -> bool:
        """Tell whether a party could not have been invented by the exporter alone."""
        return self.pinned(party) and party[:2] != self.exporter[:2]

    def log_keys(self, origin: str) -> tuple[str, list[NoteKey]]:
        """Return the party of an origin and the keys that sign for it, or nobody and none.

        An epoch later than the newest one listed counts under the same prefix (spec 10).
        """
        party = self.directory.origins.get(origin)
        if party is None:
            named = read_origin(origin)
            listed = [
                read_origin(text)
                for text, owner in self.directory.origins.items()
                if owner == named.party
            ]
            newest = max(listed, key=lambda one: one.epoch, default=None)
            if newest is None or (newest.prefix, newest.mode) != (named.prefix, named.mode):
                return "", []
            if named.epoch <= newest.epoch:
                return "", []
            party = named.party
        rows = [r for r in self.directory.rows if (r.party, r.use) == (party, "log")]
        return party, [NoteKey(origin, _raw(row.public)) for row in rows]

    def is_lost(self, origin: str, size: int) -> bool:
        """Tell whether a tree is of an epoch that ended, and beyond what is left of it."""
        named = read_origin(origin)
        place = (named.party, named.epoch)
        left = self.trees.get(place)
        return place in self.ended and (left is None or size > left.size)

    def in_effect(self, one: Said) -> bool:
        """Tell whether a message has a part in the state."""
        outcome = self.outcomes[one.message.conversation]
        return outcome.standing.get(one.content) in APPLIES

    def counts(self, one: Said) -> bool:
        """Tell whether a message is not set aside: in effect, or held or refused by nobody."""
        if self.in_effect(one):
            return True
        told = [str(said["outcome"]) for said in self.early.get(one.content, {}).values()]
        return not any(word.startswith(("held", "refused:")) for word in told)

    def hand_overs(self) -> list[tuple[Said, dict[str, Any]]]:
        """Return the messages that count and hand an exhibit over, with section ``custody``."""
        return [
            (one, one.sections["custody"])
            for one in self.said
            if one.value["type"] in HAND_OVERS and "custody" in one.sections and self.counts(one)
        ]

    def offers(self) -> list[tuple[Said, dict[str, Any]]]:
        """Return the messages that count and offer a package, with section ``offer``."""
        found = [one for one in self.said if "offer" in one.sections and self.counts(one)]
        return [(one, one.sections["offer"]) for one in found]

    def offered(self) -> dict[str, list[tuple[Said, dict[str, Any]]]]:
        """Return root -> the offers of it that count, those of others than the exporter first."""
        return self._by_root(self.offers())

    def explaining(self) -> dict[str, list[tuple[Said, dict[str, Any]]]]:
        """Return root -> the offers that a package and its opened files may fit (C-16-77).

        Those that count; behind them those set aside, if they are not the exporter's. Its own one
        set aside explains what nothing else does.
        """
        apart = [one for one in self.said if "offer" in one.sections and not self.counts(one)]
        more = [(one, one.sections["offer"]) for one in apart if _is_offer(one.sections["offer"])]
        found = self.offered()
        for root, told in self._by_root(more).items():
            others = [row for row in told if row[0].author != self.exporter]
            counting = found.get(root, [])
            found[root] = [*counting, *others] if counting or others else told
        return found

    def _by_root(
        self, offers: list[tuple[Said, dict[str, Any]]]
    ) -> dict[str, list[tuple[Said, dict[str, Any]]]]:
        found: dict[str, list[tuple[Said, dict[str, Any]]]] = {}
        for one, offer in sorted(offers, key=lambda row: row[0].author == self.exporter):
            found.setdefault(offer["root"][7:], []).append((one, offer))
        return found


def _is_offer(value: Any) -> bool:
    try:
        check_offer(value)
    except RefusedError:
        return False
    return True


def _raw(public: Any) -> bytes:
    from tests.stranger.values import unb64

    return unb64(public.jwk["x"])

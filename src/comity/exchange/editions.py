"""Editions of the registry of types: what an implementation knows, and what parties share.

An edition is named by the digest of its rows. The opening of a conversation pins one, and every
message is judged by the edition in force in its own past.

Source: spec/07-types.md section 7.6.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.canonical import MisuseError, digest, digest_text, encode
from comity.exchange.edition_digest import EDITION_DIGEST
from comity.exchange.edition_types import EDITION_NUMBER, SECTION_NAMES
from comity.exchange.moves import PRIVATE, PRIVATE_PREFIX, Floor, Move, Rank, Role
from comity.exchange.types import MOVES, NEW


class EditionNotSharedError(MisuseError, code="edition-not-shared"):
    """The members of a conversation list no edition of the registry in common."""


class EditionUnfitError(MisuseError, code="edition-unfit"):
    """An edition changes what earlier editions fixed permanently."""


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of the registry of types.

    Attributes:
        digest: digest text of its value, which is its name on the wire.
        number: for people; a later edition has a higher one.
        moves: its rows by type.
        sections: names of the sections that its messages may carry.
    """

    digest: str
    number: int
    moves: Mapping[str, Move]
    sections: tuple[str, ...] = SECTION_NAMES

    @classmethod
    def of(
        cls, number: int, rows: Iterable[Move], sections: Iterable[str] = SECTION_NAMES
    ) -> "Edition":
        """Return the edition that some rows make."""
        moves, names = {row.type: row for row in rows}, tuple(sections)
        value = edition_value(number, moves, names)
        return cls(digest_text(digest("edition", encode(value))), number, moves, names)

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> "Edition":
        """Return the edition of a value of the form of spec/registry/edition.json."""
        rows = [_row(name, row) for name, row in value["types"].items()]
        return cls.of(value["number"], rows, value["sections"])

    def value(self) -> dict[str, Any]:
        """Return the JSON value whose digest names the edition."""
        return edition_value(self.number, self.moves, self.sections)

    def row(self, message_type: str) -> Move | None:
        """Return the row of a type, or None if it is outside this edition.

        Types of private use are in every edition.
        """
        if message_type.startswith(PRIVATE_PREFIX):
            return PRIVATE
        return self.moves.get(message_type)


def edition_value(
    number: int, moves: Mapping[str, Move], sections: Iterable[str]
) -> dict[str, Any]:
    """Return the JSON value of an edition (spec 7.6)."""
    return {
        "number": number,
        "sections": sorted(sections),
        "types": {name: _row_value(move) for name, move in moves.items()},
    }


def _row_value(move: Move) -> dict[str, Any]:
    floor = move.floor
    return {
        "about_optional": move.about_optional,
        "approvals": {
            "approver": floor.approver,
            "author": floor.author,
            "late_hours": floor.late_hours,
        },
        "becomes": move.becomes or None,
        "by": sorted(move.roles),
        "edition": move.edition or None,
        "from": sorted(move.sources),
        "in": sorted(move.main),
        "members": list(move.members),
        "rank": int(move.rank.split()[0]),
        "sections": dict(move.sections),
        "to": move.target,
        "track": move.track,
    }


def _row(name: str, value: Mapping[str, Any]) -> Move:
    return Move(
        type=name,
        roles=frozenset(map(Role, value["by"])),
        main=frozenset(value["in"]),
        target=value["to"],
        track=value["track"],
        sources=frozenset(value["from"]),
        becomes=value["becomes"] or "",
        about_optional=value["about_optional"],
        rank=next(rank for rank in Rank if int(rank.split()[0]) == value["rank"]),
        floor=Floor(**value["approvals"]),
        sections=value["sections"],
        members=tuple(value["members"]),
        edition=value["edition"] or "",
    )


class Editions:
    """The editions that an implementation knows, at least one."""

    def __init__(self, first: Edition, *more: Edition) -> None:
        """Know some editions.

        Raises:
            EditionUnfitError: as `learn`.
        """
        self._by_digest = {first.digest: first}
        self._in_order = [first]
        for one in more:
            self.learn(one)

    def __iter__(self) -> Iterator[Edition]:
        """Yield the editions, the newest first."""
        return iter(self._in_order)

    def __contains__(self, name: object) -> bool:
        """Tell whether an edition is known, by its digest."""
        return name in self._by_digest

    @property
    def newest(self) -> Edition:
        """Return the edition with the highest number."""
        return self._in_order[0]

    @property
    def digests(self) -> tuple[str, ...]:
        """Return what a directory entry lists, sorted."""
        return tuple(sorted(self._by_digest))

    def get(self, name: str | None) -> Edition | None:
        """Return an edition by its digest; the newest for None, which no signed opening says."""
        return self.newest if name is None else self._by_digest.get(name)

    def row(self, message_type: str) -> Move | None:
        """Return the row of a type in the newest edition that has it, or None."""
        return next((row for one in self if (row := one.row(message_type))), None)

    def learn(self, edition: Edition) -> None:
        """Know one more edition.

        Raises:
            EditionUnfitError: it has the number of another one, lacks a type that every edition
                has, or a type that goes on with a conversation carries something else in it.
        """
        for known in self._by_digest.values():
            if known.digest != edition.digest:
                _check_fits(known, edition)
        self._by_digest[edition.digest] = edition
        self._sort()

    def forget(self, edition: Edition) -> None:
        """Know an edition no more.

        Raises:
            EditionUnfitError: no other is known.
        """
        if self._by_digest.keys() <= {edition.digest}:
            raise EditionUnfitError("the only edition is not forgotten")
        self._by_digest.pop(edition.digest, None)
        self._sort()

    def _sort(self) -> None:
        self._in_order = sorted(self._by_digest.values(), key=lambda one: -one.number)

    def shared(self, listed: Iterable[Collection[str]]) -> Edition:
        """Return the newest edition that is known and that all parties list.

        Args:
            listed: for each party, the digests in its directory entry.

        Raises:
            EditionNotSharedError: there is none.
        """
        lists = list(listed)
        for one in self:
            if all(one.digest in digests for digests in lists):
                return one
        raise EditionNotSharedError(
            "the systems of the parties have no edition of the registry in common, so nothing was "
            "sent: ask the partner to update its system or its directory entry, update this one, "
            "or write on paper"
        )


def _check_fits(known: Edition, other: Edition) -> None:
    """Raise unless an edition keeps what a message carries that goes on with a conversation."""
    if known.number == other.number:
        raise EditionUnfitError(f"there is another edition {other.number}")
    for name, row in known.moves.items():
        later = other.moves.get(name)
        if later is None and row.edition:
            raise EditionUnfitError(f"every edition has {name}")
        if later is None or NEW in row.main or NEW in later.main:
            continue
        fixed = (row.sections, row.floor, row.members, row.edition)
        if fixed != (later.sections, later.floor, later.members, later.edition):
            raise EditionUnfitError(f"{name} carries something else: it needs another name")


CURRENT: Final = Edition(EDITION_DIGEST, EDITION_NUMBER, MOVES)
"""The edition that spec/registry holds."""
KNOWN: Final = Editions(CURRENT)
"""The editions that this program knows."""

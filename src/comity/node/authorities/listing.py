"""Every authority this office knows, in one list by State: the directory's and its own."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from comity.canonical import parse_time, state_of
from comity.directory import Directory, KeyRow
from comity.docket import Item
from comity.node.authorities.reach import Reach, reaches
from comity.node.cases import docket_actions
from comity.node.core.node import Node

type Kind = Literal["url", "outbound-only", "by-document", "paper"]

ENDING: Final = timedelta(days=60)
"""A key that ends within this time is told of."""
STALE: Final = timedelta(days=365)
"""An entry made by hand is old after this time: nobody signs when it ends."""


@dataclass(frozen=True)
class Key:
    """A key in use: for what, which one, until when, and whether that is soon or past."""

    use: str
    kid: str
    until: datetime
    standing: Literal["valid", "ending", "ended"]


@dataclass(frozen=True, kw_only=True)
class Authority:
    """One authority as this office knows it.

    Attributes:
        party, state: its name, and its State's.
        kind: how it is reached; ``paper`` where only this office entered it.
        name: what it calls itself, where we entered it; empty for entries of the directory.
        functions, languages: as listed.
        phone: at any hour, or empty.
        contacts: (channel, address) where we entered it.
        as_of: when the entry was issued or made.
        expires_at: when it becomes old, or None for one made by hand.
        old: whether it is.
        signed_by: kids of the State's keys under it; empty for one made by hand.
        version: of the entry; 0 for one made by hand.
        keys: active ones, those that end first first.
        reach: how its node was reached.
        item: of the docket, where we entered it.
    """

    party: str
    kind: Kind
    as_of: datetime
    old: bool
    state: str = ""
    name: str = ""
    functions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    phone: str = ""
    contacts: tuple[tuple[str, str], ...] = ()
    expires_at: datetime | None = None
    signed_by: tuple[str, ...] = ()
    version: int = 0
    keys: tuple[Key, ...] = ()
    reach: Reach = field(default_factory=Reach)
    item: str = ""

    @property
    def has_node(self) -> bool:
        """Tell whether a node speaks for it."""
        return self.kind in ("url", "outbound-only")

    @property
    def ending(self) -> tuple[Key, ...]:
        """The keys that have ended or soon end."""
        return tuple(key for key in self.keys if key.standing != "valid")


def authorities(node: Node, *, at: datetime) -> tuple[Authority, ...]:
    """Return every authority but our own, by State and then by name.

    Args:
        node: whose directory and docket.
        at: this node's clock.
    """
    directory, reached = node.directory, reaches()
    listed = [
        listed_authority(directory, party, reached.get(party, Reach()), at=at)
        for party in directory.parties()
        if party != node.party
    ]
    known = {one.party for one in listed}
    own = [
        one for one in entered(docket_actions.named("authority"), at=at) if one.party not in known
    ]
    return tuple(sorted([*listed, *own], key=lambda one: one.party))


def listed_authority(directory: Directory, party: str, reach: Reach, *, at: datetime) -> Authority:
    """Return an authority of the signed directory.

    Raises:
        PartyUnknownError: the directory does not list it.
    """
    signed = directory.signed_entry(party)
    entry = signed.entry
    return Authority(
        party=party,
        state=entry.state,
        kind=entry.endpoint.kind,
        functions=entry.functions,
        languages=entry.languages,
        phone=entry.duty_phone or "",
        as_of=entry.issued_at,
        expires_at=entry.expires_at,
        old=directory.entry_is_old(party, now=at),
        signed_by=tuple(signature.kid for signature in signed.jws.signatures),
        version=entry.version,
        keys=keys(entry.keys, at=at),
        reach=reach,
    )


def entered(items: Iterable[Item], *, at: datetime) -> list[Authority]:
    """Return the authorities that this office entered itself."""
    found = []
    for item in items:
        said: dict[str, Any] = dict(item.said("authority.entered") or {})
        if item.state != "listed" or not said:
            continue
        as_of = parse_time(said["as_of"])
        found.append(
            Authority(
                party=said["party"],
                state=state_of(said["party"]),
                kind="paper",
                name=said["name"],
                functions=tuple(said["functions"]),
                languages=tuple(said["languages"]),
                contacts=tuple((each["channel"], each["address"]) for each in said["contacts"]),
                as_of=as_of,
                old=at - as_of > STALE,
                item=item.id,
            )
        )
    return found


def keys(rows: Iterable[KeyRow], *, at: datetime) -> tuple[Key, ...]:
    """Return the active keys, those that end first first."""
    found = [
        Key(row.use, row.kid, row.not_after, _standing(row, at))
        for row in rows
        if row.status == "active"
    ]
    return tuple(sorted(found, key=lambda key: (key.until, key.use, key.kid)))


def _standing(row: KeyRow, at: datetime) -> Literal["valid", "ending", "ended"]:
    if at > row.not_after:
        return "ended"
    return "ending" if row.not_after - at <= ENDING else "valid"

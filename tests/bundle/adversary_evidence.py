"""Exhibits of random cases: sealed packages, the chains that go with them, and lies about both.

An honest party keeps its chains by the node's own rule (`comity.node.evidence.custody.join`).
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from random import Random
from typing import Any, Final, cast
from unittest import mock

from tests.bundle.parties import IDENTITY, START
from tests.exchange.makers import RECIPIENT, section, seed

from comity.canonical import (
    MisuseError,
    PeerError,
    digest_text,
    new_id,
    parse_digest,
    state_of,
)
from comity.evidence import bag, custody
from comity.evidence.blocks import BlockHasher
from comity.evidence.custody import Event
from comity.evidence.offer import Offer, parse_offer
from comity.evidence.package_errors import OfferError
from comity.exchange import Draft, Message, Section
from comity.exchange.bodies import Custody, check_body
from comity.node.evidence import custody as rules

HANDS_OVER: Final = frozenset(
    {"evidence.offered", "evidence.received", "evidence.returned", "evidence.destroyed"}
)
NOWHERE: Final = "sha256:" + "ab" * 32
type Sections = dict[str, Section]


@dataclass(frozen=True)
class Sealed:
    """A package that somebody sealed: its bytes, what was in it, and the offer of it."""

    data: bytes
    opened: Mapping[str, bytes]
    offer: Mapping[str, Any]
    root: bytes


def opened_bag(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return an opened exhibit with these files below ``data/``."""
    listed = {f"data/{name}": data for name, data in files.items()}
    lines = [bag.line(hashlib.sha256(data).digest(), path) for path, data in listed.items()]
    tags = {bag.DECLARATION_NAME: bag.DECLARATION, bag.MANIFEST_NAME: b"".join(lines)}
    top = [bag.line(hashlib.sha512(data).digest(), path) for path, data in tags.items()]
    return {**listed, **tags, bag.TAG_MANIFEST_NAME: b"".join(top)}


@cache
def sealed(label: str) -> Sealed:
    """Return the package of a label; what is sealed in it is not really encrypted."""
    data, hasher = seed(f"package {label}") * 3, BlockHasher()
    hasher.update(memoryview(data))
    opened = opened_bag({"mail.bin": seed(f"mail {label}")})
    offer = Offer(
        exhibit=new_id(START, seed(f"exhibit {label}")[:10]),
        description=("en", "a mailbox"),
        files=1,
        file_list=seed(f"list {label}"),
        recipients=(str(IDENTITY.recipient),),
        root=hasher.root(),
        sealed_size_bytes=len(data),
        tag_manifest=hashlib.sha256(opened[bag.TAG_MANIFEST_NAME]).digest(),
    )
    return Sealed(data, opened, offer.to_value(), offer.root)


@dataclass
class Shelf:
    """What a party knows of exhibits.

    Attributes:
        party: whose.
        chains: exhibit -> its events.
        offered: root -> the package, if its bytes were ever given to this party.
        terms: root -> what was said of the package's bytes and files when it was first offered.
    """

    party: str
    chains: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    offered: dict[bytes, Sealed] = field(default_factory=dict)
    terms: dict[bytes, object] = field(default_factory=dict)

    def keep(self, events: Iterable[Event]) -> None:
        """Add events to their chain."""
        for event in events:
            self.chains[event.exhibit] = (*self.chains.get(event.exhibit, ()), event)

    def sent(self, sections: Mapping[str, Section]) -> None:
        """Keep what an own message hands over, as far as it goes on with what is known."""
        handed = sections.get("custody")
        if handed is None:
            return
        try:
            told, _ = custody.verify_values(handed.value["events"])
        except PeerError:
            return
        known = self.chains.get(told[0].exhibit, ()) if told else ()
        if told[: len(known)] == known:
            self.keep(told[len(known) :])
        if "offer" in sections:
            offer = _terms_of(sections["offer"].value)
            self.terms.setdefault(*offer)

    def take(self, message: Message, sections: Mapping[str, Section]) -> None:
        """Join what another's message hands over, as a node does.

        Raises:
            PeerError: why a node refuses the message.
        """
        if "custody" not in sections:
            return
        handed = cast("Custody", check_body("custody", sections["custody"].value))
        value = sections["offer"].value if "offer" in sections else None
        told = parse_offer(value) if value is not None else None
        if told is not None and self.terms.get(told.root, told.terms) != told.terms:
            raise OfferError("it says otherwise of a package that was offered before")
        offer = None if value is None else check_body("offer", value)
        with mock.patch.multiple(
            rules, chain=lambda exhibit: self.chains.get(exhibit, ()), keep=self.keep
        ):
            rules.join(handed, message, offer=offer, ours=False)
        if told is not None:
            self.terms.setdefault(told.root, told.terms)


def _terms_of(value: Mapping[str, Any]) -> tuple[bytes, object]:
    names = ("sealed_size_bytes", "files", "file_list", "tag_manifest")
    size, files, *digests = (value[name] for name in names)
    return parse_digest(value["root"]), (size, files, *map(parse_digest, digests))


def handed_over(
    shelf: Shelf, kind: str, about: Mapping[str, Section], at: datetime, label: str
) -> tuple[Sections, Sealed | None] | None:
    """Return the sections of a hand-over, and the package that is offered; None if it cannot be.

    Args:
        shelf: of its author.
        kind: type of the message.
        about: sections of the message that it answers; of an offer, those of one to repeat, if any.
        at: its author's clock.
        label: of a new package.
    """
    package = None
    if kind != "evidence.offered" or about:
        if "custody" not in about:
            return None
        exhibit = about["custody"].value["exhibit"]
        events = shelf.chains.get(exhibit, ())
        root = events[-1].digest_after if events else None
        own = bool(events) and (
            events[-1].party == shelf.party or custody.may_write(events, shelf.party)
        )
        if root is None or not own:
            return None
    else:
        package = sealed(label)
        exhibit, root, events = package.offer["exhibit"], package.root, ()
        for event, after in (("acquired", None), ("sealed", root)):
            events = _grown(events, exhibit, event, shelf.party, at, after=after)
    event = kind.removeprefix("evidence.")
    after = None if event == "destroyed" else root
    try:
        events = _grown(events, exhibit, event, shelf.party, at, before=root, after=after)
    except (PeerError, MisuseError):
        return None
    made = {"custody": chain_section(events, label)}
    if kind == "evidence.offered":
        made["offer"] = about["offer"] if about else section("offer", package.offer, label=label)  # type: ignore[union-attr]
    return made, package


def _grown(
    events: tuple[Event, ...],
    exhibit: str,
    event: str,
    party: str,
    at: datetime,
    *,
    before: bytes | None = None,
    after: bytes | None = None,
) -> tuple[Event, ...]:
    """Return a chain with one event more.

    Raises:
        PeerError: the chain does not allow it.
    """
    made, _ = custody.append(
        custody.verify(events),
        exhibit=exhibit,
        event=event,
        at=at,
        party=party,
        by=f"{state_of(party)}-examiner",
        reason="as requested",
        digest_before=before,
        digest_after=after,
    )
    custody.verify([*events, made])
    return (*events, made)


def chain_section(events: Iterable[Event], label: str) -> Section:
    """Return the section that hands a chain over."""
    every = tuple(events)
    value = {
        "count": every[-1].number,
        "digest": digest_text(every[-1].digest()),
        "events": [event.to_value() for event in every],
        "exhibit": every[-1].exhibit,
    }
    return section("custody", value, label=label)


def linked(events: Iterable[Event], **changes: Any) -> tuple[Event, ...]:
    """Return events numbered and linked anew, the first of them changed."""
    made: list[Event] = []
    for event in events:
        previous = made[-1].digest() if made else None
        told = changes if not made else {}
        made.append(replace(event, number=len(made) + 1, previous=previous, **told))
    return tuple(made)


def lied(random: Random, sections: Sections, shelf: Shelf, other: str, label: str) -> Sections:
    """Return the sections of a hand-over as a liar changes them."""
    told, _ = custody.verify_values(sections["custody"].value["events"])
    lies = (_invented, _retold, _cut, _wrong_head, _ended, *((_OFFERS) * ("offer" in sections)))
    return random.choice(lies)(random, sections, told, Context(shelf, other, label))


@dataclass(frozen=True)
class Context:
    """Who lies, to whom, and a label for salts."""

    shelf: Shelf
    other: str
    label: str


type Lie = Callable[[Random, Sections, tuple[Event, ...], Context], Sections]


def _invented(random: Random, sections: Sections, told: tuple[Event, ...], of: Context) -> Sections:
    """An event of the other party before the hand-over."""
    name = random.choice(("received", "opened", "held"))
    before = replace(told[-1], event=name, party=of.other, attested=False, digest_after=None)
    chain = linked((*told[:-1], before, told[-1]))
    return {**sections, "custody": chain_section(chain, of.label)}


def _retold(random: Random, sections: Sections, told: tuple[Event, ...], of: Context) -> Sections:
    """The exhibit's past told otherwise."""
    by = random.choice(("nobody", "somebody-else"))
    return {**sections, "custody": chain_section(linked(told, by=by), of.label)}


def _cut(random: Random, sections: Sections, told: tuple[Event, ...], of: Context) -> Sections:
    """An event left out."""
    place = random.randrange(len(told))
    left = linked((*told[:place], *told[place + 1 :]))
    return {**sections, "custody": chain_section(left, of.label)} if left else sections


def _wrong_head(
    random: Random, sections: Sections, told: tuple[Event, ...], of: Context
) -> Sections:
    """A head that the events do not lead to."""
    del told
    value = {**sections["custody"].value, "digest": NOWHERE}
    if random.random() < 0.5:
        value = {**sections["custody"].value, "count": 7}
    return {**sections, "custody": section("custody", value, label=of.label)}


def _ended(random: Random, sections: Sections, told: tuple[Event, ...], of: Context) -> Sections:
    """A chain that goes on after the hand-over that the message is."""
    name = random.choice(("opened", "destroyed", "held"))
    last = replace(told[-1], event=name, attested=name == "destroyed", digest_after=None)
    return {**sections, "custody": chain_section(linked((*told, last)), of.label)}


def _other_bytes(
    random: Random, sections: Sections, told: tuple[Event, ...], of: Context
) -> Sections:
    """An offer of other bytes than the chain is of."""
    del random, told
    return _offering(sections, of, root=digest_text(seed(f"other {of.label}")))


def _other_terms(
    random: Random, sections: Sections, told: tuple[Event, ...], of: Context
) -> Sections:
    """A package that says otherwise of itself than before: of its files, or of its size."""
    del told
    return other_terms(random, sections, of.label)


def other_terms(random: Random, sections: Sections, label: str) -> Sections:
    """Return the sections of an offer that says otherwise of its package."""
    changes = (
        {"files": 2},
        {"file_list": NOWHERE},
        {"tag_manifest": NOWHERE},
        {"sealed_size_bytes": 7},
    )
    value = {**sections["offer"].value, **random.choice(changes)}
    return {**sections, "offer": section("offer", value, label=label)}


def offered_twice(
    random: Random, draft: Draft, sections: Sections, other_id: str
) -> list[tuple[Draft, Sections]]:
    """Return a true offer after a gap, and an illegal one that says otherwise of the package."""
    lie = other_terms(random, sections, other_id)
    body = {name: one.commitment for name, one in lie.items()}
    held = replace(draft, sequence=draft.sequence + 1, previous=NOWHERE)
    illegal = replace(draft, about=NOWHERE, body=body, id=other_id)
    return random.sample([(held, sections), (illegal, lie)], 2)


def _malformed(
    random: Random, sections: Sections, told: tuple[Event, ...], of: Context
) -> Sections:
    """An offer that fits the schema of its section, and is none."""
    del told
    changes: tuple[dict[str, Any], ...] = (
        {"description": {"lang": "en", "text": "x" * 5000}},
        {"recipients": [RECIPIENT]},
        {"recipients": [str(IDENTITY.recipient)] * 2},
    )
    return _offering(sections, of, **random.choice(changes))


def _never_had(
    random: Random, sections: Sections, told: tuple[Event, ...], of: Context
) -> Sections:
    """An exhibit of the other party, with a chain in which it is the liar's own."""
    others = [
        events
        for events in of.shelf.chains.values()
        if events[0].party == of.other and events[0].exhibit != told[0].exhibit
    ]
    if not others:
        return _retold(random, sections, told, of)
    exhibit = random.choice(others)[0].exhibit
    chain = linked(replace(event, exhibit=exhibit) for event in told)
    changed = _offering(sections, of, exhibit=exhibit)
    return {**changed, "custody": chain_section(chain, of.label)}


def _offering(sections: Sections, of: Context, **changes: Any) -> Sections:
    value = {**sections["offer"].value, **changes}
    return {**sections, "offer": section("offer", value, label=of.label)}


_OFFERS: Final[tuple[Lie, ...]] = (
    _other_bytes, _other_terms, _other_terms, _malformed, _never_had,
)  # fmt: skip

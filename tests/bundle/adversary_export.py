"""What the parties of a random case export: an honest one what it holds, the liar what it likes.

The liar makes its own receipts, its log, its chains of custody and the evidence anew, and leaves
out of them what it wants.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any, Final

from tests.bundle.adversary import OUTCOMES, Play
from tests.bundle.adversary_evidence import Sealed, Shelf, linked, opened_bag
from tests.bundle.adversary_side import EXPORTED, Side, knowing
from tests.bundle.makers import bundle_of
from tests.bundle.parties import MODE, cosign, private
from tests.ledger.logs import reader

from comity.bundle import Withheld, layout
from comity.bundle import write as writing
from comity.canonical import digest_text, parse_digest
from comity.evidence import bag
from comity.evidence.custody import Event
from comity.exchange import Consistency, Message, Receipt, parse_receipt, sign_receipt
from comity.exchange.conversation import DOUBLE_SPEAK
from comity.keys import Jws
from comity.ledger import LogOrigin, consistency_proof, inclusion_proof, peek_checkpoint

OWN_WITNESS: Final = "witness.liar.example"
"""A witness that the liar's State operates, which signs whatever it is given."""
NOT_HELD: Final = Withheld("this node does not hold the package")


@dataclass
class Made:
    """What goes into a bundle."""

    side: Side
    chains: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    evidence: dict[str, bytes] = field(default_factory=dict)
    note: str = ""
    """Newest checkpoint of its log; empty: as it is."""


def honest(play: Play, party: str) -> Made:
    """Return what a node puts into the bundle of a party."""
    random = Random(f"{play.number} {party}")
    side = play.sides[party]
    made = Made(side, note=side.note(witnessed_at=EXPORTED if random.random() < 0.5 else None))
    handing = [m for m in side.messages if _counts(side, m)]
    bags = {one.get("tag_manifest") for one in _offers(side, handing)}
    for message in handing:
        sections = side.sections[message.content]
        named = [sections[name].value["exhibit"] for name in sections if name in _EXHIBITS]
        for exhibit in named:
            if exhibit in side.shelf.chains:
                made.chains[exhibit] = side.shelf.chains[exhibit]
            else:
                side.absent[layout.custody_path(exhibit)] = Withheld("not kept here")
        if "offer" not in sections:
            continue
        root = parse_digest(sections["offer"].value["root"])
        package = _held(play, side, message, root)
        if package is None:
            side.absent[layout.package_path(root)] = NOT_HELD
            continue
        made.evidence[layout.package_path(root)] = package.data
        drawn = random.random() < 0.5
        if drawn and _tag_manifest(package) in bags:  # a node knows a bag by an offer of it alone
            made.evidence |= _bag(root, package.opened)
    return made


def _offers(side: Side, messages: Iterable[Message]) -> Iterator[Mapping[str, Any]]:
    every = (side.sections[message.content].get("offer") for message in messages)
    return (section.value for section in every if section is not None)


def _tag_manifest(package: Sealed) -> str:
    return digest_text(hashlib.sha256(package.opened[bag.TAG_MANIFEST_NAME]).digest())


_EXHIBITS: Final = ("custody", "offer")


def _counts(side: Side, message: Message) -> bool:
    """Tell whether a message that came in may say something of an exhibit."""
    outcome = side.outcomes.get(message.content, "")
    without = outcome.startswith("refused:") or outcome == DOUBLE_SPEAK
    return message.draft.author == side.party or not without


def _held(play: Play, side: Side, message: Message, root: bytes) -> Sealed | None:
    if message.draft.author == side.party:
        return play.packages.get(root)
    return side.shelf.offered.get(root)


def _bag(root: bytes, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {layout.exhibit_path(root, path): data for path, data in files.items()}


def export(play: Play, party: str) -> dict[str, bytes]:
    """Return the bundle that a party exports of what it holds."""
    return written(play, honest(play, party))


def written(play: Play, made: Made) -> dict[str, bytes]:
    """Return the bundle of what goes into it."""
    side, party = made.side, made.side.party
    size, read = len(side.openings), reader(side.hashes)
    given = {int(r.checkpoint.split("\n")[1]) for r in _receipts(side) if r.addressee == party} - {
        size
    }
    partners = {
        (other, LogOrigin.parse(peek_checkpoint(note.encode()).origin).epoch): note
        for other, note in side.partners.items()
    }
    case = writing.Case(
        mode=MODE,
        exporter=party,
        exported_at=EXPORTED + side.ahead,
        messages=side.messages,
        sections=side.sections,
        receipts=side.receipts,
        directory=play.directory,
        leaves=[
            writing.OwnLeaf(1, index, opening, tuple(inclusion_proof(index, size, read)))
            for index, opening in enumerate(side.openings)
        ],
        checkpoints={**partners, (party, 1): made.note or side.note()},
        consistency={1: {s: tuple(consistency_proof(s, size, read)) for s in given if s < size}},
        withheld=side.absent,
        chains={
            exhibit: [event.to_value() for event in events]
            for exhibit, events in made.chains.items()
        },
    )
    with knowing(side.editions):
        return bundle_of(case, made.evidence)


# -- lies ---------------------------------------------------------------------------------------


def lie(play: Play) -> dict[str, bytes]:
    """Return the bundle that the liar exports of what it made of its receipts, log and evidence."""
    random = Random(f"{play.number} lie")
    made = honest(play, play.liar)
    side = made.side = _copied(made.side)
    _lie_in_log(random, side)
    true, now = play.sides[play.liar].note(witnessed_at=EXPORTED), side.note()
    made.note = now
    if random.random() < 0.3:  # what the witness signed of the true log
        made.note = now + true.rstrip("\n").rpartition("\n")[2] + "\n"
    if random.random() < 0.5:
        made.note = cosign(made.note, EXPORTED, OWN_WITNESS)
    if random.random() < 0.3:
        _withhold(random, side)
    if random.random() < 0.3 and len(side.messages) > 1:
        gone = side.messages.pop(random.randrange(1, len(side.messages)))
        side.sections.pop(gone.content, None)
        side.receipts = [e for e in side.receipts if parse_receipt(e.payload).record != gone.record]
    if random.random() < 0.5:
        made.chains = {x: _lie_of(random, play, events) for x, events in made.chains.items()}
    if random.random() < 0.5:
        _lie_in_evidence(random, made)
    for path in made.evidence.keys() & side.absent.keys():
        del made.evidence[path]
    return written(play, made)


def _copied(side: Side) -> Side:
    return replace(
        side,
        openings=list(side.openings),
        messages=list(side.messages),
        sections=dict(side.sections),
        receipts=list(side.receipts),
        absent=dict(side.absent),
        shelf=Shelf(side.party, dict(side.shelf.chains), dict(side.shelf.offered)),
    )


def _lie_in_log(random: Random, side: Side) -> None:
    for receipt in [r for r in _receipts(side) if r.addressee == side.party]:
        opening = side.openings[receipt.index]
        if random.random() < 0.3:
            opening = replace(opening, outcome=random.choice(OUTCOMES))
        if random.random() < 0.2:
            days = random.randrange(-60, 61)
            opening = replace(opening, time=opening.time + timedelta(days=days))
        side.openings[receipt.index] = opening
    _sign_again(side)


def _withhold(random: Random, side: Side) -> None:
    paths = [layout.section_path(c, n) for c, found in side.sections.items() for n in found]
    paths += [layout.receipt_path(r.record, r.addressee) for r in _receipts(side)]
    for path in random.sample(paths, min(2, len(paths))):
        side.absent[path] = Withheld("a secret")
    side.sections = {
        content: {
            name: section
            for name, section in found.items()
            if layout.section_path(content, name) not in side.absent
        }
        for content, found in side.sections.items()
    }
    side.receipts = [
        envelope
        for envelope, receipt in zip(side.receipts, _receipts(side), strict=True)
        if layout.receipt_path(receipt.record, receipt.addressee) not in side.absent
    ]


def _lie_of(random: Random, play: Play, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Return a chain cut, told again, or grown by what nobody did."""
    how = random.randrange(4)
    if how == 0 and len(events) > 1:
        return events[: random.randrange(1, len(events))]
    if how == 1:
        return linked(events, by="somebody-else")
    party = random.choice(play.members)
    last = max(one.at for one in events)
    more = replace(events[-1], event="received", party=party, at=last, attested=False)
    if how == 2 and events[-1].event != "destroyed":
        return linked((*events, more))
    return events


def _lie_in_evidence(random: Random, made: Made) -> None:
    """Leave a package out, change a byte of it, or hand out files that were never sealed."""
    if not made.evidence:
        return
    path = random.choice(sorted(made.evidence))
    how = random.randrange(4)
    if how == 0:
        del made.evidence[path]
    elif how == 1:
        del made.evidence[path]
        made.side.absent[path] = NOT_HELD
    elif how == 2:
        data = made.evidence[path]
        made.evidence[path] = data[:-1] + bytes([data[-1] ^ 1])
    else:
        roots = [bytes.fromhex(layout.parts(p)["root"]) for p in made.evidence]
        made.evidence |= _bag(random.choice(roots), opened_bag({"mail.bin": b"never sealed"}))


def _receipts(side: Side) -> Iterator[Receipt]:
    return (parse_receipt(envelope.payload) for envelope in side.receipts)


def _sign_again(side: Side) -> None:
    """Make the receipts of a party anew over its log as it is now."""
    read, made = reader(side.hashes), list[Jws]()
    for envelope in side.receipts:
        receipt = parse_receipt(envelope.payload)
        if receipt.addressee != side.party:
            made.append(envelope)
            continue
        size, known = int(receipt.checkpoint.split("\n")[1]), receipt.consistency
        opening = side.openings[receipt.index]
        proof = None
        if known is not None and known.tree_size <= size:
            path = tuple(consistency_proof(known.tree_size, size, read))
            proof = Consistency(known.tree_size, path)
        said = replace(
            receipt,
            outcome=opening.outcome or "",
            received_at=opening.time,
            salt=opening.salt,
            checkpoint=side.note(size),
            inclusion=tuple(inclusion_proof(receipt.index, size, read)),
            consistency=proof,
        )
        made.append(sign_receipt(said, private(side.party, "receipt")))
    side.receipts = made

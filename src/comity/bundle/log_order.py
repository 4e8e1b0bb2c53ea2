"""Whether the exporter's log tells one order: its times never fall, and it heard before it spoke.

A log that was made anew after the event has to keep the order that the exporter's own messages
name: what a message has seen was recorded before it was sent.

Source: spec/10-log.md; spec/16-bundles.md.
"""

from itertools import pairwise

from comity.bundle import layout
from comity.bundle.claims import Assertion
from comity.bundle.contents import Bundle, Leaf
from comity.bundle.verdict import Notes
from comity.canonical import digest_text, time_text


def claim_order(bundle: Bundle, notes: Notes) -> None:
    """Claim the order of the exporter's log: attested by it, or contradicted by its own word."""
    exporter = bundle.exporter
    own = [leaf for leaf in bundle.good_leaves if leaf.party == layout.flat(exporter)]
    if not own:
        return
    own.sort(key=lambda leaf: (leaf.epoch, leaf.index))
    again = _told_again(own)
    fresh = [leaf for leaf in own if (leaf.epoch, leaf.index) not in again]
    against = _falling(exporter, fresh) + _spoke_first(bundle, exporter, own, again)
    for one, other in against:
        notes.claim("log-order", "contradicted", exporter, statements=(one, other), path=one.path)
    if not against:
        notes.claim("log-order", "attested", exporter, count=len(own))


def _told_again(own: list[Leaf]) -> set[tuple[int, int]]:
    """Return the places of leaves that are older than their epoch: they tell a lost log again."""
    opened = {leaf.epoch: leaf for leaf in own if leaf.opening.kind == "epoch.opened"}
    return {
        (leaf.epoch, leaf.index)
        for leaf in own
        if (first := opened.get(leaf.epoch)) is not None and leaf.opening.time < first.opening.time
    }


def _falling(party: str, own: list[Leaf]) -> list[tuple[Assertion, Assertion]]:
    return [
        (_dated(party, one), _dated(party, other))
        for one, other in pairwise(own)
        if one.epoch == other.epoch and other.opening.time < one.opening.time
    ]


def _spoke_first(
    bundle: Bundle, party: str, own: list[Leaf], again: set[tuple[int, int]]
) -> list[tuple[Assertion, Assertion]]:
    """Return pairs of leaves: a message was sent before one that it had seen was received."""
    place = {(leaf.opening.kind, digest_text(leaf.opening.record)): leaf for leaf in own}
    found = []
    for message in bundle.messages.values():
        sent = place.get(("message.sent", message.record))
        if message.draft.author != party or sent is None:
            continue
        for mark in message.draft.seen.values():
            seen = bundle.by_content.get(mark.content)
            leaf = place.get(("message.received", seen.record)) if seen is not None else None
            places = [(one.epoch, one.index) for one in (leaf, sent) if one is not None]
            if leaf is None or again.issuperset(places):
                continue  # in what order a partner gave both back says nothing
            if places[0] > places[1]:
                found.append((_at(party, sent), _at(party, leaf)))
    return found


def _path(leaf: Leaf) -> str:
    return f"data/log/{leaf.party}/{leaf.epoch}/leaves/{leaf.index}.json"


def _dated(party: str, leaf: Leaf) -> Assertion:
    return Assertion(party, _path(leaf), "dated", {"time": time_text(leaf.opening.time)})


def _at(party: str, leaf: Leaf) -> Assertion:
    return Assertion(party, _path(leaf), leaf.opening.kind, {"index": leaf.index})

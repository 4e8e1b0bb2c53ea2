"""Whether the exporter's log tells one order: its times never fall, and it heard before it spoke.

A log that was made anew after the event has to keep the order that the exporter's own messages
name: what a message has seen was recorded before it was sent.

Source: spec/10-log.md; spec/16-bundles.md.
"""

from collections.abc import Mapping
from itertools import pairwise

from comity.bundle import layout
from comity.bundle.claims import Assertion
from comity.bundle.contents import Bundle, Leaf
from comity.bundle.pasts import in_order, parents_of
from comity.bundle.verdict import Notes
from comity.canonical import digest_text, time_text


def claim_order(bundle: Bundle, notes: Notes) -> None:
    """Claim the order of the exporter's log: attested by it, or contradicted by its own word."""
    exporter = bundle.exporter
    own = [leaf for leaf in bundle.good_leaves if leaf.party == layout.flat(exporter)]
    if not own:
        return
    own.sort(key=lambda leaf: (leaf.epoch, leaf.index))
    again = _told_again(bundle, own)
    fresh = [leaf for leaf in own if (leaf.epoch, leaf.index) not in again]
    against = _falling(exporter, fresh) + _spoke_first(bundle, exporter, own, again)
    for one, other in against:
        notes.claim("log-order", "contradicted", exporter, statements=(one, other), path=one.path)
    if not against:
        notes.claim("log-order", "attested", exporter, count=len(own))


def _told_again(bundle: Bundle, own: list[Leaf]) -> set[tuple[int, int]]:
    """Return the places of leaves no younger than their epoch: they tell a lost log again.

    Times are to the second, and a log may be lost in the second in which the next epoch begins.
    """
    opened = {
        leaf.epoch: leaf.opening.time
        for leaf in own
        if (leaf.index, leaf.opening.kind) == (0, "epoch.opened")
        and bundle.begun.get((leaf.party, leaf.epoch)) == leaf.opening.record
    }
    return {
        (leaf.epoch, leaf.index)
        for leaf in own
        if leaf.epoch in opened and leaf.index and leaf.opening.time <= opened[leaf.epoch]
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
    """Return pairs of leaves: a message was sent before one that it had seen was received.

    Who has seen a message has seen all of its past. In what order a partner gave back what is told
    again says nothing.
    """
    place = {(leaf.opening.kind, digest_text(leaf.opening.record)): leaf for leaf in own}
    fresh = {k: leaf for k, leaf in place.items() if (leaf.epoch, leaf.index) not in again}
    latest, latest_fresh = _latest_received(bundle, place), _latest_received(bundle, fresh)
    found = []
    for message in bundle.messages.values():
        sent = place.get(("message.sent", message.record))
        if message.draft.author != party or sent is None:
            continue
        seen = latest_fresh if (sent.epoch, sent.index) in again else latest
        before = (seen.get(content) for content in parents_of(message, bundle.by_content))
        leaf = max((one for one in before if one is not None), key=_place, default=sent)
        if _place(leaf) > _place(sent):
            found.append((_at(party, sent), _at(party, leaf)))
    return found


def _place(leaf: Leaf) -> tuple[int, int]:
    return leaf.epoch, leaf.index


def _latest_received(bundle: Bundle, place: Mapping[tuple[str, str], Leaf]) -> dict[str, Leaf]:
    """Return content digest -> the last leaf of it and of what its author had seen before it."""
    latest: dict[str, Leaf] = {}
    there = bundle.by_content
    for message in in_order(there.values(), there):
        leaves = [place.get(("message.received", message.record))]
        leaves += [latest.get(content) for content in parents_of(message, there)]
        received = [leaf for leaf in leaves if leaf is not None]
        if received:
            latest[message.content] = max(received, key=_place)
    return latest


def _path(leaf: Leaf) -> str:
    return f"data/log/{leaf.party}/{leaf.epoch}/leaves/{leaf.index}.json"


def _dated(party: str, leaf: Leaf) -> Assertion:
    return Assertion(party, _path(leaf), "dated", {"time": time_text(leaf.opening.time)})


def _at(party: str, leaf: Leaf) -> Assertion:
    return Assertion(party, _path(leaf), leaf.opening.kind, {"index": leaf.index})

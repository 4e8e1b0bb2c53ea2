"""Bundles of a party whose log was restored: honest ones, and what a restore excuses not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from tests.bundle.attack import Attack, Files
from tests.bundle.makers import MODE, VN, ZA, bundle_of, case_of, private, resigned, short_story
from tests.bundle.stories import MemoryNode, Story
from tests.ledger.logs import reader
from tests.origins import origin_of

from comity.bundle import write as writing
from comity.canonical import digest
from comity.keys import jws
from comity.ledger import LeafOpening, LogOrigin, Successor, inclusion_proof

KEPT = 2
"""So many leaves of the short story's log at VN are in the backup: not what ZA said."""


@dataclass
class Later(MemoryNode):
    """A party's log in its second epoch."""

    @property
    def origin(self) -> str:
        return origin_of(MODE, self.party, 2)


def attacks() -> Iterator[Attack]:
    """Yield bundles of VN after a restore."""
    told = (f"log-epoch attested {VN}", f"log-order attested {VN}", f"log-heard unknown {ZA}")
    name = "a restored log that tells again what it lost"
    yield Attack(name, "short", restored(), 0, "", 0, claims=(), shows=told)
    name = "a restored log whose last second is the first of its new epoch"
    yield Attack(name, "short", restored(at_once=True), 0, "", 0, claims=(), shows=told)
    moved = restored(lambda one: replace(one, time=one.time - timedelta(hours=1)))
    yield _refused("a restored log that tells an answer again, dated earlier", moved)
    other = restored(lambda one: replace(one, outcome="overtaken"))
    yield _refused("a restored log that tells an answer again with another outcome", other)
    bare = {p: d for p, d in restored().items() if not p.endswith("/successor.json")}
    yield _refused("a log that goes on in a new epoch without a statement", resigned(bare))
    whole = restored(kept=len(short_story().nodes[VN].openings))
    yield _refused("an answer told again whose place in the ended log is there", whole)
    name = "a partner's log in a new epoch, without its statement"
    unexplained = (f"log-epoch unknown {ZA}",)
    files = partner_restored(explained=False)
    yield Attack(name, "short", files, 0, "", 0, claims=(), shows=unexplained)
    name = "a partner's log in a new epoch, with its statement"
    shown, never = (f"log-epoch attested {ZA}",), ("log-epoch unknown",)
    files = partner_restored(explained=True)
    yield Attack(name, "short", files, 0, "", 0, claims=(), shows=shown, never=never)


def partner_restored(*, explained: bool) -> Files:
    """Return VN's bundle of a case in which ZA's log is in an epoch that its entry does not list.

    Args:
        explained: whether the statement that opened the epoch is in the bundle.
    """
    story, before = Story(), MemoryNode(ZA)
    before.append("domestic.note", bytes(32), story.at)
    old = LogOrigin.parse(before.origin)
    made = Successor(before.note(), old, old.at(2), "restored-backup", story.at)
    envelope = jws.sign(made.encode(), [private(ZA, "log")], thing="successor", mode=MODE)
    story.nodes[ZA] = Later(ZA)
    story.nodes[ZA].append("epoch.opened", digest("record", envelope.record), story.at)
    case = case_of(short_story(story))
    notes = {(VN, 1): case.checkpoints[VN, 1], (ZA, 2): case.checkpoints[ZA, 1]}
    successors = {(ZA, 2): envelope.record} if explained else {}
    return bundle_of(replace(case, checkpoints=notes, successors=successors))


def restored(
    change: Callable[[LeafOpening], LeafOpening] = lambda one: one,
    *,
    kept: int = KEPT,
    at_once: bool = False,
) -> Files:
    """Return VN's bundle after a backup was restored; leaves of answers are told again changed.

    Args:
        change: of each leaf of kind ``message.received`` that is told again.
        kept: so many leaves of the first epoch are there; the last two are told again in any case.
        at_once: whether the new epoch begins in the second in which the old log ended.
    """
    story = short_story()
    node, later = story.nodes[VN], Later(VN)
    at = max(one.time for one in node.openings) if at_once else story.tick(60)
    old = LogOrigin.parse(node.origin)
    made = Successor(node.note(kept), old, old.at(2), "restored-backup", at)
    envelope = jws.sign(made.encode(), [private(VN, "log")], thing="successor", mode=MODE)
    later.append("epoch.opened", digest("record", envelope.record), at)
    at = story.tick() if at_once else at
    for one in node.openings[KEPT:]:
        fresh = one.kind == "receipt.received"
        again = change(one) if one.kind == "message.received" else one
        later.append(one.kind, one.record, at if fresh else again.time, again.outcome)
    leaves = [*_leaves(1, node, KEPT, kept), *_leaves(2, later, *[len(later.openings)] * 2)]
    case = case_of(story)
    notes = {(VN, 1): node.note(kept), (VN, 2): later.note()}
    return bundle_of(
        replace(
            case,
            leaves=leaves,
            checkpoints={**case.checkpoints, **notes},
            consistency={1: _sizes(case, kept)},
            successors={(VN, 2): envelope.record},
        )
    )


def _leaves(epoch: int, node: MemoryNode, shown: int, size: int) -> Iterator[writing.OwnLeaf]:
    read = reader(node.hashes)
    for index, opening in enumerate(node.openings[:shown]):
        path = tuple(inclusion_proof(index, size, read))
        yield writing.OwnLeaf(epoch, index, opening, path)


def _sizes(case: writing.Case, kept: int) -> dict[int, tuple[bytes, ...]]:
    return {s: tuple(path) for s, path in case.consistency.get(1, {}).items() if s < kept}


def _refused(name: str, files: Files) -> Attack:
    return Attack(name, "short", files, 7, "bundle-leaf")

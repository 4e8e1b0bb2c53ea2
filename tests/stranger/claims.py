"""Claims of a verdict, and what contradicts or is disputed among signed statements (spec 16)."""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.stranger.bundle import APPLIES, Case, Leaf, Said, Told
from tests.stranger.bundle_messages import refusals
from tests.stranger.editions import current, is_private
from tests.stranger.log import check_consistency
from tests.stranger.replay import HELD, ILLEGAL, OUTSIDE, replay
from tests.stranger.tables import SPEC
from tests.stranger.values import RefusedError, decode, unb64

CLOCKS = {"sent-at", "received-at", "exported-at"}
CEILINGS: dict[str, str] = dict(
    re.findall(
        r"^\| `([a-z-]+)` \| (proved|attested|unknown) \|",
        (SPEC / "registry" / "claims.md").read_text("utf-8"),
        re.MULTILINE,
    )
)


@dataclass(frozen=True)
class Claim:
    """A claim.

    Attributes:
        name: in the registry.
        word: proved, attested, contradicted, disputed or unknown.
        by: the parties whose statements it rests on.
        about: what it is about.
    """

    name: str
    word: str
    by: tuple[str, ...] = ()
    about: str = ""


def contradicted(name: str, party: str, about: str) -> Claim:
    """Return that a party signed two statements that cannot both be true."""
    return Claim(name, "contradicted", (party,), about)


def disputed(name: str, one: str, other: str, about: str) -> Claim:
    """Return that the statements of two parties do not fit together."""
    return Claim(name, "disputed", tuple(sorted({one, other})), about)


def odd_claims(case: Case) -> list[Claim]:
    """Return what contradicts itself or is disputed, times apart."""
    return [
        *_places(case),
        *_heard_receipts(case),
        *_outcomes(case),
        *_refusals(case),
        *_types(case),
        *_pinned(case),
        *_heard_trees(case),
        *_branches(case),
        *_log_order(case),
    ]


def conversations(case: Case) -> dict[str, list[Said]]:
    """Return the messages of each conversation."""
    found: dict[str, list[Said]] = defaultdict(list)
    for one in case.said:
        found[one.message.conversation].append(one)
    return found


# ------------------------------------------------------------------ messages and receipts


def _places(case: Case) -> list[Claim]:
    """Two messages in one place, and heads of receipts that name another one (C-16-44)."""
    found = []
    places: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in case.said:
        key = (one.message.conversation, one.author, one.value["sequence"])
        places[key].add(one.content)
        ids[one.author, one.value["id"]].add(one.content)
    for (_, author, sequence), contents in places.items():
        if len(contents) > 1:
            found.append(contradicted("one-message-a-place", author, str(sequence)))
    for (author, name), contents in ids.items():
        if len(contents) > 1:
            found.append(contradicted("one-message-a-place", author, name))
    by_content = case.by_content()
    for told in case.told:
        head, named = told.value["head"], by_content.get(told.value["content"])
        if head is None or named is None:
            continue
        party = told.value["to"]
        there = places.get((named.message.conversation, party, head["sequence"]), set())
        if there and head["content"] not in there:
            found.append(contradicted("one-message-a-place", party, told.path))
        elif not there and party == case.exporter:
            found.append(contradicted("message-named", party, told.path))
        elif not there:
            found.append(Claim("message-named", "unknown", (party,), told.path))
    return found


def _heard_receipts(case: Case) -> list[Claim]:
    """Receipts that a message says its author has heard, and that are not there (C-16-39).

    Each receipt that is withheld may be one of them.
    """
    found = []
    there = {(told.value["to"], told.content) for told in case.told}
    missing: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for one in case.said:
        for party, said in one.value["heard"].items():
            if case.exporter in (party, one.author):  # else it is not in this bundle
                gone = [name for name in said["receipts"] if (party, name) not in there]
                missing[one.author, party] |= dict.fromkeys(gone, one.path)
    for (author, party), names in missing.items():
        for path in list(names.values())[_withheld(case, author, party) :]:
            if author == case.exporter:
                found.append(contradicted("receipt", case.exporter, path))
            else:
                found.append(disputed("receipt", party, author, path))
    return found


def _withheld(case: Case, author: str, party: str) -> int:
    """Return how many receipts of a party for an author's messages are withheld."""
    own = party.replace("/", "_")
    said = [one for one in case.said if one.author == author]
    paths = {f"data/receipts/{one.record[7:]}.{own}.json" for one in said}
    return len(paths & set(case.withheld))


def _outcomes(case: Case) -> list[Claim]:
    """Outcomes that the messages do not bear out (C-16-40)."""
    found, by_content = [], case.by_content()
    own = _answers_to_refused(case)
    for told in case.told:
        one = by_content[told.value["content"]]
        outcome = case.outcomes[one.message.conversation]
        if outcome.unknown or one.content in own:
            continue
        said, standing = told.value["outcome"], outcome.standing.get(one.content)
        bad = said in APPLIES and standing in (ILLEGAL, HELD)
        if bad or (said == ILLEGAL and standing in APPLIES):
            found.append(disputed("receipt", told.value["to"], one.author, told.path))
    return found


def _refusals(case: Case) -> list[Claim]:
    """Who refused a message and yet answers it (C-16-41)."""
    answers = {t.path: t for told in _answers_to_refused(case).values() for t in told}
    return [contradicted("receipt", t.value["to"], path) for path, t in answers.items()]


def _answers_to_refused(case: Case) -> dict[str, list[Told]]:
    """Return the messages that are legal only without refusals of their own author, and these."""
    found: dict[str, list[Told]] = defaultdict(list)
    for said in conversations(case).values():
        values, refused = [one.value for one in said], refusals(case, said)
        own: dict[str, list[Told]] = defaultdict(list)
        for told in _receipts(case, said):
            outcome = told.value["outcome"]
            if outcome.startswith("refused:") and outcome != ILLEGAL:
                own[told.value["to"]].append(told)
        for party, receipts in own.items():
            mine = {told.value["content"]: told.value["outcome"] for told in receipts}
            without = {name: why for name, why in refused.items() if name not in mine}
            kept, lifted = (replay(values, these).standing for these in (refused | mine, without))
            for one in said:
                legal = lifted.get(one.content) in APPLIES
                if one.author != party or not legal or kept[one.content] in APPLIES:
                    continue
                aware = {one.value["about"], *seen_by(one, said)}
                found[one.content] += [t for t in receipts if t.value["content"] in aware]
    return {content: told for content, told in found.items() if told}


def _receipts(case: Case, said: list[Said]) -> list[Told]:
    contents = {one.content for one in said}
    return [told for told in case.told if told.value["content"] in contents]


def seen_by(one: Said, said: list[Said]) -> set[str]:
    """Return all that a message's author had seen or said before it."""
    by_content = {other.content: other for other in said}
    found, waiting = set[str](), [one]
    while waiting:
        value = waiting.pop().value
        names = [value["previous"], *(mark["content"] for mark in value["seen"].values())]
        for name in names:
            if name is not None and name not in found:
                found.add(name)
                if name in by_content:
                    waiting.append(by_content[name])
    return found


def _types(case: Case) -> list[Claim]:
    """Who refused a type of the edition that it speaks (C-16-63)."""
    found, by_content = [], case.by_content()
    for told in case.told:
        one, party = by_content[told.value["content"]], told.value["to"]
        editions = case.outcomes[one.message.conversation].editions
        edition = editions.get(one.content)
        if told.value["outcome"] != OUTSIDE or edition != current().digest:
            continue
        inside = one.value["type"] in current().types or is_private(one.value["type"])
        speaks = edition in case.directory.editions.get(party, [])
        spoken = (c for c, e in editions.items() if e == edition)
        speaks = speaks or any(by_content[content].author == party for content in spoken)
        if inside and speaks:
            found.append(contradicted("receipt", party, told.path))
    return found


def _pinned(case: Case) -> list[Claim]:
    """Whose entries do not list the edition that an opening pins (C-16-86)."""
    found = []
    for one in (one for one in case.said if one.value["conversation"] is None):
        for party in one.value["members"]:
            held = case.book.entries.get(party, {}).values()
            if not held or any(one.value["edition"] in e.value["editions"] for e in held):
                continue
            if party == one.author:
                found.append(contradicted("edition-listed", party, one.path))
            else:
                found.append(disputed("edition-listed", one.author, party, f"{one.path} {party}"))
    return found


# ------------------------------------------------------------------ logs


def _heard_trees(case: Case) -> list[Claim]:
    """Trees of the exporter's log that others say they hold (C-16-45)."""
    found = []
    for one in case.said:
        said = one.value["heard"].get(case.exporter)
        if one.author == case.exporter or not said or said["checkpoint"] is None:
            continue
        tree = said["checkpoint"]
        if not case.is_lost(tree["origin"], tree["size"]) and not grown(case, tree):
            found.append(disputed("log-heard", case.exporter, one.author, one.path))
    return found


def _branches(case: Case) -> list[Claim]:
    """Two trees of one size of one log, which prove a fork (C-10-23)."""
    found = []
    roots: dict[tuple[str, int], set[bytes]] = defaultdict(set)
    trees = [(told.value["to"], told.tree) for told in case.told]
    trees += [(party, tree) for (party, _), tree in case.trees.items()]
    for party, tree in trees:
        roots[tree.origin, tree.size].add(tree.root)
        if len(roots[tree.origin, tree.size]) > 1:
            found.append(contradicted("log-single", party, party))
    return found


def grown(case: Case, held: dict[str, Any]) -> bool:
    """Tell whether the exporter's log is shown to have grown from a tree that another holds."""
    size, root = held["size"], unb64(held["root"])
    for told in case.told:
        if told.tree.origin == held["origin"] and told.tree.size == size:
            return told.tree.root == root
    for (party, epoch), tree in case.trees.items():
        if party != case.exporter or tree.origin != held["origin"]:
            continue
        if tree.size == size:
            return tree.root == root
        path = f"data/log/{party.replace('/', '_')}/{epoch}/consistency.json"
        for row in decode(case.files[path]) if path in case.files else []:
            if row["from"] == size:
                steps = [unb64(step) for step in row["path"]]
                try:
                    check_consistency(size, tree.size, steps, root, tree.root)
                except RefusedError:
                    return False
                return True
    return False


def _log_order(case: Case) -> list[Claim]:
    """Times of the exporter's log that fall, and messages before those they had seen (C-16-46)."""
    found = []
    leaves = sorted(case.leaves, key=lambda leaf: (leaf.epoch, leaf.index))
    again = told_again(case)
    for before, after in pairwise(leaf for leaf in leaves if place_of(leaf) not in again):
        if before.epoch == after.epoch and after.opening["time"] < before.opening["time"]:
            found.append(contradicted("log-order", case.exporter, str(after.index)))
    places = {
        (leaf.opening["kind"], leaf.opening["record"]): place_of(leaf) for leaf in reversed(leaves)
    }
    by_content, said = case.by_content(), conversations(case)
    for one in case.said:
        sent = places.get(("message.sent", one.record))
        if one.author != case.exporter or sent is None:
            continue
        for content in seen_by(one, said[one.message.conversation]):
            other = by_content.get(content)
            got = other and places.get(("message.received", other.record))
            if got and got > sent and not {got, sent} <= again:
                found.append(contradicted("log-order", case.exporter, one.path))
    return found


def place_of(leaf: Leaf) -> tuple[int, int]:
    """Return epoch and index."""
    return leaf.epoch, leaf.index


def told_again(case: Case) -> set[tuple[int, int]]:
    """Return the places of leaves that tell again what an ended epoch held (C-16-70).

    That leaf 0 is of the statement in the bundle, step 7 has seen.
    """
    opened = {
        leaf.epoch: leaf.opening["time"]
        for leaf in case.leaves
        if leaf.index == 0 and (case.exporter, leaf.epoch) in case.opened
    }
    return {
        place_of(leaf)
        for leaf in case.leaves
        if leaf.epoch in opened and leaf.index and leaf.opening["time"] <= opened[leaf.epoch]
    }

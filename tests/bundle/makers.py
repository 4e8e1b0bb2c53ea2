"""The bundle that a node in memory exports, and bundles that were signed again."""

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from tests.bundle.parties import (
    EXHIBIT,
    EXPORTED,
    IDENTITY,
    MODE,
    START,
    VN,
    WITNESS,
    YEAR,
    ZA,
    directory,
    entry_of,
    private,
    revoking,
    trust_file,
    witness,
)
from tests.bundle.stories import MemoryNode, Story, sealed_package, short_story, whole_story
from tests.ledger.authority import GOOD, Authority
from tests.ledger.logs import reader

from comity.bundle import MemoryReader, Report, Statement, Withheld, layout, parse_statement, verify
from comity.bundle import write as writing
from comity.bundle.claims import Claim
from comity.bundle.statement import sign_statement
from comity.canonical import digest_text
from comity.directory import TrustFile
from comity.exchange import parse_receipt
from comity.keys import PrivateKey
from comity.ledger import Checkpoint, consistency_proof, inclusion_proof

__all__ = [
    "EXHIBIT",
    "EXPORTED",
    "IDENTITY",
    "MODE",
    "START",
    "VN",
    "WITNESS",
    "YEAR",
    "ZA",
    "MemoryNode",
    "Story",
    "directory",
    "entry_of",
    "private",
    "revoking",
    "short_story",
    "trust_file",
    "whole_story",
    "witness",
]


def case_of(story: Story, party: str = VN, **changes: Any) -> writing.Case:
    """Return what a party would export now."""
    node = story.nodes[party]
    other = story.nodes[ZA if party == VN else VN]
    size, read = len(node.openings), reader(node.hashes)
    given = {
        Checkpoint(node.origin, s, b"").tree_size
        for envelope in node.receipts
        if (r := parse_receipt(envelope.payload)).addressee == party
        and (s := int(r.checkpoint.split("\n")[1])) < size
    }
    made = writing.Case(
        mode=MODE,
        exporter=party,
        exported_at=EXPORTED,
        messages=node.messages,
        sections=node.sections,
        receipts=node.receipts,
        directory=directory(),
        leaves=[
            writing.OwnLeaf(1, index, opening, tuple(inclusion_proof(index, size, read)))
            for index, opening in enumerate(node.openings)
        ],
        checkpoints={(party, 1): node.note(), (other.party, 1): other.note(other.known)},
        consistency={1: {s: tuple(consistency_proof(s, size, read)) for s in given}},
        chains={EXHIBIT: [event.to_value() for event in story.events]} if story.events else {},
    )
    return replace(made, **changes)


def stamped(
    case: writing.Case,
    node: MemoryNode,
    moments: Mapping[int, datetime],
    *,
    by: Sequence[Authority] = (GOOD,),
) -> writing.Case:
    """Return the case with time stamps: tree size -> when the authorities stamped that tree."""
    size, read = len(node.openings), reader(node.hashes)
    stamps = [
        writing.Stamped(
            1,
            old,
            node.note(old).encode(),
            tuple(authority.stamp(node.note(old).encode(), at=at) for authority in by),
        )
        for old, at in moments.items()
    ]
    proofs = {s: tuple(consistency_proof(s, size, read)) for s in moments if s < size}
    linked = {**case.consistency.get(1, {}), **proofs}
    return replace(case, stamps=stamps, consistency={1: linked})


class MemorySink:
    """Takes a bundle's files."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, path: str, pieces: Any) -> None:
        assert path not in self.files
        self.files[path] = b"".join(bytes(piece) for piece in pieces)


class _Stream(io.BytesIO):
    def readinto(self, buffer: Any, /) -> int:
        return super().readinto(buffer)


def opening(data: bytes) -> writing.Opener:
    return lambda: _Stream(data)


def bundle_of(
    case: writing.Case, evidence: Mapping[str, bytes] | None = None, *, signer: str = ""
) -> dict[str, bytes]:
    """Return a written bundle: path -> bytes."""
    sink = MemorySink()
    streams = {path: opening(data) for path, data in (evidence or {}).items()}
    export = private(signer or case.exporter, "export")
    writing.write(sink, case, export, evidence=streams)
    return sink.files


def short_bundle(**changes: Any) -> dict[str, bytes]:
    return bundle_of(case_of(short_story(), **changes))


STAMPS: Mapping[int, datetime] = {
    1: START + timedelta(minutes=5, seconds=30),
    4: START + timedelta(minutes=40),
}
"""Sizes of the short story's log at VN, and when they were stamped: one leaf, then some."""


def stamped_bundle(**more: Any) -> dict[str, bytes]:
    story = short_story()
    return bundle_of(stamped(case_of(story), story.nodes[VN], STAMPS, **more))


def evidence_of(story: Story, *, opened: bool = True) -> dict[str, bytes]:
    package = sealed_package(story.nodes[VN].messages[3].content)
    found = {layout.package_path(package.root): package.data}
    if opened:
        found |= {layout.exhibit_path(package.root, p): d for p, d in package.opened.items()}
    return found


DECIDED = Withheld("a minor's name", "Court of Appeal, 2026-02-27, no. 7")


def redacted_path() -> str:
    """Return where the file stands that a redacted copy withholds."""
    return next(path for path in evidence_of(whole_story()) if path.endswith("/data/mail.txt"))


def redacted_bundle() -> dict[str, bytes]:
    """Return the whole bundle without that file and without the package that it is sealed in."""
    files = evidence_of(whole_story())
    package = next(path for path in files if path.endswith(".age"))
    hidden = dict.fromkeys((redacted_path(), package), DECIDED)
    kept = {path: data for path, data in files.items() if path not in hidden}
    return bundle_of(case_of(whole_story(), withheld=hidden), kept)


@cache
def _whole() -> dict[str, bytes]:
    return bundle_of(case_of(whole_story()), evidence_of(whole_story()))


def whole_bundle() -> dict[str, bytes]:
    return dict(_whole())


def judged(files: Mapping[str, bytes], trust: TrustFile | None = None) -> Report:
    return verify(MemoryReader(files), trust=trust or trust_file())


def found(report: Report) -> list[tuple[int, str, str]]:
    """Return (step, code, path) of everything that failed."""
    return [(s.number, f.code, f.path) for s in report.steps for f in s.findings]


def claims(report: Report, name: str, word: str | None = None) -> list[Claim]:
    """Return the claims of a name, or those of them with one word."""
    return [one for one in report.claims if one.name == name and word in (None, one.word)]


def at_odds(report: Report) -> list[str]:
    """Return each claim that is contradicted or disputed, as the vectors write it."""
    odd = [one for one in report.claims if one.word in ("contradicted", "disputed")]
    return sorted({" ".join((one.name, one.word, *one.by)) for one in odd})


def shown(report: Report) -> set[str]:
    """Return every claim, as the vectors write it."""
    return {" ".join((one.name, one.word, *one.by)) for one in report.claims}


def resigned(
    files: Mapping[str, bytes],
    change: Callable[[Statement], Statement] = lambda statement: statement,
    *,
    signer: PrivateKey | None = None,
) -> dict[str, bytes]:
    """Return a bundle whose list, manifests and signature were made again over what is there.

    By default the true exporter does it: what is found then, no signature of its own can hide.
    """
    payload = {
        path: data
        for path, data in files.items()
        if path.startswith("data/") and path != layout.STATEMENT
    }
    old, _ = parse_statement(files[layout.STATEMENT])
    told = {path: digest_text(hashlib.sha256(data).digest()) for path, data in payload.items()}
    statement = change(replace(old, files=told))
    own = signer or private(old.exporter, "export")
    payload[layout.STATEMENT] = sign_statement(statement, own).record
    digests = {path: hashlib.sha256(data).digest() for path, data in payload.items()}
    size = sum(map(len, payload.values()))
    return {**payload, **writing.tag_files(statement, digests, size)}

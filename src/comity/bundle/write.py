"""A bundle as bytes: what stands in which file, the exporter's statement, the tag files.

Pure: the caller gathers what a case holds, and takes path by path what must be written.

Source: spec/16-bundles.md.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from comity.bundle import layout
from comity.bundle.errors import BundlePathError, refusals
from comity.bundle.reader import Stream
from comity.bundle.readme import Case, OwnLeaf, Stamped, readme
from comity.bundle.statement import Statement, Told, sign_statement
from comity.canonical import b64, digest, digest_text, encode
from comity.evidence import bag
from comity.evidence.custody import verify_values
from comity.evidence.package_names import NameSet, is_safe_component
from comity.exchange import Message, Replay, Seen, parse_receipt, replay
from comity.keys import PrivateKey
from comity.ledger import LogProof, entry, opening_value

# Which paths may stand in a bundle: those that survive NTFS and exFAT, and unpacking on Windows.
#
# The rule: every part is harmless by the rule of payload names (`package_names`: no control or
# format character, none of ``" * / : < > ? \ | %``, no space or full stop at its end, no device
# name of Windows), no two paths differ by case only, and a whole path has at most 240 UTF-16 units,
# so that a folder of 19 before it stays within the 260 of Windows.
#
# Source: Microsoft, "Naming Files, Paths, and Namespaces" and "Maximum Path Length Limitation".


MAX_UNITS: Final = 240


def check_portable(paths: Iterable[str]) -> None:
    """Raise unless all paths of a bundle keep the rule.

    The error names no path below an exhibit: it may be evidence.

    Raises:
        BundlePathError: the first path that does not.
    """
    names = NameSet()
    for path in sorted(paths):
        where = path if not path.startswith("data/exhibits/") else path[: path.index("/", 14)]
        units = len(path.encode("utf-16-le", "replace")) // 2
        if units > MAX_UNITS:
            raise BundlePathError(
                f"a path of {units} characters below {where}, more than {MAX_UNITS}: Windows would "
                "not unpack it. Hand out the sealed package without --exhibits",
                units=units,
            )
        if not all(map(is_safe_component, path.split("/"))):
            raise BundlePathError(f"a name below {where} that other systems do not keep")
        if not names.claim(path):
            raise BundlePathError(f"two names below {where} that differ by case only")


_PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Written:
    """What was signed about a bundle.

    Attributes:
        statement: the exporter's.
        record: record digest of its JWS, as a digest text; custody events name it.
    """

    statement: Statement
    record: str


class Sink(Protocol):
    """Where a bundle's files go."""

    def put(self, path: str, pieces: Iterable[bytes | memoryview]) -> None:
        """Write a new file; a piece is not kept after the next is asked for."""


type Opener = Callable[[], AbstractContextManager[Stream]]


def write(sink: Sink, case: Case, key: PrivateKey, *, evidence: Mapping[str, Opener]) -> Written:
    """Write a whole bundle and return what was signed about it.

    Args:
        sink: receives every file once.
        case: what it holds.
        key: the exporter's, of use ``export``.
        evidence: path -> stream of a sealed package or a file of an opened one.

    Raises:
        BundlePathError: before anything is written: a path would not survive NTFS or exFAT.
    """
    meter, files = _Meter(sink), files_of(case)
    files[layout.README] = readme(case, evidence)
    check_portable([*files, *evidence, layout.STATEMENT, *layout.TAG_FILES])
    for path, data in files.items():
        meter.put(path, [data])
    for path in sorted(evidence):
        with evidence[path]() as stream:
            meter.put(path, _pieces(stream))
    told = {path: digest_text(value) for path, value in meter.digests.items()}
    statement = statement_of(case, told)
    envelope = sign_statement(statement, key)
    meter.put(layout.STATEMENT, [envelope.record])
    for path, data in tag_files(statement, meter.digests, meter.size_bytes).items():
        sink.put(path, [data])
    return Written(statement, digest_text(digest("record", envelope.record)))


def tag_files(
    statement: Statement, digests: Mapping[str, bytes], size_bytes: int
) -> dict[str, bytes]:
    """Return the four BagIt files of a payload.

    Args:
        statement: for its date and exporter.
        digests: SHA-256 of every file below ``data/``.
        size_bytes: of all of them together.
    """
    tags = {
        bag.DECLARATION_NAME: bag.DECLARATION,
        bag.INFO_NAME: layout.info(
            exported_at=statement.exported_at,
            exporter=statement.exporter,
            size_bytes=size_bytes,
            files=len(digests),
        ),
        bag.MANIFEST_NAME: layout.manifest(digests),
    }
    long = {path: hashlib.sha512(data).digest() for path, data in tags.items()}
    return {**tags, layout.TAG_MANIFEST: layout.tag_manifest(long)}


class _Meter:
    """Hashes and counts what goes into a sink."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.digests: dict[str, bytes] = {}
        self.size_bytes = 0

    def put(self, path: str, pieces: Iterable[bytes | memoryview]) -> None:
        state = hashlib.sha256()

        def seen() -> Iterator[bytes | memoryview]:
            for piece in pieces:
                state.update(piece)
                self.size_bytes += len(piece)
                yield piece

        self._sink.put(path, seen())
        self.digests[path] = state.digest()


def _pieces(stream: Stream) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(_PIECE_BYTES))
    while size := stream.readinto(buffer) or 0:
        yield buffer[:size]


def files_of(case: Case) -> dict[str, bytes]:
    """Return path -> bytes of everything but evidence, first page, statement and tag files."""
    found: dict[str, bytes] = {}
    for path, message in _placed(case.messages):
        found[path] = message.envelope.record
        for name, section in case.sections.get(message.content, {}).items():
            section_path = layout.section_path(message.content, name)
            if section_path not in case.withheld:
                found[section_path] = encode(section.to_value())
    for envelope in case.receipts:
        receipt = parse_receipt(envelope.payload)
        found[layout.receipt_path(receipt.record, receipt.addressee)] = envelope.record
    found |= _log_files(case)
    found |= _directory_files(case)
    for exhibit, events in case.chains.items():
        found[layout.custody_path(exhibit)] = encode(list(events))
    found |= case.papers
    return found


def _placed(messages: Iterable[Message]) -> Iterator[tuple[str, Message]]:
    """Yield each message with its path; a second one under a sequence gets a longer name."""
    taken: set[str] = set()
    for message in sorted(messages, key=lambda item: item.content):
        place = (message.conversation, message.draft.author, message.draft.sequence)
        path = layout.message_path(*place)
        if path in taken:
            path = layout.message_path(*place, double=message.content)
        taken.add(path)
        yield path, message


def _directory_files(case: Case) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for chain in case.directory.states.values():
        for state in chain:
            found[layout.state_path(state.record.state, state.record.version)] = state.jws.record
    for versions in case.directory.entries.values():
        for signed in versions:
            path = layout.entry_path(signed.entry.party, signed.entry.version)
            found[path] = signed.jws.record
    if case.snapshot is not None:
        found[layout.SNAPSHOT] = case.snapshot
        if case.snapshot_proof is not None:
            found[layout.SNAPSHOT_PROOF] = case.snapshot_proof
    return found


def _log_files(case: Case) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for (party, epoch), note in case.checkpoints.items():
        found[layout.log_path(party, epoch, "checkpoint")] = note.encode()
    for (party, epoch), statement in case.successors.items():
        found[layout.log_path(party, epoch, "successor.json")] = statement
    for stamped in case.stamps:
        place = (case.exporter, stamped.epoch, stamped.tree_size)
        found[layout.stamped_path(*place)] = stamped.note
        for number, token in enumerate(stamped.tokens, 1):
            found[layout.stamp_path(*place, number)] = token
    for epoch, proofs in case.consistency.items():
        rows = [
            {"from": size, "path": [b64(value) for value in path]}
            for size, path in sorted(proofs.items())
        ]
        found[layout.log_path(case.exporter, epoch, "consistency.json")] = encode(rows)
    for leaf in case.leaves:
        checkpoint = case.checkpoints[case.exporter, leaf.epoch].encode()
        value = opening_value(leaf.opening)
        value["entry"] = b64(entry(leaf.opening))
        value["proof"] = LogProof(leaf.index, leaf.path, checkpoint).encode().decode()
        found[layout.leaf_path(case.exporter, leaf.epoch, leaf.index)] = encode(value)
    return found


def statement_of(case: Case, files: Mapping[str, str]) -> Statement:
    """Return what the exporter states: conversations with heads and state, chains, files."""
    groups: dict[str, list[Message]] = {}
    for message in case.messages:
        groups.setdefault(message.conversation, []).append(message)
    given = [parse_receipt(envelope.payload) for envelope in case.receipts]
    refused = refusals(case.messages, given, exporter=case.exporter)
    replays = {name: replay(found, refused) for name, found in sorted(groups.items())}
    heads = {exhibit: verify_values(list(events))[1] for exhibit, events in case.chains.items()}
    return Statement(
        mode=case.mode,
        exporter=case.exporter,
        exported_at=case.exported_at,
        conversations=tuple(
            _told(name, groups[name], replayed) for name, replayed in replays.items()
        ),
        state={name: replayed.state.to_value() for name, replayed in replays.items()},
        custody=heads,
        files=files,
        withheld=case.withheld,
    )


def _told(name: str, messages: list[Message], replayed: Replay) -> Told:
    opening = next((m for m in messages if m.content == name), messages[0])
    heads = {
        party: Seen(head.draft.sequence, head.content) for party, head in replayed.heads.items()
    }
    return Told(name, opening.draft.members, heads)


__all__ = [
    "MAX_UNITS",
    "Case",
    "Opener",
    "OwnLeaf",
    "Sink",
    "Stamped",
    "Written",
    "check_portable",
    "files_of",
    "statement_of",
    "tag_files",
    "write",
]

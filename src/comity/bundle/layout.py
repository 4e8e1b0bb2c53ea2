"""Where each thing stands in a court bundle.

Names use lower-case letters, digits and ``- _ .`` only, so they survive NTFS and exFAT; a party's
slash is written ``_``. A log is kept by epoch, because two epochs count their leaves from 0.

Source: spec/16-bundles.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from comity.canonical import time_text
from comity.evidence import bag

STATEMENT: Final = "data/bundle.json"
README: Final = "data/README.txt"
SNAPSHOT: Final = "data/directory/snapshot.json"
SNAPSHOT_PROOF: Final = "data/directory/snapshot.proof"
TAG_FILES: Final = (bag.INFO_NAME, bag.DECLARATION_NAME, bag.MANIFEST_NAME)
TAG_MANIFEST: Final = bag.TAG_MANIFEST_NAME
SIGNS: Final = (bag.DECLARATION_NAME, STATEMENT, bag.MANIFEST_NAME, TAG_MANIFEST)
"""A folder with none of these is no bundle at all, not a damaged one; one with the first two, or
all that is left of them, is taken for one where a person named another folder."""

KIB: Final = 1024
MIB: Final = 1024 * 1024
MAX_TAG_BYTES: Final = 512 * MIB
"""Of a manifest, of the bundle itself or of an opened exhibit: four million files and more."""


class Kind(StrEnum):
    """What a file of a bundle is."""

    STATEMENT = "statement"
    README = "readme"
    MESSAGE = "message"
    SECTION = "section"
    RECEIPT = "receipt"
    LEAF = "leaf"
    CHECKPOINT = "checkpoint"
    CONSISTENCY = "consistency"
    SUCCESSOR = "successor"
    STATE = "state"
    ENTRY = "entry"
    SNAPSHOT = "snapshot"
    SNAPSHOT_PROOF = "snapshot-proof"
    CUSTODY = "custody"
    PACKAGE = "package"
    EXHIBIT = "exhibit"
    STAMPED = "stamped"
    STAMP = "stamp"
    PAPER = "paper"
    CASE = "case"


@dataclass(frozen=True)
class Row:
    """One kind of file: how its path looks, and how large it may be.

    Attributes:
        kind: what it is.
        pattern: of the whole path, with named parts.
        max_bytes: upper bound, or None for evidence, which is streamed.
    """

    kind: Kind
    pattern: re.Pattern[str]
    max_bytes: int | None


def _row(kind: Kind, pattern: str, max_bytes: int | None) -> Row:
    return Row(kind, re.compile(pattern, re.ASCII), max_bytes)


_HEX = r"[0-9a-f]{64}"
_PARTY = r"(?P<party>[a-z]{2}_[a-z0-9-]+)"
_LOG = rf"data/log/{_PARTY}/(?P<epoch>[1-9][0-9]{{0,8}})"
_SIZE = r"(?P<size>[1-9][0-9]{0,15})"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

ROWS: Final = (
    _row(Kind.STATEMENT, r"data/bundle\.json", 256 * MIB),
    _row(Kind.README, r"data/README\.txt", MIB),
    _row(
        Kind.MESSAGE,
        rf"data/messages/{_HEX}/{_PARTY}-[1-9][0-9]*(?:\.[0-9a-f]{{16}})?\.json",
        2 * MIB,
    ),
    _row(
        Kind.SECTION,
        rf"data/sections/(?P<content>{_HEX})/(?P<name>[a-z][a-z0-9-]*)\.json",
        5 * MIB,
    ),
    _row(Kind.RECEIPT, rf"data/receipts/(?P<record>{_HEX})\.{_PARTY}\.json", 64 * KIB),
    _row(Kind.LEAF, rf"{_LOG}/leaves/(?P<index>0|[1-9][0-9]{{0,15}})\.json", 2 * MIB),
    _row(Kind.CHECKPOINT, rf"{_LOG}/checkpoint", 1_000_000),
    _row(Kind.CONSISTENCY, rf"{_LOG}/consistency\.json", 64 * MIB),
    _row(Kind.SUCCESSOR, rf"{_LOG}/successor\.json", MIB),
    _row(Kind.STAMPED, rf"{_LOG}/stamped/{_SIZE}\.note", MIB),
    _row(Kind.STAMP, rf"{_LOG}/stamped/{_SIZE}\.(?P<number>[1-9][0-9]?)\.tsr", 64 * KIB),
    _row(Kind.STATE, r"data/directory/states/[a-z]{2}-[1-9][0-9]*\.json", MIB),
    _row(Kind.ENTRY, rf"data/directory/entries/{_PARTY}-[1-9][0-9]*\.json", 4 * MIB),
    _row(Kind.SNAPSHOT, r"data/directory/snapshot\.json", 16 * MIB),
    _row(Kind.SNAPSHOT_PROOF, r"data/directory/snapshot\.proof", 2 * MIB),
    _row(Kind.CUSTODY, rf"data/custody/(?P<exhibit>{_UUID})\.json", 64 * MIB),
    _row(Kind.PAPER, r"data/papers/[a-z0-9][a-z0-9_-]{0,119}\.pdf", 64 * MIB),
    _row(Kind.CASE, rf"data/custody/{_UUID}\.case\.jsonld", 64 * MIB),
    _row(Kind.PACKAGE, rf"data/evidence/(?P<root>{_HEX})\.age", None),
    _row(Kind.EXHIBIT, rf"data/exhibits/(?P<root>{_HEX})/(?P<path>.+)", None),
)


def row_of(path: str) -> Row | None:
    """Return what a path below ``data/`` may be, or None if it has no place in a bundle."""
    return next((row for row in ROWS if row.pattern.fullmatch(path)), None)


_MAY_BE_WITHHELD: Final = frozenset({Kind.SECTION, Kind.RECEIPT, Kind.PACKAGE, Kind.CUSTODY})


def may_be_withheld(path: str) -> bool:
    """Tell whether the rest of a bundle can be verified without this file.

    Of an opened exhibit that holds for its payload only: the tag files name and count the rest.
    """
    row = row_of(path)
    if row is not None and row.kind is Kind.EXHIBIT:
        return parts(path)["path"].startswith("data/")
    return row is not None and row.kind in _MAY_BE_WITHHELD


def kind_of(path: str) -> Kind | None:
    """Return what a path below ``data/`` is, or None if it has no place in a bundle."""
    row = row_of(path)
    return row.kind if row is not None else None


def parts(path: str) -> dict[str, str]:
    """Return the named parts of a path that has a place in a bundle; else nothing."""
    row = row_of(path)
    match = row.pattern.fullmatch(path) if row else None
    return match.groupdict() if match else {}


def plain(digest_text: str) -> str:
    """Return the hex digits of a digest text."""
    return digest_text.removeprefix("sha256:")


def flat(party: str) -> str:
    """Return a party's name without its slash."""
    return party.replace("/", "_")


def message_path(conversation: str, party: str, sequence: int, *, double: str = "") -> str:
    """Return where a message stands.

    Args:
        conversation: digest text.
        party: its author.
        sequence: in the author's chain.
        double: content digest text of a second message under the same sequence.
    """
    more = f".{plain(double)[:16]}" if double else ""
    return f"data/messages/{plain(conversation)}/{flat(party)}-{sequence}{more}.json"


def section_path(content: str, name: str) -> str:
    """Return where a section of the message of a content digest stands."""
    return f"data/sections/{plain(content)}/{name}.json"


def receipt_path(record: str, party: str) -> str:
    """Return where the receipt a party gave for a message stands."""
    return f"data/receipts/{plain(record)}.{flat(party)}.json"


def log_path(party: str, epoch: int, name: str) -> str:
    """Return where something of a party's log stands: ``checkpoint``, ``successor.json`` ..."""
    return f"data/log/{flat(party)}/{epoch}/{name}"


def leaf_path(party: str, epoch: int, index: int) -> str:
    """Return where a leaf of the exporter's log stands."""
    return log_path(party, epoch, f"leaves/{index}.json")


def stamped_path(party: str, epoch: int, tree_size: int) -> str:
    """Return where a checkpoint stands that was time-stamped."""
    return log_path(party, epoch, f"stamped/{tree_size}.note")


def stamp_path(party: str, epoch: int, tree_size: int, number: int) -> str:
    """Return where the token of an authority, counted from 1, over such a checkpoint stands."""
    return log_path(party, epoch, f"stamped/{tree_size}.{number}.tsr")


def paper_path(name: str) -> str:
    """Return where a page for people stands; its name is lower-case letters, digits, - and _."""
    return f"data/papers/{name}.pdf"


def state_path(state: str, version: int) -> str:
    """Return where a State record stands."""
    return f"data/directory/states/{state}-{version}.json"


def entry_path(party: str, version: int) -> str:
    """Return where a directory entry stands."""
    return f"data/directory/entries/{flat(party)}-{version}.json"


def custody_path(exhibit: str) -> str:
    """Return where an exhibit's chain stands."""
    return f"data/custody/{exhibit}.json"


def case_path(exhibit: str) -> str:
    """Return where an exhibit's passport for other programs stands (CASE/UCO)."""
    return f"data/custody/{exhibit}.case.jsonld"


def package_path(root: bytes) -> str:
    """Return where a sealed package stands."""
    return f"data/evidence/{root.hex()}.age"


def exhibit_path(root: bytes, path: str) -> str:
    """Return where a file of an opened package's bag stands."""
    return f"data/exhibits/{root.hex()}/{path}"


# The four BagIt files of a bundle, which its content determines.
#
# They are outside the exporter's signature; because they can be computed, little of them is free:
# the order of lines in manifests, and what ``bag-info.txt`` says beside size, day and exporter. So
# another program can write a bundle, and a changed byte is found all the same.
#
# Source: RFC 8493 sections 2.1 and 2.2; spec/16-bundles.md.


_FIXED: Final = ("Payload-Oxum", "Bagging-Date", "Source-Organization")
_ROW: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,63}): ([^\r\n]{1,1000})")


def manifest(digests: Mapping[str, bytes]) -> bytes:
    """Return ``manifest-sha256.txt`` for path -> SHA-256 of everything below ``data/``."""
    return b"".join(bag.line(digests[path], path) for path in sorted(digests))


def info(*, exported_at: datetime, exporter: str, size_bytes: int, files: int) -> bytes:
    """Return ``bag-info.txt`` for a payload of so many bytes in so many files."""
    day = time_text(exported_at)[:10]
    return bag.info(date=day, size_bytes=size_bytes, files=files, source=exporter)


def tag_manifest(digests: Mapping[str, bytes]) -> bytes:
    """Return ``tagmanifest-sha512.txt`` for path -> SHA-512 of the other three."""
    return b"".join(bag.line(digests[path], path) for path in TAG_FILES)


def fits(path: str, data: bytes, due: bytes) -> bool:
    """Tell whether a tag file says what it must, as `manifest`, `info` and `tag_manifest` make it.

    Args:
        path: which of the four.
        data: its bytes, untrusted.
        due: what this program would write.
    """
    if path == bag.INFO_NAME:
        told, wanted = _rows(data), _rows(due) or []
        fixed = [(label, text) for label, text in wanted if label in _FIXED]
        said = sorted(row for row in told or () if row[0] in _FIXED)
        return told is not None and said == sorted(fixed)
    if path == bag.DECLARATION_NAME:
        return data == due
    return sorted(data.split(b"\n")) == sorted(due.split(b"\n"))


def _rows(data: bytes) -> list[tuple[str, str]] | None:
    """Return (label, text) of each line of a bag-info file, or None if it is none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    found: list[tuple[str, str]] = []
    for row in text.removesuffix("\n").split("\n"):
        match = _ROW.fullmatch(row)
        if match is None:
            return None
        found.append((match[1], match[2]))
    return found

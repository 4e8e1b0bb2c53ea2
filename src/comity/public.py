"""What another program may rely on: seal, open, verify, read a bundle, read the law.

Each function is a thin door to a room; the rooms themselves may change between versions, what
stands here does not without a word in CHANGELOG.md. Every error is a `comity.ComityError` with a
stable ``code``. ``import comity`` loads nothing of this before a name is used.

Source: docs/reference/python.md.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from comity.bundle.compare import Comparison
from comity.bundle.compare import compare as _compare
from comity.bundle.folder import FolderReader
from comity.bundle.reader import read_small
from comity.bundle.statement import MAX_BYTES as _MAX_STATEMENT
from comity.bundle.statement import Statement, parse_statement
from comity.bundle.verdict import Report
from comity.bundle.verify import verify as _verify
from comity.canonical import ComityError, MisuseError, OperationError, PeerError, parse_digest
from comity.directory import TrustFile
from comity.evidence import age_keys
from comity.evidence.age_keys import Identity
from comity.evidence.offer import Offer
from comity.evidence.open import Binding
from comity.evidence.seal import SealReport
from comity.files.errors import translating
from comity.files.instruments import library
from comity.files.key_files import MAX_BYTES as _MAX_OFFER_BYTES
from comity.files.key_files import read_identities, read_signed_offer, read_trust_file
from comity.files.opening import OpenOrder, OpenReport, open_sealed
from comity.files.part import PartReport
from comity.files.part import list_package as _list_package
from comity.files.sealing import SealOrder
from comity.files.sealing import seal as _seal
from comity.instruments import Library

__all__ = [
    "ComityError",
    "Comparison",
    "Library",
    "MisuseError",
    "OpenReport",
    "OperationError",
    "PartReport",
    "PeerError",
    "Report",
    "SealReport",
    "SignedOffer",
    "Statement",
    "TrustFile",
    "compare",
    "generate_identity",
    "list_package",
    "open_package",
    "read_bundle",
    "read_law",
    "read_offer",
    "read_trust",
    "seal",
    "verify",
]


@dataclass(frozen=True)
class SignedOffer:
    """An offer that a party of the directory signed, and what its message says of the package."""

    offer: Offer
    binding: Binding


def generate_identity() -> tuple[str, str]:
    """Make an age identity (X25519).

    Returns:
        The identity, ``AGE-SECRET-KEY-1...``, a secret; and its recipient, ``age1...``.

    Source: https://age-encryption.org/v1.
    """
    made = age_keys.generate(os.urandom)
    return made.text(), str(made.recipient)


def seal(
    sources: Iterable[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    recipients: Sequence[str],
    conversation: str | None = None,
    exhibit: str | None = None,
) -> SealReport:
    """Seal files and folders into one new package, in one pass and flat memory.

    Args:
        sources: files, folders, block devices.
        output: the sealed package, which must not exist.
        recipients: ``age1...`` or ``age1pq1...``, at least one, all of one kind.
        conversation: digest of the request that the package answers, ``sha256:...``.
        exhibit: UUIDv7 of the exhibit.

    Raises:
        MisuseError: a recipient is none, the output exists.
        OperationError: a file cannot be read or written; nothing has the output's name.

    Source: spec/15-packages.md section 15.1.
    """
    order = SealOrder(
        sources=[Path(one) for one in sources],
        recipients=[age_keys.parse_recipient(one) for one in recipients],
        sealed_at=datetime.now(UTC),
        conversation=parse_digest(conversation) if conversation is not None else None,
        exhibit=exhibit,
    )
    return _seal(order, Path(output))


def read_offer(path: str | os.PathLike[str], trust: TrustFile) -> SignedOffer:
    """Read the signed offer of a package, and check it with a trust file.

    Raises:
        PeerError: nobody whom the trust file vouches for signed it.
        OperationError: it cannot be read.

    Source: spec/15-packages.md section 15.3.
    """
    place = Path(path)
    with translating(f"reading {place}"), place.open("rb") as stream:
        data = stream.read(_MAX_OFFER_BYTES + 1)
    return SignedOffer(*read_signed_offer(data, trust.data, now=datetime.now(UTC)))


def open_package(
    package: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    identity: str | os.PathLike[str],
    offer: SignedOffer | None = None,
    unauthenticated: bool = False,
) -> OpenReport:
    """Open a sealed package into a new folder, which gets its name when all of it is checked.

    Args:
        package: the sealed file.
        output: the folder to make.
        identity: the age key file.
        offer: what `read_offer` returned.
        unauthenticated: said and meant: nobody vouches for who sealed it.

    Raises:
        MisuseError: no offer and not ``unauthenticated``; the key does not fit; the folder exists.
        PeerError: something of the package does not hold.
        OperationError: the file system refused.

    Source: spec/15-packages.md sections 15.1 to 15.3.
    """
    order = _order(identity, offer, unauthenticated=unauthenticated)
    return open_sealed(order, Path(package), Path(output))


def list_package(
    package: str | os.PathLike[str],
    *,
    identity: str | os.PathLike[str],
    offer: SignedOffer | None = None,
    unauthenticated: bool = False,
) -> PartReport:
    """List what a sealed package holds by its lists alone; takes and raises as `open_package`."""
    order = _order(identity, offer, unauthenticated=unauthenticated)
    return _list_package(order, Path(package))


def _order(
    identity: str | os.PathLike[str], offer: SignedOffer | None, *, unauthenticated: bool
) -> OpenOrder:
    identities: tuple[Identity, ...] = read_identities(Path(identity))
    return OpenOrder(
        identities=identities,
        offer=offer.offer if offer is not None else None,
        binding=offer.binding if offer is not None else None,
        unauthenticated=unauthenticated,
    )


def read_trust(path: str | os.PathLike[str]) -> TrustFile:
    """Read a trust file, which must have come another way than what is judged by it.

    Raises:
        MisuseError: it is none, or a key in it is none.
        OperationError: it cannot be read.

    Source: spec/12-directory.md.
    """
    return read_trust_file(Path(path))


def verify(bundle: str | os.PathLike[str], *, trust: TrustFile | None = None) -> Report:
    """Judge a court bundle: a list of claims, each with whose word it is.

    Args:
        bundle: its folder, all of it untrusted.
        trust: from outside the bundle; without one nothing is proved.

    Raises:
        OperationError: a file cannot be read; nothing is said about the bundle.
        PeerError: more files than a bundle may have.

    Source: spec/16-bundles.md.
    """
    return _verify(FolderReader(Path(bundle)), trust=trust)


def compare(
    one: str | os.PathLike[str],
    other: str | os.PathLike[str],
    *,
    trust: TrustFile | None = None,
) -> Comparison:
    """Judge the bundles of both parties of one case, each by itself and both together.

    Raises:
        MisuseError: they are not of one case, or one bundle twice.
        As `verify`.

    Source: spec/16-bundles.md.
    """
    return _compare(FolderReader(Path(one)), FolderReader(Path(other)), trust=trust)


def read_bundle(bundle: str | os.PathLike[str]) -> Statement:
    """Read what the exporter of a court bundle says that it holds. Nothing is verified.

    Raises:
        PeerError: the statement is malformed.
        OperationError: it cannot be read.

    Source: spec/16-bundles.md.
    """
    data = read_small(FolderReader(Path(bundle)), "data/bundle.json", max_bytes=_MAX_STATEMENT)
    return parse_statement(data)[0]


def read_law(*folders: str | os.PathLike[str]) -> Library:
    """Read the instruments that are shipped, with an office's own folders laid over them.

    Raises:
        MisuseError: a file breaks the format.
        OperationError: a folder cannot be read.

    Source: docs/reference/instruments.md.
    """
    return library(*(Path(one) for one in folders))

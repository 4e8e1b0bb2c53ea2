"""A node's private keys: one file a key, readable by its owner only."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from comity.canonical import ComityError, Mode, OperationError, decode_loose, encode, time_text
from comity.evidence import age_keys
from comity.files.errors import translated
from comity.keys import PrivateKey
from comity.keys.encrypted import BEGINNING, decrypt_key

PUBLIC_KEYS: Final = "public-keys.json"

USES: Final = ("message", "receipt", "log", "transport", "export")
SEALING: Final = "sealing"
WITNESS_FILE: Final = "witness.json"
MAX_FILE_BYTES: Final = 4096


class KeyFileError(OperationError, code="key-file"):
    """A key file is missing, unreadable or not a key.

    Facts ``file`` and ``folder`` name it where it is one of a node's own.
    """

    @classmethod
    def at(cls, path: Path, what: str) -> Self:
        """Return the error of the file at a path; ``what`` ends the sentence."""
        told = f"the key file {path.name} {what}; it belongs in {path.parent}"
        return cls(told, file=path.name, folder=str(path.parent))

    @classmethod
    def of_many(cls, folder: Path, faults: Sequence["KeyFileError"]) -> Self:
        """Return the error of several files of a folder; ``faults`` are theirs."""
        files = ", ".join(str(fault.facts["file"]) for fault in faults)
        told = f"key files are missing, hold no key or one of another use: {files}"
        return cls(f"{told}; they belong in {folder}", file=files, folder=str(folder))


class PublicKeyFileError(OperationError, code="public-key-file"):
    """A file that is to hold the public half of a key holds its secret, or no key."""


@dataclass(frozen=True)
class NodeKeys:
    """The keys a running node signs and opens with.

    Attributes:
        signing: by use, the active key.
        sealing: identities that open what is sealed to the node, the newest first.
    """

    signing: dict[str, PrivateKey]
    sealing: tuple[age_keys.Identity, ...]

    def __getitem__(self, use: str) -> PrivateKey:
        """Return the active key of a use."""
        return self.signing[use]


def witness_name(party: str, mode: Mode) -> str:
    """Return the key name under which a party cosigns (C2SP signed-note key names)."""
    return f"{party.replace('/', '.')}.witness.{mode}"


def write_secret(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, durable before it has its name."""
    temporary = path.with_name(f".{path.name}.new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def make_signing_key(path: Path, *, use: str, alg: str = "Ed25519") -> PrivateKey:
    """Make a private key for one use and keep it in a file."""
    key = PrivateKey.from_seed(os.urandom(32), alg=alg)
    write_secret(path, encode({"jwk": key.private_jwk, "use": use}))
    return key


def make_keys(folder: Path, *, now: datetime, alg: str = "Ed25519") -> None:
    """Make one key of every use. Receipt and log keys are always Ed25519 (spec 5, 11.1)."""
    folder.mkdir(mode=0o700, exist_ok=False)
    for use in USES:
        suite = "Ed25519" if use in ("receipt", "log") else alg
        make_signing_key(folder / f"{use}.json", use=use, alg=suite)
    identity = age_keys.generate(os.urandom)
    text = age_keys.format_key_file(identity, created=time_text(now))
    write_secret(folder / f"{SEALING}.txt", text.encode())


def load_signing_key(path: Path, *, use: str) -> PrivateKey:
    """Return the private key of a file made for one use.

    Raises:
        KeyFileError: no such file, no key in it, or a key of another use.
    """
    data = _bytes(path)
    try:
        value = decode_loose(data, max_bytes=MAX_FILE_BYTES)
        key = PrivateKey.from_jwk(value["jwk"]) if isinstance(value, dict) else None
    except (ComityError, KeyError):  # what it says of the file may be the key
        raise KeyFileError.at(path, "holds no key") from None
    if key is None or value.get("use") != use:
        raise KeyFileError.at(path, f"is no key of use {use}")
    return key


def load_officer_ca(path: Path, *, passphrase: Callable[[], str]) -> PrivateKey:
    """Return the officer CA's private key of a file, as the command or the browser made it.

    Args:
        path: JSON of use ``officer-ca``, or a PEM file under a passphrase.
        passphrase: asked only for the latter.

    Raises:
        KeyFileError: no such file, or a key of another use.
        PassphraseError: it does not open.
    """
    data = _bytes(path)
    if data.lstrip().startswith(BEGINNING):
        return decrypt_key(data.lstrip(), passphrase())
    return load_signing_key(path, use="officer-ca")


def load_keys(folder: Path) -> NodeKeys:
    """Return the active keys of a node's folder.

    Raises:
        KeyFileError: files are missing, hold no key or one of another use; all are named.
        StorageError: the system does not let one be read.
    """
    signing: dict[str, PrivateKey] = {}
    faults: list[KeyFileError] = []
    for use in USES:
        try:
            signing[use] = load_signing_key(folder / f"{use}.json", use=use)
        except KeyFileError as fault:
            faults.append(fault)
    files = sorted(folder.glob(f"{SEALING}*.txt"), reverse=True) or [folder / f"{SEALING}.txt"]
    sealing: list[age_keys.Identity] = []
    for path in files:
        try:
            sealing += _identities(path)
        except KeyFileError as fault:
            faults.append(fault)
    if len(faults) > 1:
        raise KeyFileError.of_many(folder, faults)
    if faults:
        raise faults[0]
    return NodeKeys(signing, tuple(sealing))


def public_rows(keys: NodeKeys, *, not_before: datetime, not_after: datetime) -> list[Any]:
    """Return the public halves as rows of a directory entry (spec 12.3)."""
    frame: dict[str, Any] = {
        "invalid_from": None,
        "last_good_index": None,
        "not_after": time_text(not_after),
        "not_before": time_text(not_before),
        "status": "active",
    }
    signing: list[dict[str, Any]] = [
        {"alg": key.alg, "kid": key.kid, "public": key.public.jwk, "use": use}
        for use, key in keys.signing.items()
    ]
    recipients = (str(identity.recipient) for identity in keys.sealing)
    sealing: list[dict[str, Any]] = [
        {"alg": "age-x25519", "kid": text, "public": text, "use": SEALING} for text in recipients
    ]
    return [{**frame, **row} for row in (*signing, *sealing)]


def _identities(path: Path) -> Iterable[age_keys.Identity]:
    data = _bytes(path)
    try:
        return age_keys.parse_key_file(data)
    except ComityError:  # what it says of the file may be the key
        raise KeyFileError.at(path, "holds no key") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as fault:
        raise KeyFileError.at(path, "is missing") from fault
    except OSError as fault:
        raise translated(fault, f"reading {path}") from fault

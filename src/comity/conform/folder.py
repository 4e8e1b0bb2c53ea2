"""The folder with the scripted peer's keys, and what a node must be given of it.

Three parties of one invented State: the peer that speaks, a third that sits in conversations of
more than two, and one without an address; and one of another invented State, the author of
solutions that may not go to the first State. They are good for exercises only.
"""

import base64
import functools
import json
import os
import secrets
import ssl
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from comity.canonical import (
    MisuseError,
    Mode,
    OperationError,
    PeerError,
    decode_loose,
    state_of,
)
from comity.directory import (
    Directory,
    Endpoint,
    Entry,
    TrustFile,
    accept_all,
    build_handover,
    merged_trust,
    parse_handover,
    parse_trust,
)
from comity.directory.entry import Instrument, Text
from comity.directory.fetching import folder_fetch, http_fetch
from comity.directory.keyrow import KeyRow, sealing_row, signing_row
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.evidence import age_keys
from comity.exchange.types import Floor
from comity.files.errors import translating
from comity.keys import PrivateKey
from comity.ledger import LogOrigin, log_prefix

# The certificate of the peer's own endpoint, where it is not on loopback (spec 13.2).


CERTIFICATE: Final = "tls.pem"
KEY: Final = "tls-key.pem"


def make_certificate(folder: Path, host: str, *, begin: datetime, end: datetime) -> str:
    """Write a certificate and its key; return it as the entry pins it, base64 DER.

    Args:
        folder: where.
        host: name that stands in it; nobody compares it, since the certificate itself is pinned.
        begin: first moment it holds.
        end: last moment it holds.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    (folder / CERTIFICATE).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / KEY
    secret.touch(mode=0o600)
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def server_context(folder: Path) -> ssl.SSLContext:
    """Return the settings by which the endpoint serves TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    load_certificate(context, folder)
    return context


def load_certificate(context: ssl.SSLContext, folder: Path) -> None:
    """Let connections that begin now be served by the certificate of a folder."""
    context.load_cert_chain(folder / CERTIFICATE, folder / KEY)


MODE: Final[Mode] = "exercise"
STATE, ELSEWHERE = "zz", "xz"
STATES: Final = (STATE, ELSEWHERE)
PEER, THIRD, SILENT = "zz/conformance", "zz/third", "zz/without-address"
ABROAD: Final = "xz/another-state"
PARTIES: Final = (PEER, THIRD, SILENT, ABROAD)
LIFE: Final = timedelta(days=3650)
USES: Final = ("message", "receipt", "log", "transport", "export", "officer-ca", "credential")
SPARE: Final = {
    "message-es256": ("message", "ES256"),
    "message-revoked": ("message", "Ed25519"),
    "message-later": ("message", "Ed25519"),
    "message-over": ("message", "Ed25519"),
    "receipt-revoked": ("receipt", "Ed25519"),
    "transport-es256": ("transport", "ES256"),
    "transport-revoked": ("transport", "Ed25519"),
    "officer-ca-revoked": ("officer-ca", "Ed25519"),
    "officer-ca-es256": ("officer-ca", "ES256"),
}
"""Further keys of the peer: name to use and algorithm."""
POLICY: Final = {
    "assistance.thanked": Floor(author=1, approver=1),
    "training.places-offered": Floor(),
}
"""Of the peer: one stricter than the table, and one looser, which counts for nothing."""
_KEYS: Final = "keys.json"
_PLACES: Final = {STATE: "state", ELSEWHERE: "state-elsewhere"}
"""Folder of each invented State."""
_MAX_BYTES: Final = 64 * 1024 * 1024
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class PeerKeys:
    """The private keys of one party of the kit.

    Attributes:
        signing: by name; the names of `USES`, and of the peer also those of `SPARE`.
        sealing: opens what is sealed to it.
    """

    signing: Mapping[str, PrivateKey]
    sealing: age_keys.Identity


@dataclass(frozen=True)
class PeerFolder:
    """One such folder."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, *, url: str, now: datetime) -> "PeerFolder":
        """Make all keys, the State's records and the entries.

        Args:
            folder: new or empty.
            url: under which the node under test reaches the peer; http on loopback, else https.
            now: this moment.

        Raises:
            MisuseError: the folder is taken, or the address is none.
        """
        if folder.exists() and not folder.is_dir():
            raise MisuseError(f"{folder} is a file; name a new folder")
        if folder.exists() and any(folder.iterdir()):
            raise MisuseError(f"{folder} holds something already; name a new folder")
        parts = urlsplit(url)
        if parts.port is None:
            raise MisuseError(f"{url} names no port, as in http://127.0.0.1:8799")
        with translating(f"writing {folder}"):
            folder.mkdir(parents=True, exist_ok=True)
        states = {
            name: StateFolder.create(
                folder / place, state=name, mode=MODE, keys=3, threshold=2, now=now
            )
            for name, place in _PLACES.items()
        }
        tls = None
        if parts.scheme == "https":
            tls = make_certificate(folder, parts.hostname or "", begin=now - DAY, end=now + LIFE)
        made = {party: _new_keys(party) for party in PARTIES}
        for party, keys in made.items():
            address = Endpoint(kind="url", url=url, tls_certificate=tls)
            if party == SILENT:
                address = Endpoint(kind="outbound-only")
            states[state_of(party)].put(_entry(party, keys, address, now), now=now)
        found = cls(folder)
        found._write(made, url, now)
        return found

    def _write(self, made: Mapping[str, PeerKeys], url: str, now: datetime) -> None:
        secret = {
            "keys": {
                party: {name: key.private_jwk for name, key in keys.signing.items()}
                for party, keys in made.items()
            },
            "sealing": {party: keys.sealing.text() for party, keys in made.items()},
            "url": url,
        }
        path = self.folder / _KEYS
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(secret, file, indent=1)
        give = self.for_the_node
        give.mkdir()
        trust = self._trust()
        told = accept_all(Directory(trust=trust), self._records(), now=now).directory
        (give / "directory.json").write_bytes(build_handover(told))
        (give / "trust.json").write_bytes(trust.data)
        for name, place in _PLACES.items():
            record = StateFolder.open(self.folder / place).record_bytes(1)
            (give / f"state-record-{name}.json").write_bytes(record)

    def _trust(self) -> TrustFile:
        """Return the pins of the kit's own States."""
        pins = [StateFolder.open(self.folder / place).store.trust() for place in _PLACES.values()]
        return functools.reduce(merged_trust, pins)

    def _records(self) -> list[bytes]:
        """Return what the kit's own States signed."""
        return [
            record
            for place in _PLACES.values()
            for record in parse_handover(
                build_handover(StateFolder.open(self.folder / place).store.load())
            ).records
        ]

    @property
    def for_the_node(self) -> Path:
        """Return the folder of what the node under test is given."""
        return self.folder / "for-the-node"

    @property
    def memory(self) -> Path:
        """Return the folder of what one run leaves for the next."""
        return self.folder / "memory"

    @property
    def url(self) -> str:
        """Return the peer's own address."""
        return str(self._secret()["url"])

    def keys(self, party: str) -> PeerKeys:
        """Return the keys of a party.

        Raises:
            MisuseError: the folder holds none.
        """
        secret = self._secret()
        try:
            rows = secret["keys"][party]
            signing = {name: PrivateKey.from_jwk(jwk) for name, jwk in rows.items()}
            sealing = age_keys.parse_identity(secret["sealing"][party])
        except (KeyError, TypeError, ValueError, PeerError):
            raise self._none() from None  # what it says may be a key
        return PeerKeys(signing, sealing)

    def directory(self, trust: bytes, records: Iterable[bytes], *, now: datetime) -> Directory:
        """Return the directory of a run: the kit's own States, and what the node's State signed.

        Args:
            trust: the trust file that pins the node's State.
            records: signed State records and entries of the node's State.
            now: this moment.

        Raises:
            MisuseError: the trust file is live, or a record does not verify under it.
        """
        if not (self.folder / _KEYS).is_file():
            raise self._none()
        told = parse_trust(trust)
        if told.mode != MODE:
            raise MisuseError("the trust file is live; the kit speaks to nodes in exercise mode")
        pinned = merged_trust(told, self._trust())
        batch = accept_all(Directory(trust=pinned), [*self._records(), *records], now=now)
        for refused in batch.refused:
            raise MisuseError(f"a record of {refused.subject} is refused: {refused.reason}")
        return batch.directory

    def _secret(self) -> dict[str, Any]:
        path = self.folder / _KEYS
        if not path.is_file():
            raise self._none()
        with translating(f"reading {path}"):
            value = decode_loose(path.read_bytes(), max_bytes=_MAX_BYTES)
        if not isinstance(value, dict):
            raise self._none()
        return value

    def _none(self) -> MisuseError:
        told = f"{self.folder} holds no keys of the kit. Try: comity conform keys {self.folder}"
        return MisuseError(told)


def read_records(path: Path) -> tuple[bytes, ...]:
    """Return the records in a file that ``comity directory export`` wrote.

    Raises:
        PeerError: it is no such file.
        StorageError: it cannot be read.
    """
    with translating(f"reading {path}"), path.open("rb") as file:
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise OperationError(f"{path} is larger than any file of the directory")
    return parse_handover(data).records


def _new_keys(party: str) -> PeerKeys:
    wanted = {use: (use, "Ed25519") for use in USES}
    if party == PEER:
        wanted |= SPARE
    made = {
        name: PrivateKey.from_seed(secrets.token_bytes(32), alg=alg)
        for name, (_, alg) in wanted.items()
    }
    return PeerKeys(made, age_keys.generate(secrets.token_bytes))


def _rows(keys: PeerKeys, now: datetime) -> Iterable[KeyRow]:
    uses = {use: use for use in USES} | {name: use for name, (use, _) in SPARE.items()}
    for name, key in keys.signing.items():
        begin, end = now - 2 * DAY, now + LIFE
        if name.endswith("-later"):
            begin = now + LIFE - DAY
        if name.endswith("-over"):
            end = now - DAY
        row = signing_row(key.public, use=uses[name], not_before=begin, not_after=end)
        if name.endswith("-revoked"):
            row = KeyRow(**{**row.__dict__, "status": "revoked", "invalid_from": now - DAY})
        yield row
    recipient = str(keys.sealing.recipient)
    yield sealing_row(recipient, not_before=now - 2 * DAY, not_after=now + LIFE)


def _entry(party: str, keys: PeerKeys, endpoint: Endpoint, now: datetime) -> Entry:
    return Entry(
        mode=MODE,
        party=party,
        version=1,
        state_version=1,
        issued_at=now,
        expires_at=now + LIFE,
        keys=tuple(_rows(keys, now)),
        endpoint=endpoint,
        epoch=1,
        origins=(str(LogOrigin(log_prefix(endpoint.url, party), MODE, party)),),
        approval_policy=POLICY if party == PEER else {},
        functions=("conformance-kit",),
        instruments=(Instrument(name="untoc-2000", status="in-force"),),
        languages=("en",),
        conditions=(Text("en", "For exercises only: a scripted peer, not an authority."),),
    )


# Where the records of the node's State come from: a file, a folder, or a secretariat's server.


def known_directory(
    folder: PeerFolder, trust: Path, source: str | None, *, now: datetime
) -> Directory:
    """Return the directory of a run.

    Args:
        folder: of the kit's keys.
        trust: the trust file that pins the node's State, or names the secretariat.
        source: file that ``comity directory export`` wrote, or folder or address of a
            secretariat's repository; None for ``node.json`` in the folder.
        now: this moment.

    Raises:
        MisuseError: there is no such source, or its records do not verify.
        PeerError, OperationError: it cannot be read.
    """
    with translating(f"reading {trust}"):
        told = trust.read_bytes()
    return folder.directory(told, _records(folder, told, source, now), now=now)


def _records(
    folder: PeerFolder, trust: bytes, source: str | None, now: datetime
) -> tuple[bytes, ...]:
    path = folder.folder / "node.json" if source is None else Path(source)
    if source is not None and source.startswith(("http://", "https://")):
        return _fetched(trust, http_fetch(source), now)
    if path.is_dir():
        return _fetched(trust, folder_fetch(path), now)
    if not path.is_file():
        told = f"{path} is not there; write it with: comity directory export NODE/directory {path}"
        raise MisuseError(told)
    return tuple(read_records(path))


def _fetched(trust: bytes, fetch: object, now: datetime) -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory(prefix="comity-conform-") as name:
        store = DirectoryStore.create(Path(name) / "directory", trust)
        found = store.refresh(fetch, now=now).directory  # type: ignore[arg-type]
    return tuple(one.jws.record for one in found.records() if _foreign(one))


def _foreign(one: object) -> bool:
    record = getattr(one, "record", None)
    return record is None or record.state not in STATES


def node_of(directory: Directory, url: str, party: str | None) -> str:
    """Return the party under test.

    Args:
        directory: of the run.
        url: of the node.
        party: as a person named it, or None: the one whose entry has this address.

    Raises:
        MisuseError: no party, or several, could be meant.
    """
    others = [one for one in directory.parties() if one not in PARTIES]
    if party is not None:
        if party not in others:
            raise MisuseError(f"the records hold no entry of {party}")
        return party
    same = [
        one
        for one in others
        if (directory.entry(one).endpoint.url or "").rstrip("/") == url.rstrip("/")
    ]
    found = same or others
    if len(found) != 1:
        named = ", ".join(found) or "none"
        raise MisuseError(f"name the party under test with --party; the records hold: {named}")
    return found[0]

"""The file of a certificate: the credential, and the records that say whose key signed it.

A list of withdrawn certificates travels in the same form. Inside a PDF stands the file together
with the languages and the time that the pages were made with, so that anybody can make them again.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.canonical import PROTOCOL, decode, encode, members, parse_time, time_text
from comity.keys import Jws, jws
from comity.keys.jws import parse_compact
from comity.training.errors import TrainingCertificateError

INSIDE: Final = "comity-certificate.json"
"""Name of the file inside a PDF."""
MAX_RECORD_BYTES: Final = 8 * 1024 * 1024
_MAX_RECORDS: Final = 512
_MAX_LANGUAGES: Final = 2
_MEMBERS: Final = {"credential": str, "entries": list, "protocol": str, "states": list}


@dataclass(frozen=True, kw_only=True)
class TrainingRecord:
    """A credential with what it is checked by; nothing in it is verified.

    Attributes:
        credential: compact JWS, well formed.
        states: State records, every version, of the authority's State.
        entries: the authority's entries, every version.
        data: the file's canonical bytes.
    """

    credential: str
    states: tuple[Jws, ...]
    entries: tuple[Jws, ...]
    data: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the credential, 32 bytes."""
        return hashlib.sha256(self.credential.encode("ascii")).digest()


@dataclass(frozen=True, kw_only=True)
class Inside:
    """The file inside a PDF; nobody signed the languages and the time."""

    record: TrainingRecord
    languages: tuple[str, ...]
    made_at: datetime

    def encode(self) -> bytes:
        """Return the file."""
        return encode(
            {
                "languages": list(self.languages),
                "made_at": time_text(self.made_at),
                "record": decode(self.record.data, max_bytes=MAX_RECORD_BYTES),
            }
        )


def write_record(credential: str, *, states: Iterable[Jws], entries: Iterable[Jws]) -> bytes:
    """Return the file's canonical bytes."""
    return encode(
        {
            "credential": credential,
            "entries": [one.value for one in entries],
            "protocol": PROTOCOL,
            "states": [one.value for one in states],
        }
    )


def read_record(data: bytes) -> TrainingRecord:
    """Return the credential of an untrusted file.

    Raises:
        PeerError: by code, why it is none.
    """
    return _record(decode(data, max_bytes=MAX_RECORD_BYTES))


def read_inside(data: bytes) -> Inside:
    """Return the file that was inside a PDF.

    Raises:
        PeerError: by code, why it is none.
    """
    fields = members(
        decode(data, max_bytes=MAX_RECORD_BYTES),
        {"languages": list, "made_at": str, "record": dict},
    )
    languages = fields["languages"]
    if not 1 <= len(languages) <= _MAX_LANGUAGES or not all(
        isinstance(one, str) for one in languages
    ):
        raise TrainingCertificateError("it is in one or two languages")
    return Inside(
        record=_record(fields["record"]),
        languages=tuple(languages),
        made_at=parse_time(fields["made_at"]),
    )


def _record(value: object) -> TrainingRecord:
    fields = members(value, _MEMBERS)
    if fields["protocol"] != PROTOCOL:
        raise TrainingCertificateError("a file of another protocol")
    if max(len(fields["states"]), len(fields["entries"])) > _MAX_RECORDS:
        raise TrainingCertificateError(f"at most {_MAX_RECORDS} records of each kind")
    return TrainingRecord(
        credential=parse_compact(fields["credential"]).text,
        states=tuple(map(jws.parse_value, fields["states"])),
        entries=tuple(map(jws.parse_value, fields["entries"])),
        data=encode(value),
    )

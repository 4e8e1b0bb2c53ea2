"""One key of a party, with its one use and its whole life."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal, cast

from comity.canonical import MemberError, members, parse_time, time_text
from comity.canonical.json import MAX_INTEGER
from comity.directory.errors import (
    EntryMalformedError,
    KeyExpiredError,
    KeyNotYetError,
    KeyRevokedError,
    KeyUseError,
)
from comity.directory.parsing import Kinds, number, optional_time
from comity.keys import PublicKey, bech32
from comity.keys.bech32 import AgeKeyError

type Status = Literal["active", "retired", "revoked"]

STATUSES: Final = ("active", "retired", "revoked")
USES: Final = (
    "message",
    "receipt",
    "log",
    "transport",
    "export",
    "sealing",
    "officer-ca",
    "credential",
)
AGE: Final = "age-x25519"
X25519_BYTES: Final = 32
_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_MEMBERS: Final[Kinds] = {
    "alg": str,
    "invalid_from": (str, type(None)),
    "kid": str,
    "last_good_index": (int, type(None)),
    "not_after": str,
    "not_before": str,
    "public": (dict, str),
    "status": str,
    "use": str,
}


@dataclass(frozen=True, kw_only=True)
class KeyRow:
    """A key as its State describes it.

    Attributes:
        kid: RFC 7638 thumbprint; for a sealing key its recipient string.
        use: one of `USES`.
        alg: ``Ed25519``, ``ES256`` or ``age-x25519``.
        public: JWK, or the age recipient.
        not_before, not_after: first and last moment of use, aware UTC.
        status: a retired key makes no new signatures; what it signed stays good.
        invalid_from: set on revocation: signatures not proved before it do not count.
        last_good_index: newest leaf of the party's log that the State vouches for, or None.

    Source: spec 5 and 12.3.
    """

    kid: str
    use: str
    alg: str
    public: dict[str, str] | str
    not_before: datetime
    not_after: datetime
    status: Status = "active"
    invalid_from: datetime | None = None
    last_good_index: int | None = None

    @cached_property
    def public_key(self) -> PublicKey:
        """The verifying key; parsed once.

        Raises:
            KeyUseError: a sealing key verifies nothing.
        """
        if self.alg == AGE:
            raise KeyUseError("a sealing key signs nothing")
        return PublicKey.from_jwk(self.public)

    def covers(self, moment: datetime) -> bool:
        """Tell whether the validity window covers the moment, both ends included."""
        return self.not_before <= moment <= self.not_after

    def check_counts(self, *, proved_at: datetime) -> None:
        """Raise unless a signature proved to exist at that moment counts.

        Raises:
            KeyNotYetError, KeyRevokedError, KeyExpiredError: by what is wrong first.

        Source: spec/11-receipts.md section 11.3.
        """
        if proved_at < self.not_before:
            raise KeyNotYetError("proved before the key's validity")
        if self.invalid_from is not None and proved_at >= self.invalid_from:
            raise KeyRevokedError("not proved before the key became invalid")
        if proved_at > self.not_after:
            raise KeyExpiredError("not proved within the key's validity")

    def value(self) -> dict[str, Any]:
        """Return the JSON value of spec/12-directory.md section 12.3."""
        return {
            "alg": self.alg,
            "invalid_from": None if self.invalid_from is None else time_text(self.invalid_from),
            "kid": self.kid,
            "last_good_index": self.last_good_index,
            "not_after": time_text(self.not_after),
            "not_before": time_text(self.not_before),
            "public": self.public,
            "status": self.status,
            "use": self.use,
        }


def parse_key_row(value: object) -> KeyRow:
    """Return the key of an untrusted JSON value.

    Raises:
        PeerError: a member of the wrong kind, a kid that is not the key's, an algorithm the use
            does not allow, or a revocation without its moment.
    """
    fields = members(value, _MEMBERS)
    use, alg, status = fields["use"], fields["alg"], fields["status"]
    if use not in USES or status not in STATUSES:
        raise EntryMalformedError("unknown use or status of a key")
    index = fields["last_good_index"]
    row = KeyRow(
        kid=fields["kid"],
        use=use,
        alg=alg,
        public=fields["public"],
        not_before=parse_time(fields["not_before"]),
        not_after=parse_time(fields["not_after"]),
        status=cast("Status", status),
        invalid_from=optional_time(fields["invalid_from"]),
        last_good_index=None if index is None else number(index, least=0, most=MAX_INTEGER),
    )
    if _kid(row) != row.kid:
        raise EntryMalformedError("a kid is not the name of its key")
    if row.not_before >= row.not_after:
        raise EntryMalformedError("a key's validity is empty")
    if (status == "revoked") != (row.invalid_from is not None):
        raise EntryMalformedError("a key is revoked with invalid_from, or not at all")
    if row.last_good_index is not None and status != "revoked":
        raise EntryMalformedError("last_good_index belongs to a revoked key")
    return row


def signing_row(key: PublicKey, *, use: str, not_before: datetime, not_after: datetime) -> KeyRow:
    """Return the row of a new signing key."""
    return KeyRow(
        kid=key.kid,
        use=use,
        alg=key.alg,
        public=key.jwk,
        not_before=not_before,
        not_after=not_after,
    )


def sealing_row(recipient: str, *, not_before: datetime, not_after: datetime) -> KeyRow:
    """Return the row of a new age recipient."""
    return KeyRow(
        kid=recipient,
        use="sealing",
        alg=AGE,
        public=recipient,
        not_before=not_before,
        not_after=not_after,
    )


def _kid(row: KeyRow) -> str:
    if (row.use == "sealing") != (row.alg == AGE):
        raise EntryMalformedError("sealing keys are age recipients, and only they")
    if row.alg == AGE:
        if not isinstance(row.public, str) or not _RECIPIENT.fullmatch(row.public):
            raise MemberError("expected an age recipient", member="public")
        _check_recipient(row.public)
        return row.public
    key = row.public_key
    if key.alg != row.alg:
        raise EntryMalformedError("the algorithm is not the key's")
    if row.use == "log" and key.alg != "Ed25519":
        raise EntryMalformedError("a log key is Ed25519")
    return key.kid


def _check_recipient(text: str) -> None:
    """Raise unless a text of the right letters is 32 bytes with their checksum."""
    try:
        _, public = bech32.decode(text)
    except AgeKeyError as fault:
        raise EntryMalformedError(f"a sealing key is no age recipient: {fault}") from fault
    if len(public) != X25519_BYTES:
        raise EntryMalformedError("a sealing key has not the length of an age recipient")

"""Messages as the scripted peer writes them: good, or spoilt in one place on purpose.

Payloads are plain JSON values here, not the checked types of `comity.exchange`, since a spoilt one
could not be made of those.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    b64,
    digest,
    digest_text,
    encode,
    new_id,
    time_text,
    unb64,
)
from comity.exchange.editions import CURRENT
from comity.keys import PrivateKey

SALT_BYTES: Final = 32
LIFE: Final = timedelta(hours=1)


def raw_jws(
    payload: bytes,
    signers: Sequence[PrivateKey],
    *,
    typ: str,
    header: Mapping[str, Any] | None = None,
    protected: Callable[[bytes], bytes] = lambda data: data,
) -> dict[str, Any]:
    """Return a JWS as a JSON value.

    Args:
        payload: the bytes that are signed.
        signers: one signature each.
        typ: as it shall stand in the header.
        header: members that are added to the protected header, or replaced in it.
        protected: changes the bytes of the protected header before it is signed.
    """
    body, rows = b64(payload), []
    for key in signers:
        said = {"alg": key.alg, "kid": key.kid, "typ": typ, **(header or {})}
        wanted = {name: value for name, value in said.items() if value is not None}
        text = b64(protected(encode(wanted)))
        signature = key.sign(f"{text}.{body}".encode())
        rows.append({"protected": text, "signature": b64(signature)})
    return {"payload": body, "signatures": rows}


def record_of(value: Mapping[str, Any]) -> str:
    """Return the record digest of a JWS."""
    return digest_text(digest("record", encode(dict(value))))


def content_of(payload: bytes) -> str:
    """Return the content digest of a payload."""
    return digest_text(digest("content", payload))


def salted(value: Any) -> dict[str, Any]:
    """Return a section with a fresh salt."""
    return {"salt": b64(os.urandom(SALT_BYTES)), "value": value}


def commitment(section: Mapping[str, Any], salt: bytes | None = None) -> str:
    """Return the commitment of a section."""
    salt = unb64(section["salt"]) if salt is None else salt
    return digest_text(digest("section", salt, encode(section["value"])))


@dataclass(frozen=True)
class Officer:
    """A scripted officer.

    Attributes:
        name: opaque.
        key: with which the officer approves.
        certificate: JWS as a JSON value.
        roles: that it gives.
    """

    name: str
    key: PrivateKey
    certificate: dict[str, Any]
    roles: tuple[str, ...]


def certificate(
    party: str,
    mode: str,
    by: PrivateKey,
    key: PrivateKey,
    *,
    name: str,
    roles: tuple[str, ...],
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    typ: str | None = None,
) -> dict[str, Any]:
    """Return an officer certificate as a JSON value (spec 9).

    Args:
        party: whose officer.
        mode: of the certificate.
        by: an officer-ca key, or what shall pass for one.
        key: the officer's.
        name: opaque.
        roles: that it gives.
        now: this moment.
        changes: to the payload.
        typ: of the JWS, if it shall be another one.
    """
    payload = {
        "id": new_id(now, os.urandom(10)),
        "key": key.public.jwk,
        "mode": mode,
        "not_after": time_text(now + timedelta(days=300)),
        "not_before": time_text(now - timedelta(hours=1)),
        "officer": name,
        "party": party,
        "protocol": PROTOCOL,
        "roles": list(roles),
        "webauthn": None,
        **(changes or {}),
    }
    return raw_jws(encode(payload), [by], typ=typ or f"comity-1.certificate.{mode}")


_SAME = (
    "about",
    "conversation",
    "edition",
    "from",
    "id",
    "instrument",
    "members",
    "protocol",
    "type",
)
"""Members that a statement has as the payload has them."""


def statement(
    payload: Mapping[str, Any],
    officer_certificate: Mapping[str, Any],
    *,
    mode: str,
    role: str,
    expires_at: datetime,
) -> dict[str, Any]:
    """Return the approval statement for a message's payload (spec 9)."""
    return {
        **{name: payload[name] for name in _SAME},
        "body": digest_text(digest("body", encode(payload["body"]))),
        "certificate": record_of(officer_certificate),
        "decided_on": digest_text(digest("seen", encode(payload["seen"]))),
        "expires_at": time_text(expires_at),
        "mode": mode,
        "purpose": "approve-message",
        "role": role,
    }


def approval(
    payload: Mapping[str, Any],
    officer: Officer,
    *,
    mode: str,
    role: str,
    expires_at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an approval by a key of the command line; ``changes`` are to the statement."""
    told = statement(payload, officer.certificate, mode=mode, role=role, expires_at=expires_at)
    data = encode({**told, **(changes or {})})
    signed = raw_jws(data, [officer.key], typ=f"comity-1.approval.{mode}")
    return {"approval": signed, "certificate": officer.certificate, "kind": "jws"}


@dataclass
class Letter:
    """A message before it is signed.

    Attributes:
        payload: what is signed.
        sections: salted, by name.
    """

    payload: dict[str, Any]
    sections: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> "Letter":
        """Return one that can be changed without this one changing."""
        return Letter(deepcopy(self.payload), deepcopy(self.sections))

    def bind(self) -> "Letter":
        """Write the commitments of the sections into the body."""
        self.payload["body"] = {name: commitment(one) for name, one in self.sections.items()}
        return self

    def data(self) -> bytes:
        """Return the canonical payload."""
        return encode(self.payload)

    def parcel(self, message: Any, *, known: Any) -> dict[str, Any]:
        """Return the parcel around a signed message."""
        return {"known": known, "message": message, "sections": self.sections}


def payload(
    author: str,
    members: Sequence[str],
    type: str,
    *,
    now: datetime,
    **changes: Any,
) -> dict[str, Any]:
    """Return the payload of a message that opens a conversation; ``changes`` replace members."""
    return {
        "about": None,
        "approvals": [],
        "body": {},
        "conversation": None,
        "edition": CURRENT.digest if changes.get("conversation") is None else None,
        "from": author,
        "heard": {},
        "id": new_id(now, os.urandom(10)),
        "instrument": None,
        "members": sorted(members),
        "previous": None,
        "protocol": PROTOCOL,
        "seen": {},
        "sent_at": time_text(now),
        "sequence": 1,
        "type": type,
        **changes,
    }

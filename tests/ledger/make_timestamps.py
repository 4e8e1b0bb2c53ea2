"""Vectors of time-stamp tokens: ``python -m tests.ledger.make_timestamps [--openssl]``.

Our authorities' keys follow from labels, so the same bytes come each time; openssl's do not.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.ledger.authority import (
    GOOD,
    POLICY,
    REJECTED,
    STAMPED_AT,
    Authority,
    Impostor,
)
from tests.ledger.named_timestamps import malformed, misnamed, named_otherwise
from tests.ledger.openssl_authority import OpensslAuthority
from tests.spec.named import named

from comity.canonical import b64, time_text
from comity.ledger.timestamp import parse_roots, request, verify_stamp

FILE = Path(__file__).resolve().parents[2] / "vectors" / "timestamp" / "timestamp.json"
OPENSSL_FILE = FILE.with_name("openssl.json")
NOTE = "comity.live/vn/contact-point/1\n5\nAAAA\n\n\u2014 any text serves here\n"
NONCE = 77
DATA = NOTE.encode()
_SPEC = "spec/16-bundles.md, step 8; RFC 3161 section 2.4.2; RFC 5816 section 2.2.1"


def vectors() -> Iterator[dict[str, Any]]:
    """Yield each case; a good one says what a result must hold."""
    good = GOOD.stamp(DATA, at=STAMPED_AT, nonce=NONCE)
    says = {"at": time_text(STAMPED_AT), "authority": GOOD.name, "policy": POLICY, "serial": 7}

    def case(
        name: str, response: bytes, expect: str = "ok", *, said: Any = None, **more: Any
    ) -> dict[str, Any]:
        given = {"nonce": None, "note": NOTE, "policy": None, "roots": [GOOD.root_pem], **more}
        value = {
            "expect": expect,
            "input": {**given, "response": b64(response)},
            "name": name,
            "source": _SPEC,
        }
        return {**value, "says": {**says, **(said or {})}} if expect == "ok" else value

    yield case("a token under a trusted root", good)
    yield case("one of two roots", good, roots=[Authority("two").root_pem, GOOD.root_pem])
    yield case(
        "with the nonce and the policy that were asked for", good, nonce=NONCE, policy=POLICY
    )
    half = GOOD.stamp(DATA, at=STAMPED_AT + timedelta(microseconds=500_000))
    yield case("a fraction of a second is dropped", half)
    chain = GOOD.stamp(DATA, at=STAMPED_AT, chain=True)
    yield case("with the root in it, certificates not in DER order", chain)
    old = Authority("old", GOOD.not_before, STAMPED_AT + timedelta(days=1))
    ended = old.stamp(DATA, at=STAMPED_AT)
    said = {"authority": old.name}
    name = "a certificate that has ended since"
    yield case(name, ended, said=said, roots=[old.root_pem])
    yield from (case(name, data) for name, data in named_otherwise(DATA))
    yield case("no root", good, "timestamp-foreign", roots=[])
    two = Authority("two")
    yield case("another authority", two.stamp(DATA, at=STAMPED_AT), "timestamp-foreign")
    yield case("another note", good, "timestamp-imprint", note=NOTE + "\n")
    yield case("another nonce", good, "timestamp-nonce", nonce=78)
    bare = GOOD.stamp(DATA, at=STAMPED_AT)
    yield case("no nonce, though one was asked for", bare, "timestamp-nonce", nonce=NONCE)
    yield case("another policy", good, "timestamp-policy", policy="1.2.3")
    yield from (case(name, data, _BAD) for name, data in _untrusted(good))
    yield from (case(name, data, _BAD) for name, data in misnamed(DATA))
    declined = GOOD.stamp(DATA, at=STAMPED_AT, status=REJECTED)
    yield case("the authority declined", declined, "timestamp-refused")
    lonely = GOOD.stamp(DATA, at=STAMPED_AT, certificates=False)
    yield case("without the signer's certificate", lonely, "timestamp-malformed")
    yield from (case(name, data, "timestamp-malformed") for name, data in malformed(DATA))
    yield case("cut short", good[:-1], "timestamp-malformed")
    yield case("a byte at the end", good + b"\0", "timestamp-malformed")
    yield case("no DER", b"token", "timestamp-malformed")


_BAD = "timestamp-untrusted"


def _untrusted(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield tokens that name the trusted root, and do not hold."""
    yield "a bit of the signature", good[:-1] + bytes([good[-1] ^ 1])
    moment = good.index(b"20260301034000Z")
    yield "another time under the old signature", good[:moment] + b"2025" + good[moment + 4 :]
    yield "under a borrowed name", Impostor("thief").stamp(DATA, at=STAMPED_AT)
    late = GOOD.not_after + timedelta(seconds=1)
    yield "after the certificate ended", GOOD.stamp(DATA, at=late)
    early = GOOD.not_before - timedelta(seconds=1)
    yield "before the certificate began", GOOD.stamp(DATA, at=early)
    server = replace(GOOD, usage=ExtendedKeyUsageOID.SERVER_AUTH)
    yield "by a certificate that is for servers", server.stamp(DATA, at=STAMPED_AT)


_DESCRIPTION = (
    "Verify the RFC 3161 response (DER, base64url) over the UTF-8 bytes of `note`, by the"
    " self-signed certificates `roots` alone, as of the token's own time. The token must name its"
    " signer's certificate under the signature. Where `nonce` or"
    " `policy` is not null the token must have that one. `says`: what a good token says."
)


def text() -> str:
    """Return the file."""
    value = {
        "description": _DESCRIPTION,
        "operation": "verify-stamp",
        "vectors": list(vectors()),
    }
    value = named("timestamp/timestamp.json", value)
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


def openssl_text() -> str:
    """Return the file of tokens that openssl makes: RSA, and other bytes each time."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        for chained in (False, True):
            authority = OpensslAuthority(Path(name) / str(chained), chained=chained)
            root = authority.root.read_text("ascii")
            asked = request(DATA)
            response = authority.answer(asked.as_bytes())
            stamp = verify_stamp(response, DATA, roots=parse_roots([root]), nonce=asked.nonce)
            says = {**asdict(stamp), "at": time_text(stamp.at)}
            given = {"nonce": None, "note": NOTE, "policy": None, "roots": [root]}
            more = ", an intermediate certificate in it" if chained else ""
            vector = {"input": {**given, "response": b64(response)}, "source": _SPEC}
            title = f"by openssl, RSA with SHA-256{more}"
            found.append({**vector, "expect": "ok", "name": title, "says": says})
            spoilt = response[:-1] + bytes([response[-1] ^ 1])
            vector = {"input": {**given, "response": b64(spoilt)}, "source": _SPEC}
            found.append({**vector, "expect": _BAD, "name": f"{title}, spoilt"})
    value = {"description": _DESCRIPTION, "operation": "verify-stamp", "vectors": found}
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
    if "--openssl" in sys.argv:
        OPENSSL_FILE.write_text(openssl_text(), encoding="utf-8")

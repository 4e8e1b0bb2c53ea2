"""Approvals by passkeys, which the kit plays itself (spec 9)."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from comity.canonical import b64, digest, encode
from comity.conform.bench import Bench
from comity.conform.expectations import expect_receipt
from comity.conform.letters import LIFE, Letter, statement
from comity.conform.model import Step, probe, table
from comity.conform.peer import now
from comity.conform.probes.approvals import informed, with_approvals
from comity.keys import PrivateKey

PLACE = {"origin": "https://desk.example", "rp_id": "desk.example"}


def assertion(bench: Bench, letter: Letter, **spoil: Any) -> dict[str, Any]:
    """Return an approval by a passkey that the kit plays; ``spoil`` changes one part of it."""
    key = PrivateKey.from_seed(os.urandom(32), alg="ES256")
    officer = bench.peer.officer("author", key=key, changes={"webauthn": PLACE})
    told = encode(
        statement(
            letter.payload,
            officer.certificate,
            mode=bench.peer.mode,
            role="author",
            expires_at=now() + LIFE,
        )
    )
    client = {
        "type": "webauthn.get",
        "challenge": b64(digest("approval", told)),
        "origin": PLACE["origin"],
        "crossOrigin": False,
        **spoil.get("client", {}),
    }
    written = spoil.get("written", json.dumps)(client).encode()
    rp_id = hashlib.sha256(spoil.get("rp_id", PLACE["rp_id"]).encode()).digest()
    data = rp_id + bytes([spoil.get("flags", 0x05)]) + bytes(4)
    if not isinstance(key.key, ec.EllipticCurvePrivateKey):
        raise TypeError
    value = key.key.sign(data + hashlib.sha256(written).digest(), ec.ECDSA(SHA256()))
    return {
        "authenticator_data": b64(data),
        "certificate": officer.certificate,
        "client_data": b64(written),
        "kind": "webauthn",
        "signature": b64(spoil.get("signature", value)),
        "statement": b64(told),
    }


def passkey(*codes: str, **spoil: Any) -> Step:
    """Return a step that approves by a passkey."""
    return with_approvals(lambda bench, letter: [assertion(bench, letter, **spoil)], *codes)


WEBAUTHN = "webauthn-invalid"

table(
    {
        "approvals.passkey": passkey(),
        "approvals.passkey-type": passkey(WEBAUTHN, client={"type": "webauthn.create"}),
        "approvals.passkey-challenge": passkey(WEBAUTHN, client={"challenge": b64(bytes(32))}),
        "approvals.passkey-origin": passkey(
            WEBAUTHN, client={"origin": "https://desk.example.net"}
        ),
        "approvals.passkey-cross-origin": passkey(WEBAUTHN, client={"crossOrigin": True}),
        "approvals.passkey-rp-id": passkey(WEBAUTHN, rp_id="example"),
        "approvals.passkey-nobody": passkey(WEBAUTHN, flags=0x04),
        "approvals.passkey-not-verified": passkey(WEBAUTHN, flags=0x01),
        "approvals.passkey-signature": passkey(WEBAUTHN, signature=b"0" * 70),
        "approvals.passkey-doubled-member": passkey(
            WEBAUTHN,
            written=lambda client: json.dumps(client).replace(
                '"type"', '"type": "webauthn.get", "type"', 1
            ),
        ),
        "approvals.passkey-great": passkey(WEBAUTHN, client={"padding": "x" * 4096}),
        "approvals.passkey-numbers": passkey(
            client={"tokenBinding": {"x": 1.5e300}, "other_keys_can_be_added_here": 1}
        ),
    }
)


@probe("approvals.passkey-as-key", level="SHOULD")
def passkey_as_key(bench: Bench) -> None:
    """Its key signs the statement itself."""
    letter = informed(bench)
    key = PrivateKey.from_seed(os.urandom(32), alg="ES256")
    officer = bench.peer.officer("author", key=key, changes={"webauthn": PLACE})
    letter.payload["approvals"] = [bench.peer.approval(letter, officer, "author")]
    expect_receipt(bench.peer, bench.peer.send(letter), "refused:certificate-unfit")


@probe("approvals.key-as-passkey")
def key_as_passkey(bench: Bench) -> None:
    """The certificate of an officer with a key of the command line."""
    letter = informed(bench)
    item = assertion(bench, letter)
    letter.payload["approvals"] = [{**item, "certificate": bench.peer.author.certificate}]
    expect_receipt(bench.peer, bench.peer.send(letter), "refused:certificate-unfit")

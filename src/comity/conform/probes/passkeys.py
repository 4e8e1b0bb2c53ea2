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
    [
        (
            "approvals.passkey",
            "9",
            "An approval by a passkey is accepted.",
            passkey(),
        ),
        (
            "approvals.passkey-type",
            "9",
            "The registration of a passkey is no approval.",
            passkey(WEBAUTHN, client={"type": "webauthn.create"}),
        ),
        (
            "approvals.passkey-challenge",
            "9",
            "A passkey's assertion over something else is refused.",
            passkey(WEBAUTHN, client={"challenge": b64(bytes(32))}),
        ),
        (
            "approvals.passkey-origin",
            "9",
            "A passkey's assertion at another origin is refused.",
            passkey(WEBAUTHN, client={"origin": "https://desk.example.net"}),
        ),
        (
            "approvals.passkey-cross-origin",
            "9",
            "A passkey's assertion from inside another page is refused.",
            passkey(WEBAUTHN, client={"crossOrigin": True}),
        ),
        (
            "approvals.passkey-rp-id",
            "9",
            "A passkey's assertion for another RP ID is refused.",
            passkey(WEBAUTHN, rp_id="example"),
        ),
        (
            "approvals.passkey-nobody",
            "9",
            "A passkey's assertion without user presence is refused.",
            passkey(WEBAUTHN, flags=0x04),
        ),
        (
            "approvals.passkey-not-verified",
            "9",
            "A passkey's assertion without user verification is refused.",
            passkey(WEBAUTHN, flags=0x01),
        ),
        (
            "approvals.passkey-signature",
            "9",
            "A passkey's assertion with a wrong signature is refused.",
            passkey(WEBAUTHN, signature=b"0" * 70),
        ),
        (
            "approvals.passkey-doubled-member",
            "9",
            "Client data that name a member twice are refused.",
            passkey(
                WEBAUTHN,
                written=lambda client: json.dumps(client).replace(
                    '"type"', '"type": "webauthn.get", "type"', 1
                ),
            ),
        ),
        (
            "approvals.passkey-great",
            "9",
            "Client data of more than 4,096 bytes are refused.",
            passkey(WEBAUTHN, client={"padding": "x" * 4096}),
        ),
        (
            "approvals.passkey-numbers",
            "9",
            "Client data may hold any number and any further member.",
            passkey(client={"tokenBinding": {"x": 1.5e300}, "other_keys_can_be_added_here": 1}),
        ),
    ]
)


@probe(
    "approvals.passkey-as-key",
    "9",
    "A passkey's certificate approves by the passkey only.",
    level="SHOULD",
)
def passkey_as_key(bench: Bench) -> None:
    """Its key signs the statement itself."""
    letter = informed(bench)
    key = PrivateKey.from_seed(os.urandom(32), alg="ES256")
    officer = bench.peer.officer("author", key=key, changes={"webauthn": PLACE})
    letter.payload["approvals"] = [bench.peer.approval(letter, officer, "author")]
    expect_receipt(bench.peer, bench.peer.send(letter), "refused:certificate-unfit")


@probe("approvals.key-as-passkey", "9", "A certificate of no passkey approves by no passkey.")
def key_as_passkey(bench: Bench) -> None:
    """The certificate of an officer with a key of the command line."""
    letter = informed(bench)
    item = assertion(bench, letter)
    letter.payload["approvals"] = [{**item, "certificate": bench.peer.author.certificate}]
    expect_receipt(bench.peer, bench.peer.send(letter), "refused:certificate-unfit")

"""Signatures: whose key, of which use, over what, in exactly one form (spec 5)."""

import os
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import utils

from comity.canonical import b64, encode, unb64
from comity.conform.bench import Bench
from comity.conform.expectations import expect_error, expect_receipt, require
from comity.conform.letters import Letter, raw_jws
from comity.conform.model import SkippedError, Step, probe, table
from comity.conform.peer import ahead
from comity.conform.texts import note
from comity.keys import PrivateKey

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MALFORMED = ("jws-malformed", "member-malformed", "message-malformed", "not-canonical")


def letter_of(bench: Bench) -> Letter:
    """Return a message that nobody has seen yet."""
    return bench.peer.opening("consultation.note", note())


def by_key(name: str, *codes: str) -> Step:
    """Return a step that signs with another key of the peer."""
    return lambda bench: expect_error(bench.peer.send(letter_of(bench), key=name).answer, *codes)


def dated_back(name: str, hours: int, *codes: str) -> Step:
    """Return a step that signs with another key a message that says it was sent before."""

    def step(bench: Bench) -> None:
        letter = bench.peer.opening("consultation.note", note(), sent_at=ahead(hours=-hours))
        expect_error(bench.peer.send(letter, key=name).answer, *codes)

    return step


def spoilt(spoil: Callable[[dict[str, Any]], Any], *codes: str) -> Step:
    """Return a step that changes a good JWS."""

    def step(bench: Bench) -> None:
        letter = letter_of(bench)
        message = spoil(bench.peer.sign(letter))
        expect_error(bench.peer.send_signed(letter, message).answer, *codes)

    return step


def header(*codes: str, **changes: Any) -> Step:
    """Return a step that signs under another header; a member that is None is left out."""

    def step(bench: Bench) -> None:
        letter, key = letter_of(bench), bench.peer.keys.signing["message"]
        typ = f"comity-1.message.{bench.peer.mode}"
        message = raw_jws(letter.data(), [key], typ=typ, header=changes)
        expect_error(bench.peer.send_signed(letter, message).answer, *codes)

    return step


def typed(typ: str, *codes: str) -> Step:
    """Return a step that signs as another thing."""
    return lambda bench: expect_error(bench.peer.send(letter_of(bench), typ=typ).answer, *codes)


def first(message: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a JWS whose first signature has other members."""
    return {**message, "signatures": [{**message["signatures"][0], **changes}]}


def flipped(message: dict[str, Any]) -> dict[str, Any]:
    """Return a JWS with one bit of its signature changed."""
    value = bytearray(unb64(message["signatures"][0]["signature"]))
    value[10] ^= 1
    return first(message, signature=b64(bytes(value)))


def other_s(message: dict[str, Any]) -> dict[str, Any]:
    """Return a JWS whose Ed25519 signature has S beyond the order of the group."""
    value = unb64(message["signatures"][0]["signature"])
    s = int.from_bytes(value[32:], "little") + ED25519_ORDER
    return first(message, signature=b64(value[:32] + s.to_bytes(32, "little")))


def other_payload(message: dict[str, Any]) -> dict[str, Any]:
    """Return a JWS whose payload was changed after it was signed."""
    data = unb64(message["payload"])
    return {**message, "payload": b64(data.replace(b'"instrument":null', b'"instrument":null '))}


def changed_text(message: dict[str, Any]) -> dict[str, Any]:
    """Return a JWS whose payload, canonical still, says another id."""
    data = unb64(message["payload"])
    at = data.index(b'"id":"') + 6
    other = b"1" if data[at + 35 : at + 36] == b"0" else b"0"
    return {**message, "payload": b64(data[: at + 35] + other + data[at + 36 :])}


def many_times(message: dict[str, Any]) -> dict[str, Any]:
    """Return a JWS with 16 further signatures, each by a key of its own."""
    data, typ = unb64(message["payload"]), "comity-1.message.exercise"
    keys = [PrivateKey.from_seed(os.urandom(32)) for _ in range(16)]
    more = raw_jws(data, keys, typ=typ)["signatures"]
    return {**message, "signatures": [*message["signatures"], *more]}


table(
    {
        "signatures.key-of-another-use": by_key("receipt", "key-use"),
        "signatures.transport-key": by_key("transport", "key-use"),
        "signatures.export-key": by_key("export", "key-use"),
        "signatures.log-key": by_key("log", "key-use"),
        "signatures.officer-ca-key": by_key("officer-ca", "key-use"),
        "signatures.credential-key": by_key("credential", "key-use"),
        "signatures.revoked-key": by_key("message-revoked", "key-revoked"),
        "signatures.revoked-key-of-before": dated_back("message-revoked", 36, "key-revoked"),
        "signatures.key-not-yet": by_key("message-later", "key-not-yet"),
        "signatures.key-over": dated_back("message-over", 36, "key-expired"),
        "signatures.other-mode": typed("comity-1.message.live", "typ-mismatch"),
        "signatures.other-thing": typed("comity-1.receipt.exercise", "typ-mismatch"),
        "signatures.other-protocol": typed("comity-2.message.exercise", "typ-mismatch"),
        "signatures.wrong": spoilt(flipped, "signature-invalid"),
        "signatures.payload-changed": spoilt(changed_text, "signature-invalid"),
        "signatures.payload-spelt-otherwise": spoilt(
            other_payload, "not-canonical", "signature-invalid"
        ),
        "signatures.great-s": spoilt(other_s, "signature-invalid"),
        "signatures.short": spoilt(lambda m: first(m, signature=b64(b"x" * 63))),
        "signatures.none": spoilt(lambda m: {**m, "signatures": []}, *MALFORMED),
        "signatures.one-twice": spoilt(
            lambda m: {**m, "signatures": m["signatures"] * 2}, *MALFORMED
        ),
        "signatures.too-many": spoilt(many_times, *MALFORMED),
        "signatures.unprotected-header": spoilt(
            lambda m: first(m, header={"kid": "x"}), *MALFORMED
        ),
        "signatures.flattened": spoilt(
            lambda m: {"payload": m["payload"], **m["signatures"][0]}, *MALFORMED
        ),
        "signatures.compact": spoilt(
            lambda m: ".".join(
                (
                    m["signatures"][0]["protected"],
                    m["payload"],
                    m["signatures"][0]["signature"],
                )
            )
        ),
        "signatures.further-member": spoilt(lambda m: {**m, "more": None}, *MALFORMED),
        "signatures.algorithm-none": header(alg="none"),
        "signatures.algorithm-old-name": header(alg="EdDSA"),
        "signatures.algorithm-symmetric": header(alg="HS256"),
        "signatures.algorithm-claimed": header(alg="ES256"),
        "signatures.header-critical": header(crit=["exp"]),
        "signatures.header-key": header(jwk={"crv": "Ed25519", "kty": "OKP", "x": b64(b"1" * 32)}),
        "signatures.header-without-typ": header(typ=None),
        "signatures.header-without-kid": header(kid=None),
    }
)


@probe("signatures.unknown-key")
def unknown_key(bench: Bench) -> None:
    """A fresh key."""
    letter = letter_of(bench)
    typ = f"comity-1.message.{bench.peer.mode}"
    message = raw_jws(letter.data(), [PrivateKey.from_seed(os.urandom(32))], typ=typ)
    expect_error(bench.peer.send_signed(letter, message).answer, "key-unknown")


@probe("signatures.key-of-another-party")
def key_of_another_party(bench: Bench) -> None:
    """The third party's key under a message of the peer."""
    letter = letter_of(bench)
    message = bench.third.sign(letter)
    expect_error(bench.peer.send_signed(letter, message).answer, "key-unknown")


@probe("signatures.two-on-a-message")
def two_on_a_message(bench: Bench) -> None:
    """Two good signatures by two keys of use message."""
    letter, keys = letter_of(bench), bench.peer.keys.signing
    typ = f"comity-1.message.{bench.peer.mode}"
    message = raw_jws(letter.data(), [keys["message"], keys["message-es256"]], typ=typ)
    expect_error(bench.peer.send_signed(letter, message).answer, "message-malformed")


@probe("signatures.header-not-canonical")
def header_not_canonical(bench: Bench) -> None:
    """One further space in the header."""
    letter, key = letter_of(bench), bench.peer.keys.signing["message"]
    typ = f"comity-1.message.{bench.peer.mode}"
    message = raw_jws(
        letter.data(), [key], typ=typ, protected=lambda data: data.replace(b",", b", ", 1)
    )
    expect_error(bench.peer.send_signed(letter, message).answer, "not-canonical")


@probe("signatures.es256")
def es256(bench: Bench) -> None:
    """The peer has a key of each algorithm."""
    expect_receipt(bench.peer, bench.peer.send(letter_of(bench), key="message-es256"), "applied")


@probe("signatures.es256-der")
def es256_der(bench: Bench) -> None:
    """JWS has r and s joined."""
    letter = letter_of(bench)
    message = bench.peer.sign(letter, key="message-es256")
    value = unb64(message["signatures"][0]["signature"])
    r, s = (int.from_bytes(value[i : i + 32]) for i in (0, 32))
    spelt = first(message, signature=b64(utils.encode_dss_signature(r, s)))
    expect_error(bench.peer.send_signed(letter, spelt).answer)


@probe("signatures.es256-second-record")
def es256_second_record(bench: Bench) -> None:
    """The first receipt comes back, byte for byte; no second leaf is made."""
    letter = letter_of(bench)
    sent = bench.peer.send(letter, key="message-es256")
    expect_receipt(bench.peer, sent, "applied")
    value = unb64(sent.message["signatures"][0]["signature"])
    s = P256_ORDER - int.from_bytes(value[32:])
    turned = first(sent.message, signature=b64(value[:32] + s.to_bytes(32)))
    again = bench.peer.send_signed(letter, turned)
    require(
        again.answer.status == 200 and again.answer.body == sent.answer.body,
        "the receipt that was given for the content before, byte for byte",
        again.answer.words(),
    )


@probe("signatures.ml-dsa")
def ml_dsa(bench: Bench) -> None:
    """ML-DSA is no algorithm of this edition; where a suite asks for it, it is a probe to add."""
    if any(row.alg.startswith("ML-DSA") for row in bench.entry.keys):
        raise SkippedError(
            "the node lists keys of ML-DSA, and this edition of the kit has none",
            remedy="use an edition of the kit that knows ML-DSA",
        )
    header(alg="ML-DSA-44")(bench)


@probe("signatures.jws-not-canonical")
def jws_not_canonical(bench: Bench) -> None:
    """The message inside the parcel, with its members turned."""
    letter = letter_of(bench)
    message = bench.peer.sign(letter)
    good = encode(message)
    turned = b'{"signatures":' + encode(message["signatures"]) + b',"payload":"'
    turned += message["payload"].encode() + b'"}'
    parcel = encode(letter.parcel(message, known=None)).replace(good, turned, 1)
    expect_error(bench.peer.post(parcel), "not-canonical")

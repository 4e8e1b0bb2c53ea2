"""Requests: who may ask, how a request is signed, how a parcel is sealed (spec 13.1, 13.2)."""

import base64
import os
from collections.abc import Callable
from typing import Any

from comity.canonical import encode
from comity.conform.bench import Bench
from comity.conform.expectations import (
    expect_error,
    require,
)
from comity.conform.model import Step, probe, table
from comity.conform.peer import MESSAGES, now
from comity.conform.texts import note
from comity.evidence import age, age_keys
from comity.keys import PrivateKey

CHECKPOINT = "/exchange/v1/checkpoint"
CONSISTENCY = "/exchange/v1/consistency"
OUTBOX = "/exchange/v1/outbox"
EPOCHS = "/exchange/v1/epochs"
RECEIPTS = "/exchange/v1/receipts"
RECOVERY = "/exchange/v1/recovery"
NOBODY = "0" * 64
SIGNATURE = ("transport-signature",)
READ = (EPOCHS, f"{OUTBOX}?after=0")
ASKED = EPOCHS


def asked(*codes: str, **changes: Any) -> Step:
    """Return a step that signs a request for the checkpoint otherwise than the protocol says."""

    def step(bench: Bench) -> None:
        expect_error(bench.peer.ask("GET", ASKED, **changes), *codes)

    return step


def keyed(name: str, *codes: str) -> Step:
    """Return a step that signs a request with another key of the peer."""

    def step(bench: Bench) -> None:
        key = bench.peer.keys.signing[name]
        expect_error(bench.peer.ask("GET", ASKED, key=key), *codes)

    return step


def finished(finish: Callable[[dict[str, str]], dict[str, str]]) -> Step:
    """Return a step that changes the header fields of a request after it was signed."""
    return asked(*SIGNATURE, finish=finish)


def field(name: str, value: str | None) -> Step:
    """Return a step that changes one header field, or leaves it out."""

    def finish(fields: dict[str, str]) -> dict[str, str]:
        left = {k: v for k, v in fields.items() if k != name}
        return left if value is None else {**left, name: value}

    return finished(finish)


def parameters(old: str, new: str) -> Step:
    """Return a step that signs over other parameters."""
    return asked(*SIGNATURE, parameters=lambda text: text.replace(old, new, 1))


def without_nonce(text: str) -> str:
    """Return the parameters without a nonce."""
    return ";".join(part for part in text.split(";") if not part.startswith("nonce="))


ORDER = ("@path", "@method", "@query", "content-digest", "comity-from", "comity-to")
LESS = ("@method", "@path", "content-digest", "comity-from", "comity-to")
MORE = ("@method", "@path", "@query", "content-digest", "comity-from", "comity-to", "content-type")

table(
    {
        "transport.key-of-another-use": keyed("message", *SIGNATURE),
        "transport.revoked-key": keyed("transport-revoked", *SIGNATURE),
        "transport.too-old": asked(*SIGNATURE, age_s=330),
        "transport.too-new": asked(*SIGNATURE, age_s=-330),
        "transport.other-mode": asked(*SIGNATURE, tag="comity-1.live"),
        "transport.other-tag": asked(*SIGNATURE, tag="web-bot-auth"),
        "transport.other-recipient": asked(*SIGNATURE, recipient="zz/third"),
        "transport.unknown-sender": asked(*SIGNATURE, sender="zy/nobody"),
        "transport.borrowed-name": asked(*SIGNATURE, sender="zz/third"),
        "transport.components-order": asked(*SIGNATURE, components=ORDER),
        "transport.components-fewer": asked(*SIGNATURE, components=LESS),
        "transport.components-more": asked(*SIGNATURE, components=MORE),
        "transport.label": asked(*SIGNATURE, label="sig1"),
        "transport.algorithm-claimed": asked(*SIGNATURE, alg="ecdsa-p256-sha256"),
        "transport.algorithm-unknown": asked(*SIGNATURE, alg="hmac-sha256"),
        "transport.without-nonce": asked(*SIGNATURE, parameters=without_nonce),
        "transport.further-parameter": asked(
            *SIGNATURE, parameters=lambda text: f"{text};expires=4102444800"
        ),
        "transport.parameter-order": asked(
            *SIGNATURE,
            parameters=lambda text: ";".join([text.split(";")[0], *reversed(text.split(";")[1:])]),
        ),
        "transport.created-missing": parameters("created=", "made="),
        "transport.method-changed": asked(*SIGNATURE, covers=("POST", ASKED, "", b"")),
        "transport.path-changed": asked(*SIGNATURE, covers=("GET", CHECKPOINT, "", b"")),
        "transport.query-changed": asked(*SIGNATURE, covers=("GET", ASKED, "from=1", b"")),
        "transport.signature-missing": field("signature", None),
        "transport.input-missing": field("signature-input", None),
        "transport.digest-missing": field("content-digest", None),
        "transport.sender-missing": field("comity-from", None),
        "transport.signature-garbled": field("signature", "comity=:this is nothing:"),
        "transport.signature-other": field(
            "signature", f"comity=:{base64.b64encode(bytes(64)).decode()}:"
        ),
        "transport.digest-algorithm": field(
            "content-digest", f"sha-512=:{base64.b64encode(bytes(64)).decode()}:"
        ),
    }
)


@probe("transport.body-changed")
def body_changed(bench: Bench) -> None:
    """A parcel sealed twice has other bytes each time."""
    letter = bench.peer.opening("consultation.note", note())
    data = encode(letter.parcel(bench.peer.sign(letter), known=None))
    signed, sent = bench.peer.seal(data), bench.peer.seal(data)
    covers = ("POST", bench.wire.base + MESSAGES, "", signed)
    expect_error(bench.peer.ask("POST", MESSAGES, body=sent, covers=covers), *SIGNATURE)


@probe("transport.unknown-key")
def unknown_key(bench: Bench) -> None:
    """A fresh key."""
    key = PrivateKey.from_seed(os.urandom(32))
    expect_error(bench.peer.ask("GET", ASKED, key=key), *SIGNATURE)


@probe("transport.unsigned")
def unsigned(bench: Bench) -> None:
    """Every address that can be asked, tiles included."""
    for shown in (*READ, f"/exchange/v1/packages/{NOBODY}", f"{CONSISTENCY}?from=1&to=1"):
        path, _, query = shown.partition("?")
        expect_error(bench.wire.ask("GET", path, query=query))
    for path in (MESSAGES, RECEIPTS, RECOVERY, CHECKPOINT):
        expect_error(bench.wire.ask("POST", path, body=b"{}"))


@probe("transport.window")
def window(bench: Bench) -> None:
    """A little less than five minutes on either side."""
    for age_s in (270, -270):
        answer = bench.peer.ask("GET", ASKED, age_s=age_s)
        require(answer.status == 200, "the checkpoint (status 200)", answer.words())


@probe("transport.es256")
def es256(bench: Bench) -> None:
    """The peer lists a transport key of each algorithm."""
    key = bench.peer.keys.signing["transport-es256"]
    answer = bench.peer.ask("GET", ASKED, key=key)
    require(answer.status == 200, "the checkpoint (status 200)", answer.words())


@probe("transport.carrier")
def carrier(bench: Bench) -> None:
    """The signature protects the request, not the message: another party may bring it."""
    letter = bench.peer.opening("consultation.note", note())
    message = bench.peer.sign(letter)
    sealed = bench.peer.seal(encode(letter.parcel(message, known=None)))
    answer = bench.third.ask("POST", MESSAGES, body=sealed)
    require(answer.status == 200, "the receipt (status 200)", answer.words())


# ------------------------------------------------------------------ seals


def sealed_by(make: Callable[[Bench, bytes], bytes]) -> Step:
    """Return a step that posts a good parcel under a spoilt seal."""

    def step(bench: Bench) -> None:
        letter = bench.peer.opening("consultation.note", note())
        parcel = encode(letter.parcel(bench.peer.sign(letter), known=None))
        expect_error(bench.peer.ask("POST", MESSAGES, body=make(bench, parcel)), "seal-broken")

    return step


def to_another(bench: Bench, parcel: bytes) -> bytes:
    """Seal to somebody else."""
    own = bench.peer.keys.sealing.recipient
    return age.seal_bytes(parcel, [own], random=os.urandom)


table(
    {
        "transport.seal-to-another": sealed_by(to_another),
        "transport.seal-none": sealed_by(lambda _, parcel: parcel),
        "transport.seal-cut-short": sealed_by(lambda bench, parcel: bench.peer.seal(parcel)[:-1]),
        "transport.seal-changed": sealed_by(
            lambda bench, parcel: (data := bench.peer.seal(parcel))[:-1] + bytes([data[-1] ^ 1])
        ),
        "transport.seal-longer": sealed_by(lambda bench, parcel: bench.peer.seal(parcel) + b"x"),
        "transport.seal-armored": sealed_by(
            lambda bench, parcel: (
                b"-----BEGIN AGE ENCRYPTED FILE-----\n"
                + base64.encodebytes(bench.peer.seal(parcel))
                + b"-----END AGE ENCRYPTED FILE-----\n"
            )
        ),
    }
)


@probe("transport.seal-to-several")
def seal_to_several(bench: Bench) -> None:
    """An archive of the sender may be a recipient too."""
    letter = bench.peer.opening("consultation.note", note())
    parcel = encode(letter.parcel(bench.peer.sign(letter), known=None))
    texts = bench.directory.recipients(bench.node, at=now())
    several = [bench.peer.keys.sealing.recipient, *map(age_keys.parse_recipient, texts)]
    sealed = age.seal_bytes(parcel, several, random=os.urandom)
    answer = bench.peer.ask("POST", MESSAGES, body=sealed)
    require(answer.status == 200, "the receipt (status 200)", answer.words())


@probe("transport.body-oversize")
def body_oversize(bench: Bench) -> None:
    """Nine megabytes; the connection may end after the answer, not before."""
    expect_error(bench.peer.ask("POST", MESSAGES, body=bytes(9 * 1024 * 1024)))

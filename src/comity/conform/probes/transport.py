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
    [
        (
            "transport.key-of-another-use",
            "5",
            "A request signed by a key of another use is refused.",
            keyed("message", *SIGNATURE),
        ),
        (
            "transport.revoked-key",
            "11.3",
            "A request signed by a revoked key is refused.",
            keyed("transport-revoked", *SIGNATURE),
        ),
        (
            "transport.too-old",
            "13.2",
            "A request made more than 300 seconds ago is refused.",
            asked(*SIGNATURE, age_s=330),
        ),
        (
            "transport.too-new",
            "13.2",
            "A request made more than 300 seconds from now is refused.",
            asked(*SIGNATURE, age_s=-330),
        ),
        (
            "transport.other-mode",
            "13.2",
            "A request tagged as live is refused in an exercise.",
            asked(*SIGNATURE, tag="comity-1.live"),
        ),
        (
            "transport.other-tag",
            "13.2",
            "A request with the tag of something else is refused.",
            asked(*SIGNATURE, tag="web-bot-auth"),
        ),
        (
            "transport.other-recipient",
            "13.2",
            "A request to another party is refused.",
            asked(*SIGNATURE, recipient="zz/third"),
        ),
        (
            "transport.unknown-sender",
            "13.2",
            "A request of a party that no directory lists is refused.",
            asked(*SIGNATURE, sender="zy/nobody"),
        ),
        (
            "transport.borrowed-name",
            "13.2",
            "A party's key signs no request of another party.",
            asked(*SIGNATURE, sender="zz/third"),
        ),
        (
            "transport.components-order",
            "13.2",
            "The covered components in another order are refused.",
            asked(*SIGNATURE, components=ORDER),
        ),
        (
            "transport.components-fewer",
            "13.2",
            "A signature that does not cover the query is refused.",
            asked(*SIGNATURE, components=LESS),
        ),
        (
            "transport.components-more",
            "13.2",
            "A signature that covers more than the list is refused.",
            asked(*SIGNATURE, components=MORE),
        ),
        (
            "transport.label",
            "13.2",
            "A signature under another label is refused.",
            asked(*SIGNATURE, label="sig1"),
        ),
        (
            "transport.algorithm-claimed",
            "13.2",
            "An algorithm that is not the key's is refused.",
            asked(*SIGNATURE, alg="ecdsa-p256-sha256"),
        ),
        (
            "transport.algorithm-unknown",
            "13.2",
            "An algorithm of another kind is refused.",
            asked(*SIGNATURE, alg="hmac-sha256"),
        ),
        (
            "transport.without-nonce",
            "13.2",
            "A signature without a nonce is refused.",
            asked(*SIGNATURE, parameters=without_nonce),
        ),
        (
            "transport.further-parameter",
            "13.2",
            "A signature with a further parameter is refused.",
            asked(*SIGNATURE, parameters=lambda text: f"{text};expires=4102444800"),
        ),
        (
            "transport.parameter-order",
            "13.2",
            "Parameters in another order are refused.",
            asked(
                *SIGNATURE,
                parameters=lambda text: ";".join(
                    [text.split(";")[0], *reversed(text.split(";")[1:])]
                ),
            ),
        ),
        (
            "transport.created-missing",
            "13.2",
            "A signature that does not say when it was made is refused.",
            parameters("created=", "made="),
        ),
        (
            "transport.method-changed",
            "13.2",
            "A signature over another method is refused.",
            asked(*SIGNATURE, covers=("POST", ASKED, "", b"")),
        ),
        (
            "transport.path-changed",
            "13.2",
            "A signature over another path is refused.",
            asked(*SIGNATURE, covers=("GET", CHECKPOINT, "", b"")),
        ),
        (
            "transport.query-changed",
            "13.2",
            "A signature over another query is refused.",
            asked(*SIGNATURE, covers=("GET", ASKED, "from=1", b"")),
        ),
        (
            "transport.signature-missing",
            "13.2",
            "A request without the field Signature is refused.",
            field("signature", None),
        ),
        (
            "transport.input-missing",
            "13.2",
            "A request without the field Signature-Input is refused.",
            field("signature-input", None),
        ),
        (
            "transport.digest-missing",
            "13.2",
            "A request without the field Content-Digest is refused.",
            field("content-digest", None),
        ),
        (
            "transport.sender-missing",
            "13.2",
            "A request that does not say its sender is refused.",
            field("comity-from", None),
        ),
        (
            "transport.signature-garbled",
            "13.2",
            "A signature that is no base64 is refused.",
            field("signature", "comity=:this is nothing:"),
        ),
        (
            "transport.signature-other",
            "13.2",
            "A signature of zeros is refused.",
            field("signature", f"comity=:{base64.b64encode(bytes(64)).decode()}:"),
        ),
        (
            "transport.digest-algorithm",
            "13.2",
            "A digest by another algorithm than sha-256 is refused.",
            field("content-digest", f"sha-512=:{base64.b64encode(bytes(64)).decode()}:"),
        ),
    ]
)


@probe("transport.body-changed", "13.2", "A body that is not the one that was signed is refused.")
def body_changed(bench: Bench) -> None:
    """A parcel sealed twice has other bytes each time."""
    letter = bench.peer.opening("consultation.note", note())
    data = encode(letter.parcel(bench.peer.sign(letter), known=None))
    signed, sent = bench.peer.seal(data), bench.peer.seal(data)
    covers = ("POST", bench.wire.base + MESSAGES, "", signed)
    expect_error(bench.peer.ask("POST", MESSAGES, body=sent, covers=covers), *SIGNATURE)


@probe("transport.unknown-key", "13.2", "A request signed by a key that no entry lists is refused.")
def unknown_key(bench: Bench) -> None:
    """A fresh key."""
    key = PrivateKey.from_seed(os.urandom(32))
    expect_error(bench.peer.ask("GET", ASKED, key=key), *SIGNATURE)


@probe("transport.unsigned", "13.2", "No address for partners answers a request without signature.")
def unsigned(bench: Bench) -> None:
    """Every address that can be asked, tiles included."""
    for shown in (*READ, f"/exchange/v1/packages/{NOBODY}", f"{CONSISTENCY}?from=1&to=1"):
        path, _, query = shown.partition("?")
        expect_error(bench.wire.ask("GET", path, query=query))
    for path in (MESSAGES, RECEIPTS, RECOVERY, CHECKPOINT):
        expect_error(bench.wire.ask("POST", path, body=b"{}"))


@probe(
    "transport.window", "13.2", "A request made within 300 seconds, before or after, is accepted."
)
def window(bench: Bench) -> None:
    """A little less than five minutes on either side."""
    for age_s in (270, -270):
        answer = bench.peer.ask("GET", ASKED, age_s=age_s)
        require(answer.status == 200, "the checkpoint (status 200)", answer.words())


@probe("transport.es256", "13.2", "A request signed with ecdsa-p256-sha256 is accepted.")
def es256(bench: Bench) -> None:
    """The peer lists a transport key of each algorithm."""
    key = bench.peer.keys.signing["transport-es256"]
    answer = bench.peer.ask("GET", ASKED, key=key)
    require(answer.status == 200, "the checkpoint (status 200)", answer.words())


@probe("transport.carrier", "13.2", "A message needs no transport signature of its own author.")
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
    [
        (
            "transport.seal-to-another",
            "13.1",
            "A parcel sealed to another party is refused.",
            sealed_by(to_another),
        ),
        (
            "transport.seal-none",
            "13.1",
            "A parcel that is not sealed is refused.",
            sealed_by(lambda _, parcel: parcel),
        ),
        (
            "transport.seal-cut-short",
            "13.1",
            "A sealed parcel cut short is refused.",
            sealed_by(lambda bench, parcel: bench.peer.seal(parcel)[:-1]),
        ),
        (
            "transport.seal-changed",
            "13.1",
            "A sealed parcel with a changed last byte is refused.",
            sealed_by(
                lambda bench, parcel: (data := bench.peer.seal(parcel))[:-1] + bytes([data[-1] ^ 1])
            ),
        ),
        (
            "transport.seal-longer",
            "13.1",
            "A sealed parcel with bytes after its end is refused.",
            sealed_by(lambda bench, parcel: bench.peer.seal(parcel) + b"x"),
        ),
        (
            "transport.seal-armored",
            "13.1",
            "A sealed parcel in text form (armor) is refused.",
            sealed_by(
                lambda bench, parcel: (
                    b"-----BEGIN AGE ENCRYPTED FILE-----\n"
                    + base64.encodebytes(bench.peer.seal(parcel))
                    + b"-----END AGE ENCRYPTED FILE-----\n"
                )
            ),
        ),
    ]
)


@probe(
    "transport.seal-to-several", "13.1", "A parcel sealed to the node and to others is accepted."
)
def seal_to_several(bench: Bench) -> None:
    """An archive of the sender may be a recipient too."""
    letter = bench.peer.opening("consultation.note", note())
    parcel = encode(letter.parcel(bench.peer.sign(letter), known=None))
    texts = bench.directory.recipients(bench.node, at=now())
    several = [bench.peer.keys.sealing.recipient, *map(age_keys.parse_recipient, texts)]
    sealed = age.seal_bytes(parcel, several, random=os.urandom)
    answer = bench.peer.ask("POST", MESSAGES, body=sealed)
    require(answer.status == 200, "the receipt (status 200)", answer.words())


@probe("transport.body-oversize", "13.2", "A body larger than any parcel gets an error.")
def body_oversize(bench: Bench) -> None:
    """Nine megabytes; the connection may end after the answer, not before."""
    expect_error(bench.peer.ask("POST", MESSAGES, body=bytes(9 * 1024 * 1024)))

"""Requests: who may ask, how a request is signed, and what each address answers (spec 13.2)."""

import base64
import os
from collections.abc import Callable
from typing import Any

from comity.canonical import PeerError, decode, encode
from comity.conform.bench import Bench
from comity.conform.folder import SILENT
from comity.conform.judging import (
    MAX_BYTES,
    PROBLEM,
    RECEIPT,
    demand,
    outcome,
    refused,
    value_of,
)
from comity.conform.model import SkippedError, Step, probe, table
from comity.conform.peer import MESSAGES, ahead
from comity.conform.texts import note
from comity.conform.wire import Answer
from comity.evidence import age
from comity.keys import PrivateKey

CHECKPOINT = "/exchange/v1/checkpoint"
CONSISTENCY = "/exchange/v1/consistency"
OUTBOX = "/exchange/v1/outbox"
EPOCHS = "/exchange/v1/epochs"
RECEIPTS = "/exchange/v1/receipts"
RECOVERY = "/exchange/v1/recovery"
NOBODY = "0" * 64
SIGNATURE = ("transport-signature",)
READ = (CHECKPOINT, EPOCHS, f"{OUTBOX}?after=0", "/tile/0/000.p/1")


def asked(*codes: str, **changes: Any) -> Step:
    """Return a step that signs a request for the checkpoint otherwise than the protocol says."""

    def step(bench: Bench) -> None:
        refused(bench.peer.ask("GET", CHECKPOINT, **changes), *codes)

    return step


def keyed(name: str, *codes: str) -> Step:
    """Return a step that signs a request with another key of the peer."""

    def step(bench: Bench) -> None:
        key = bench.peer.keys.signing[name]
        refused(bench.peer.ask("GET", CHECKPOINT, key=key), *codes)

    return step


def finished(finish: Callable[[dict[str, str]], dict[str, str]], *codes: str) -> Step:
    """Return a step that changes the header fields of a request after it was signed."""
    return asked(*(codes or SIGNATURE), finish=finish)


def field(name: str, value: str | None, *codes: str) -> Step:
    """Return a step that changes one header field, or leaves it out."""

    def finish(fields: dict[str, str]) -> dict[str, str]:
        left = {k: v for k, v in fields.items() if k != name}
        return left if value is None else {**left, name: value}

    return finished(finish, *SIGNATURE, *codes)


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
            keyed("message", "key-use", *SIGNATURE),
        ),
        (
            "transport.revoked-key",
            "11.3",
            "A request signed by a revoked key is refused.",
            keyed("transport-revoked", "key-revoked", *SIGNATURE),
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
            asked("key-unknown", "party-unknown", *SIGNATURE, sender="zy/nobody"),
        ),
        (
            "transport.borrowed-name",
            "13.2",
            "A party's key signs no request of another party.",
            asked("key-unknown", *SIGNATURE, sender="zz/third"),
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
                parameters=lambda text: (
                    ";".join([text.split(";")[0], *reversed(text.split(";")[1:])])
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
            asked(*SIGNATURE, covers=("POST", CHECKPOINT, "", b"")),
        ),
        (
            "transport.path-changed",
            "13.2",
            "A signature over another path is refused.",
            asked(*SIGNATURE, covers=("GET", EPOCHS, "", b"")),
        ),
        (
            "transport.query-changed",
            "13.2",
            "A signature over another query is refused.",
            asked(*SIGNATURE, covers=("GET", CHECKPOINT, "from=1", b"")),
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
            field("comity-from", None, "key-unknown", "party-unknown"),
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
    refused(bench.peer.ask("POST", MESSAGES, body=sent, covers=covers), *SIGNATURE)


@probe("transport.unknown-key", "13.2", "A request signed by a key that no entry lists is refused.")
def unknown_key(bench: Bench) -> None:
    """A fresh key."""
    key = PrivateKey.from_seed(os.urandom(32))
    refused(bench.peer.ask("GET", CHECKPOINT, key=key), "key-unknown", *SIGNATURE)


@probe("transport.unsigned", "13.2", "No address for partners answers a request without signature.")
def unsigned(bench: Bench) -> None:
    """Every address that can be asked, tiles included."""
    for shown in (*READ, f"/exchange/v1/packages/{NOBODY}", f"{CONSISTENCY}?from=1&to=1"):
        path, _, query = shown.partition("?")
        refused(bench.wire.ask("GET", path, query=query))
    for path in (MESSAGES, RECEIPTS, RECOVERY, CHECKPOINT):
        refused(bench.wire.ask("POST", path, body=b"{}"))


@probe("transport.window", "13.2", "A request made within 300 seconds, before or after, is taken.")
def window(bench: Bench) -> None:
    """A little less than five minutes on either side."""
    for age_s in (270, -270):
        answer = bench.peer.ask("GET", CHECKPOINT, age_s=age_s)
        demand(answer.status == 200, "the checkpoint (status 200)", answer.words())


@probe("transport.es256", "13.2", "A request signed with ecdsa-p256-sha256 is taken.")
def es256(bench: Bench) -> None:
    """The peer lists a transport key of each algorithm."""
    key = bench.peer.keys.signing["transport-es256"]
    answer = bench.peer.ask("GET", CHECKPOINT, key=key)
    demand(answer.status == 200, "the checkpoint (status 200)", answer.words())


@probe("transport.carrier", "13.2", "A message needs no transport signature of its own author.")
def carrier(bench: Bench) -> None:
    """The signature protects the request, not the message: another party may bring it."""
    letter = bench.peer.opening("consultation.note", note())
    message = bench.peer.sign(letter)
    sealed = bench.peer.seal(encode(letter.parcel(message, known=None)))
    answer = bench.third.ask("POST", MESSAGES, body=sealed)
    demand(answer.status == 200, "the receipt (status 200)", answer.words())


# ------------------------------------------------------------------ seals


def sealed_by(make: Callable[[Bench, bytes], bytes]) -> Step:
    """Return a step that posts a good parcel under a spoilt seal."""

    def step(bench: Bench) -> None:
        letter = bench.peer.opening("consultation.note", note())
        parcel = encode(letter.parcel(bench.peer.sign(letter), known=None))
        refused(bench.peer.ask("POST", MESSAGES, body=make(bench, parcel)), "seal-broken")

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
            "A parcel sealed to somebody else is refused.",
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
                lambda bench, parcel: (
                    (data := bench.peer.seal(parcel))[:-1] + bytes([data[-1] ^ 1])
                )
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


@probe("transport.seal-to-several", "13.1", "A parcel sealed to the node and to others is taken.")
def seal_to_several(bench: Bench) -> None:
    """An archive of the sender may be a recipient too."""
    from comity.conform.peer import now
    from comity.evidence import age_keys

    letter = bench.peer.opening("consultation.note", note())
    parcel = encode(letter.parcel(bench.peer.sign(letter), known=None))
    texts = bench.directory.recipients(bench.node, at=now())
    several = [bench.peer.keys.sealing.recipient, *map(age_keys.parse_recipient, texts)]
    sealed = age.seal_bytes(parcel, several, random=os.urandom)
    answer = bench.peer.ask("POST", MESSAGES, body=sealed)
    demand(answer.status == 200, "the receipt (status 200)", answer.words())


@probe("transport.body-oversize", "13.2", "A body larger than any parcel gets an error, as any other.")
def body_oversize(bench: Bench) -> None:
    """Nine megabytes; the connection may end after the answer, not before."""
    refused(bench.peer.ask("POST", MESSAGES, body=bytes(9 * 1024 * 1024)))


# ------------------------------------------------------------------ addresses


@probe("transport.receipt-media-type", "13.2", "A receipt comes as application/jose+json.")
def receipt_media_type(bench: Bench) -> None:
    """The answer to a message."""
    sent = bench.peer.send(bench.peer.opening("consultation.note", note()))
    outcome(bench.peer, sent, "applied")
    demand(sent.answer.kind == RECEIPT, RECEIPT, sent.answer.words())


@probe("transport.unknown-address", "14", "An address that does not exist gets an error, as any.")
def unknown_address(bench: Bench) -> None:
    """Under this version and under another."""
    for path in ("/exchange/v1/nothing", "/exchange/v2/messages", "/exchange/v1/messages/"):
        refused(bench.peer.ask("GET", path))


@probe("transport.malformed-name", "14", "A name in an address that is none gets an error, as any.")
def malformed_name(bench: Bench) -> None:
    """Hex digits in capitals, too few, none."""
    for name in ("A" * 64, "0" * 63, "nothing"):
        refused(bench.peer.ask("GET", f"/exchange/v1/packages/{name}"))


@probe("transport.methods", "14", "A method that an address does not have gets an error, as any.")
def methods(bench: Bench) -> None:
    """One address of each kind."""
    for method, path in (
        ("GET", MESSAGES),
        ("DELETE", MESSAGES),
        ("POST", OUTBOX),
        ("PUT", CHECKPOINT),
        ("POST", EPOCHS),
        ("GET", RECEIPTS),
        ("DELETE", f"/exchange/v1/packages/{NOBODY}"),
    ):
        refused(bench.peer.ask(method, path))


@probe(
    "transport.allow",
    "14",
    "An error 405 says in Allow which methods there are (RFC 9110).",
    level="SHOULD",
)
def allow(bench: Bench) -> None:
    """As HTTP asks."""
    answer = bench.peer.ask("GET", MESSAGES)
    demand(answer.status == 405, "status 405", answer.words())
    demand("POST" in answer.headers.get("allow", ""), "POST in Allow", "an answer without it")


@probe("transport.no-redirects", "13.2", "No address leads elsewhere.")
def no_redirects(bench: Bench) -> None:
    """A redirect must not be followed, so it must not be given."""
    for path in (f"{CHECKPOINT}/", "/exchange/v1//checkpoint", "/exchange/v1"):
        answer = bench.peer.ask("GET", path)
        demand(not 300 <= answer.status < 400, "no redirect", answer.words())


# ------------------------------------------------------------------ outbox, receipts, recovery


def outbox(answer: Answer) -> list[Any]:
    """Return the items of an outbox page."""
    page = value_of(answer, "a page of the outbox")
    demand(isinstance(page, dict) and set(page) == {"items"}, "exactly items", str(sorted(page)))
    items = page["items"]
    demand(isinstance(items, list) and len(items) <= 64, "at most 64 items", f"{len(items)}")
    for item in items:
        demand(set(item) == {"number", "parcel"}, "items of number and parcel", str(sorted(item)))
    return list(items)


@probe("transport.outbox", "13.2", "The outbox is a page of at most 64 items for the caller.")
def outbox_page(bench: Bench) -> None:
    """Each party sees its own."""
    outbox(bench.silent.ask("GET", OUTBOX, query="after=0"))


@probe("transport.outbox-after", "13.2", "An outbox after a number that was never given is empty.")
def outbox_after(bench: Bench) -> None:
    """The greatest number that the address can take."""
    items = outbox(bench.silent.ask("GET", OUTBOX, query="after=900000000000000"))
    demand(not items, "no items", f"{len(items)} items")


@probe("transport.outbox-query", "13.2", "An outbox without a number gets an error, as any.")
def outbox_query(bench: Bench) -> None:
    """Missing, negative, no number."""
    for query in ("", "after=", "after=-1", "after=x", "before=1"):
        refused(bench.silent.ask("GET", OUTBOX, query=query))


@probe("transport.polling", "13.2", "A party without an address fetches its messages and answers.")
def polling(bench: Bench) -> None:
    """The node queues a message for it; a receipt takes it out of the outbox."""
    from comity.conform.operator import Wanted
    from comity.conform.polling import fetched, receipted

    operator = bench.need_operator()
    operator.send(Wanted("consultation.note", note("For one that polls."), to=(SILENT,)))
    held = fetched(bench, operator.patience_s)
    demand(held, "the message in the outbox of its addressee", "an outbox without it")
    number, message, known = held
    answer = receipted(bench, message, known)
    demand(answer.status == 204, "status 204 to the receipt", answer.words())
    left = [item["number"] for item in outbox(bench.silent.ask("GET", OUTBOX, query="after=0"))]
    demand(number not in left, "an outbox without what was receipted", "the message again")


def receipt_refused(make: Callable[[Bench], bytes], *codes: str) -> Step:
    """Return a step that posts something that is no receipt the node waits for."""
    return lambda bench: refused(bench.peer.ask("POST", RECEIPTS, body=make(bench)), *codes)


def receipt_of_nothing(bench: Bench) -> bytes:
    """Return a receipt of ours for a message that the node never sent."""
    from comity.conform.letters import raw_jws

    digest = f"sha256:{NOBODY}"
    index, salt = bench.peer.log.note("message.received", digest, _now(), "applied")
    del salt
    value = {
        "checkpoint": bench.peer.log.checkpoint(),
        "consistency": None,
        "content": digest,
        "from": bench.node,
        "head": None,
        "inclusion": bench.peer.log.inclusion(index),
        "leaf": {"index": index, "salt": base64.urlsafe_b64encode(bytes(32)).decode().rstrip("=")},
        "mode": bench.peer.mode,
        "outcome": "applied",
        "protocol": "comity/1",
        "received_at": ahead(),
        "record": digest,
        "to": bench.peer.party,
    }
    key = bench.peer.keys.signing["receipt"]
    return encode(raw_jws(encode(value), [key], typ=f"comity-1.receipt.{bench.peer.mode}"))


def _now() -> Any:
    from comity.conform.peer import now

    return now()


table(
    [
        (
            "transport.receipt-malformed",
            "13.2",
            "What is no receipt gets an error.",
            receipt_refused(lambda _: b"{}"),
        ),
        (
            "transport.receipt-for-nothing",
            "13.2",
            "A receipt for a message that was never sent gets an error.",
            receipt_refused(receipt_of_nothing),
        ),
    ]
)


@probe("transport.recovery", "13.2", "What a restored partner asks back comes sealed to it.")
def recovery(bench: Bench) -> None:
    """Nothing was said after a moment that lies ahead, so the page is empty."""
    body = encode({"since": ahead(hours=1), "skip": 0})
    answer = bench.peer.ask("POST", RECOVERY, body=body)
    demand(answer.status == 200, "a sealed page (status 200)", answer.words())
    try:
        page = decode(
            age.open_bytes(answer.body, [bench.peer.keys.sealing]), max_bytes=MAX_BYTES
        )
    except PeerError as fault:
        raise _broken("a page sealed to the caller, in canonical form", str(fault)) from fault
    demand(set(page) == {"items", "next"}, "members items and next", str(sorted(page)))


@probe("transport.recovery-items", "13.2", "What was said and acknowledged comes back.")
def recovery_items(bench: Bench) -> None:
    """An opening of this run, with the receipt that was given for it."""
    talk = bench.opened()
    body = encode({"since": ahead(minutes=-30), "skip": 0})
    found: list[Any] = []
    step: int | None = 0
    while step is not None:
        body = encode({"since": ahead(minutes=-30), "skip": step})
        answer = bench.peer.ask("POST", RECOVERY, body=body)
        demand(answer.status == 200, "a sealed page (status 200)", answer.words())
        opened = age.open_bytes(answer.body, [bench.peer.keys.sealing])
        page = decode(opened, max_bytes=MAX_BYTES)
        found += page["items"]
        step = page["next"]
        if step is not None and step <= 0:
            break
    own = encode(bench.peer.receipts[-1].receipt.record)
    held = any(own.strip(b'"') in encode(item) or _about(item, talk.content) for item in found)
    demand(held, "the message of this run among the items", f"{len(found)} items without it")


def _about(item: Any, content: str) -> bool:
    from comity.canonical import unb64
    from comity.conform.letters import content_of

    try:
        return content_of(unb64(item["parcel"]["message"]["payload"])) == content
    except (PeerError, LookupError, TypeError):
        return False


@probe("transport.recovery-malformed", "13.2", "A malformed question for recovery gets an error.")
def recovery_malformed(bench: Bench) -> None:
    """Another shape, another kind, no JSON."""
    for body in (b"{}", b"x", encode({"since": "yesterday", "skip": 0}), encode({"since": 1})):
        refused(bench.peer.ask("POST", RECOVERY, body=body))


# ------------------------------------------------------------------ quotas


@probe("transport.quota", "13.3", "Beyond a quota comes 429 with over-quota and Retry-After.")
def quota(bench: Bench) -> None:
    """Looks at what the run met; a node need not have a quota."""
    busy = [one for one in bench.wire.answers if one.status == 429]
    if not busy:
        raise SkippedError("the node refused nothing of this run as beyond a quota")
    for one in busy:
        demand(one.code == "over-quota" and one.kind == PROBLEM, "the code over-quota", one.words())
        wait = one.headers.get("retry-after", "")
        demand(wait.isdecimal(), "Retry-After in whole seconds", f"Retry-After {wait!r}")


def _broken(expected: str, came: str) -> Exception:
    from comity.conform.model import BrokenError

    return BrokenError(expected, came)

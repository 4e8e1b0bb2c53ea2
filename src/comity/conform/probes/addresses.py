"""Addresses: what each of them answers, to whom, and with which error (spec 13.2, 14)."""

import base64
from collections.abc import Callable
from typing import Any

from comity.canonical import PeerError, decode, encode, unb64
from comity.conform.bench import Bench
from comity.conform.expectations import (
    MAX_BYTES,
    RECEIPT,
    expect_error,
    expect_receipt,
    fail_probe,
    read_json,
    require,
)
from comity.conform.folder import SILENT
from comity.conform.letters import content_of, raw_jws
from comity.conform.model import Step, probe, table
from comity.conform.offers import poll_message, post_receipt
from comity.conform.operator import Wanted
from comity.conform.peer import MESSAGES, ahead, now
from comity.conform.probes.transport import (
    ASKED,
    CHECKPOINT,
    CONSISTENCY,
    EPOCHS,
    NOBODY,
    OUTBOX,
    RECEIPTS,
    RECOVERY,
)
from comity.conform.texts import note
from comity.conform.wire import Answer
from comity.evidence import age


@probe("transport.receipt-media-type")
def receipt_media_type(bench: Bench) -> None:
    """The answer to a message."""
    sent = bench.peer.send(bench.peer.opening("consultation.note", note()))
    expect_receipt(bench.peer, sent, "applied")
    require(sent.answer.kind == RECEIPT, RECEIPT, sent.answer.words())


@probe("transport.unknown-address")
def unknown_address(bench: Bench) -> None:
    """Under this version and under another."""
    for path in ("/exchange/v1/nothing", "/exchange/v2/messages", "/exchange/v1/messages/"):
        expect_error(bench.peer.ask("GET", path))


@probe("transport.malformed-name")
def malformed_name(bench: Bench) -> None:
    """Hex digits in capitals, too few, none."""
    for name in ("A" * 64, "0" * 63, "nothing"):
        expect_error(bench.peer.ask("GET", f"/exchange/v1/packages/{name}"))


@probe("transport.methods")
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
        expect_error(bench.peer.ask(method, path))


@probe("transport.allow", level="SHOULD")
def allow(bench: Bench) -> None:
    """As HTTP asks."""
    answer = bench.peer.ask("GET", MESSAGES)
    require(answer.status == 405, "status 405", answer.words())
    require("POST" in answer.headers.get("allow", ""), "POST in Allow", "an answer without it")


@probe("transport.odd-paths")
def odd_paths(bench: Bench) -> None:
    """Escapes, bytes that are no UTF-8, dots, a very long one."""
    for path in (
        "%00",
        "%ff%fe",
        "..%2f..%2fup",
        "a" * 4000,
        "%e2%80%ae",
        ";",
        "messages%0d%0aX:1",
    ):
        expect_error(bench.peer.ask("GET", f"/exchange/v1/{path}"))


@probe("transport.odd-queries")
def odd_queries(bench: Bench) -> None:
    """It is never the node that fails."""
    for query in ("%00", "%ff", "a" * 4000, "from=1&from=1&to=1", "&&&", "=1"):
        answer = bench.peer.ask("GET", CONSISTENCY, query=query)
        expect_error(answer)


@probe("transport.doubled-field")
def doubled_field(bench: Bench) -> None:
    """Two parties in one field, as HTTP joins fields of one name."""

    def twice(fields: dict[str, str]) -> dict[str, str]:
        return {**fields, "comity-from": f"{bench.peer.party}, {bench.third.party}"}

    expect_error(bench.peer.ask("GET", ASKED, finish=twice))


@probe("transport.chunked")
def chunked(bench: Bench) -> None:
    """In chunks, as HTTP/1.1 allows."""
    letter = bench.peer.opening("consultation.note", note())
    body = bench.peer.seal(encode(letter.parcel(bench.peer.sign(letter), known=None)))
    answer = bench.peer.ask("POST", MESSAGES, body=body, chunked=True)
    if answer.status != 200:
        expect_error(answer)


@probe("transport.no-redirects")
def no_redirects(bench: Bench) -> None:
    """A redirect must not be followed, so it must not be given."""
    for path in (f"{CHECKPOINT}/", "/exchange/v1//checkpoint", "/exchange/v1"):
        answer = bench.peer.ask("GET", path)
        require(not 300 <= answer.status < 400, "no redirect", answer.words())


# ------------------------------------------------------------------ outbox, receipts, recovery


def outbox(answer: Answer) -> list[Any]:
    """Return the items of an outbox page."""
    page = read_json(answer, "a page of the outbox")
    require(isinstance(page, dict) and set(page) == {"items"}, "exactly items", str(sorted(page)))
    items = page["items"]
    require(isinstance(items, list) and len(items) <= 64, "at most 64 items", f"{len(items)}")
    for item in items:
        require(set(item) == {"number", "parcel"}, "items of number and parcel", str(sorted(item)))
    return list(items)


@probe("transport.outbox")
def outbox_page(bench: Bench) -> None:
    """Each party sees its own."""
    outbox(bench.silent.ask("GET", OUTBOX, query="after=0"))


@probe("transport.outbox-after")
def outbox_after(bench: Bench) -> None:
    """The greatest number that the address can take."""
    items = outbox(bench.silent.ask("GET", OUTBOX, query="after=900000000000000"))
    require(not items, "no items", f"{len(items)} items")


@probe("transport.outbox-query")
def outbox_query(bench: Bench) -> None:
    """Missing, negative, no number."""
    for query in ("", "after=", "after=-1", "after=x", "before=1"):
        expect_error(bench.silent.ask("GET", OUTBOX, query=query))


@probe("transport.polling")
def polling(bench: Bench) -> None:
    """The node queues a message for it; a receipt takes it out of the outbox."""
    operator = bench.need_operator()
    operator.send(Wanted("consultation.note", note("For one that polls."), to=(SILENT,)))
    held = poll_message(bench, operator.patience_s)
    if held is None:
        fail_probe("the message in the outbox of its addressee", "an outbox without it")
    number, message, known = held
    answer = post_receipt(bench, message, known)
    require(answer.status == 204, "status 204 to the receipt", answer.words())
    left = [item["number"] for item in outbox(bench.silent.ask("GET", OUTBOX, query="after=0"))]
    require(number not in left, "an outbox without what was receipted", "the message again")


def receipt_refused(make: Callable[[Bench], bytes], *codes: str) -> Step:
    """Return a step that posts something that is no receipt the node waits for."""
    return lambda bench: expect_error(bench.peer.ask("POST", RECEIPTS, body=make(bench)), *codes)


def receipt_of_nothing(bench: Bench) -> bytes:
    """Return a receipt of ours for a message that the node never sent."""
    digest = f"sha256:{NOBODY}"
    index, salt = bench.peer.log.note("message.received", digest, now(), "applied")
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


table(
    {
        "transport.receipt-malformed": receipt_refused(lambda _: b"{}"),
        "transport.receipt-for-nothing": receipt_refused(receipt_of_nothing),
    }
)


@probe("transport.recovery")
def recovery(bench: Bench) -> None:
    """Nothing was said after a moment that lies ahead, so the page is empty."""
    body = encode({"since": ahead(hours=1), "skip": 0})
    answer = bench.peer.ask("POST", RECOVERY, body=body)
    require(answer.status == 200, "a sealed page (status 200)", answer.words())
    try:
        page = decode(age.open_bytes(answer.body, [bench.peer.keys.sealing]), max_bytes=MAX_BYTES)
    except PeerError as fault:
        fail_probe("a page sealed to the caller, in canonical form", str(fault))
    require(set(page) == {"items", "next"}, "members items and next", str(sorted(page)))


@probe("transport.recovery-items")
def recovery_items(bench: Bench) -> None:
    """An opening of this run, with the receipt that was given for it."""
    talk = bench.opened()
    body = encode({"since": ahead(minutes=-30), "skip": 0})
    found: list[Any] = []
    step: int | None = 0
    while step is not None:
        body = encode({"since": ahead(minutes=-30), "skip": step})
        answer = bench.peer.ask("POST", RECOVERY, body=body)
        require(answer.status == 200, "a sealed page (status 200)", answer.words())
        opened = age.open_bytes(answer.body, [bench.peer.keys.sealing])
        page = decode(opened, max_bytes=MAX_BYTES)
        found += page["items"]
        step = page["next"]
        if step is not None and step <= 0:
            break
    own = encode(bench.peer.receipts[-1].receipt.record)
    held = any(own.strip(b'"') in encode(item) or _about(item, talk.content) for item in found)
    require(held, "the message of this run among the items", f"{len(found)} items without it")


def _about(item: Any, content: str) -> bool:
    try:
        return content_of(unb64(item["parcel"]["message"]["payload"])) == content
    except (PeerError, LookupError, TypeError):
        return False


@probe("transport.recovery-malformed")
def recovery_malformed(bench: Bench) -> None:
    """Another shape, another kind, no JSON."""
    for body in (b"{}", b"x", encode({"since": "yesterday", "skip": 0}), encode({"since": 1})):
        expect_error(bench.peer.ask("POST", RECOVERY, body=body))

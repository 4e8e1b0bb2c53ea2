"""The node as a sender: what it takes for a receipt, and what for none (spec 11.2)."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from comity.canonical import b64, decode, digest, digest_text, encode, unb64
from comity.conform.bench import Bench
from comity.conform.endpoint import Arrival, Reply
from comity.conform.expectations import MAX_BYTES, RECEIPT, expect_error, require
from comity.conform.folder import SILENT
from comity.conform.letters import raw_jws
from comity.conform.model import Step, probe, table
from comity.conform.offers import OUTBOX, poll_message, post_receipt
from comity.conform.operator import Wanted
from comity.conform.peer import Peer, now
from comity.conform.probes.refusals import answered, came_again
from comity.conform.probes.sending import (
    QUIET_S,
    REPEAT_S,
    await_message,
    deliveries,
    first_only,
    record_of,
    sample,
    settled,
    to_peer,
)
from comity.conform.texts import note


def spoilt(
    bench: Bench,
    change: Callable[[dict[str, Any]], Mapping[str, Any]] = dict,
    *,
    key: str = "receipt",
    typ: str = "comity-1.receipt.exercise",
) -> Callable[[Peer, Arrival], Reply]:
    """Return an answer that is a receipt, but for one thing."""

    def reply(peer: Peer, arrival: Arrival) -> Reply:
        good_one = bench.endpoint.receipt(peer, arrival, arrival.parcel.known or 0)  # type: ignore[union-attr]
        value = decode(unb64(decode(good_one, max_bytes=MAX_BYTES)["payload"]), max_bytes=MAX_BYTES)
        told = encode({**value, **change(value)})
        signed = raw_jws(told, [peer.keys.signing[key]], typ=typ)
        return Reply(200, RECEIPT, encode(signed))

    return reply


MADE: dict[str, Callable[[Bench], Callable[[Peer, Arrival], Reply]]] = {}
"""What makes an answer that is no receipt, by its words."""


def no_receipt(words: str, make: Callable[[Bench], Callable[[Peer, Arrival], Reply]]) -> Step:
    """Return a step that answers with what is no receipt; the message must come again."""
    MADE[words] = make

    def step(bench: Bench) -> None:
        replies = {name: one(bench) for name, one in MADE.items()}
        came_again(answered(bench, "no receipts", replies, again=True)[words])

    return step


SALT = {"salt": b64(bytes(32))}
OTHER = digest_text(digest("record", b"another message"))

table(
    {
        "sending.receipt-nonsense": no_receipt(
            "Nonsense.", lambda _: lambda *_: Reply(200, RECEIPT, b"thanks")
        ),
        "sending.receipt-other-key": no_receipt(
            "Other key.", lambda bench: spoilt(bench, key="message")
        ),
        "sending.receipt-revoked-key": no_receipt(
            "Revoked key.", lambda bench: spoilt(bench, key="receipt-revoked")
        ),
        "sending.receipt-other-mode": no_receipt(
            "Live.", lambda bench: spoilt(bench, typ="comity-1.receipt.live")
        ),
        "sending.receipt-other-record": no_receipt(
            "Other record.", lambda b: spoilt(b, lambda _: {"record": OTHER})
        ),
        "sending.receipt-other-content": no_receipt(
            "Other content.", lambda b: spoilt(b, lambda _: {"content": OTHER})
        ),
        "sending.receipt-other-author": no_receipt(
            "Other author.", lambda b: spoilt(b, lambda _: {"from": "zz/third"})
        ),
        "sending.receipt-other-leaf": no_receipt(
            "Other leaf.",
            lambda b: spoilt(b, lambda value: {"leaf": {**value["leaf"], **SALT}}),
        ),
        "sending.receipt-other-outcome": no_receipt(
            "Other outcome.", lambda b: spoilt(b, lambda _: {"outcome": "held"})
        ),
        "sending.receipt-other-time": no_receipt(
            "Other time.",
            lambda b: spoilt(b, lambda _: {"received_at": "2026-01-01T00:00:00Z"}),
        ),
        "sending.receipt-other-log": no_receipt(
            "Other log.",
            lambda b: spoilt(b, lambda _: {"checkpoint": b.third.log.checkpoint()}),
        ),
        "sending.receipt-further-member": no_receipt(
            "Further member.", lambda b: spoilt(b, lambda _: {"more": 1})
        ),
    }
)


@probe("sending.asks-for-the-proof")
def asks_for_the_proof(bench: Bench) -> None:
    """A receipt that leaves the consistency out."""
    sample(bench)
    settled(bench)
    before = len(bench.endpoint.requests)

    def unlinked(peer: Peer, arrival: Arrival) -> Reply:
        return spoilt(bench, lambda _: {"consistency": None})(peer, arrival)

    with bench.endpoint.answering(first_only(bench, unlinked)):
        await_message(bench, to_peer(bench, "Unlinked."))

    def asked() -> bool:
        return any(one.path.endswith("/consistency") for one in bench.endpoint.requests[before:])

    patience_s = max(REPEAT_S, 60.0)
    require(bench.endpoint.wait(asked, patience_s), "a question for the proof", "none in time")


@probe("sending.held-is-a-receipt")
def held_is_a_receipt(bench: Bench) -> None:
    """The message does not come again."""

    def held(peer: Peer, arrival: Arrival) -> Reply | None:
        message = arrival.message
        if message is None or arrival.parcel is None:
            return None
        record = bench.endpoint.receipt(peer, arrival, arrival.parcel.known or 0, word="held")
        return Reply(200, RECEIPT, record)

    with bench.endpoint.answering(held):
        one = await_message(bench, to_peer(bench, "Held."))
        time.sleep(QUIET_S)
    count = len(deliveries(bench, record_of(one)))
    require(count == 1, "one delivery", f"{count}")


@probe("sending.receipt-second-leaf")
def second_leaf(bench: Bench) -> None:
    """By the party without an address, which acknowledges one message twice."""
    operator = bench.need_operator()
    operator.send(Wanted("consultation.note", note("Acknowledged twice."), to=(SILENT,)))
    held = poll_message(bench, operator.patience_s)
    require(held is not None, "the message in the outbox of its addressee", "none in time")
    if held is None:
        return
    _, judged, known = held
    answer = post_receipt(bench, judged, known)
    require(answer.status == 204, "status 204 to the receipt", answer.words())
    arrival = Arrival(now(), "GET", OUTBOX, "", {}, b"", judged=judged)
    again = bench.endpoint.fresh_receipt(bench.silent, arrival, known or 0)
    expect_error(bench.silent.ask("POST", "/exchange/v1/receipts", body=again))

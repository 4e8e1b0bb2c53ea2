"""The node as a sender: what it sends, how, when again, and what it takes for a receipt (spec 13).

These probes need somebody who makes the node send: an operator file, or a person (``--serve``).
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from comity.canonical import ComityError, PeerError, decode, encode
from comity.conform.bench import Bench
from comity.conform.endpoint import Arrival, Reply, Rule, problem
from comity.conform.expectations import MAX_BYTES, fail_probe, require
from comity.conform.model import SkippedError, probe
from comity.conform.operator import Wanted
from comity.conform.peer import MESSAGES, Peer, Talk
from comity.conform.texts import note, request
from comity.exchange import Message, Verified
from comity.keys.http import HttpRequest, verify_request

REPEAT_S = 30.0
QUIET_S = 3.0
LOOK_S = 10.0
CLOCKS = timedelta(minutes=5)


def record_of(arrival: Arrival) -> str:
    """Return the record digest of what came, or nothing."""
    return arrival.message.record if arrival.message else ""


def await_message(bench: Bench, wanted: Wanted) -> Arrival:
    """Let the node send something; return how it arrived first."""
    operator = bench.need_operator()
    before, known = len(bench.endpoint.arrivals), seen_before(bench)
    operator.send(wanted)

    def found() -> Arrival | None:
        for one in bench.endpoint.arrivals[before:]:
            message = one.message
            if message is None or message.draft.type != wanted.type or message.record in known:
                continue
            if message.draft.conversation == wanted.conversation:
                return one
        return None

    first: Arrival | None = bench.endpoint.wait(found, operator.patience_s)
    if first is None:
        odd = [one.fault for one in bench.endpoint.arrivals[before:] if one.fault]
        what = f"something that cannot be read: {odd[0]}" if odd else "nothing in time"
        fail_probe(f"{wanted.words()} at the peer", what)
    return first


def seen_before(bench: Bench) -> set[str]:
    """Return the records of all messages that came until now."""
    return {record_of(one) for one in bench.endpoint.arrivals}


def to_peer(bench: Bench, words: str = "From the node.") -> Wanted:
    """Return a note that opens a conversation with the peer."""
    return Wanted("consultation.note", note(words), to=(bench.peer.party,))


def deliveries(bench: Bench, record: str) -> list[Arrival]:
    """Return how often a message came."""
    return [one for one in bench.endpoint.arrivals if record_of(one) == record]


def sample(bench: Bench) -> Arrival:
    """Return a delivery of this run, whose receipt was good."""
    kept: Arrival | None = bench.kept.get("sample")
    if kept is None:
        kept = bench.kept["sample"] = await_message(bench, to_peer(bench))
    return kept


def message_of(arrival: Arrival) -> Message:
    """Return the message that came."""
    if arrival.message is None:
        raise SkippedError(
            "nothing came that can be looked at",
            remedy="let the node send, by --operator, or by --serve and a person",
        )
    return arrival.message


@probe("sending.delivered")
def delivered(bench: Bench) -> None:
    """To the path for messages."""
    one = sample(bench)
    require(
        (one.method, one.path) == ("POST", MESSAGES), f"POST {MESSAGES}", f"{one.method} {one.path}"
    )


@probe("sending.good")
def good(bench: Bench) -> None:
    """By every rule for messages that arrive."""
    one = sample(bench)
    require(
        isinstance(one.judged, Verified), "a message that is good", repr(one.fault or one.judged)
    )


@probe("sending.signed-request")
def signed_request(bench: Bench) -> None:
    """By a transport key of the node, for us, over exactly the list."""
    one = sample(bench)
    sender, recipient = one.headers.get("comity-from", ""), one.headers.get("comity-to", "")
    told = HttpRequest(one.method, one.path, f"?{one.query}", one.body, sender, recipient)
    require(sender == bench.node, f"Comity-From {bench.node}", sender)
    try:
        verify_request(
            told,
            one.headers,
            lambda kid: bench.directory.signing_key(
                bench.node, kid, use="transport", proved_at=one.at
            ),
            mode=bench.peer.mode,
            now=one.at,
        )
    except PeerError as fault:
        fail_probe("a request that its sender signed", str(fault))


@probe("sending.sealed")
def sealed(bench: Bench) -> None:
    """And it opened."""
    one = sample(bench)
    require(one.body.startswith(b"age-encryption.org/v1\n"), "an age file", "other bytes")
    require(one.opened is not None, "one that opens with our key", one.fault)


@probe("sending.canonical")
def canonical(bench: Bench) -> None:
    """Written again, it has the same bytes."""
    data = sample(bench).opened or b""
    require(encode(decode(data, max_bytes=MAX_BYTES)) == data, "canonical bytes", "other bytes")


@probe("sending.time", level="SHOULD")
def sent_time(bench: Bench) -> None:
    """Within five minutes of ours."""
    one = sample(bench)
    apart = abs(message_of(one).draft.sent_at - one.at)
    require(apart <= CLOCKS, "a moment within five minutes of ours", f"one {apart} apart")


@probe("sending.once")
def once(bench: Bench) -> None:
    """Looks for three seconds."""
    one = await_message(bench, to_peer(bench, "Once."))
    time.sleep(QUIET_S)
    count = len(deliveries(bench, record_of(one)))
    require(count == 1, "one delivery", f"{count}")


@probe("sending.known")
def known(bench: Bench) -> None:
    """After a receipt of ours, a size that our log has."""
    sample(bench)
    settled(bench)
    one = await_message(bench, to_peer(bench, "Known."))
    told = one.parcel.known if one.parcel else None
    size = len(bench.peer.log.leaves)
    require(told is not None and 0 < told <= size, f"a size from 1 to {size}", str(told))


def settled(bench: Bench) -> None:
    """Give the node the time to take in the last receipt."""
    bench.endpoint.wait(lambda: False, 0.5)


def went_on(bench: Bench) -> tuple[Message, Message]:
    """Return an opening of the node and its next message there, with one of ours between."""
    kept: tuple[Message, Message] | None = bench.kept.get("went on")
    if kept is not None:
        return kept
    first = message_of(await_message(bench, to_peer(bench, "Goes on.")))
    talk = Talk(first.content, first.draft.members, first.draft.instrument)
    talk.add(bench.node, first.content)
    settled(bench)
    bench.say(talk, bench.peer.next(talk, "consultation.note", note("Ours.")), "applied")
    bench.kept["ours"] = talk.chains[bench.peer.party][-1]
    wanted = Wanted("consultation.note", note("Again."), conversation=talk.content)
    second = message_of(await_message(bench, wanted))
    bench.kept["went on"] = (first, second)
    return first, second


@probe("sending.chain")
def chain(bench: Bench) -> None:
    """Sequence and previous."""
    first, second = went_on(bench)
    told = (second.draft.sequence, second.draft.previous)
    require(told == (2, first.content), f"sequence 2 after {first.content}", str(told))


@probe("sending.seen")
def seen(bench: Bench) -> None:
    """Our note between."""
    _, second = went_on(bench)
    mark = second.draft.seen.get(bench.peer.party)
    told = None if mark is None else (mark.sequence, mark.content)
    require(told == (1, bench.kept["ours"]), f"our message {bench.kept['ours']}", str(told))


@probe("sending.heard")
def heard(bench: Bench) -> None:
    """Our receipt for its opening, and a tree of our log."""
    _, second = went_on(bench)
    one = second.draft.heard.get(bench.peer.party)
    require(one is not None and one.receipts, "our receipt", "none")
    require(one is not None and one.tree is not None, "a tree of our log", "none")
    if one is not None and one.tree is not None:
        origin = bench.peer.log.origin
        require(one.tree.origin == origin, origin, one.tree.origin)


@probe("sending.approvals")
def approvals(bench: Bench) -> None:
    """Of two officers, by certificates of the node's officer-ca."""
    both = ("author", "approver")
    one = await_message(
        bench,
        Wanted("request.submitted", request(), to=(bench.peer.party,), approvals=both),
    )
    bench.kept.setdefault("requests", set()).add(message_of(one).content)
    require(isinstance(one.judged, Verified), "a message that is good", repr(one.judged))
    if isinstance(one.judged, Verified):
        roles = {approval.role for approval in one.judged.approved.approvals}
        require(roles == set(both), "an author and an approver", ", ".join(sorted(roles)))


@probe("sending.needless-approvals")
def needless_approvals(bench: Bench) -> None:
    """A note."""
    count = len(message_of(sample(bench)).approvals)
    require(count == 0, "no approvals", f"{count}")


IBAN = "DE89370400440532013000"


def sent_account(bench: Bench, identifier: str, wait_s: float) -> str | None:
    """Let the node ask about an account that is an IBAN; return how it names it, if it does."""
    sections = request()
    sections["subject"]["accounts"] = [
        {"service": "bank.example", "identifier": identifier, "type": "iban"}
    ]
    operator = bench.need_operator()
    before, known = len(bench.endpoint.arrivals), seen_before(bench)
    wanted = Wanted(
        "request.submitted", sections, to=(bench.peer.party,), approvals=("author", "approver")
    )
    try:
        operator.send(wanted)
    except ComityError:
        return None

    def found() -> str | None:
        for one in bench.endpoint.arrivals[before:]:
            if (
                one.parcel is None
                or record_of(one) in known
                or "subject" not in one.parcel.sections
            ):
                continue
            value: Any = one.parcel.sections["subject"].value
            return str(value["accounts"][0]["identifier"])
        return None

    told: str | None = bench.endpoint.wait(found, wait_s)
    return told


def known_account(bench: Bench) -> None:
    """Demand that an account in its normal form is sent, so that a refusal says something."""
    told = sent_account(bench, IBAN, bench.need_operator().patience_s)
    require(told == IBAN, f"a request about {IBAN}", told or "nothing in time")


@probe("sending.identifier-odd")
def identifier_odd(bench: Bench) -> None:
    """An IBAN with a wrong check digit; a good one before it."""
    known_account(bench)
    wrong = f"{IBAN[:3]}8{IBAN[4:]}"
    told = sent_account(bench, wrong, min(bench.need_operator().patience_s, LOOK_S))
    require(told is None, "no request", f"one about {told}")


@probe("sending.identifier-normal")
def identifier_normal(bench: Bench) -> None:
    """An IBAN with spaces; one without before it."""
    known_account(bench)
    spaced = " ".join(IBAN[at : at + 4] for at in range(0, len(IBAN), 4))
    told = sent_account(bench, spaced, min(bench.need_operator().patience_s, LOOK_S))
    require(told in (None, IBAN), f"{IBAN}, or nothing", str(told))


@probe("sending.several")
def several(bench: Bench) -> None:
    """The same record to the peer and to the third party."""
    to = (bench.peer.party, bench.third.party)
    one = await_message(bench, Wanted("consultation.note", note("To both."), to=to))
    record = record_of(one)
    operator = bench.need_operator()

    def both() -> bool:
        names = {found.headers.get("comity-to") for found in deliveries(bench, record)}
        return names == set(to)

    require(bench.endpoint.wait(both, operator.patience_s), "the message at both", "at one of them")


# ------------------------------------------------------------------ again


def first_only(bench: Bench, reply: Callable[[Peer, Arrival], Reply], times: int = 1) -> Rule:
    """Return a rule that answers the first deliveries of the next new message otherwise."""
    counts: dict[str, int] = {}
    lock, known = threading.Lock(), seen_before(bench)

    def rule(peer: Peer, arrival: Arrival) -> Reply | None:
        record = record_of(arrival)
        with lock:
            if not record or record in known or (counts and record not in counts):
                return None
            counts[record] = counts.get(record, 0) + 1
            if counts[record] > times:
                return None
        return reply(peer, arrival)

    return rule


def await_repetition(
    bench: Bench, reply: Callable[[Peer, Arrival], Reply], words: str, *, times: int = 1
) -> list[Arrival]:
    """Answer a message so, and return its deliveries once it came again after that."""
    with bench.endpoint.answering(first_only(bench, reply, times)):
        one = await_message(bench, to_peer(bench, words))
        record = record_of(one)
        wait_s = REPEAT_S * times
        bench.endpoint.wait(lambda: len(deliveries(bench, record)) > times, wait_s)
    found = deliveries(bench, record)
    require(
        len(found) > times, f"the message again within {wait_s:.0f} seconds", f"{len(found)} times"
    )
    return found


@probe("sending.busy-503")
def busy_503(bench: Bench) -> None:
    """Three seconds."""
    _waits(bench, 503, "log-not-compared")


@probe("sending.busy-429")
def busy_429(bench: Bench) -> None:
    """Three seconds."""
    _waits(bench, 429, "over-quota")


def _waits(bench: Bench, status: int, code: str) -> None:
    wait_s = 3
    found = await_repetition(
        bench, lambda *_: problem(status, code, Retry_After=str(wait_s)), f"Busy {status}."
    )
    paused_s = found[1].moment - found[0].moment
    bench.kept.setdefault("repeated", found)
    require(paused_s >= wait_s, f"a pause of {wait_s} seconds", f"one of {paused_s:.1f}")


@probe("sending.busy-for-all")
def busy_for_all(bench: Bench) -> None:
    """A second message is queued meanwhile."""
    wait_s = 4
    with bench.endpoint.answering(
        first_only(bench, lambda *_: problem(503, "log-not-compared", Retry_After=str(wait_s)))
    ):
        first = await_message(bench, to_peer(bench, "Wait."))
        other = await_message(bench, to_peer(bench, "Wait too."))
    record = record_of(first)
    bench.endpoint.wait(lambda: len(deliveries(bench, record)) > 1, REPEAT_S)
    paused_s = other.moment - first.moment
    require(
        paused_s >= wait_s, f"nothing for {wait_s} seconds", f"another message after {paused_s:.1f}"
    )


@probe("sending.same-bytes")
def same_bytes(bench: Bench) -> None:
    """The JWS, byte for byte."""
    found = bench.kept.get("repeated") or await_repetition(
        bench, lambda *_: problem(503, "log-not-compared", Retry_After="1"), "Same bytes."
    )
    one, two = (message_of(arrival).envelope.record for arrival in found[:2])
    require(one == two, "the same bytes", "others")


@probe("sending.fresh-nonce", level="SHOULD")
def fresh_nonce(bench: Bench) -> None:
    """With another nonce."""
    found = bench.kept.get("repeated") or await_repetition(
        bench, lambda *_: problem(503, "log-not-compared", Retry_After="1"), "Fresh nonce."
    )
    one, two = (arrival.headers.get("signature-input", "") for arrival in found[:2])
    require(one != two, "another nonce", "the same signature parameters")


@probe("sending.growing-pauses")
def growing_pauses(bench: Bench) -> None:
    """After two errors without Retry-After."""
    found = await_repetition(
        bench, lambda *_: problem(500, "unforeseen"), "Growing pauses.", times=2
    )
    one, two, three = (arrival.moment for arrival in found[:3])
    first_s, second_s = two - one, three - two
    bench.kept["pause"] = first_s
    require(second_s >= first_s - 1, f"a pause of {first_s:.1f} s or more", f"{second_s:.1f} s")


@probe("sending.no-redirects")
def no_redirects(bench: Bench) -> None:
    """The message comes again to its own address."""
    place = f"{bench.endpoint.url}/elsewhere"
    await_repetition(bench, lambda *_: Reply(307, headers={"Location": place}), "No redirect.")
    led = [one for one in bench.endpoint.requests if one.path.endswith("/elsewhere")]
    require(not led, "no request there", f"{len(led)}")

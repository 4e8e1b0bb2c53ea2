"""Quotas: what is beyond one is refused, is forgotten, and costs nobody else (spec 13.3).

A node need not have a quota; without one these probes are skipped.
"""

import time
from dataclasses import dataclass

from comity.canonical import encode
from comity.conform.bench import Bench
from comity.conform.expectations import PROBLEM, expect_receipt, require
from comity.conform.folder import PEER
from comity.conform.letters import Letter, record_of
from comity.conform.model import SkippedError, probe
from comity.conform.offers import OUTBOX
from comity.conform.peer import MESSAGES, Peer
from comity.conform.texts import note, request
from comity.conform.wire import Answer

LOOK_S, QUIET_S, MINUTE_S = 10.0, 3.0, 90.0
FLOOD = 70
"""Most messages that are sent to find a quota."""
NONE = f"the node took {FLOOD} messages of one party without a quota"
REMEDY = (
    "set a small quota (a Comity node: partner_messages_per_minute = 20 in node.toml), and run"
    " --only C-13.3-04 --only C-13.3-05 --only C-13.3-06 --only C-13.3-07 --only C-13.3-11"
    " --only C-14-09"
)


@dataclass(frozen=True)
class Beyond:
    """A message that was refused as beyond the quota, and the answer."""

    letter: Letter
    answer: Answer


def post(peer: Peer, letter: Letter) -> Answer:
    """Send a message and take the answer as it comes, also if it asks to wait."""
    body = peer.seal(encode(letter.parcel(peer.sign(letter), known=None)))
    return peer.wire.ask("POST", MESSAGES, body=body, signing=peer.signing())


def beyond(bench: Bench) -> Beyond:
    """Send messages of the third party until one is refused; once a run.

    Raises:
        SkippedError: none was.
    """
    kept: Beyond | str | None = bench.kept.get("beyond")
    if kept is None:
        kept = bench.kept["beyond"] = flood(bench) or NONE
    if isinstance(kept, str):
        raise SkippedError(kept, remedy=REMEDY)
    return kept


def flood(bench: Bench) -> Beyond | None:
    """Send messages of the third party until one is refused."""
    for _ in range(FLOOD):
        letter = bench.third.opening("consultation.note", note("One of many."))
        answer = post(bench.third, letter)
        if answer.status != 200:
            return Beyond(letter, answer)
    return None


@probe("transport.quota")
def quota(bench: Bench) -> None:
    """In whole seconds."""
    answer = beyond(bench).answer
    good = (answer.status, answer.code, answer.kind) == (429, "over-quota", PROBLEM)
    require(good, "status 429 with the code over-quota", answer.words())
    wait = answer.headers.get("retry-after", "")
    require(wait.isdecimal(), "Retry-After in whole seconds", f"Retry-After {wait!r}")


@probe("transport.quota-of-others")
def of_others(bench: Bench) -> None:
    """The party without an address sends while the third party is refused."""
    beyond(bench)
    letter = bench.third.opening("consultation.note", note("Still too many."))
    refused = post(bench.third, letter)
    if refused.status != 429:
        raise SkippedError("the quota of the third party was free again", remedy=REMEDY)
    answer = post(bench.silent, bench.silent.opening("consultation.note", note("Of another.")))
    require(answer.status == 200, "a receipt for the other party", answer.words())


@probe("transport.quota-emergency", level="SHOULD")
def emergency(bench: Bench) -> None:
    """A request that opens a conversation, with both approvals."""
    beyond(bench)
    letter = bench.third.opening("request.submitted", request("stored-data", "emergency"))
    answer = post(bench.third, bench.third.approved(letter, "author", "approver"))
    require(answer.status == 200, "a receipt", answer.words())


@probe("transport.quota-forgets")
def forgets(bench: Bench) -> None:
    """Another message of the same id is no double-speak, once the quota is free again."""
    gone = beyond(bench).letter
    letter = bench.third.opening("consultation.note", note("In its place."), id=gone.payload["id"])
    expect_receipt(bench.third, bench.third.send(letter), "applied")


def put_out(bench: Bench) -> int:
    """Put messages of the peer into its outbox, more than a quota allows; return how many."""
    peer = bench.peer
    for number in range(1, FLOOD + 1):
        letter = peer.opening("consultation.note", note("One of many that wait."))
        message = peer.sign(letter)
        sealed = peer.seal(encode(letter.parcel(message, known=None)))
        with bench.endpoint.news:
            bench.endpoint.outbox[record_of(message)] = (number, sealed)
    return FLOOD


@probe("transport.quota-polled")
def polled(bench: Bench) -> None:
    """More messages wait in the peer's outbox than it may send in a minute."""
    beyond(bench)
    asked = len(bench.endpoint.requests)

    def polls() -> bool:
        found = bench.endpoint.requests[asked:]
        return any(one.path == OUTBOX and one.headers["comity-to"] == PEER for one in found)

    if not bench.endpoint.wait(polls, LOOK_S):
        raise SkippedError(
            f"the node does not poll {PEER}",
            remedy=f'let it poll (a Comity node: poll = ["{PEER}"] in node.toml); {REMEDY}',
        )
    count = put_out(bench)
    done = bench.endpoint.acknowledged
    try:
        came = bench.endpoint.wait(lambda: done, MINUTE_S)
        require(came, "a receipt for what is within the quota", "none in time")
        time.sleep(QUIET_S)
        require(len(done) < count, f"fewer than {count} receipts", f"{len(done)}")
    finally:
        with bench.endpoint.news:
            bench.endpoint.outbox.clear()

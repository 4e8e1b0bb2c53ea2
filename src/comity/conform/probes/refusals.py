"""The node as a sender: which answers end a delivery, and after which it comes again (spec 13.3).

Several messages are answered otherwise at once, and looked at together: a probe alone would wait
as long.
"""

import itertools
import time
from collections.abc import Callable, Mapping
from typing import Final

from comity.conform.bench import Bench
from comity.conform.endpoint import Arrival, Reply, problem
from comity.conform.expectations import require
from comity.conform.model import SkippedError, Step, probe, table
from comity.conform.peer import Peer
from comity.conform.probes.sending import (
    QUIET_S,
    REPEAT_S,
    await_message,
    await_repetition,
    deliveries,
    record_of,
    seen_before,
    to_peer,
)

PAGE: Final = b"<!doctype html><title>Not here</title>"
UNSAID: Final = {"retryable": None}
NOT_AGAIN: Final = {"retryable": False}
FURTHER: Final = {"errors": [{"field": "kit"}], "until": "tomorrow"}
LONGEST_LOOK_S: Final = 30.0

type Replies = Mapping[str, Callable[[Peer, Arrival], Reply]]


def always(reply: Reply) -> Callable[[Peer, Arrival], Reply]:
    """Return what answers so, whatever came."""
    return lambda _peer, _arrival: reply


FINAL: Final[Replies] = {
    "said": always(problem(400, "type-unknown")),
    "status": always(Reply(404, "text/html", PAGE)),
    "unsaid": always(problem(422, "message-malformed", UNSAID)),
    "server": always(problem(500, "unforeseen", NOT_AGAIN)),
    "busy": always(problem(503, "busy", NOT_AGAIN, Retry_After="1")),
}
"""Answers after which nothing is sent again."""
PASSING: Final[Replies] = {
    "said": always(problem(400, "seal-broken")),
    "timeout": always(problem(408, "body-slow", UNSAID)),
    "early": always(problem(425, "unforeseen", UNSAID)),
    "proxy": always(Reply(502, "text/html", PAGE)),
    "status": always(
        problem(500, "unforeseen", {"retryable": None, "status": 400, "title": "Bad Request"})
    ),
    "further": always(problem(400, "seal-broken", FURTHER)),
}
"""Answers after which the message is sent again."""


def answered(
    bench: Bench, place: str, replies: Replies, *, again: bool
) -> dict[str, list[Arrival]]:
    """Answer the first delivery of a message each way; return all deliveries; once a run.

    Args:
        bench: of the run.
        place: names the replies.
        replies: by name; one message is sent for each.
        again: whether the messages must come again, so that they need not be waited for longer.
    """
    kept: dict[str, list[Arrival]] | None = bench.kept.get(place)
    if kept is not None:
        return kept
    given: dict[str, Callable[[Peer, Arrival], Reply]] = {}
    known, left = seen_before(bench), iter(replies.values())

    def rule(peer: Peer, arrival: Arrival) -> Reply | None:
        record = record_of(arrival)
        if not record or record in known:
            return None
        if record not in given:
            given[record] = next(left, always(Reply(500)))
            return given[record](peer, arrival)
        return None if again else given[record](peer, arrival)

    with bench.endpoint.answering(rule):
        first = {
            name: record_of(await_message(bench, to_peer(bench, f"Answered: {place}, {name}.")))
            for name in replies
        }
        if again:
            bench.endpoint.wait(
                lambda: all(len(deliveries(bench, record)) > 1 for record in first.values()),
                REPEAT_S,
            )
        else:
            time.sleep(quiet_s(bench))
        found = {name: deliveries(bench, record) for name, record in first.items()}
    bench.kept[place] = found
    return found


def quiet_s(bench: Bench) -> float:
    """Return how long to look for what must not come: longer than the pauses that were seen."""
    pause_s: float = bench.kept.get("pause", 0.0)
    return min(max(QUIET_S, 2 * pause_s), LONGEST_LOOK_S)


def ends(name: str) -> Step:
    """Return a step that demands one delivery only."""

    def step(bench: Bench) -> None:
        count = len(answered(bench, "final", FINAL, again=False)[name])
        require(count == 1, "one delivery", f"{count}")

    return step


def came_again(deliveries: list[Arrival]) -> None:
    """Demand a second delivery."""
    count = len(deliveries)
    require(count > 1, f"the message again within {REPEAT_S:.0f} seconds", f"{count} delivery")


def comes_again(name: str) -> Step:
    """Return a step that demands a second delivery."""
    return lambda bench: came_again(answered(bench, "passing", PASSING, again=True)[name])


table(
    {
        "sending.final-error": ends("said"),
        "sending.final-by-status": ends("status"),
        "sending.final-unsaid": ends("unsaid"),
        "sending.final-server-error": ends("server"),
        "sending.final-busy": ends("busy"),
        "sending.again-if-retryable": comes_again("said"),
        "sending.again-after-408": comes_again("timeout"),
        "sending.again-after-425": comes_again("early"),
        "sending.again-after-502": comes_again("proxy"),
        "sending.status-of-http": comes_again("status"),
        "sending.further-members": comes_again("further"),
    }
)


@probe("sending.other-certificate")
def other_certificate(bench: Bench) -> None:
    """Once the endpoint has its own certificate again, the message comes."""
    if not bench.endpoint.url.startswith("https"):
        raise SkippedError(
            "the address of the kit is plain HTTP on loopback",
            remedy="make other keys by comity conform keys FOLDER --url https://HOST:PORT",
        )
    operator = bench.need_operator()
    before, known = len(bench.endpoint.requests), seen_before(bench)

    def came() -> bool:
        return any(record_of(one) not in known for one in bench.endpoint.arrivals)

    with bench.endpoint.as_another():
        operator.send(to_peer(bench, "To another."))
        time.sleep(quiet_s(bench))
        count = len(bench.endpoint.requests) - before
    require(count == 0, "no request", f"{count}")
    require(bench.endpoint.wait(came, REPEAT_S), "the message afterwards", "nothing in time")


@probe("sending.wait-is-no-attempt")
def wait_is_no_attempt(bench: Bench) -> None:
    """Four times 503 with Retry-After, a second each."""
    found = await_repetition(
        bench,
        lambda *_: problem(503, "log-not-compared", Retry_After="1"),
        "Waits, and waits.",
        times=4,
    )
    pauses = [late.moment - early.moment for early, late in itertools.pairwise(found)]
    most_s = 2 * pauses[0] + 2
    require(pauses[-1] <= most_s, f"a pause of {most_s:.1f} s at most", f"{pauses[-1]:.1f} s")

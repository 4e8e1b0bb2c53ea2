"""A node that is broken on purpose, in each of these places, is found out."""

import base64
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.conform.conftest import Site

from comity.canonical import PeerError, b64, decode, encode, unb64
from comity.conform.bench import Bench
from comity.conform.letters import raw_jws
from comity.conform.peer import ahead
from comity.conform.probes.log import log_path
from comity.conform.run import all_probes, run, select_probes
from comity.conform.wire import Answer
from comity.demo.world import ASKING
from comity.keys import PrivateKey
from comity.node.core.keystore import load_keys

MOST = 64 * 1024 * 1024


class Spoiler:
    """Stands between the kit and the node, and changes what the node answers."""

    def __init__(self, key: PrivateKey) -> None:
        self.key = key
        self.first: dict[str, Answer] = {}
        self.count = 0

    def resigned(self, answer: Answer, change: Callable[[dict[str, Any]], None]) -> Answer:
        """Return a receipt that says something else, signed by the node's own key."""
        try:
            value = decode(unb64(decode(answer.body, max_bytes=MOST)["payload"]), max_bytes=MOST)
        except (PeerError, LookupError, TypeError):
            return answer
        change(value)
        body = encode(raw_jws(encode(value), [self.key], typ="comity-1.receipt.exercise"))
        return replace(answer, body=body)


def receipt(answer: Answer) -> bool:
    return answer.status == 200 and answer.kind == "application/jose+json"


def takes_everything(spoiler: Spoiler, answer: Answer) -> Answer:
    """Answer every message with a receipt, whatever it is."""
    if receipt(answer):
        spoiler.first.setdefault("good", answer)
    wrong = answer.method == "POST" and answer.path.endswith("/messages") and answer.status >= 400
    return spoiler.first.get("good", answer) if wrong else answer


def pages_for_errors(_: Spoiler, answer: Answer) -> Answer:
    """Give errors as pages for people."""
    if answer.status < 400:
        return answer
    return replace(answer, headers={**answer.headers, "content-type": "text/html"}, body=b"<p>No")


def other_signature(_: Spoiler, answer: Answer) -> Answer:
    """Sign receipts by nobody's key."""
    if not receipt(answer):
        return answer
    value = decode(answer.body, max_bytes=MOST)
    value["signatures"][0]["signature"] = b64(os.urandom(64))
    return replace(answer, body=encode(value))


def fresh_receipts(spoiler: Spoiler, answer: Answer) -> Answer:
    """Make another receipt each time, also for a duplicate."""
    spoiler.count += 1

    def later(value: dict[str, Any]) -> None:
        value["received_at"] = f"2026-11-30T00:00:{spoiler.count % 60:02d}Z"

    return spoiler.resigned(answer, later) if receipt(answer) else answer


def applies_everything(spoiler: Spoiler, answer: Answer) -> Answer:
    """Say that every message was applied."""
    return spoiler.resigned(answer, lambda value: value.update(outcome="applied"))


def forgets_consistency(spoiler: Spoiler, answer: Answer) -> Answer:
    """Leave the proof of consistency out of receipts."""
    return spoiler.resigned(answer, lambda value: value.update(consistency=None))


def frozen_log(spoiler: Spoiler, answer: Answer) -> Answer:
    """Show the first checkpoint for ever."""
    if answer.method == "GET" and answer.path.endswith("/checkpoint") and answer.status == 200:
        return spoiler.first.setdefault("checkpoint", answer)
    return answer


def other_proofs(_: Spoiler, answer: Answer) -> Answer:
    """Give proofs of another tree."""
    if "/consistency" not in answer.path or answer.status != 200:
        return answer
    return replace(answer, body=encode({"path": [b64(bytes(32))]}))


def other_tiles(_: Spoiler, answer: Answer) -> Answer:
    """Serve tiles of another tree, on every level: at 256 leaves the edge is one level up."""
    if "/tile/" not in answer.path or answer.status != 200:
        return answer
    return replace(answer, body=bytes(len(answer.body)))


def cookies(_: Spoiler, answer: Answer) -> Answer:
    """Set a cookie with every answer."""
    return replace(answer, headers={**answer.headers, "set-cookie": "id=1"})


def redirects(_: Spoiler, answer: Answer) -> Answer:
    """Lead to another spelling of an address."""
    if answer.status != 404:
        return answer
    return replace(answer, status=301, headers={"location": "/"}, body=b"")


def fails(_: Spoiler, answer: Answer) -> Answer:
    """Fail where something is asked that is not there."""
    if answer.status != 404:
        return answer
    return replace(answer, status=500, headers={"content-type": "text/html"}, body=b"Traceback")


def told_otherwise(answer: Answer, **members: Any) -> Answer:
    """Return an error that says something else; a member that is None is left out."""
    if answer.status < 400 or not answer.problem:
        return answer
    told = {
        name: value for name, value in {**answer.problem, **members}.items() if value is not None
    }
    return replace(answer, body=encode(told))


def says_not_if_to_come_again(_: Spoiler, answer: Answer) -> Answer:
    """Leave retryable out of errors."""
    return told_otherwise(answer, retryable=None)


def asks_to_come_again(_: Spoiler, answer: Answer) -> Answer:
    """Call every error retryable."""
    return told_otherwise(answer, retryable=True)


def other_status(_: Spoiler, answer: Answer) -> Answer:
    """Give another status than the registry gives the code."""
    return (
        answer if answer.status != 404 else replace(told_otherwise(answer, status=410), status=410)
    )


def conflict_as_a_problem(_: Spoiler, answer: Answer) -> Answer:
    """Answer a conflict of the witness as other errors."""
    if answer.status != 409:
        return answer
    told = {"code": "conflict", "detail": "x", "retryable": False, "status": 409}
    kind = {**answer.headers, "content-type": "application/problem+json"}
    return replace(
        answer, headers=kind, body=encode({**told, "title": "Conflict", "type": "about:blank"})
    )


def time_of_the_sender(spoiler: Spoiler, answer: Answer) -> Answer:
    """Take the time of arrival from what the message claims."""

    def claimed(value: dict[str, Any]) -> None:
        value["received_at"] = ahead(days=-1)

    return spoiler.resigned(answer, claimed) if receipt(answer) else answer


def takes_every_receipt(_: Spoiler, answer: Answer) -> Answer:
    """Accept whatever is posted as a receipt."""
    wrong = answer.path.endswith("/receipts") and answer.status >= 400
    return replace(answer, status=204, headers={}, body=b"") if wrong else answer


def any_transport(spoiler: Spoiler, answer: Answer) -> Answer:
    """Answer requests whose signature is wrong."""
    if answer.path.endswith("/epochs") and answer.method == "GET":
        if answer.status == 200:
            spoiler.first["note"] = answer
        return spoiler.first.get("note", answer)
    return answer


def opens_its_log(spoiler: Spoiler, answer: Answer) -> Answer:
    """Give the log to everybody."""
    if "/log/" not in answer.path:
        return answer
    if answer.status == 200:
        spoiler.first["log"] = answer
    return spoiler.first.get("log", answer) if answer.status == 401 else answer


def opens_nothing_by_token(_: Spoiler, answer: Answer) -> Answer:
    """Give tokens that are worth nothing."""
    if not answer.path.endswith("/log-token") or answer.status != 200:
        return answer
    told = decode(answer.body, max_bytes=MOST)
    return replace(answer, body=encode({**told, "token": "comity_log_x"}))


def tokens_for_ever(_: Spoiler, answer: Answer) -> Answer:
    """Give tokens that do not end tomorrow."""
    if not answer.path.endswith("/log-token") or answer.status != 200:
        return answer
    told = decode(answer.body, max_bytes=MOST)
    return replace(answer, body=encode({**told, "expires_at": ahead(days=365)}))


def takes_tokens_everywhere(_: Spoiler, answer: Answer) -> Answer:
    """Answer at every address whoever has a token."""
    if "/exchange/" not in answer.path or answer.status not in {401, 400}:
        return answer
    return replace(answer, status=200, headers={"content-type": "application/json"}, body=b"{}")


def serves_for_everybody(spoiler: Spoiler, answer: Answer) -> Answer:
    """Give a solution to everybody, and for ever."""
    if "/solutions/" not in answer.path:
        return answer
    if answer.status == 200:
        spoiler.first["solution"] = answer
    return spoiler.first.get("solution", replace(answer, status=200, body=b"x"))


def tiles_that_change(spoiler: Spoiler, answer: Answer) -> Answer:
    """Serve a tile otherwise each time."""
    if "/tile/0" not in answer.path or answer.status != 200:
        return answer
    spoiler.count += 1
    return replace(answer, body=bytes([spoiler.count % 256]) + answer.body[1:])


@pytest.mark.parametrize(
    ("spoil", "probe"),
    [
        (opens_its_log, "log.unsigned"),
        (opens_its_log, "log.token-unknown"),
        (opens_nothing_by_token, "log.token"),
        (tokens_for_ever, "log.token-end"),
        (takes_tokens_everywhere, "log.token-elsewhere"),
        (tiles_that_change, "log.tile-stays"),
        (takes_everything, "signatures.wrong"),
        (takes_everything, "values.fraction"),
        (takes_everything, "messages.sent-ahead"),
        (pages_for_errors, "problems.media-type"),
        (other_signature, "receipts.holds"),
        (fresh_receipts, "conversations.duplicate"),
        (applies_everything, "conversations.illegal-state"),
        (applies_everything, "approvals.none"),
        (applies_everything, "conversations.complaint-approvals"),
        (applies_everything, "conversations.minutes-of-another"),
        (takes_everything, "messages.edition-unknown"),
        (takes_everything, "signatures.revoked-key-of-before"),
        (forgets_consistency, "receipts.consistency"),
        (frozen_log, "log.grows"),
        (other_proofs, "log.consistent"),
        (other_tiles, "log.tiles-root"),
        (cookies, "problems.no-cookie"),
        (redirects, "transport.no-redirects"),
        (fails, "packages.not-offered"),
        (fails, "problems.no-fault-of-the-node"),
        (any_transport, "transport.too-old"),
        (says_not_if_to_come_again, "problems.members"),
        (asks_to_come_again, "problems.listed-retryable"),
        (other_status, "problems.listed-status"),
        (conflict_as_a_problem, "log.witness-conflict"),
        (time_of_the_sender, "receipts.time"),
        (takes_every_receipt, "sending.receipt-second-leaf"),
        (serves_for_everybody, "solutions.foreign"),
    ],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
def test_a_node_that_is_broken_is_found_out(
    site: Site, spoil: Callable[[Spoiler, Answer], Answer], probe: str
) -> None:
    key = load_keys(site.world.places[ASKING].config.keys)["receipt"]
    wanted = select_probes(all_probes(), [probe])
    with site.bench() as bench:
        warm(bench)
        assert [r.word for r in run(bench, wanted)] == ["pass"]
    with site.bench() as bench:
        spoiler, ask = Spoiler(key), bench.wire.ask

        def spoilt(*arguments: Any, **more: Any) -> Answer:
            answer = spoil(spoiler, ask(*arguments, **more))
            bench.wire.answers[-1] = answer
            return answer

        bench.wire.ask = spoilt  # type: ignore[method-assign]
        warm(bench)
        (result,) = run(bench, wanted)
    assert result.word == "fail"
    assert result.reason.startswith("Expected ")
    assert all(rule in result.reason for rule in result.probe.requirements)


def warm(bench: Bench) -> None:
    """Let something come that the probe can look at: a good message, an error, the checkpoint."""
    peer = bench.peer
    peer.send(peer.opening("contact.ping", {}))
    peer.ask("GET", "/exchange/v1/nothing")
    peer.ask("GET", f"{log_path(bench)}/checkpoint")
    peer.ask("GET", "/exchange/v1/epochs")


@pytest.mark.parametrize("probe", ["sending.once", "sending.final-error"])
def test_a_node_that_sends_again_is_found_out(site: Site, probe: str) -> None:
    (wanted,) = select_probes(all_probes(), [probe])
    with site.bench() as bench:
        answer = bench.endpoint.answer

        def twice(*arguments: Any) -> Any:
            answer(*arguments)
            return answer(*arguments)

        bench.endpoint.answer = twice  # type: ignore[method-assign, assignment]
        (result,) = run(bench, [wanted])
    assert result.word == "fail"
    assert "one delivery" in result.reason


def test_a_node_whose_requests_are_changed_on_the_way_is_found_out(site: Site) -> None:
    (wanted,) = select_probes(all_probes(), ["sending.signed-request"])
    with site.bench() as bench:
        answer = bench.endpoint.answer

        def changed(method: str, path: str, query: str, headers: Any, body: bytes) -> Any:
            digest = base64.b64encode(bytes(32)).decode()
            told = {**headers, "content-digest": f"sha-256=:{digest}:"}
            return answer(method, path, query, told, body)

        bench.endpoint.answer = changed  # type: ignore[method-assign]
        (result,) = run(bench, [wanted])
    assert result.word == "fail"
    assert "a request that its sender signed" in result.reason

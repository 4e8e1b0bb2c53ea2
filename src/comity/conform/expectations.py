"""What an answer must be: each function raises `BrokenError` in plain words."""

from typing import Any, NoReturn

from comity.canonical import PeerError, decode
from comity.conform.model import BrokenError
from comity.conform.peer import Peer, Sent
from comity.conform.wire import Answer
from comity.exchange import CheckedReceipt

JSON_KIND = "application/json"
PROBLEM = "application/problem+json"
RECEIPT = "application/jose+json"
_MEMBERS = {"code", "detail", "status", "title", "type"}
MAX_BYTES = 64 * 1024 * 1024


def fail_probe(expected: str, came: str) -> NoReturn:
    """Say what was expected and what came."""
    raise BrokenError(expected, came)


def require(holds: object, expected: str, came: str) -> None:
    """Raise unless something holds."""
    if not holds:
        raise BrokenError(expected, came)


def expect_error(answer: Answer, *codes: str) -> None:
    """Demand an error that nobody could mistake for a receipt.

    Args:
        answer: of the node.
        codes: of which the error must name one; any, if none is given.
    """
    wanted = f" with the code {' or '.join(codes)}" if codes else ""
    expected = f"an error (status 400 to 499){wanted}"
    require(400 <= answer.status < 500, expected, answer.words())
    require(answer.kind == PROBLEM, f"{expected} as {PROBLEM}", answer.words())
    missing = sorted(_MEMBERS - answer.problem.keys())
    require(not missing, f"{expected} with all its members", f"one without {', '.join(missing)}")
    require(not codes or answer.code in codes, expected, answer.words())


def expect_receipt(peer: Peer, sent: Sent, *wanted: str) -> CheckedReceipt:
    """Demand a receipt in which everything holds, with one of these outcomes."""
    expected = f"a receipt with the outcome {' or '.join(wanted)}"
    require(sent.answer.status == 200, expected, sent.answer.words())
    try:
        checked = peer.check(sent)
    except PeerError as fault:
        raise BrokenError(f"{expected} that holds", f"one that fails: {fault}") from fault
    told = checked.receipt.outcome
    require(told in wanted, expected, f"a receipt with the outcome {told}")
    return checked


def read_json(answer: Answer, what: str, *, status: int = 200, kind: str = JSON_KIND) -> Any:
    """Demand an answer in canonical JSON; return it."""
    expected = f"{what} (status {status}, {kind})"
    require(answer.status == status, expected, answer.words())
    require(answer.kind == kind, expected, answer.words())
    try:
        return decode(answer.body, max_bytes=MAX_BYTES)
    except PeerError as fault:
        raise BrokenError(f"{what} in canonical form", f"bytes that are not: {fault}") from fault

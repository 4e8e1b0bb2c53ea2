"""Errors as RFC 9457 has them: looks at every error that the run met (spec 14)."""

from collections.abc import Callable
from http import HTTPStatus

from comity.conform.bench import Bench
from comity.conform.expectations import PROBLEM, require
from comity.conform.model import BrokenError, SkippedError, Step, probe, table
from comity.conform.wire import Answer
from comity.exchange.wire_errors import WIRE_ERRORS
from comity.ledger.witness import CONFLICT_CONTENT_TYPE

MEMBERS = {
    "code": str, "detail": str, "retryable": bool, "status": int, "title": str, "type": str,
}  # fmt: skip
CODE = "abcdefghijklmnopqrstuvwxyz0123456789-"
MOST_DETAIL = 1000
BUSY = (429, 503)


def errors(bench: Bench) -> list[Answer]:
    """Return the errors that came so far, but for conflicts of a witness, which are no problems."""
    found = [
        one
        for one in bench.wire.answers
        if one.status >= 400 and (one.status, one.kind) != (409, CONFLICT_CONTENT_TYPE)
    ]
    if not found:
        raise SkippedError("no error came in this run", remedy="run it with other probes")
    return found


def every(expected: str, holds: Callable[[Answer], bool]) -> Step:
    """Return a step that demands something of every error."""

    def step(bench: Bench) -> None:
        odd = [one for one in errors(bench) if not holds(one)]
        if odd:
            first = odd[0]
            told = f"{len(odd)} others, the first for {first.method} {first.path}: {first.words()}"
            raise BrokenError(expected, told)

    return step


def listed(answer: Answer, member: str) -> bool:
    """Tell whether a member is as the registry says, where it lists the code for an answer."""
    wire = WIRE_ERRORS.get(answer.code)
    if wire is None:
        return True
    if member == "status":
        return answer.status == wire.status
    return answer.problem.get(member) is wire.retryable


def phrase(answer: Answer) -> str:
    """Return the phrase of a status."""
    try:
        return HTTPStatus(answer.status).phrase
    except ValueError:
        return ""


table(
    {
        "problems.media-type": every(f"{PROBLEM} each time", lambda one: one.kind == PROBLEM),
        "problems.members": every(
            "code, detail, retryable, status, title and type each time",
            lambda one: all(isinstance(one.problem.get(k), t) for k, t in MEMBERS.items()),
        ),
        "problems.type": every(
            "about:blank each time", lambda one: one.problem.get("type") == "about:blank"
        ),
        "problems.status": every(
            "the same number each time", lambda one: one.problem.get("status") == one.status
        ),
        "problems.title": every(
            "the phrase each time", lambda one: one.problem.get("title") == phrase(one)
        ),
        "problems.listed-status": every(
            "the status of the code each time", lambda one: listed(one, "status")
        ),
        "problems.listed-retryable": every(
            "retryable as the code has it", lambda one: listed(one, "retryable")
        ),
        "problems.no-cookie": every("no cookie", lambda one: "set-cookie" not in one.headers),
        "problems.short": every(
            "a short sentence each time",
            lambda one: (
                len(str(one.problem.get("detail", ""))) <= MOST_DETAIL
                and b"Traceback" not in one.body
            ),
        ),
        "problems.no-fault-of-the-node": every(
            "no status of 500", lambda one: one.status != HTTPStatus.INTERNAL_SERVER_ERROR
        ),
    }
)

table(
    {
        "problems.code": every(
            "a code each time",
            lambda one: 0 < len(one.code) <= 60 and set(one.code) <= set(CODE),
        ),
    },
    level="SHOULD",
)


@probe("problems.retry-after")
def retry_after(bench: Bench) -> None:
    """In whole seconds, or as a date (RFC 9110, 10.2.3)."""
    busy = [one for one in bench.wire.answers if one.status in BUSY]
    if not busy:
        raise SkippedError(
            "the node answered nothing of this run with 429 or 503",
            remedy="set a small quota, and run --only C-13.3-04 --only C-14-09",
        )
    for one in busy:
        text = one.headers.get("retry-after", "")
        dated = text.endswith(" GMT")
        require(text.isdecimal() or dated, "Retry-After with a time", f"Retry-After {text!r}")

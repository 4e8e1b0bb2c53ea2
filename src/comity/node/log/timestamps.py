"""Asking time-stamp authorities to date this node's newest checkpoint (RFC 3161).

The log's own checkpoint note is stamped, without cosignatures; one token dates every entry under
it. A token is kept only if the trust file's roots stand for it. Nothing waits for an authority:
an authority that is away leaves a fault that the condition shows, and is asked again.

Source: RFC 3161 section 3.4; spec 11.3 and 16.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import transaction

from comity.canonical import ComityError, OperationError
from comity.http import AnswerTooLongError, Client, NoAnswerError
from comity.ledger import Checkpoint
from comity.ledger.timestamp import MAX_RESPONSE_BYTES, parse_roots, request, verify_stamp
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.log.guarded_log import read_guarded
from comity.node.models import Timestamp, TimestampAuthority

RETRY_AFTER: Final = timedelta(minutes=5)
CLOCKS_APART: Final = timedelta(minutes=5)  # what partners bear (spec 6, `sent-ahead`)
_CONNECT_S: Final = 5.0
_TIMEOUT_S: Final = 20.0
_TYPES: Final = ("application/timestamp-query", "application/timestamp-reply")


class TimestampUnansweredError(OperationError, code="timestamp-unanswered"):
    """A time-stamp authority did not answer, or not as RFC 3161 says; it is asked again."""


class TimestampClockError(OperationError, code="timestamp-clock"):
    """This node's clock and a time-stamp authority's are more than five minutes apart."""


@dataclass(frozen=True)
class Stamping:
    """How one authority answers.

    Attributes:
        address: whom we ask.
        tree_size: leaves of the newest checkpoint it stamped in this epoch, 0 for none.
        stamped_at: its time on that token, or None.
        fault: error code of the last request, or empty; ``timestamp-clock`` beside a kept token.
    """

    address: str
    tree_size: int
    stamped_at: datetime | None
    fault: str


def stampings(node: Node, *, epoch: int) -> tuple[Stamping, ...]:
    """Return how each configured authority answers."""
    return tuple(_stamping(address, epoch) for address in node.config.timestamp_urls)


def _stamping(address: str, epoch: int) -> Stamping:
    last = _last(address, epoch)
    asked = TimestampAuthority.objects.filter(address=address).first()
    return Stamping(
        address=address,
        tree_size=last.tree_size if last else 0,
        stamped_at=last.at if last else None,
        fault=asked.fault if asked else "",
    )


def _last(address: str, epoch: int) -> Timestamp | None:
    found = Timestamp.objects.filter(epoch=epoch, authority=address)
    return found.order_by("-tree_size").first()


def stamp_newest(node: Node) -> int:
    """Have the newest checkpoint stamped by every authority that is due; return how many did.

    An authority is due when the log grew since its last token and that token is older than the
    setting says, or five minutes after it failed.
    """
    if not node.config.timestamp_urls:
        return 0
    newest = read_guarded(node)
    epoch, size = newest.epoch, newest.tree_size
    due = [a for a in node.config.timestamp_urls if _due(node, a, epoch, size)]
    if not size or not due:
        return 0
    checkpoint = Checkpoint(node.origin(epoch), size, newest.root)
    return sum(_stamp(node, address, epoch, checkpoint, newest.note) for address in due)


def _due(node: Node, address: str, epoch: int, size: int) -> bool:
    last = _last(address, epoch)
    if last is not None and last.tree_size >= size:
        return False
    asked = TimestampAuthority.objects.filter(address=address).first()
    if asked is None:
        return True
    pause = RETRY_AFTER if asked.fault else timedelta(minutes=node.config.timestamp_minutes)
    return now() >= asked.asked_at + pause


def _stamp(node: Node, address: str, epoch: int, checkpoint: Checkpoint, note: bytes) -> bool:
    """Ask one authority; keep its token, or its fault; tell whether it stamped."""
    try:
        asked = request(note)
        response = ask(address, asked.as_bytes())
        roots = parse_roots(node.directory.trust.timestamp_roots)
        stamp = verify_stamp(response, note, roots=roots, nonce=asked.nonce)
    except ComityError as fault:
        _failed(address, checkpoint.origin, fault.code)
        return False
    at = now()
    with transaction.atomic():
        Timestamp.objects.create(
            epoch=epoch,
            tree_size=checkpoint.tree_size,
            authority=address,
            note=note.decode(),
            response=response,
            at=stamp.at,
            kept_at=at,
        )
        apart = (
            abs(at - stamp.at) > CLOCKS_APART
        )  # the nonce makes the token as fresh as the answer
        _note_asked(address, at, TimestampClockError.code if apart else "")
        audit.note(
            at=at,
            actor=audit.SYSTEM,
            action="log.stamped",
            subject=checkpoint.origin,
            detail=f"{checkpoint.tree_size} entries",
        )
    return True


def _failed(address: str, origin: str, code: str) -> None:
    """Keep a fault; it is written into the audit when it is another than before."""
    at = now()
    with transaction.atomic():
        before = TimestampAuthority.objects.filter(address=address).first()
        _note_asked(address, at, code)
        if before is None or before.fault != code:
            audit.note(
                at=at,
                actor=audit.SYSTEM,
                action="log.stamp-failed",
                subject=origin,
                detail=code,
            )


def _note_asked(address: str, at: datetime, fault: str) -> None:
    TimestampAuthority.objects.update_or_create(
        address=address, defaults={"asked_at": at, "fault": fault}
    )


def ask(address: str, query: bytes) -> bytes:
    """Return what an authority answers to a TimeStampReq; redirects are never followed.

    Raises:
        TimestampUnansweredError: no answer in time, another status or type, or too large a one.

    Source: RFC 3161 section 3.4.
    """
    fields = {"Content-Type": _TYPES[0], "Accept": _TYPES[1]}
    client = Client(connect_s=_CONNECT_S, step_s=_TIMEOUT_S)
    try:
        with client.stream("POST", address, body=query, headers=fields) as response:
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if response.status != HTTPStatus.OK or kind != _TYPES[1]:
                raise TimestampUnansweredError(
                    "the authority's answer is no time-stamp reply", status=response.status
                )
            return response.read(MAX_RESPONSE_BYTES)
    except AnswerTooLongError as fault:
        raise TimestampUnansweredError("an answer larger than any time stamp") from fault
    except NoAnswerError as fault:
        raise TimestampUnansweredError(str(fault)) from fault
    finally:
        client.close()


def covering(epoch: int, indexes: Sequence[int]) -> Iterator[Timestamp]:
    """Yield the tokens that date some leaves earliest: of each authority, the first over each leaf.

    Args:
        epoch: of the log.
        indexes: places of the leaves.
    """
    places: dict[str, list[tuple[int, int]]] = {}
    rows = Timestamp.objects.filter(epoch=epoch).order_by("tree_size")
    for pk, size, authority in rows.values_list("pk", "tree_size", "authority"):
        places.setdefault(authority, []).append((size, pk))
    wanted = set()
    for found in places.values():
        sizes = [size for size, _ in found]
        firsts = {bisect_right(sizes, index) for index in indexes}
        wanted |= {found[first][1] for first in firsts if first < len(found)}
    for pk in sorted(wanted):
        yield Timestamp.objects.get(pk=pk)

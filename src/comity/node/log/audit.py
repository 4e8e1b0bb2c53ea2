"""Writing down who did what, in the transaction of what was done."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from comity.node.core import prepared_sql
from comity.node.core.randomness import random_bytes
from comity.node.log.store import Leaf
from comity.node.models import AuditRow

SYSTEM = "node"
SALT_BYTES = 32
_FOLLOWED: ContextVar[list[str] | None] = ContextVar("followed", default=None)


@contextmanager
def followed() -> Iterator[list[str]]:
    """Collect the words of the audit rows that are written inside, by this thread."""
    words: list[str] = []
    before = _FOLLOWED.set(words)
    try:
        yield words
    finally:
        _FOLLOWED.reset(before)


def note(
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: str = "",
    epoch: int | None = None,
    leaf: Leaf | None = None,
) -> None:
    """Write an audit row.

    Args:
        at: this node's clock.
        actor: user name, party, or `SYSTEM`.
        action: a word of docs/reference/audit.md.
        subject: a digest or number, never payload.
        detail: a code, never payload.
        epoch: of the log, where the act is in it.
        leaf: the leaf, where the act is in the log.
    """
    row = AuditRow(
        at=at,
        actor=actor,
        action=action,
        subject=subject[:200],
        detail=detail[:200],
        epoch=epoch,
        index=leaf.index if leaf else None,
        salt=random_bytes(SALT_BYTES),
    )
    prepared_sql.insert(row)
    words = _FOLLOWED.get()
    if words is not None:
        words.append(action)

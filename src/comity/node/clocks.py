"""The clocks: what falls due is told to people in time, and that it was told is recorded."""

from datetime import timedelta
from typing import Final

from comity.directory.fetching import http_fetch
from comity.node import audit
from comity.node.clock import now
from comity.node.models import AuditRow, Conversation
from comity.node.node import Node

NOTICE: Final = timedelta(days=7)


def warn() -> int:
    """Record once for each deadline that it is near, and once that it has passed.

    Returns:
        How many notices were written; the list of cases shows them from then on.
    """
    moment = now()
    near = Conversation.objects.filter(due_at__lte=moment + NOTICE).exclude(main="closed")
    written = 0
    for row in near:
        passed = row.due_at is not None and row.due_at <= moment
        action = "clock.passed" if passed else "clock.near"
        due = row.due_at.isoformat() if row.due_at else ""
        told = AuditRow.objects.filter(action=action, subject=row.digest, detail=due)
        if not told.exists():
            audit.note(at=moment, actor=audit.SYSTEM, action=action, subject=row.digest, detail=due)
            written += 1
    return written


def refresh_directory(node: Node) -> int:
    """Refresh the directory from its source; without one, it is exchanged by hand."""
    if not node.config.directory_url:
        return 0
    node.store.refresh(http_fetch(node.config.directory_url), now=now())
    return 1

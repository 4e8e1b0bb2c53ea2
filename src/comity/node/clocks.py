"""The clocks: what falls due is told to people in time, and that it was told is recorded."""

from datetime import datetime, timedelta
from typing import Final

from comity.directory.fetching import http_fetch
from comity.node import audit
from comity.node.clock import now
from comity.node.models import AuditRow, Conversation, Exhibit, Package
from comity.node.node import Node

NOTICE: Final = timedelta(days=7)


def warn() -> int:
    """Record once for each deadline, and for each end of retention, that it is near or has passed.

    Returns:
        How many notices were written; the lists of cases and of evidence show them from then on.
    """
    moment = now()
    near = Conversation.objects.filter(due_at__lte=moment + NOTICE).exclude(main="closed")
    kept = Exhibit.objects.filter(retain_until__lte=moment + NOTICE)
    due = [(row.digest, row.due_at) for row in near]
    due += [(row.exhibit, row.retain_until) for row in kept if _is_here(row.exhibit)]
    return sum(_tell(subject, at, moment) for subject, at in due if at is not None)


def _tell(subject: str, due: datetime, moment: datetime) -> int:
    """Record once that a moment is near or has passed; return how many rows that took."""
    action = "clock.passed" if due <= moment else "clock.near"
    detail = due.isoformat()
    if AuditRow.objects.filter(action=action, subject=subject, detail=detail).exists():
        return 0
    audit.note(at=moment, actor=audit.SYSTEM, action=action, subject=subject, detail=detail)
    return 1


def _is_here(exhibit: str) -> bool:
    stages = (Package.Stage.SEALED, Package.Stage.STORED)
    return Package.objects.filter(exhibit=exhibit, stage__in=stages).exists()


def refresh_directory(node: Node) -> int:
    """Refresh the directory from its source; without one, it is exchanged by hand."""
    if not node.config.directory_url:
        return 0
    node.store.refresh(http_fetch(node.config.directory_url), now=now())
    return 1

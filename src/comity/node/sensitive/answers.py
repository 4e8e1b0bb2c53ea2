"""Values that answers about markers hold."""

from typing import Any

from comity.node.models import Mark


def marks_value(kind: str, subject: str) -> dict[str, Any]:
    """Return every marker of a thing, those lifted too, the newest first."""
    names = ("marker", "reason", "listed", "at", "by", "lifted_at")
    rows = Mark.objects.filter(kind=kind, subject=subject).order_by("-pk").values(*names)
    return {"subject": subject, "marks": list(rows)}

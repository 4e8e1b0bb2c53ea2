"""The board as a file: CSV for a spreadsheet, JSON for a program; audited."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from comity.node.assistance.board import Filter, narrowed
from comity.node.log import audit
from comity.node.models import BoardLine, Conversation
from comity.node.people.access.visible_cases import Circle

FORMS: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
COLUMNS: Final = (
    "conversation", "case", "kind", "side", "party", "with", "state", "stands", "matter", "form",
    "topics", "review_at", "changed_at",
)  # fmt: skip
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


def told(lines: Iterable[BoardLine]) -> list[dict[str, Any]]:
    """Return lines as values, with the parties of each."""
    rows = list(lines)
    found = Conversation.objects.filter(digest__in=[one.conversation for one in rows])
    members = dict(found.values_list("digest", "members"))
    return [
        {
            "conversation": one.conversation,
            "case": one.case,
            "kind": one.kind,
            "side": "ours" if one.ours else "theirs",
            "party": one.party,
            "with": [p for p in members.get(one.conversation, ()) if p != one.party],
            "state": one.state,
            "stands": one.stands or "open",
            "matter": one.matter,
            "form": one.form,
            "topics": topics_of(one),
            "review_at": one.review_at,
            "changed_at": one.changed_at,
        }
        for one in rows
    ]


def topics_of(line: BoardLine) -> list[str]:
    """Return the keys of a line's topics."""
    return [key for key in line.topics.split(",") if key]


def export(circle: Circle, wanted: Filter, form: str, *, by: str, at: datetime) -> bytes:
    """Return the lines that a filter asks for and the officer may see, oldest change first.

    A cell that a spreadsheet would take for a formula begins with an apostrophe: the text is
    another State's.

    Args:
        circle: of the officer.
        wanted: what to narrow to.
        form: of `FORMS`.
        by: user name, for the audit.
        at: aware UTC.
    """
    rows = told(narrowed(circle, wanted).order_by("changed_at", "conversation"))
    audit.note(at=at, actor=by, action="assistance.exported", subject=form, detail=str(len(rows)))
    if form == "json":
        value = {"at": at.isoformat(), "party": _party(), "lines": rows}
        return json.dumps(value, ensure_ascii=False, indent=1, default=_moment).encode()
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def _party() -> str:
    """Return this office."""
    return settings.CONFIG.party if settings.CONFIG else ""


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    shown = " ".join(value) if isinstance(value, list) else str(value)
    return f"'{shown}" if shown.startswith(_RISKY) else shown

"""The record of tests between watches as CSV, for the office alone."""

import csv
import io
from datetime import datetime
from typing import Final

from comity.canonical import time_text
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.messages import partner_tests

COLUMNS: Final = (
    "party",
    "asked_by",
    "asked_at",
    "answered_at",
    "answered_after_s",
    "counted",
    "by",
)
MOST: Final = 10_000


def export(node: Node, *, by: str, at: datetime) -> str:
    """Return the newest 10,000 tests as CSV, and write down that they were taken out."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in partner_tests.history(node, most=MOST):
        answered = time_text(one.answered_at) if one.answered_at else ""
        after = "" if one.after_s is None else str(one.after_s)
        by_us = "us" if one.ours else "them"
        counted = "yes" if one.counted else "no"
        writer.writerow(
            [one.party, by_us, time_text(one.asked_at), answered, after, counted, one.by]
        )
    audit.note(at=at, actor=by, action="reach.exported", subject="reach")
    return out.getvalue()

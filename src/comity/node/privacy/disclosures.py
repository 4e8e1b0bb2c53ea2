"""A release: a list of records with what of each is handed out, and codes for what is not.

The list is proposed from what the case holds, drawn up by one officer, approved by another, and
taken out as an index: CSV for programs, PDF for people.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from comity.canonical import PeerError
from comity.docket import Item
from comity.instruments.csv_text import csv_text
from comity.node.cases import docket_store
from comity.node.models import Conversation, DocketItem, MessageRow, Package
from comity.node.privacy.rules import last

KIND: Final = "release"
HEAD: Final = ("number", "record", "description", "standing", "codes", "reasons", "remark")
STANDINGS: Final = ("released", "part", "withheld")
MOST: Final = 200
MOST_CHARS: Final = 300
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
type Line = tuple[str, str, str, str, str]
"""Record, description, standing, codes, remark."""


class ReleaseLineError(PeerError, code="release-line"):
    """A line of a list of records breaks its form; the fact ``line`` says which."""


@dataclass(frozen=True)
class Counts:
    """How much of a release is handed out."""

    released: int
    part: int
    withheld: int


def release_named(identifier: str) -> Item:
    """Return a release.

    Raises:
        DocketItem.DoesNotExist: no such release here.
    """
    item = docket_store.item_named(identifier)
    if item.kind.name != KIND:
        raise DocketItem.DoesNotExist
    return item


def records(item: Item) -> list[dict[str, Any]]:
    """Return the rows of the newest list; none before there is one, or after it was erased."""
    return list(item.said("release.listed").get("records") or ())


def counts(item: Item) -> Counts:
    """Return how many records are released, released in part, and withheld."""
    found = [row["standing"] for row in records(item)]
    return Counts(*(found.count(one) for one in STANDINGS))


def is_approved(item: Item) -> bool:
    """Tell whether the newest list was approved by another officer."""
    listed, approved = last(item, "release.listed"), item.said("release.approved")
    return listed is not None and approved.get("entry") == listed.digest


@dataclass(frozen=True)
class Held:
    """A record of a case, as a list proposes it.

    Attributes:
        record: its digest or identifier.
        kind: type of a message, kind of an item of the docket, or ``evidence``.
        by: authority that sent it, or empty.
        at: moment of it.
    """

    record: str
    kind: str
    by: str
    at: datetime


def proposed(case: str) -> list[Held]:
    """Return every record of a case; what is handed out of each a person says."""
    conversations = Conversation.objects.filter(case=case).values("digest")
    rows = MessageRow.objects.filter(conversation__in=conversations).order_by("recorded_at")
    found = [Held(row.record, row.type, row.author, row.sent_at) for row in rows[:MOST]]
    items = DocketItem.objects.filter(case=case).exclude(kind__in=("release", "review", "hold"))
    found += [Held(row.item, row.kind, "", row.changed_at) for row in items.order_by("item")[:MOST]]
    wanted = Q(conversation__in=conversations) | Q(handed_in_for__in=conversations)
    packages = Package.objects.filter(wanted).order_by("changed_at")[:MOST]
    found += [Held(row.root, "evidence", "", row.changed_at) for row in packages]
    return found[:MOST]


def read_rows(rows: Iterable[Line]) -> list[dict[str, Any]]:
    """Return the list that lines say; a line of which nothing is said is no line.

    Raises:
        ReleaseLineError: by the number of the line, what breaks its form.
    """
    lines = [(n, line) for n, line in enumerate(rows, start=1) if any(line)]
    if not 1 <= len(lines) <= MOST:
        raise ReleaseLineError(f"1 to {MOST} records", line=0)
    return [_row(n, line, number) for number, (n, line) in enumerate(lines, start=1)]


def _row(line: int, parts: Line, number: int) -> dict[str, Any]:
    record, description, standing, codes, remark = (part.strip() for part in parts)
    if standing not in STANDINGS:
        raise ReleaseLineError(f"line {line}: released, part or withheld", line=line)
    if not record or not description:
        raise ReleaseLineError(f"line {line}: what it is, and a description", line=line)
    if any(len(part) > MOST_CHARS or _CONTROL.search(part) for part in parts):
        raise ReleaseLineError(f"line {line}: {MOST_CHARS} characters each, one line", line=line)
    return {
        "number": number,
        "record": record,
        "description": description,
        "standing": standing,
        "codes": codes.replace(",", " ").split(),
        "remark": remark or None,
    }


def as_csv(item: Item, reasons: Mapping[str, str], standings: Mapping[str, str]) -> bytes:
    """Return the index as CSV, UTF-8 with the mark that spreadsheets ask for.

    Args:
        item: the release.
        reasons: code to what it means, in the reader's language.
        standings: standing to its word.
    """
    rows = [
        (
            str(row["number"]),
            row["record"],
            row["description"],
            standings[row["standing"]],
            " ".join(row["codes"]),
            " ".join(reasons.get(code, code) for code in row["codes"]),
            row["remark"] or "",
        )
        for row in records(item)
    ]
    return csv_text(HEAD, rows).encode("utf-8-sig")

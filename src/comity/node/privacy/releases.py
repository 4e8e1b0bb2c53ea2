"""A release: a list of records with what of each is handed out, and codes for what is not.

The list is proposed from what the case holds, drawn up by one officer, approved by another, and
taken out as an index: CSV for programs, PDF for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from comity.canonical import PeerError
from comity.docket import Item
from comity.instruments.csv_text import csv_text
from comity.node import docketing
from comity.node.models import Conversation, DocketItem, MessageRow, Package
from comity.node.privacy.rules import last

KIND: Final = "release"
HEAD: Final = ("number", "record", "description", "standing", "codes", "reasons", "remark")
STANDINGS: Final = ("released", "part", "withheld")
MOST: Final = 200
_FIELDS: Final = 5


class ReleaseLineError(PeerError):
    """A line of a list of records breaks its form; the fact ``line`` says which."""

    code = "release-line"


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
    item = docketing.item_named(identifier)
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


def proposed(case: str) -> str:
    """Return lines for every record of a case, as a person would go on with them."""
    return "\n".join(f"{record} | {what} | released | | " for record, what in _of_case(case)[:MOST])


def _of_case(case: str) -> list[tuple[str, str]]:
    conversations = Conversation.objects.filter(case=case).values("digest")
    rows = MessageRow.objects.filter(conversation__in=conversations).order_by("recorded_at")
    found = [(row.record, f"{row.type} {row.sent_at:%Y-%m-%d}") for row in rows]
    items = DocketItem.objects.filter(case=case).exclude(kind__in=("release", "review", "hold"))
    found += [(row.item, f"{row.kind} {row.changed_at:%Y-%m-%d}") for row in items.order_by("item")]
    wanted = Q(conversation__in=conversations) | Q(handed_in_for__in=conversations)
    packages = Package.objects.filter(wanted).order_by("changed_at")
    return found + [(row.root, f"evidence {row.changed_at:%Y-%m-%d}") for row in packages]


def lines_of(item: Item) -> str:
    """Return the newest list as lines, to be changed."""
    return "\n".join(
        " | ".join(
            (
                row["record"],
                row["description"],
                row["standing"],
                " ".join(row["codes"]),
                row["remark"] or "",
            )
        )
        for row in records(item)
    )


def read_lines(text: str) -> list[dict[str, Any]]:
    """Return the rows that lines say: ``record | description | standing | codes | remark``.

    Raises:
        ReleaseLineError: by the number of the line, what breaks its form.
    """
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not 1 <= len(lines) <= MOST:
        raise ReleaseLineError(f"1 to {MOST} records", line=0)
    return [_row(n, line, number) for number, (n, line) in enumerate(lines, start=1)]


def _row(line: int, text: str, number: int) -> dict[str, Any]:
    parts = [part.strip() for part in text.split("|", _FIELDS - 1)]
    parts += [""] * (_FIELDS - len(parts))
    record, description, standing, codes, remark = parts
    if standing not in STANDINGS:
        raise ReleaseLineError(f"line {line}: released, part or withheld", line=line)
    if not record or not description:
        raise ReleaseLineError(f"line {line}: what it is, and a description", line=line)
    return {
        "number": number,
        "record": record[:300],
        "description": description[:300],
        "standing": standing,
        "codes": codes.replace(",", " ").split(),
        "remark": remark[:300] or None,
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

"""Keeping the index: a document is written in the transaction of the fact that it is of.

Nothing here is a record: `rebuilding` makes all of it anew from what is.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.db import connection

from comity.docket import Item
from comity.exchange import Section
from comity.node import rows
from comity.node.models import (
    Conversation,
    DocketItem,
    Mark,
    MessageRow,
    Original,
    Package,
    SearchClock,
    SearchDocument,
    SectionRow,
)
from comity.node.search import engine
from comity.node.search.texts import DUE, Document, of_case, of_item, of_message, of_package

Kind = SearchDocument.Kind
SECOND_BITS: Final = 12
_KIND_BITS: Final = 9
_PLACE: Final = {kind: number for number, kind in enumerate(Kind.values)}
_WRITE: Final = (
    "INSERT INTO node_searchdocument (id, kind, subject, {case}, assigned, due_at) "
    "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (kind, subject) DO UPDATE SET "
    "{case} = excluded.{case}, assigned = excluded.assigned, due_at = excluded.due_at "
    "RETURNING id"
)


def first_id(at: datetime) -> int:
    """Return the smallest id that a document of a moment, to the second, can have."""
    return max(0, int(at.timestamp())) << SECOND_BITS


def put(documents: Iterable[Document]) -> None:
    """Store documents, in place of what stood for the same things; in the caller's transaction."""
    written = []
    statement = _WRITE.format(case=connection.ops.quote_name("case"))
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        for one in documents:
            free = _free(cursor, one)
            cursor.execute(
                statement,
                (
                    free,
                    one.kind,
                    one.subject,
                    one.case,
                    one.assigned,
                    moment(one.due_at) if one.due_at else None,
                ),
            )
            number = cursor.fetchone()[0]
            if one.kind == Kind.CASE and (one.due_at or number != free):
                _keep_clocks(cursor, number, one)
            written.append((number, one.words))
    engine.put(written)


def _keep_clocks(cursor: Any, number: int, one: Document) -> None:
    """Write the facts of a case where the register looks for those with a clock."""
    cursor.execute("DELETE FROM node_searchclock WHERE document = %s", (number,))
    if one.due_at:
        due = connection.ops.adapt_datetimefield_value(one.due_at)
        facts = [word.removeprefix(DUE) for word in one.words if word.startswith(f"{DUE}=")]
        cursor.executemany(
            "INSERT INTO node_searchclock (facet, due_at, document) VALUES (%s, %s, %s)",
            [(fact, due, number) for fact in facts],
        )


def _free(cursor: Any, one: Document) -> int:
    """Return an id that no document has, in the second of the thing or soon after."""
    least = first_id(one.at) + (_PLACE[one.kind] << _KIND_BITS)
    while True:
        above = least + (1 << _KIND_BITS)
        cursor.execute(
            "SELECT MAX(id) FROM node_searchdocument WHERE id >= %s AND id < %s", (least, above)
        )
        (last,) = cursor.fetchone()
        if last is None:
            return least
        if last + 1 < above:
            return int(last) + 1
        least += 1 << SECOND_BITS


def drop(kinds: Iterable[str], subjects: Iterable[str]) -> None:
    """Forget what stands for things, in the caller's transaction."""
    found = SearchDocument.objects.filter(kind__in=list(kinds), subject__in=list(subjects))
    numbers = list(found.values_list("id", flat=True))
    engine.drop(numbers)
    SearchClock.objects.filter(document__in=numbers).delete()
    found.delete()


# ------------------------------------------------------------------ by what happened


def case(number: str) -> None:
    """Store a case as it stands now."""
    cases([number])


def message(row: MessageRow, thread: Conversation, sections: Mapping[str, Section]) -> None:
    """Store a message with what it says."""
    put([of_message(row, thread, [section.value for section in sections.values()])])


def item(one: Item) -> None:
    """Store an item of the docket as it stands now."""
    items([one])


def packages(found: Sequence[Package]) -> None:
    """Store packages, each without its description where it is marked or destroyed."""
    threads = Conversation.objects.in_bulk({row.conversation for row in found})
    marked = _marked(Mark.Kind.EXHIBIT, [row.exhibit for row in found])
    put(
        document
        for row in found
        for document in of_package(row, threads.get(row.conversation), marked=row.exhibit in marked)
    )


def remarked(kind: str, subject: str) -> None:
    """Store anew what a marker was put on, or lifted from."""
    if kind == Mark.Kind.EXHIBIT:
        packages(list(Package.objects.filter(exhibit=subject)))
        return
    from comity.node.docketing import items_of  # it keeps this index

    came = DocketItem.objects.filter(kind="mail", about=subject)
    items(items_of(came.values_list("item", flat=True)))


# ------------------------------------------------------------------ many at once


def cases(numbers: Iterable[str]) -> None:
    """Store cases as they stand now."""
    names = sorted(set(numbers))
    threads = (
        rows.select(Conversation, f"{connection.ops.quote_name('case')} = %s", names[0])
        if len(names) == 1
        else list(Conversation.objects.filter(case__in=names).order_by("case"))
    )
    put(of_case(list(group)) for _, group in groupby(threads, key=lambda row: row.case))


def messages(found: Sequence[MessageRow]) -> None:
    """Store messages with what of them is still here; those of no conversation are not found."""
    threads = Conversation.objects.in_bulk({row.conversation for row in found})
    said: dict[str, list[Any]] = {row.record: [] for row in found}
    for section in SectionRow.objects.filter(record__in=said, salt__isnull=False).order_by("pk"):
        said[section.record].append(section.value)
    put(
        of_message(row, threads[row.conversation], said[row.record])
        for row in found
        if row.conversation in threads and said[row.record]
    )


def items(found: Sequence[Item]) -> None:
    """Store items of the docket as they stand now."""
    if not found:
        return
    threads: dict[str, list[Conversation]] = {one.case: [] for one in found if one.case}
    if threads:
        for row in Conversation.objects.filter(case__in=threads):
            threads[row.case].append(row)
    digests = {one.id: str(one.said("mail.received").get("original") or "") for one in found
               if one.kind.name == "mail"}  # fmt: skip
    kept = Original.objects.defer("data").in_bulk(digests.values()) if digests else {}
    marked = _marked(Mark.Kind.ORIGINAL, kept) if digests else set()
    made = [
        of_item(
            one,
            threads.get(one.case, ()),
            kept.get(digests.get(one.id, "")),
            marked=digests.get(one.id, "") in marked,
        )
        for one in found
    ]
    put(document for document in made if document is not None)


def _marked(kind: str, subjects: Iterable[str]) -> set[str]:
    found = Mark.objects.filter(kind=kind, subject__in=list(subjects), lifted_at=None)
    return set(found.values_list("subject", flat=True))

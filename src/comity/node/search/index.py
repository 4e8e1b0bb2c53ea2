"""Keeping the index: a document is written in the transaction of the fact that it is of.

Nothing here is a record: `reindex` makes all of it anew from what is.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any, Final

from django.db import connection

from comity.docket import Item
from comity.exchange import Section
from comity.node.cases.docket_store import items_of
from comity.node.cases.subjects import labelled
from comity.node.models import (
    CaseSubject,
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
from comity.node.search.document_texts import (
    DUE,
    Document,
    of_case,
    of_item,
    of_message,
    of_package,
    of_subject,
)

Kind = SearchDocument.Kind
SECOND_BITS: Final = 12
_KIND_BITS: Final = 9
_PLACE: Final = {kind: number for number, kind in enumerate(Kind.values)}
_WRITE: Final = (
    "INSERT INTO node_searchdocument (id, kind, subject, {case}, assigned, due_at) "
    "SELECT COALESCE(MAX(id) + 1, %s), %s, %s, %s, %s, {due} FROM node_searchdocument "
    "WHERE id >= %s AND id < %s HAVING COALESCE(MAX(id) + 1, %s) < %s "
    "ON CONFLICT (kind, subject) DO UPDATE SET "
    "{case} = excluded.{case}, assigned = excluded.assigned, due_at = excluded.due_at "
    "RETURNING id"
)
"""Writes a document under the next free id of its kind in a second; no row if there is none."""


def first_id(at: datetime) -> int:
    """Return the smallest id that a document of a moment, to the second, can have."""
    return max(0, int(at.timestamp())) << SECOND_BITS


def put(documents: Iterable[Document], *, new: bool = False) -> None:
    """Store documents, in place of what stood for the same things; in the caller's transaction.

    Args:
        documents: to be found from now on.
        new: nothing stood for these things, so nothing of theirs is to be taken away.
    """
    written = []
    with connection.cursor() as cursor:
        for one in documents:
            number = _write(cursor, one)
            if one.kind == Kind.CASE and not (new and one.due_at is None):
                _keep_clocks(cursor, number, one)
            written.append((number, one.words))
    engine.put(written)


def _write(cursor: Any, one: Document) -> int:
    """Write a document; return its id, in the second of the thing or soon after."""
    due = connection.ops.adapt_datetimefield_value(one.due_at) if one.due_at else None
    what = (one.kind, one.subject, one.case, one.assigned, due)
    least = first_id(one.at) + (_PLACE[one.kind] << _KIND_BITS)
    while True:
        above = least + (1 << _KIND_BITS)
        cursor.execute(_write_statement(), (least, *what, least, above, least, above))
        if found := cursor.fetchone():
            return int(found[0])
        least += 1 << SECOND_BITS


@cache
def _write_statement() -> str:
    """Return the statement; PostgreSQL wants to be told the type of what a SELECT hands on."""
    due = "CAST(%s AS timestamp with time zone)" if connection.vendor == "postgresql" else "%s"
    return _WRITE.format(case=connection.ops.quote_name("case"), due=due)


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


def drop(kinds: Iterable[str], subjects: Iterable[str]) -> None:
    """Forget what stands for things, in the caller's transaction."""
    found = SearchDocument.objects.filter(kind__in=list(kinds), subject__in=list(subjects))
    numbers = list(found.values_list("id", flat=True))
    engine.drop(numbers)
    SearchClock.objects.filter(document__in=numbers).delete()
    found.delete()


# ------------------------------------------------------------------ by what happened


def case(threads: Sequence[Conversation], *, new: bool) -> None:
    """Store a case as it stands now.

    Args:
        threads: all its conversations, at least one.
        new: whether the case was opened by this very act.
    """
    put([of_case(threads)], new=new)


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
    if marked:
        subjects(row.case for row in threads.values())


def remarked(kind: str, subject: str) -> None:
    """Store anew what a marker was put on, or lifted from."""
    if kind == Mark.Kind.EXHIBIT:
        found = list(Package.objects.filter(exhibit=subject))
        packages(found)
        digests = [row.conversation for row in found]
        threads = Conversation.objects.filter(digest__in=digests)
        subjects(threads.values_list("case", flat=True))
        return

    came = DocketItem.objects.filter(kind="mail", about=subject)
    items(items_of(came.values_list("item", flat=True)))
    subjects(came.exclude(case="").values_list("case", flat=True))


# ------------------------------------------------------------------ many at once


def cases(numbers: Iterable[str]) -> None:
    """Store cases as they stand now."""
    wanted = sorted(set(numbers))
    threads = Conversation.objects.filter(case__in=wanted).order_by("case")
    put(of_case(list(group)) for _, group in groupby(threads, key=lambda row: row.case))
    subjects(wanted)


def subjects(numbers: Iterable[str]) -> None:
    """Store the subjects that officers gave cases, but those that a sensitivity label hides."""
    wanted = sorted(set(numbers))
    given = CaseSubject.objects.in_bulk(wanted)
    hidden = labelled(given) if given else set()
    told = {case: row for case, row in given.items() if case not in hidden}
    drop([Kind.SUBJECT], [case for case in wanted if case not in told])
    threads = Conversation.objects.filter(case__in=told).order_by("case")
    put(of_subject(told[case], list(rows)) for case, rows in groupby(threads, lambda row: row.case))


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
    if marked:
        subjects(one.case for one in found if one.case)


def _marked(kind: str, subjects: Iterable[str]) -> set[str]:
    found = Mark.objects.filter(kind=kind, subject__in=list(subjects), lifted_at=None)
    return set(found.values_list("subject", flat=True))

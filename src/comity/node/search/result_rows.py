"""What is told of documents that were found: read from the things themselves, never the index.

One query for each kind of thing on a page, however many there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from comity.node.cases import docket_actions, docket_store
from comity.node.models import (
    CaseSubject,
    Conversation,
    Mark,
    MessageRow,
    Original,
    Package,
    SearchDocument,
)
from comity.node.sensitive import marks

Kind = SearchDocument.Kind


@dataclass(frozen=True, kw_only=True)
class Found:
    """One thing as a list of finds shows it.

    Attributes:
        kind: of `SearchDocument.Kind`; an exhibit is one, whatever the reader may see of it.
        subject: number of the case, record of the message, item of the docket, root of the package.
        case: of the office, or empty.
        title: foreign words: a reference, a name; empty where it has none, or they are hidden.
        detail: code of what it is: type of a message, kind of an item, stage of a package.
        stands: code of its state; of a case the state of each conversation.
        measures: what is asked in its case.
        parties: of the case, ours among them.
        at: when it came, or last changed.
        due_at: by when a person must act, or None.
        exhibit: UUIDv7 of an exhibit.
        marks: what is sensitive in it; then it has no title.
    """

    kind: str
    subject: str
    case: str
    title: str
    detail: str
    stands: tuple[str, ...]
    measures: tuple[str, ...]
    parties: tuple[str, ...]
    at: datetime
    due_at: datetime | None = None
    exhibit: str = ""
    marks: tuple[Mark, ...] = ()


def shown(documents: Sequence[SearchDocument]) -> list[Found]:
    """Return what is told of documents, in their order; what is gone meanwhile is left out."""
    threads: dict[str, list[Conversation]] = {row.case: [] for row in documents if row.case}
    for thread in Conversation.objects.filter(case__in=threads).order_by("opened_at", "digest"):
        threads[thread.case].append(thread)
    made: dict[tuple[str, str], Found] = {}
    for kinds, of_kind in (
        ({Kind.CASE}, _cases),
        ({Kind.SUBJECT}, _subjects),
        ({Kind.MESSAGE}, _messages),
        ({Kind.ITEM, Kind.CALL, Kind.MAIL}, _items),
        ({Kind.EXHIBIT, Kind.SEALED}, _packages),
    ):
        some = {row.subject: row for row in documents if row.kind in kinds}
        if some:
            made |= {(some[one.subject].kind, one.subject): one for one in of_kind(some, threads)}
    keys = [(row.kind, row.subject) for row in documents]
    found = [made[key] for key in keys if key in made]
    return list({(one.kind, one.subject): one for one in reversed(found)}.values())[::-1]


type _Rows = Mapping[str, SearchDocument]
type _Threads = Mapping[str, Sequence[Conversation]]


def _cases(rows: _Rows, threads: _Threads) -> list[Found]:
    return [
        Found(
            kind=Kind.CASE,
            subject=case,
            case=case,
            title=next((one.reference for one in threads[case] if one.reference), ""),
            detail="",
            stands=tuple(one.main for one in threads[case]),
            measures=_measures(threads[case]),
            parties=_parties(threads[case]),
            at=max(one.moved_at for one in threads[case]),
            due_at=row.due_at,
        )
        for case, row in rows.items()
        if threads.get(case)
    ]


def _subjects(rows: _Rows, threads: _Threads) -> list[Found]:
    """Return cases by the subjects that officers gave them."""
    given = dict(CaseSubject.objects.filter(case__in=rows).values_list("case", "text"))
    return [replace(one, title=given.get(one.case, "")) for one in _cases(rows, threads)]


def _messages(rows: _Rows, threads: _Threads) -> list[Found]:
    found = MessageRow.objects.defer("jws").filter(record__in=rows)
    return [
        Found(
            kind=Kind.MESSAGE,
            subject=row.record,
            case=rows[row.record].case,
            title=_reference(threads.get(rows[row.record].case, ())),
            detail=row.type,
            stands=(),
            measures=_measures(threads.get(rows[row.record].case, ())),
            parties=(row.author,),
            at=row.recorded_at,
        )
        for row in found
    ]


def _items(rows: _Rows, threads: _Threads) -> list[Found]:
    found = docket_store.items_of(rows)
    digests = {one.id: str(one.said("mail.received").get("original") or "") for one in found
               if one.kind.name == "mail"}  # fmt: skip
    names, marked = dict[str, str](), dict[str, tuple[Mark, ...]]()
    if digests:
        kept = Original.objects.filter(digest__in=digests.values())
        names = dict(kept.values_list("digest", "name"))
        marked = marks.of(Mark.Kind.ORIGINAL, names)
    return [
        Found(
            kind=rows[one.id].kind,
            subject=one.id,
            case=one.case,
            title=""
            if digests.get(one.id, "") in marked
            else names.get(digests.get(one.id, ""), "") or docket_actions.title_of(one),
            detail=one.kind.name,
            stands=(one.state,),
            measures=_measures(threads.get(one.case, ())),
            parties=_parties(threads.get(one.case, ())),
            at=one.entries[-1].entry.at,
            due_at=one.due,
            marks=marked.get(digests.get(one.id, ""), ()),
        )
        for one in found
    ]


def _packages(rows: _Rows, threads: _Threads) -> list[Found]:
    found = list(Package.objects.filter(root__in=rows))
    marked = marks.of(Mark.Kind.EXHIBIT, [row.exhibit for row in found])
    made = []
    for row in found:
        told = rows[row.root].kind == Kind.EXHIBIT and row.exhibit not in marked
        description = row.offer.get("description") or {}
        made.append(
            Found(
                kind=Kind.EXHIBIT,
                subject=row.root,
                case=rows[row.root].case,
                title=str(description.get("text", "")) if told else "",
                detail="out" if row.outgoing else "in",
                stands=(row.stage,),
                measures=_measures(threads.get(rows[row.root].case, ())),
                parties=_parties(threads.get(rows[row.root].case, ())),
                at=row.changed_at,
                exhibit=row.exhibit,
                marks=marked.get(row.exhibit, ()),
            )
        )
    return made


def _reference(threads: Sequence[Conversation]) -> str:
    return next((one.reference for one in threads if one.reference), "")


def _measures(threads: Sequence[Conversation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.measure for one in threads if one.measure))


def _parties(threads: Sequence[Conversation]) -> tuple[str, ...]:
    return tuple(sorted({party for one in threads for party in one.members}))

"""What each thing is found by: the texts in it, and the facets by which a search is narrowed.

Rule 1: who may not read the content of cases is given documents that hold none. Rule 2: what is
marked as sensitive, erased or destroyed is found by its identifiers alone. Rule 3: what a program
or an examiner found inside sealed evidence is not here at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import state_of
from comity.docket import Item
from comity.node.models import (
    CaseSubject,
    Conversation,
    MessageRow,
    Original,
    Package,
    SearchDocument,
)
from comity.node.search.tokenizer import tokens

Kind = SearchDocument.Kind
KIND, STATE, PARTY, MEASURE, STANDS = "=k:", "=s:", "=p:", "=m:", "=w:"
DUE: Final = "=due"
"""Of a case with a clock: alone, and before each of its other facets (see `clocked`)."""
NOT_FOUND: Final = frozenset({"shift"})
"""Kinds of the docket that nobody searches for."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """One thing as the index keeps it.

    Attributes:
        kind: of `SearchDocument.Kind`.
        subject: what it is, as the kind names it.
        at: when it came to be; the newest is found first.
        words: its tokens and facets.
        case: of the office, or empty.
        assigned: identifier of the officer for whom it is, or empty.
        due_at: of a case with a clock.
    """

    kind: str
    subject: str
    at: datetime
    words: tuple[str, ...]
    case: str = ""
    assigned: str = ""
    due_at: datetime | None = None


def facet(name: str, value: str) -> str:
    """Return the token that says one fact about a document."""
    return f"{name}{value.lower()}"


def clocked(token: str) -> str:
    """Return the token that says a fact about a case with a clock.

    Few cases have a clock and many have a fact: two tokens would be met by walking along all.
    """
    return DUE + token


def of_case(threads: Sequence[Conversation]) -> Document:
    """Return a case as its number, references and parties; all its conversations, at least one."""
    case = threads[0].case
    due = min((row.due_at for row in threads if row.due_at), default=None)
    parties = sorted({party for row in threads for party in row.members})
    facets = [*_of(threads), *(facet(STANDS, row.main) for row in threads)]
    texts = [case, *(row.reference for row in threads), *parties]
    return Document(
        kind=Kind.CASE,
        subject=case,
        at=min(row.opened_at for row in threads),
        words=_words(Kind.CASE, texts, [*facets, *([DUE, *map(clocked, facets)] if due else [])]),
        case=case,
        due_at=due,
    )


def of_subject(given: CaseSubject, threads: Sequence[Conversation]) -> Document:
    """Return the subject that an officer gave a case; all its conversations, at least one."""
    return Document(
        kind=Kind.SUBJECT,
        subject=given.case,
        at=min(row.opened_at for row in threads),
        words=_words(Kind.SUBJECT, [given.text, given.case], _of(threads)),
        case=given.case,
    )


def of_message(row: MessageRow, thread: Conversation, said: Iterable[Any]) -> Document:
    """Return a message as what its sections say that are still here."""
    texts = [row.record, row.content, *(text for value in said for text in strings(value))]
    return Document(
        kind=Kind.MESSAGE,
        subject=row.record,
        at=row.recorded_at,
        words=_words(Kind.MESSAGE, texts, _of([thread])),
        case=thread.case,
    )


def of_item(
    item: Item, threads: Sequence[Conversation], original: Original | None, *, marked: bool
) -> Document | None:
    """Return an item of the docket as what its entries say; None for one that is not found.

    Args:
        item: as it stands.
        threads: conversations of its case.
        original: of mail, what came.
        marked: whether the original is marked as sensitive.
    """
    if item.kind.name in NOT_FOUND:
        return None
    kind = {"mail": Kind.MAIL, "call": Kind.CALL}.get(item.kind.name, Kind.ITEM)
    texts = [item.id]
    if original is not None:
        texts.append(original.digest)
    if not marked:
        texts += [text for done in item.entries if done.section for text in
                  strings(done.section.value)]  # fmt: skip
        if original is not None:
            texts += [original.name, *strings((original.reading or {}).get("original") or {})]
    assigned = str(item.told.get("assigned") or "")[:64]
    return Document(
        kind=kind,
        subject=item.id,
        at=item.entries[0].entry.at,
        words=_words(kind, texts, [*_of(threads), facet(STANDS, item.state)]),
        case=item.case,
        assigned=assigned,
    )


def of_package(row: Package, thread: Conversation | None, *, marked: bool) -> tuple[Document, ...]:
    """Return a package twice: with what it is, and for who reads no content, without."""
    names = [row.exhibit, row.root]
    gone = marked or row.stage == Package.Stage.DESTROYED
    told = [] if gone else list(strings(row.offer.get("description") or {}))
    facets = _of([thread] if thread else [])
    return tuple(
        Document(
            kind=kind,
            subject=row.root,
            at=row.changed_at,
            words=_words(kind, texts, facets),
            case=thread.case if thread else "",
        )
        for kind, texts in ((Kind.EXHIBIT, [*names, *told]), (Kind.SEALED, names))
    )


def strings(value: object) -> Iterator[str]:
    """Yield the texts of a JSON value, names of members left out."""
    waiting = [value]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting.extend(one.values())
        elif isinstance(one, (list, tuple)):
            waiting.extend(one)


def _of(threads: Iterable[Conversation]) -> list[str]:
    found: list[str] = []
    for row in threads:
        for party in row.members:
            found += [facet(PARTY, party), facet(STATE, state_of(party))]
        if row.measure:
            found.append(facet(MEASURE, row.measure))
    return found


def _words(kind: str, texts: Iterable[str], facets: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([facet(KIND, kind), *facets, *tokens(texts)]))

"""What is held on a person: records in which all of some words occur.

One function, so that a search over an index can take its place. It reads every text this node keeps
and compares them folded, so that it is right in every language; it takes seconds at a million
records. What is sealed is not searched: nobody here can read it.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db.models import Q

from comity.node.cases.privacy_errors import PrivacyUnfitError
from comity.node.log import audit
from comity.node.models import (
    CaseSubject,
    Conversation,
    DocketEntry,
    DocketItem,
    Mark,
    MessageRow,
    Original,
    SectionRow,
)
from comity.node.people.access.visible_cases import Circle
from comity.node.sensitive import marks

MOST: Final = 200
MAX_WORDS: Final = 8
MIN_CHARS: Final = 2
_DEPTH: Final = 40


@dataclass(frozen=True)
class Holding:
    """A record in which the words occur.

    Attributes:
        subject: name of the record, ``sort:key``; ``message:`` and ``original:`` besides the sorts
            that fall due.
        case: it belongs to, or empty.
        what: type of a message, kind of an item, name of an original; empty where it is marked.
        at: when it came to be.
    """

    subject: str
    case: str
    what: str
    at: datetime


@dataclass(frozen=True)
class Found:
    """What was found; ``more`` tells that there is more than is listed."""

    holdings: tuple[Holding, ...]
    more: bool


def holdings(words: Iterable[str], circle: Circle) -> Found:
    """Return the records in which every word occurs, within what an officer may see.

    Args:
        words: 1 to 8, each of 2 characters or more.
        circle: of whoever asks; what lies outside is not found.

    Raises:
        PrivacyUnfitError: no word, too many, or too short ones.
    """
    wanted = tuple(dict.fromkeys(folded(word) for word in words if word.strip()))
    if not 1 <= len(wanted) <= MAX_WORDS or any(len(word) < MIN_CHARS for word in wanted):
        raise PrivacyUnfitError(
            f"1 to {MAX_WORDS} words of {MIN_CHARS} characters or more",
            rule="search-words",
            member="words",
            said={"most": MAX_WORDS, "least": MIN_CHARS},
        )
    found: list[Holding] = []
    for one in _matching(wanted, circle):
        if len(found) == MOST:
            return Found(tuple(found), more=True)
        found.append(one)
    return Found(tuple(found), more=False)


def note_search(found: Found, *, by: str, at: datetime) -> None:
    """Write down that somebody looked for what is held on a person; never the words."""
    detail = f"{len(found.holdings)}{' and more' if found.more else ''}"
    audit.note(at=at, actor=by, action="privacy.searched", subject="holdings", detail=detail)


def folded(text: str) -> str:
    """Return text as it is compared: one form, no case, no marks that can be left out."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(plain.replace("đ", "d").split())


def _matching(wanted: tuple[str, ...], circle: Circle) -> Iterator[Holding]:
    yield from _messages(wanted, circle)
    yield from _items(wanted, circle)
    yield from _drafts(wanted, circle)
    yield from _originals(wanted, circle)
    yield from _subjects(wanted, circle)


def _messages(wanted: tuple[str, ...], circle: Circle) -> Iterator[Holding]:
    rows = SectionRow.objects.filter(salt__isnull=False)
    if not circle.open:
        rows = rows.filter(record__in=circle.messages().values("record"))
    hits: dict[str, set[str]] = {}
    for record, value in rows.values_list("record", "value").iterator():
        text = text_of(value)
        if seen := {word for word in wanted if word in text}:
            hits.setdefault(record, set()).update(seen)
    whole = [record for record, seen in hits.items() if len(seen) == len(wanted)]
    yield from _messages_named(whole[: MOST + 1])


def _messages_named(records: list[str]) -> Iterator[Holding]:
    found = MessageRow.objects.filter(record__in=records).order_by("recorded_at", "record")
    rows = list(found.values_list("record", "conversation", "type", "recorded_at"))
    cases = dict(
        Conversation.objects.filter(digest__in=[row[1] for row in rows]).values_list(
            "digest", "case"
        )
    )
    for record, conversation, what, at in rows:
        yield Holding(f"message:{record}", cases.get(conversation, ""), what, at)


def _items(wanted: tuple[str, ...], circle: Circle) -> Iterator[Holding]:
    rows = DocketEntry.objects.filter(salt__isnull=False)
    if not circle.open:
        rows = rows.filter(item__in=circle.items().values("item"))
    hits: dict[str, set[str]] = {}
    for item, value in rows.values_list("item", "value").iterator():
        text = text_of(value)
        if seen := {word for word in wanted if word in text}:
            hits.setdefault(item, set()).update(seen)
    whole = [item for item, seen in hits.items() if len(seen) == len(wanted)]
    found = DocketItem.objects.filter(item__in=whole[: MOST + 1]).order_by("item")
    for row in found:
        yield Holding(f"item:{row.item}", row.case, row.kind, row.changed_at)


def _drafts(wanted: tuple[str, ...], circle: Circle) -> Iterator[Holding]:
    for row in circle.drafts().filter(record="").order_by("made_at", "id").iterator():
        text = text_of(row.sections)
        if all(word in text for word in wanted):
            yield Holding(f"draft:{row.id}", row.case, row.type, row.made_at)


def _originals(wanted: tuple[str, ...], circle: Circle) -> Iterator[Holding]:
    """Yield originals by their names and by what a program read in them."""
    rows = Original.objects.defer("data").order_by("came_at", "digest")
    if not circle.open:
        mine = circle.items().filter(kind="mail").values("about")
        named = DocketItem.objects.filter(kind="mail").values("about")
        rows = rows.filter(Q(digest__in=mine) | ~Q(digest__in=named))
    hits = list(islice((row for row in rows.iterator() if _holds(row, wanted)), MOST + 1))
    marked = marks.of(Mark.Kind.ORIGINAL, [row.digest for row in hits])
    for row in hits:
        name = "" if row.digest in marked else row.name
        yield Holding(f"original:{row.digest}", "", name, row.came_at)


def _subjects(wanted: tuple[str, ...], circle: Circle) -> Iterator[Holding]:
    """Yield cases by the subjects that officers gave them."""
    for row in CaseSubject.objects.filter(circle.of_case()).order_by("case").iterator():
        text = folded(row.text)
        if all(word in text for word in wanted):
            yield Holding(f"case:{row.case}", row.case, "subject", row.at)


def _holds(row: Original, wanted: tuple[str, ...]) -> bool:
    text = folded(f"{row.name} {text_of(row.reading)}")
    return all(word in text for word in wanted)


def text_of(value: Any) -> str:
    """Return all texts of a JSON value, folded, with blanks between."""
    return folded(" ".join(_texts(value, 0)))


def _texts(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEPTH:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member, depth + 1)

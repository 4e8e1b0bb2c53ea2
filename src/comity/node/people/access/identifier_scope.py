"""What identifiers belong to: whether any of them names something outside an officer's circle.

Whatever looks like a name is looked up in every table that has names, so no page can forget to.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Final

from django.db.models import Q

from comity.canonical import ComityError, decode
from comity.node.core.event_size import MAX_EVENT_BYTES
from comity.node.models import (
    Conversation,
    CourtExport,
    CustodyEvent,
    DocketEntry,
    DocketItem,
    DraftRow,
    Exhibit,
    MessageRow,
    Package,
    Upload,
)
from comity.node.people.access.visible_cases import Circle
from comity.papers.translations import code_prefix

MAX_NAME: Final = 200
"""No name is longer; what is longer is searched for names in its first characters only."""
MAX_ORIGINS: Final = 64
_AT_ONCE: Final = 500
_SORTS: Final = frozenset({"case", "item", "draft"})
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER: Final = re.compile(r"[0-9a-f]{32}")


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Return what may be names in texts: the texts themselves, and the digests within them."""
    found: set[str] = set()
    for text in texts:
        found.update(_digests_in(text))
        if len(text) <= MAX_NAME:
            found.add(text)
    return frozenset(found - {""})


def named_in(value: object) -> frozenset[str]:
    """Return the names in what somebody says, once its form is checked.

    These are digests, identifiers, and records by sort and key (``case:NUMBER``). Free text that
    says its language names nothing.
    """
    found: set[str] = set()
    for text in _texts_in(value):
        sort, _colon, key = text.partition(":")
        if sort in _SORTS:
            found.add(key)
        found.update(_digests_in(text), filter(_NUMBER.fullmatch, [text]))
    return frozenset(found - {""})


def _digests_in(text: str) -> Iterator[str]:
    head = text[:MAX_NAME]
    yield from (f"sha256:{digits}" for digits in _HEX.findall(head))
    yield from _UUID.findall(head)


def _texts_in(value: object) -> Iterator[str]:
    """Yield every text of a JSON value but those that say their language."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping) and one.keys() != {"lang", "text"}:
            waiting.extend(one.values())
        elif isinstance(one, (list, tuple)):
            waiting.extend(one)


def is_outside(circle: Circle, names: Iterable[str]) -> bool:
    """Tell whether one of these names stands for something that the officer may not see.

    A name that stands for nothing here is not outside: it is nothing, as it would be anyway.
    """
    if circle.open:
        return False
    return any(_any_outside(circle, list(some)) for some in batched(sorted(names), _AT_ONCE))


def _any_outside(circle: Circle, names: list[str]) -> bool:
    seen = circle.conversations().values("digest")
    conversations = Conversation.objects.filter(Q(digest__in=names) | Q(case__in=names))
    if conversations.exclude(circle.of_case()).exists():
        return True
    messages = MessageRow.objects.filter(Q(record__in=names) | Q(content__in=names))
    numbers = [one for one in names if _NUMBER.fullmatch(one)]
    uploads = Upload.objects.filter(id__in=numbers)
    if any(rows.exclude(conversation__in=seen).exists() for rows in (messages, uploads)):
        return True
    if CourtExport.objects.filter(id__in=numbers).exclude(circle.of_case()).exists():
        return True
    digests = [name for name in names if name.startswith("sha256:")]
    uuids = [name for name in names if _UUID.fullmatch(name)]
    return (
        _drafts_outside(circle, uuids)
        or _items_outside(circle, uuids, digests)
        or _packages_outside(circle, [*uuids, *digests])
    )


def _drafts_outside(circle: Circle, uuids: list[str]) -> bool:
    found = DraftRow.objects.filter(id__in=uuids)
    return found.exclude(id__in=circle.drafts().values("id")).exists()


def _items_outside(circle: Circle, uuids: list[str], digests: list[str]) -> bool:
    """Look at items, what stands in them, and originals, which may have come in several."""
    mine = circle.items().values("item")
    entries = DocketEntry.objects.filter(digest__in=digests).values_list("item", flat=True)
    named = DocketItem.objects.filter(item__in=[*uuids, *entries])
    if named.exclude(item__in=mine).exists():
        return True
    came = DocketItem.objects.filter(kind="mail", about__in=digests)
    known = set(came.values_list("about", flat=True))
    return bool(known - set(came.filter(item__in=mine).values_list("about", flat=True)))


def _packages_outside(circle: Circle, names: list[str]) -> bool:
    exhibits = _origins([name for name in names if not name.startswith("sha256:")])
    kept = Exhibit.objects.filter(Q(exhibit__in=exhibits) | Q(kept_of__in=exhibits))
    roots = [*names, *kept.exclude(root="").values_list("root", flat=True)]
    found = Package.objects.filter(Q(root__in=roots) | Q(exhibit__in=exhibits))
    return found.exclude(root__in=circle.packages().values("root")).exists()


def _origins(exhibits: Iterable[str]) -> list[str]:
    """Return exhibits with those that they come from: a part is as secret as the whole."""
    found, waiting = set[str](), set(exhibits)
    while waiting and len(found) < MAX_ORIGINS:
        found |= waiting
        first = CustodyEvent.objects.filter(exhibit__in=waiting, number=1)
        waiting = {name for row in first for name in _related(bytes(row.event))} - found
        kept = Exhibit.objects.filter(exhibit__in=found).exclude(kept_of="")
        waiting |= set(kept.values_list("kept_of", flat=True)) - found
    return sorted(found)


def _related(event: bytes) -> Iterator[str]:
    try:
        value = decode(event, max_bytes=MAX_EVENT_BYTES)
    except ComityError:
        return
    related = value.get("related") if isinstance(value, dict) else None
    if isinstance(related, dict) and isinstance(related.get("exhibit"), str):
        yield related["exhibit"]


def spoken(text: str) -> frozenset[str]:
    """Return the content digests that a code at the foot of a letter may stand for."""
    try:
        prefix = f"sha256:{code_prefix(text)}"
    except ComityError:
        return frozenset()
    found = MessageRow.objects.filter(content__startswith=prefix)[:2]
    return frozenset(row.content for row in found)

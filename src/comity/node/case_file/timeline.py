"""The timeline of a case: messages, domestic actions, evidence and access, newest first, by day.

An entry is one line: when, what kind, who and what, how far it is proved. What it opens to is the
template's business; it is handed the thing itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Final

from comity.canonical import MisuseError, PeerError, decode, parse_time
from comity.docket import Item
from comity.exchange.conversation import APPLIED
from comity.node.case_file.sidebar import Held, Reader
from comity.node.cases.queries import Event, Thread
from comity.node.docket import labels as docket_labels
from comity.node.docket.item_page import Line
from comity.node.models import CustodyEvent
from comity.node.web import labels
from comity.node.web.audit_labels import ACT
from comity.node.web.story_names import state_text

MESSAGE, DOMESTIC, EVIDENCE, ACCESS = "message", "domestic", "evidence", "access"
KINDS: Final = (MESSAGE, DOMESTIC, EVIDENCE, ACCESS)
SIGN: Final = {MESSAGE: "msg", DOMESTIC: "home", EVIDENCE: "box", ACCESS: "eye"}
PAGE: Final = 40
"""Entries of one page of the timeline."""
MOST_CUSTODY: Final = 500
_MOST_EVENT_BYTES: Final = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the timeline.

    Attributes:
        kind: of `KINDS`.
        at: when, by this node's clock where the thing is ours to date.
        key: name of the line in the page.
        who: a State or a person, foreign words; empty where nobody is named.
        said: what was done, in the reader's language.
        more: how many others did it too.
        mark: how far it is proved.
        late: whether something of it went wrong.
        waits: whether its second signature is still due.
        unread: whether it came since the case was read.
        event: the message, or None.
        thread: its conversation, or None.
        item: the domestic action's item, or None.
        custody: the event of a chain of custody, by member; empty for others.
        exhibit: that it is about, or empty.
        readers: who looked at the case on that day.
    """

    kind: str
    at: datetime
    key: str
    said: str
    who: str = ""
    more: int = 0
    mark: str = "attested"
    late: bool = False
    waits: bool = False
    unread: bool = False
    event: Event | None = None
    thread: Thread | None = None
    item: Line | None = None
    custody: Mapping[str, Any] | None = None
    exhibit: str = ""
    readers: tuple[Reader, ...] = ()

    @property
    def sign(self) -> str:
        """Return the sign of its kind."""
        return SIGN[self.kind]


@dataclass(frozen=True)
class Shown:
    """A page of the timeline.

    Attributes:
        days: each with its entries, the newest first.
        counts: of every kind, of all entries.
        total: all entries of the case.
        chosen: the kind that is shown alone, or empty.
        number: of the page, from 1.
        before, after: numbers of the pages beside it, or 0.
        opened: key of the entry that stands open: the one asked for, else the newest message.
    """

    days: tuple[tuple[date, tuple[Entry, ...]], ...]
    counts: Mapping[str, int]
    total: int
    chosen: str
    number: int
    before: int
    after: int
    opened: str


def shown(
    entries: Sequence[Entry],
    *,
    kind: str = "",
    number: int = 1,
    entry: str = "",
    opening: str = "",
) -> Shown:
    """Return a page of entries.

    Args:
        entries: all of a case, in any order.
        kind: of `KINDS`; anything else shows all.
        number: of the page, from 1.
        entry: key of an entry whose page is wanted, whatever the number.
        opening: key of a message that the page shows already, which stays folded.
    """
    chosen = kind if kind in KINDS else ""
    told = sorted(entries, key=lambda one: (one.at, one.key), reverse=True)
    listed = [one for one in told if chosen in ("", one.kind)]
    place = next((n for n, one in enumerate(listed) if entry and one.key == entry), None)
    newest = next((one.key for one in listed if one.kind == MESSAGE), "")
    last = max(1, -(-len(listed) // PAGE))
    page = min(max(1, number if place is None else place // PAGE + 1), last)
    here = listed[(page - 1) * PAGE : page * PAGE]
    counts: dict[str, int] = dict.fromkeys(KINDS, 0)
    for one in told:
        counts[one.kind] += 1
    return Shown(
        days=tuple((day, tuple(some)) for day, some in groupby(here, key=_day)),
        counts=counts,
        total=len(told),
        chosen=chosen,
        number=page,
        before=page - 1,
        after=page + 1 if page < last else 0,
        opened=entry or (newest if newest != opening else ""),
    )


def _day(entry: Entry) -> date:
    return entry.at.astimezone(UTC).date()


def messages(threads: Iterable[Thread]) -> Iterator[Entry]:
    """Yield the messages of conversations."""
    for thread in threads:
        for event in thread.events:
            row = event.row
            yield Entry(
                kind=MESSAGE,
                at=row.recorded_at,
                key=row.content,
                who=state_text(row.author),
                said=str(labels.DONE.get(row.type, row.type)),
                mark=_mark(event),
                late=_is_late(event),
                waits=row.second_due_at is not None and not thread.is_over,
                unread=_is_unread(thread, event),
                event=event,
                thread=thread,
            )


def _mark(event: Event) -> str:
    """Return how far a message is proved: of ours, only a partner's receipt proves it."""
    if event.message is None:
        return "attested"
    return "proved" if event.proved_at else "attested"


def _is_unread(thread: Thread, event: Event) -> bool:
    since = thread.row.unread_at
    return since is not None and not event.row.outgoing and event.row.recorded_at >= since


def _is_late(event: Event) -> bool:
    faults = any(one.fault for one in event.receipts)
    return bool(event.row.standing != APPLIED or event.undelivered or faults)


def actions(lines: Iterable[Line], names: Mapping[str, str]) -> Iterator[Entry]:
    """Yield the domestic actions of items.

    Args:
        lines: items as the reader may see them.
        names: of officers, by identifier.
    """
    for line in lines:
        for done in line.item.entries:
            entry = done.entry
            yield Entry(
                kind=DOMESTIC,
                at=entry.at,
                key=f"{line.item.id}-{entry.number}",
                who=names.get(entry.by, entry.by),
                said=str(docket_labels.DONE.get(entry.act, entry.act)),
                item=line,
            )


def authors(items: Iterable[Item]) -> set[str]:
    """Return who did something of items, by identifier."""
    return {done.entry.by for item in items for done in item.entries}


def custody(held: Iterable[Held]) -> Iterator[Entry]:
    """Yield the events of the chains of custody of a case's exhibits, by one statement.

    Of an exhibit with a sensitivity label the reasons, which somebody wrote, are left out.
    """
    marked = {one.package.exhibit: bool(one.marks) for one in held}
    if not marked:
        return
    rows = CustodyEvent.objects.filter(exhibit__in=marked).order_by("-pk")[:MOST_CUSTODY]
    for row in rows:
        try:
            value = decode(bytes(row.event), max_bytes=_MOST_EVENT_BYTES)
            at = parse_time(value["at"])
        except (PeerError, MisuseError, KeyError, TypeError):  # its own page says so
            continue
        hidden = {"reason", "related"} if marked[row.exhibit] else set()
        yield Entry(
            kind=EVIDENCE,
            at=at,
            key=f"{row.exhibit}-{row.number}",
            who=str(value.get("by", "")),
            said=str(labels.CUSTODY.get(value.get("event"), value.get("event"))),
            mark="attested" if value.get("attested") else "claimed",
            custody={name: told for name, told in value.items() if name not in hidden},
            exhibit=row.exhibit,
        )


def readings(readers: Iterable[Reader]) -> Iterator[Entry]:
    """Yield who looked at a case: one line a day, however often each came."""
    by_day: dict[date, list[Reader]] = defaultdict(list)
    for one in readers:
        by_day[one.at.astimezone(UTC).date()].append(one)
    for day, some in by_day.items():
        people = list({one.by: one for one in reversed(some)}.values())[::-1]
        yield Entry(
            kind=ACCESS,
            at=max(one.at for one in some),
            key=f"read-{day.isoformat()}",
            who=people[0].by,
            said=str(ACT["case.read"]),
            more=len(people) - 1,
            readers=tuple(people),
        )

"""The limits on use that bind an exhibit here, followed from a part or copy to what it came from.

Source: spec 15.4; docs/how-to/conditions-of-use.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from comity.evidence.limits import TYPES, Limit, Limits, Told, limits_of
from comity.exchange import Replay
from comity.exchange.conversation import APPLIED
from comity.node.cases import paper_conversations
from comity.node.cases.conversations import message_of, replays_of
from comity.node.core.node import Node
from comity.node.evidence import custody
from comity.node.models import Conversation, Exhibit, MessageRow, Package, SectionRow

MAX_LINEAGE = 1000
"""Most exhibits that one is followed through; a longer line is not believed."""


@dataclass(frozen=True, kw_only=True)
class Bound:
    """One conversation whose limits bind an exhibit.

    Attributes:
        exhibit: that came or went in it: the exhibit itself, or one that it was made from.
        conversation: digest of the request.
        case: this office's number.
        source: parties on the other side.
        came: True where the evidence came from them, False where it went to them.
        found: the limits and consents.
    """

    exhibit: str
    conversation: str
    case: str
    source: tuple[str, ...]
    came: bool
    found: Limits

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "came": self.came,
            "consents": [one.to_value() for one in self.found.consents],
            "conversation": self.conversation,
            "exhibit": self.exhibit,
            "limits": [one.to_value() for one in self.found.limits],
            "source": list(self.source),
        }


def in_conversation(conversation: str) -> Limits:
    """Return the limits that a conversation lays on whatever came in it."""
    return in_conversations([conversation])[conversation]


def in_conversations(conversations: Collection[str]) -> dict[str, Limits]:
    """Return the limits of each of several conversations, by as many queries as for one."""
    stored: dict[str, list[MessageRow]] = {digest: [] for digest in conversations}
    for row in MessageRow.objects.filter(conversation__in=stored):
        stored[row.conversation].append(row)
    told: dict[str, list[Told]] = {digest: [] for digest in conversations}
    for digest, one in (*_signed(stored), *_written(conversations)):
        told[digest].append(one)
    replays = replays_of({digest: stored[digest] for digest, some in told.items() if some})
    return {
        digest: _limits(some, replays[digest]) if some else limits_of([])
        for digest, some in told.items()
    }


def _limits(told: Iterable[Told], replayed: Replay) -> Limits:
    place = {content: number for number, content in enumerate(replayed.order)}
    applied = [one for one in told if replayed.standing.get(one.content) == APPLIED]
    return limits_of(sorted(applied, key=lambda one: place.get(one.content, len(place))))


def _signed(stored: Mapping[str, list[MessageRow]]) -> Iterator[tuple[str, Told]]:
    rows = [row for some in stored.values() for row in some if row.type in TYPES]
    sections: dict[str, dict[str, Any]] = {row.record: {} for row in rows}
    for one in SectionRow.objects.filter(record__in=sections, salt__isnull=False):
        sections[one.record][one.name] = one.value
    for row in rows:
        yield (
            row.conversation,
            Told(
                type=row.type,
                content=row.content,
                author=row.author,
                about=message_of(row).draft.about,
                sections=sections[row.record],
            ),
        )


def _written(conversations: Collection[str]) -> Iterator[tuple[str, Told]]:
    """Yield what an officer wrote down of messages that came on paper."""
    for one in paper_conversations.transcripts(*conversations):
        value = one.value
        if value["type"] in TYPES:
            yield (
                one.row.conversation,
                Told(
                    type=value["type"],
                    content=one.row.digest,
                    author=value["author"],
                    about=value["about"],
                    sections=value["sections"],
                ),
            )


def lineage(exhibit: str) -> tuple[str, ...]:
    """Return an exhibit and all that it was made from, as far as this office knows.

    Raises:
        CustodyForbiddenError: a line longer than `MAX_LINEAGE`.
    """
    return _line(exhibit, _parents([exhibit]))


def _parents(exhibits: Iterable[str]) -> Mapping[str, list[str]]:
    """Return what each of some exhibits was made from, and what those were made from.

    Two queries a generation, however many exhibits there are.
    """
    found: dict[str, list[str]] = {}
    wanted = set(exhibits)
    most = MAX_LINEAGE * len(wanted)
    while wanted:
        if len(found) + len(wanted) > most:
            raise custody.CustodyForbiddenError("made from more exhibits than are followed")
        chains = custody.chains(wanted)
        kept = Exhibit.objects.filter(exhibit__in=wanted).exclude(kept_of="")
        found |= {one: [] for one in wanted}
        for one, parent in kept.values_list("exhibit", "kept_of"):
            found[one].append(parent)
        for one in wanted:
            found[one] += [
                event.related.exhibit
                for event in chains[one]
                if event.event == "derived" and event.related is not None
            ]
        wanted = {parent for one in wanted for parent in found[one]} - set(found)
    return found


def _line(exhibit: str, parents: Mapping[str, list[str]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    wanted = [exhibit]
    while wanted:
        one = wanted.pop()
        if one in found:
            continue
        if len(found) == MAX_LINEAGE:
            raise custody.CustodyForbiddenError("made from more exhibits than are followed")
        found[one] = None
        wanted += parents[one]
    return tuple(found)


def bounds(
    node: Node,
    exhibit: str,
    *,
    same: dict[str, Any] | None = None,
) -> tuple[Bound, ...]:
    """Return every conversation whose limits bind an exhibit, the nearest first.

    Args:
        node: this node.
        exhibit: UUIDv7; it need not be sealed yet.
        same: section ``offer`` of a package: what came under another name and holds the same
            sealed bytes or the same files counts as what it was made from.
    """
    return bounds_of_each(node, [(exhibit, same)])[0]


def bounds_of_each(
    node: Node,
    wanted: Sequence[tuple[str, dict[str, Any] | None]],
) -> list[tuple[Bound, ...]]:
    """Return what `bounds` says of each of several exhibits, by as many queries as for one."""
    lines = _lines(wanted)
    packages = defaultdict(list)
    named = {one for line in lines for one in line}
    for row in Package.objects.filter(exhibit__in=named).order_by("changed_at"):
        packages[row.exhibit].append((row.conversation, not row.outgoing))
    ways = [_nearest(line, packages) for line in lines]
    digests = {digest for known in ways for digest, _ in known}
    threads = Conversation.objects.in_bulk(digests, field_name="digest")
    read = in_conversations(threads)
    return [
        tuple(
            Bound(
                exhibit=one,
                conversation=digest,
                case=threads[digest].case,
                source=tuple(sorted(p for p in threads[digest].members if p != node.party)),
                came=came,
                found=read[digest],
            )
            for (digest, came), one in known.items()
            if digest in threads  # else what opens it has not come: without effect until it is here
        )
        for known in ways
    ]


def _nearest(
    line: Iterable[str], packages: Mapping[str, list[tuple[str, bool]]]
) -> dict[tuple[str, bool], str]:
    known: dict[tuple[str, bool], str] = {}
    for one in line:
        for way in packages.get(one, ()):
            known.setdefault(way, one)
    return known


def _lines(wanted: Sequence[tuple[str, dict[str, Any] | None]]) -> list[Iterable[str]]:
    offers = [same for _, same in wanted if same is not None]
    alike = Q(root__in=[same["root"] for same in offers])
    alike |= Q(offer__file_list__in=[same["file_list"] for same in offers if same["files"]])
    came = list(Package.objects.filter(alike, outgoing=False)) if offers else []
    parents = _parents({*(exhibit for exhibit, _ in wanted), *(row.exhibit for row in came)})
    found: list[Iterable[str]] = []
    for exhibit, same in wanted:
        line = dict.fromkeys(_line(exhibit, parents))
        for row in came:
            if same is not None and _is_alike(row, same):
                line |= dict.fromkeys(_line(row.exhibit, parents))
        found.append(line)
    return found


def _is_alike(row: Package, same: Mapping[str, Any]) -> bool:
    """Tell whether two packages are the same bytes, or hold the same files and at least one."""
    if row.root == same["root"]:
        return True
    return bool(same["files"]) and row.offer.get("file_list") == same["file_list"]


def all_of(node: Node, exhibit: str, *, same: dict[str, Any] | None = None) -> tuple[Limit, ...]:
    """Return every limit on the use of an exhibit, each message's once. Arguments as `bounds`."""
    found = (one for bound in bounds(node, exhibit, same=same) for one in bound.found.limits)
    return tuple(dict.fromkeys(found))

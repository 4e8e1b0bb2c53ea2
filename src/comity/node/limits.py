"""The limits on use that bind an exhibit here, followed from a part or copy to what it came from.

Source: spec 15.4; docs/how-to/conditions-of-use.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from comity.evidence.limits import TYPES, Limit, Limits, Told, limits_of
from comity.exchange.conversation import APPLIED
from comity.node import custody, paper
from comity.node.models import Conversation, Exhibit, MessageRow, Package, SectionRow
from comity.node.node import Node
from comity.node.records import message_of, replay_of

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
    replayed = replay_of(conversation)
    place = {content: number for number, content in enumerate(replayed.order)}
    told = [
        one
        for one in (*_signed(conversation), *_written(conversation))
        if replayed.standing.get(one.content) == APPLIED
    ]
    return limits_of(sorted(told, key=lambda one: place.get(one.content, len(place))))


def _signed(conversation: str) -> Iterator[Told]:
    rows = list(MessageRow.objects.filter(conversation=conversation, type__in=sorted(TYPES)))
    sections: dict[str, dict[str, Any]] = {row.record: {} for row in rows}
    for one in SectionRow.objects.filter(record__in=sections, salt__isnull=False):
        sections[one.record][one.name] = one.value
    for row in rows:
        yield Told(
            type=row.type,
            content=row.content,
            author=row.author,
            about=message_of(row).draft.about,
            sections=sections[row.record],
        )


def _written(conversation: str) -> Iterator[Told]:
    """Yield what an officer wrote down of messages that came on paper."""
    for one in paper.transcripts(conversation):
        value = one.value
        if value["type"] in TYPES:
            yield Told(
                type=value["type"],
                content=one.row.digest,
                author=value["author"],
                about=value["about"],
                sections=value["sections"],
            )


def lineage(exhibit: str) -> tuple[str, ...]:
    """Return an exhibit and all that it was made from, as far as this office knows.

    Raises:
        CustodyForbiddenError: a line longer than `MAX_LINEAGE`.
    """
    found: dict[str, None] = {}
    wanted = [exhibit]
    while wanted:
        one = wanted.pop()
        if one in found:
            continue
        if len(found) == MAX_LINEAGE:
            raise custody.CustodyForbiddenError("made from more exhibits than are followed")
        found[one] = None
        wanted += (
            Exhibit.objects.filter(exhibit=one)
            .exclude(kept_of="")
            .values_list("kept_of", flat=True)
        )
        wanted += [
            event.related.exhibit
            for event in custody.chain(one)
            if event.event == "derived" and event.related is not None
        ]
    return tuple(found)


def bounds(
    node: Node,
    exhibit: str,
    *,
    same: dict[str, Any] | None = None,
    read: dict[str, Limits] | None = None,
) -> tuple[Bound, ...]:
    """Return every conversation whose limits bind an exhibit, the nearest first.

    Args:
        node: this node.
        exhibit: UUIDv7; it need not be sealed yet.
        same: section ``offer`` of a package: what came under another name and holds the same
            sealed bytes or the same files counts as what it was made from.
        read: conversation to its limits, of those read before; new ones are added.
    """
    read = {} if read is None else read
    known: dict[tuple[str, bool], str] = {}
    for one in _line(exhibit, same):
        for row in Package.objects.filter(exhibit=one).order_by("changed_at"):
            known.setdefault((row.conversation, not row.outgoing), one)
    found = []
    threads = Conversation.objects.in_bulk({digest for digest, _ in known}, field_name="digest")
    for (digest, came), one in known.items():
        thread = threads.get(digest)
        if thread is None:  # offered before what opens it came: without effect until it is here
            continue
        if digest not in read:
            read[digest] = in_conversation(digest)
        found.append(
            Bound(
                exhibit=one,
                conversation=digest,
                case=thread.case,
                source=tuple(sorted(p for p in thread.members if p != node.party)),
                came=came,
                found=read[digest],
            )
        )
    return tuple(found)


def _line(exhibit: str, same: dict[str, Any] | None) -> Iterable[str]:
    found = dict.fromkeys(lineage(exhibit))
    if same is not None:
        alike = Q(root=same["root"])
        alike |= Q(offer__file_list=same["file_list"])
        alike |= Q(offer__tag_manifest=same["tag_manifest"])
        for row in Package.objects.filter(alike, outgoing=False):
            found |= dict.fromkeys(lineage(row.exhibit))
    return found


def all_of(node: Node, exhibit: str, *, same: dict[str, Any] | None = None) -> tuple[Limit, ...]:
    """Return every limit on the use of an exhibit, each message's once. Arguments as `bounds`."""
    found = (one for bound in bounds(node, exhibit, same=same) for one in bound.found.limits)
    return tuple(dict.fromkeys(found))

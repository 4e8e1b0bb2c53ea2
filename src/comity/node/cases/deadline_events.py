"""What happened in stored conversations, as their clocks need it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import batched
from typing import Any, Final

from comity.canonical import parse_time
from comity.files.instruments import shipped
from comity.instruments.clock_terms import Local, Policy, policy_of
from comity.instruments.clocks import Happening
from comity.node.cases import paper_conversations
from comity.node.cases.conversations import message_of
from comity.node.cases.office_deadlines import local
from comity.node.cases.second_signature import COUNTS, OVER
from comity.node.cases.severity import EMERGENCY
from comity.node.models import Conversation, MessageRow, SectionRow

PAGE: Final = 200  # conversations read at once

_DECIDING: Final = (
    "request.accepted",
    "request.accepted-in-part",
    "request.refused",
    "request.not-competent",
    "request.forwarded",
    "request.withdrawn",
)
_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(_DECIDING, "answered"),
    "request.executed": "answered",
    "request.clarification-asked": "resumed",
    "request.postponed": "postponed",
    "request.extended": "extended",
    "request.released": "ended",
    "request.withdrawn": "ended",
    "request.closed": "ended",
    "request.status-asked": "status-asked",
    "request.status-given": "status-given",
    "preservation.confirmed": "preserved",
    "preservation.lapsed": "lapsed",
}
"""Type of a message to what it means for clocks."""
_ASKED: Final = frozenset({"request.status-asked"})
_GIVEN: Final = frozenset({"request.status-given"})
_UNTIL: Final[Mapping[str, tuple[str, str]]] = {
    "postponed": ("decision", "review_by"),
    "extended": ("extension", "until"),
    "preserved": ("preservation", "until"),
}
"""What sets a moment, to the section and the member where it stands."""


def histories(digests: Iterable[str]) -> Iterator[tuple[Conversation, list[Happening], Policy]]:
    """Return each conversation with what happened in it and the terms of its law.

    Moments are this node's. What stood in a section that was erased is left out.

    Args:
        digests: of stored conversations; they are read in pages.
    """
    for page in batched(digests, PAGE):
        yield from _page(list(Conversation.objects.filter(digest__in=page)))


def _page(
    page: Sequence[Conversation],
) -> Iterator[tuple[Conversation, list[Happening], Policy]]:
    messages: dict[str, list[MessageRow]] = defaultdict(list)
    digests = [row.digest for row in page]
    own = local()
    on_paper = _on_paper([row.digest for row in page if row.paper])
    for message in MessageRow.objects.filter(conversation__in=digests, standing__in=COUNTS):
        messages[message.conversation].append(message)
    records = [one.record for found in messages.values() for one in found if one.type in _KINDS]
    openings = {
        one.content: one for found in messages.values() for one in found
        if one.content == one.conversation
    }  # fmt: skip
    records += [one.record for one in openings.values()]
    values = _sections(records, ["request", *(section for section, _ in _UNTIL.values())])
    linked = _linked([row for row in page if row.main in {"preserved", "lapsed"}])
    for row in page:
        mine = messages[row.digest]
        asks = row.main not in OVER
        found = [
            happening
            for one in mine
            for happening in _of(one, values.get(one.record, {}), countersigned=asks)
        ]
        found += on_paper.get(row.digest, [])
        opening = openings.get(row.digest)
        told = values.get(opening.record, {}).get("request", {}) if opening else {}
        if EMERGENCY in {row.measure, told.get("urgency")}:
            found.append(Happening(row.opened_at, "emergency-received"))
        found += linked.get(row.digest, [])
        law = message_of(opening).draft.instrument if opening else None
        yield row, found, _policy(law, own)


def _of(
    message: MessageRow, values: Mapping[str, Any], *, countersigned: bool
) -> Iterator[Happening]:
    """Return what one message means; one that has no effect may still wait for a signature.

    A message of the other side waits for a signature of the other side, which is no deadline here.
    """
    if countersigned and message.outgoing and message.second_due_at is not None:
        yield Happening(message.recorded_at, "signed-once", message.second_due_at, message.content)
    if message.type not in _KINDS or message.standing != "applied":
        return
    about = ""
    if message.type in _ASKED:
        about = message.content
    elif message.type in _GIVEN:
        about = message_of(message).draft.about or ""
    yield from _said(message.type, message.recorded_at, values, about, ours=message.outgoing)


def _said(
    message_type: str, at: datetime, values: Mapping[str, Any], about: str, *, ours: bool
) -> Iterator[Happening]:
    """Return what a message that took effect means for clocks, however it came."""
    kind, until = _KINDS[message_type], None
    if kind in _UNTIL:
        section, member = _UNTIL[kind]
        text = values.get(section, {}).get(member)
        if text is None:
            return
        until = parse_time(text)
    yield Happening(at, kind, until, about)
    if kind == "preserved" and ours:
        yield Happening(at, "ordered", until)


def _on_paper(digests: Sequence[str]) -> Mapping[str, list[Happening]]:
    """Return what was written down of the other side's messages, by conversation."""
    found: dict[str, list[Happening]] = defaultdict(list)
    for one in paper_conversations.transcripts(*digests) if digests else ():
        value = one.value
        request = value["sections"].get("request", {})
        if request.get("urgency") == EMERGENCY != request["measure"]:  # that one is in the register
            found[one.row.conversation].append(Happening(one.row.at, "emergency-received"))
        if value["type"] not in _KINDS:
            continue
        about = one.row.digest if value["type"] in _ASKED else ""
        if value["type"] in _GIVEN:
            about = value["about"] or ""
        found[one.row.conversation] += _said(
            value["type"], one.row.at, value["sections"], about, ours=False
        )
    return found


def _linked(preserved: Sequence[Conversation]) -> Mapping[str, list[Happening]]:
    """Return, by preservation, the requests for its data: when they came and were decided.

    A request counts if the State that asked for the preservation made it and named the
    preservation in it (spec 7).
    """
    found: dict[str, list[Happening]] = defaultdict(list)
    openers = {row.digest: row.opener for row in preserved}
    others = Conversation.objects.filter(case__in={row.case for row in preserved})
    requests = {row.digest: row for row in others.exclude(measure__in=("", "preservation"))}
    if not requests:
        return found
    rows = MessageRow.objects.filter(conversation__in=requests, standing="applied")
    openings = {row.record: row.conversation for row in rows.filter(type="request.submitted")}
    decided: dict[str, datetime] = {}
    for message in rows.filter(type__in=_DECIDING).order_by("-recorded_at"):
        decided[message.conversation] = message.recorded_at
    for record, value in _sections(list(openings), ["request"]).items():
        request = requests[openings[record]]
        for link in value["request"]["links"]:
            kept = link["conversation"]
            if link["relation"] == "preservation" and openers.get(kept) == request.opener:
                about = request.digest
                found[kept].append(Happening(request.opened_at, "mla-received", about=about))
                if about in decided:
                    found[kept].append(Happening(decided[about], "mla-decided", about=about))
    return found


def _sections(records: Sequence[str], names: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return, by record and name, the values of sections that are still here."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for some in batched(records, PAGE):
        for row in SectionRow.objects.filter(record__in=some, name__in=names, salt__isnull=False):
            found[row.record][row.name] = row.value
    return found


@cache
def _policy(digest: str | None, own: Local) -> Policy:
    """Return the terms under an edition of the law; only local ones for an edition unknown here."""
    if digest is None:
        return policy_of(None, own)
    found = (law for law in shipped().instruments.values() if law.digest == digest)
    return policy_of(next(found, None), own)

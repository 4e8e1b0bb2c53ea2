"""Writing down a message that came on paper: beside its original, into the register it belongs to.

What is written down is attested by the officer who did it; nothing of it is proved. From then on
clocks, rules, referrals and answers go on as with any other conversation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from comity.canonical import MisuseError
from comity.docket import Item, check_said, check_transcript
from comity.docket.acts import ACTS
from comity.docket.correspondence import checked_sections, missing_sections
from comity.docket.errors import TranscriptError
from comity.exchange.bodies import Request
from comity.exchange.conversation import ILLEGAL
from comity.exchange.values import Model
from comity.node.cases import docket_store, paper_authorities, paper_conversations
from comity.node.cases.case_numbers import case_for
from comity.node.cases.conversations import codes_of, due_after, replay_of, save_replay, set_due
from comity.node.cases.docket_store import Doing
from comity.node.core.node import Node
from comity.node.core.signals import acted
from comity.node.law import assessment
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import Conversation, DocketEntry, DocketItem, Officer, Original
from comity.node.people.access.visible_cases import OutsideError, circle_of
from comity.node.search import index

if TYPE_CHECKING:
    from comity.node.law.assessment import Check


class TranscriptPlaceError(MisuseError, code="transcript-place"):
    """A transcription lacks the author, the channel or the time of receipt."""


@dataclass(frozen=True)
class Foreseen:
    """What writing a message down would make of its conversation; nothing was recorded.

    Attributes:
        before: state before, ``new`` where it opens one.
        state: state after.
        case: number of the case; of a new one, the number it would get now.
        due_at: until when somebody has to act, or None.
        missing: sections that the protocol would have asked for and the paper lacks.
        check: what the law says of a request that came in; None where there is none to judge.
    """

    before: str
    state: str
    case: str
    due_at: datetime | None
    missing: tuple[str, ...]
    check: "Check | None"


class _Undone(Exception):  # noqa: N818 - no fault: how a transaction is left without a trace
    """What would have been recorded."""

    def __init__(self, found: Foreseen) -> None:
        super().__init__()
        self.found = found


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A message that came on paper, and where it is to be written down.

    Attributes:
        value: of act ``correspondence.transcribed``, untrusted.
        conversation: to which it belongs, or empty where it opens one.
        case: number of the case for one that it opens; empty: of a linked one, or the next.
        mail: item of the mail that it was read from, or empty.
    """

    value: Mapping[str, Any]
    conversation: str = ""
    case: str = ""
    mail: str = ""


def transcribe(
    node: Node,
    committer: Committer,
    sheet: Sheet,
    *,
    officer: Officer | None,
    at: datetime,
) -> Conversation:
    """Record what a message on paper says; return the conversation after it.

    Args:
        node: this node.
        committer: its committer.
        sheet: what it says, and where it belongs.
        officer: who wrote it down, or None for the operator.
        at: this node's clock.

    Raises:
        TranscriptError: it cannot be taken as it stands, by whom or in this state.
        EntryMalformedError, BodyMalformedError: it breaks its form.
        Conversation.DoesNotExist, DocketItem.DoesNotExist: no such conversation or mail.
    """
    done = committer.run(lambda batch: _recorded(node, batch, sheet, officer=officer, at=at)).value
    acted.send(None, node=node)
    return done


def foresee(
    node: Node,
    committer: Committer,
    sheet: Sheet,
    *,
    officer: Officer | None,
    at: datetime,
) -> Foreseen:
    """Return what `transcribe` would do with the same arguments; nothing is recorded.

    Raises:
        as `transcribe` would.
    """

    def work(batch: Batch) -> None:
        known = Conversation.objects.filter(digest=sheet.conversation).first()
        row = _recorded(node, batch, sheet, officer=officer, at=at)
        found = Foreseen(
            before=known.main if known else "new",
            state=row.main,
            case=row.case,
            due_at=row.due_at,
            missing=missing_sections(sheet.value),
            check=assessment.check_received(node, row),
        )
        raise _Undone(found)

    try:
        committer.run(work)
    except _Undone as undone:
        return undone.found
    raise AssertionError  # work always raises


def _recorded(
    node: Node, batch: Batch, sheet: Sheet, *, officer: Officer | None, at: datetime
) -> Conversation:
    value = sheet.value
    check_said(ACTS[paper_conversations.ACT], dict(value))
    check_transcript(value, opens=not sheet.conversation)
    _check_author(node, value)
    bodies = checked_sections(value["sections"])
    if sheet.case and not _finds(officer, at).filter(case=sheet.case).exists():
        raise TranscriptError("no case of this office has that number")
    if sheet.conversation and not _finds(officer, at).filter(digest=sheet.conversation).exists():
        raise OutsideError
    doing = Doing(
        node=node,
        batch=batch,
        item=None,
        case=sheet.case,
        value=value,
        officer=officer,
        at=at,
    )
    kept = (
        continued(doing, sheet.conversation, bodies)
        if sheet.conversation
        else opened(doing, bodies, sheet.case or case_for(bodies, at=at))
    )
    if sheet.mail:
        _mark_mail(doing, sheet.mail, kept)
    return kept


def _finds(officer: Officer | None, at: datetime) -> QuerySet[Conversation]:
    """Return the conversations that whoever writes may see; the operator all."""
    return circle_of(officer, at=at).conversations() if officer else Conversation.objects.all()


def _check_author(node: Node, value: Mapping[str, Any]) -> None:
    author = value["author"]
    if sorted(value["members"]) != sorted({author, node.party}) or author == node.party:
        raise TranscriptError("what the other side wrote is written down, between it and us")
    paper_authorities.check_known(node, author)
    if not paper_authorities.writes_on_paper(node, author):
        raise TranscriptError(
            "that authority has a node, so its messages come signed; keep this as mail of the case"
        )
    missing = [one for one in value["originals"] if not Original.objects.filter(digest=one)]
    if missing:
        raise TranscriptError("an original that is not kept here")


def opened(doing: Doing, bodies: Mapping[str, Model], case: str) -> Conversation:
    """Open a conversation by what was written down; inside a transaction, all of it checked."""
    made = _entered(doing, None, case, "")
    digest = made.entries[0].entry.digest
    # the first entry names the conversation, so it can be told only now
    DocketItem.objects.filter(item=made.id).update(conversation=digest)
    DocketEntry.objects.filter(item=made.id).update(conversation=digest)
    request = bodies.get("request")
    row = Conversation(
        digest=digest,
        opener=doing.value["author"],
        members=sorted(doing.value["members"]),
        type=doing.value["type"],
        measure=request.measure if isinstance(request, Request) else "",
        **codes_of(bodies),
        reference=request.reference if isinstance(request, Request) else "",
        case=case,
        main="new",
        paper=True,
        opened_at=doing.at,
        moved_at=doing.at,
        due_at=due_after(bodies, None, doing.at),
    )
    save_replay(row, replay_of(digest), now=doing.at)
    index.item(made)  # before, there was no conversation to say with whom it is
    return row


def continued(doing: Doing, digest: str, bodies: Mapping[str, Model]) -> Conversation:
    """Go on with a conversation; inside a transaction, all but whether it fits checked before.

    Raises:
        TranscriptError: it does not fit the state.
    """
    row = Conversation.objects.get(digest=digest)
    if sorted(row.members) != sorted(doing.value["members"]):
        raise TranscriptError("the conversation is with another authority")
    kept = DocketItem.objects.filter(kind="correspondence", conversation=digest).first()
    made = _entered(doing, docket_store.item_named(kept.item) if kept else None, row.case, digest)
    found = replay_of(digest)
    if found.standing[made.entries[-1].entry.digest] == ILLEGAL:
        raise TranscriptError(
            f"{doing.value['type']} does not fit: the request is {row.main}", state=row.main
        )
    row.paper = True
    set_due(row, due_after(bodies, None, doing.at) or row.due_at)
    row.save(update_fields=["paper"])
    save_replay(row, found, now=doing.at)
    return row


def _entered(doing: Doing, item: Item | None, case: str, digest: str) -> Item:
    return docket_store.add(
        replace(doing, item=item, case=case), paper_conversations.ACT, conversation=digest
    )


def _mark_mail(doing: Doing, mail: str, row: Conversation) -> None:
    """Enter in the mail's own chain that it was written down, and in which entry."""
    last = paper_conversations.transcripts(row.digest)[-1]
    told = {"transcript": last.row.digest}
    item = docket_store.item_named(mail)
    docket_store.add(replace(doing, item=item, case=row.case, value=told), "mail.transcribed")

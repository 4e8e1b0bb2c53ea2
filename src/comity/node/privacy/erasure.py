"""Destroying a record: what goes, what stays, what stands against it, and doing it.

The log, the entries of the docket and the signed messages are chains of digests: nothing is taken
out of them. What goes is what they commit to: sections with their salts, originals, drafts. After
that a digest proves that something was said, and nobody can find out from it what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from comity.node.cases.closed_cases import GOING_ON
from comity.node.cases.docket_store import items_of
from comity.node.cases.legal_holds import check_not_held
from comity.node.cases.paper_conversations import ACT as TRANSCRIPT
from comity.node.cases.privacy_errors import NotErasableError, PrivacyUnfitError
from comity.node.core.signals import work_changed
from comity.node.court import orders
from comity.node.log import audit
from comity.node.models import (
    CaseSubject,
    Conversation,
    DocketEntry,
    DocketItem,
    DraftApproval,
    DraftRow,
    Erasure,
    MessageRow,
    Original,
    Package,
    SearchDocument,
    SectionRow,
)
from comity.node.privacy.records import SORTS, open_items
from comity.node.search import index
from comity.node.web import idempotency, unfinished_forms

HERE: Final = (
    Package.Stage.SEALED,
    Package.Stage.STORED,
    Package.Stage.WANTED,
    Package.Stage.WAITING,
)
STAYING: Final = (
    "agreement",
    "authority",
    "correspondence",
    "hold",
    "provider",
    "release",
    "retention",
    "review",
    "shift",
)
"""Kinds whose words stay: registers, how records were looked after, what a case on paper says."""


@dataclass(frozen=True)
class Plan:
    """What the destruction of a record would do.

    Attributes:
        subject: name of the record.
        case: it belongs to, or empty.
        sections: of messages that would go.
        entries: of the docket whose words would go.
        originals: digests of what came by mail or on paper that would go.
        drafts: whose text would go.
        stays: what stays, as codes: ``log``, ``entries``, ``messages``, ``audit``.
        against: why it cannot be done this way, as a code; empty if it can.
    """

    subject: str
    case: str
    sections: int
    entries: int
    originals: tuple[str, ...]
    drafts: int
    stays: tuple[str, ...]
    against: str


def case_of(subject: str) -> str:
    """Return the case that a record belongs to, or empty.

    Raises:
        PrivacyUnfitError: no such record here.
    """
    sort, _, key = subject.partition(":")
    if sort == "case" and Conversation.objects.filter(case=key).exists():
        return key
    if sort == "rows" and key in ("audit", "sign-in", "notice"):
        return ""
    rows = {
        "item": DocketItem.objects.filter(item=key),
        "draft": DraftRow.objects.filter(id=key),
    }.get(sort)
    found = rows.values_list("case", flat=True).first() if rows is not None else None
    if found is None:
        raise PrivacyUnfitError(
            f"no such record; its name is one of {', '.join(SORTS)}, and a key",
            rule="record-unknown",
            member="subject",
        )
    return str(found)


def plan(subject: str) -> Plan:
    """Return what the destruction of a record would do; nothing changes.

    Raises:
        PrivacyUnfitError: no such record here.
    """
    case = case_of(subject)
    sort, _, key = subject.partition(":")
    if sort == "case":
        return _of_case(subject, case)
    if sort == "item":
        return _of_item(subject, case, key)
    if sort == "draft":
        return _of_draft(subject, case, key)
    return Plan(subject, "", 0, 0, (), 0, ("audit",), "rows")


def _of_case(subject: str, case: str) -> Plan:
    drafts = DraftRow.objects.filter(case=case).exclude(sections={})
    return Plan(
        subject=subject,
        case=case,
        sections=_sections(case).count(),
        entries=_entries(case).count(),
        originals=tuple(_originals(DocketItem.objects.filter(kind="mail", case=case))),
        drafts=drafts.count(),
        stays=("log", "entries", "messages", "audit"),
        against=_against_case(case),
    )


def _against_case(case: str) -> str:
    same = Conversation.objects.filter(case=case)
    if Package.objects.filter(conversation__in=same.values("digest"), stage__in=HERE).exists():
        return "evidence"
    if DocketEntry.objects.filter(
        act=TRANSCRIPT, conversation__in=same.values("digest"), salt__isnull=False
    ).exists():
        return "paper"
    if same.filter(GOING_ON).exists():
        return "open"
    if DocketItem.objects.filter(open_items(), case=case).exclude(kind="review").exists():
        return "open"
    waits = DraftRow.objects.filter(case=case, stage=DraftRow.Stage.AWAITING)
    return "draft" if waits.exists() else ""


def _of_item(subject: str, case: str, key: str) -> Plan:
    found = DocketItem.objects.filter(item=key)
    kind = found.values_list("kind", flat=True).get()
    words = DocketEntry.objects.filter(item=key, salt__isnull=False)
    against = "open" if found.filter(open_items()).exists() else ""
    if kind in STAYING:
        against = "paper" if kind == "correspondence" else "looked-after"
    originals = tuple(_originals(found)) if kind == "mail" else ()
    stays = ("log", "entries", "audit")
    return Plan(subject, case, 0, words.count(), originals, 0, stays, against)


def _of_draft(subject: str, case: str, key: str) -> Plan:
    row = DraftRow.objects.get(id=key)
    gone = (DraftRow.Stage.DISCARDED, DraftRow.Stage.STALE)
    against = "" if row.stage in gone else "draft"
    return Plan(subject, case, 0, 0, (), int(bool(row.sections)), ("audit",), against)


def _threads(case: str) -> QuerySet[Conversation, Any]:
    return Conversation.objects.filter(case=case).values("digest")


def _sections(case: str) -> QuerySet[SectionRow]:
    records = MessageRow.objects.filter(conversation__in=_threads(case)).values("record")
    return SectionRow.objects.filter(record__in=records, salt__isnull=False)


def _entries(case: str) -> QuerySet[DocketEntry]:
    of_case = DocketItem.objects.filter(case=case).exclude(kind__in=STAYING)
    return DocketEntry.objects.filter(item__in=of_case.values("item"), salt__isnull=False)


def _originals(mails: QuerySet[DocketItem]) -> list[str]:
    """Return the originals of pieces of mail that came in no other piece that stays."""
    digests = set(mails.values_list("about", flat=True))
    others = DocketItem.objects.filter(kind="mail", about__in=digests)
    others = others.exclude(item__in=mails.values("item"))
    read = DocketEntry.objects.filter(
        item__in=others.values("item"), act="mail.received", salt__isnull=False
    )
    kept = set(others.filter(item__in=read.values("item")).values_list("about", flat=True))
    here = Original.objects.filter(digest__in=digests - kept)
    return sorted(here.values_list("digest", flat=True))


def check_erasable(subject: str) -> Plan:
    """Return what a destruction would do, if nothing stands against it.

    Raises:
        PrivacyUnfitError: no such record here.
        CaseHeldError: a legal hold stands on its case.
        NotErasableError: it has another way, or is at work still.
    """
    found = plan(subject)
    check_not_held(found.case)
    if found.against:
        raise NotErasableError("the record cannot be destroyed this way now", reason=found.against)
    return found


def erase(subject: str, *, review: str, by: str, at: datetime) -> Plan:
    """Erase what a record says, inside the caller's transaction; return what went.

    With it go the words by which it was found, the bundles that were made of its case, and the
    answers kept for calls that are sent twice; what files still hold after the transaction,
    `traces` removes.

    Args:
        subject: name of the record.
        review: item of the docket that decided it; it stands where the words stood.
        by: user name of the officer who confirmed.
        at: this node's clock.

    Raises:
        As `check_erasable`.
    """
    found = check_erasable(subject)
    because = f"review {review}"
    sort, _, key = subject.partition(":")
    gone = {"salt": None, "value": None, "erased_because": because}
    if sort == "case":
        mails = DocketItem.objects.filter(kind="mail", case=key)
        entries = list(_entries(key).values_list("pk", flat=True))
        messages = list(MessageRow.objects.filter(conversation__in=_threads(key)))
        items = list(DocketItem.objects.filter(case=key).values_list("item", flat=True))
        Original.objects.filter(digest__in=_originals(mails)).delete()
        _sections(key).update(**gone)
        DocketEntry.objects.filter(pk__in=entries).update(**gone)
        _empty(DraftRow.objects.filter(case=key))
        CaseSubject.objects.filter(case=key).delete()
        Conversation.objects.filter(case=key).update(offence="", target="", targets=0)
        _find_anew(messages, items)
        index.subjects([key])
        orders.expire(key, at=at)
        drafts = DraftRow.objects.filter(case=key).values_list("id", flat=True)
        unfinished_forms.erase(
            [subject, *(f"item:{one}" for one in items), *(f"draft:{one}" for one in drafts)]
        )
    elif sort == "item":
        Original.objects.filter(digest__in=found.originals).delete()
        DocketEntry.objects.filter(item=key).update(**gone)
        _find_anew([], [key])
        unfinished_forms.erase([subject])
        if found.case:
            orders.expire(found.case, at=at)
    else:
        _empty(DraftRow.objects.filter(id=key))
        unfinished_forms.erase([subject])
    idempotency.forget_answers()
    Erasure.objects.create(subject=subject, case=found.case, at=at)
    named = {"case": "cases", "item": "items"}.get(sort)
    if named:
        work_changed.send(None, **{named: [key]})
    counts = f"{found.sections} {found.entries} {len(found.originals)} {found.drafts}"
    audit.note(at=at, actor=by, action="privacy.erased", subject=subject, detail=counts)
    return found


def _find_anew(messages: Sequence[MessageRow], items: Sequence[str]) -> None:
    """Let messages and items be found by what is left of them, and by nothing that went."""
    kinds = SearchDocument.Kind
    index.drop([kinds.MESSAGE], [row.record for row in messages])
    index.drop([kinds.ITEM, kinds.CALL, kinds.MAIL], items)
    index.messages(messages)
    index.items(items_of(items))


def _empty(drafts: QuerySet[DraftRow]) -> None:
    """Take out of drafts what was written in them; of a draft that was sent, the copy of it."""
    DraftApproval.objects.filter(draft__in=drafts).delete()
    drafts.update(sections={}, law={}, form={})
    work_changed.send(None, drafts=list(drafts.values_list("id", flat=True)))

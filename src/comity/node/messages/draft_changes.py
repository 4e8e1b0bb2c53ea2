"""What people of this office do with drafts, deliveries and certificates, for pages and API alike.

One function an act; each checks, records with its audit row, and wakes who has to go on.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from django.db import transaction

from comity.canonical import ComityError, MisuseError, PeerError, parse_time, time_text
from comity.canonical.amounts import counted
from comity.exchange import KNOWN, Floor, MoveIllegalError, read_certificate
from comity.exchange.accept import check_bodies, late_allowed
from comity.exchange.approvals import read_approval
from comity.exchange.bodies import check_body
from comity.exchange.certificates import Certificate, certificate_record
from comity.exchange.errors import CertificateError, TypeUnknownError
from comity.exchange.types import NEW
from comity.keys import Jws, jws
from comity.node.cases.queries import needs_of
from comity.node.core.clock import now, real_now
from comity.node.core.node import Node
from comity.node.core.signals import acted, work_changed
from comity.node.law import assessment
from comity.node.log import audit
from comity.node.log.store import Batch
from comity.node.messages import drafts, outbox, partner_tests, send_second_signature
from comity.node.messages.certificates_in_log import CERTIFIED, check_certified
from comity.node.messages.officer_signing import authorities
from comity.node.models import Conversation, DraftRow, MessageRow, Officer, OutboxRow
from comity.node.people import departures
from comity.node.people.access.visible_cases import OutsideError, circle_of_user
from comity.node.service.handle import Service

OPEN: Final = (DraftRow.Stage.AWAITING, DraftRow.Stage.STALE)
"""Stages of a draft that was neither sent nor discarded."""
MAX_CERTIFICATE_BYTES: Final = 16 * 1024


class AddresseesError(MisuseError, code="addressees"):
    """A message names too few, too many or wrong parties for its type."""


class ReasonsMissingError(MisuseError, code="reasons-missing"):
    """A decision gives no reasons: the text is empty but for spaces."""


class MomentPastError(MisuseError, code="moment-past"):
    """A moment until which something is to hold, or by which it is due, is past already."""


class CasePlaceError(MisuseError, code="case-place"):
    """A new conversation cannot be put into the case that is named."""


_AHEAD: Final = {
    "agreement": ("ends", "review_by"),
    "complaint": ("answer_by",),
    "decision": ("review_by",),
    "extension": ("until",),
    "help": ("until", "review_by"),
    "need": ("review_by",),
    "places": ("nominate_by", "begins", "ends"),
    "preservation": ("until",),
    "progress": ("review_by",),
    "table": ("answer_by", "begins", "ends"),
}
"""By section, the members that say until when something holds, or by when it is due.

What was agreed may have begun already, and minutes may note a task whose day has passed.
"""


@dataclass(frozen=True)
class Signed:
    """An approval in a draft, as it stands now.

    Attributes:
        officer: opaque identifier.
        role: author or approver.
        kind: jws or webauthn.
        expires_at: after which it does not count.
        fault: error code if it would not count now; empty if it is good.
    """

    officer: str
    role: str
    kind: str
    expires_at: datetime | None
    fault: str


def prepare(
    service: Service,
    *,
    message_type: str,
    values: Mapping[str, Any],
    by: str,
    to: tuple[str, ...] = (),
    conversation: str | None = None,
    about: str | None = None,
    instrument: str | None = None,
    case: str = "",
    form: Mapping[str, Any] | None = None,
) -> DraftRow:
    """Make a draft, with every rule held that its receiver will hold it to.

    A request that names no edition of the law gets ours, of the first instrument of its basis
    that we hold.

    Raises:
        ReasonsMissingError: a decision without reasons.
        MomentPastError: it promises or asks for something until, or by, a moment that is past.
        ReachQuotaError, ReachAddresseeError: a test of somebody's watch that is one too many.
        TypeUnknownError, MoveIllegalError, AddresseesError, PeerError: what is wrong, by code.
        CasePlaceError: no such case, or one for a conversation that has its own.
        OutsideError: no such conversation here for whoever drafts, or a section names what is not.
    """
    instrument = check_said(
        service.node,
        message_type,
        values,
        to=to,
        conversation=conversation,
        instrument=instrument,
    )
    with transaction.atomic():
        return _prepare(
            service.node,
            message_type=message_type,
            values=values,
            by=by,
            to=to,
            conversation=conversation,
            about=about,
            instrument=instrument,
            case=case,
            form=dict(form or {}),
        )


def check_said(
    node: Node,
    message_type: str,
    values: Mapping[str, Any],
    *,
    to: tuple[str, ...],
    conversation: str | None,
    instrument: str | None,
) -> str | None:
    """Hold what a draft is to say to the rules of this office; return its edition of the law.

    Raises:
        As `prepare`.
    """
    _check_members(node, message_type, to=to, conversation=conversation)
    _check_reasons(values)
    _check_ahead(values, at=now())
    if instrument is None and "request" in values and conversation is None:
        return _edition(node, values["request"])
    return instrument


def _prepare(
    node: Node,
    *,
    message_type: str,
    values: Mapping[str, Any],
    by: str,
    to: tuple[str, ...],
    conversation: str | None,
    about: str | None,
    instrument: str | None,
    case: str,
    form: Mapping[str, Any],
) -> DraftRow:
    """Decide and store, inside the caller's transaction, what its caller has checked."""
    circle = circle_of_user(by, at=now())
    if case and (conversation or not circle.has_case(case)):
        raise CasePlaceError("a case is that of another conversation here; an answer keeps its own")
    if conversation and not circle.conversations().filter(digest=conversation).exists():
        raise OutsideError
    circle.check_names(values)
    if message_type == partner_tests.PING:
        partner_tests.check_quota(node, to, at=now())
    row = drafts.prepare(
        node,
        message_type=message_type,
        values=values,
        by=by,
        conversation=conversation,
        members=to,
        about=about,
        instrument=instrument,
        form=form,
    )
    if conversation:
        case = Conversation.objects.values_list("case", flat=True).get(digest=conversation)
    if case:
        row.case = case
        row.save(update_fields=["case"])
        work_changed.send(None, drafts=[row.id])
    audit.note(at=now(), actor=by, action="draft.made", subject=row.id, detail=message_type)
    return row


def _check_members(
    node: Node, message_type: str, *, to: tuple[str, ...], conversation: str | None
) -> None:
    """Raise unless a type may open, or go on in, a conversation with these addressees."""
    move = KNOWN.row(message_type)
    if move is None:
        raise TypeUnknownError("no such type of message")
    if conversation is None:
        if NEW not in move.main:
            raise MoveIllegalError(f"{message_type} opens no conversation")
        least, most = move.members
        members = {*to, node.party}
        if not least <= len(members) <= most or node.party in to:
            raise AddresseesError(_addressees_told(message_type, least, most))
    elif to:
        raise AddresseesError("a conversation keeps the parties it was opened with")


def _addressees_told(message_type: str, least: int, most: int) -> str:
    """Say to how many others a message of a type is addressed."""
    few, many = least - 1, most - 1
    if many == 0:
        return f"{message_type} is addressed to nobody else: name no addressee"
    wanted = counted(few, "other party") if few == many else f"{few} to {many} other parties"
    return f"{message_type} is addressed to {wanted}, never to this office itself"


def _check_reasons(values: Mapping[str, Any]) -> None:
    """Raise where a decision, or a question about a use, gives no reasons."""
    for name in ("decision", "use"):
        try:
            reasons = values[name]["reasons"]["text"]
        except (KeyError, TypeError):
            continue  # its form is checked where all sections are
        if isinstance(reasons, str) and not reasons.strip():
            raise ReasonsMissingError(f"section {name} gives no reasons")


def _check_ahead(values: Mapping[str, Any], *, at: datetime) -> None:
    """Raise where a moment that a message sets for later is not later.

    Partners take such a message: it may have been written in time and carried late.
    """
    for name, members in _AHEAD.items():
        section = values.get(name)
        if not isinstance(section, Mapping):
            continue
        for member in members:
            try:
                moment = parse_time(section.get(member))
            except PeerError:
                continue  # its form is checked where all sections are
            if moment <= at:
                raise MomentPastError(
                    f"{member} of section {name} is {time_text(moment)}, and it is "
                    f"{time_text(at)} now: give a later moment"
                )


def _edition(node: Node, request: object) -> str | None:
    """Return the edition of the law that a request rests on, where we hold it and can read it."""
    try:
        check_body("request", request)
        return assessment.edition_of(node, cast("dict[str, Any]", request))
    except ComityError:
        return None  # a malformed request is refused where all sections are checked


@transaction.atomic
def discard(draft_id: str, *, by: str) -> DraftRow:
    """Give up a draft that was not sent; it stays, marked.

    Raises:
        DraftStageError: it was sent or discarded already.
    """
    row = circle_of_user(by, at=now()).drafts().get(id=draft_id)
    if row.stage not in OPEN:
        raise drafts.DraftStageError(f"the draft is {row.stage}")
    row.stage, row.discarded_at = DraftRow.Stage.DISCARDED, now()
    row.save(update_fields=["stage", "discarded_at"])
    work_changed.send(None, drafts=[row.id])
    audit.note(at=now(), actor=by, action="draft.discarded", subject=row.id, detail=row.type)
    return row


def add_approval(service: Service, draft_id: str, approval: Any, *, by: str) -> DraftRow:
    """Add an officer's approval to a draft; to one sent with one signature, send the second.

    Raises:
        PeerError: it is not good for this very draft.
        CertificateError: its certificate is not in this node's log.
        SignerLeftError, CertificateRemovedError: its officer has left this office.
    """
    if not isinstance(approval, dict):
        raise PeerError("an approval is an object")
    try:
        with transaction.atomic():
            check_certified(approval)
            return drafts.add_approval(service.node, draft_id, approval, by=by)
    except drafts.DraftStageError:
        row = DraftRow.objects.get(id=draft_id)
        if row.stage != DraftRow.Stage.QUEUED:
            raise
    send_second_signature.countersign(
        service, MessageRow.objects.get(record=row.record), approval, by=by
    )
    return row


def send(service: Service, draft_id: str, *, by: str) -> MessageRow:
    """Sign a draft and hand it to delivery.

    Raises:
        ApprovalsMissingError, DraftStaleError, DraftStageError: it cannot go; nothing changed.
    """
    row = drafts.queue(service.node, service.committer, draft_id, by=by)
    service.wake()
    acted.send(None, node=service.node)
    return row


def signed_by(node: Node, row: DraftRow) -> tuple[Signed, ...]:
    """Return the approvals of a draft with whether each would count if it were sent now."""
    at = now()
    draft = replace(drafts.draft_of(row), sent_at=at)
    found = []
    for value in drafts.approvals_of(row):
        kind = str(value.get("kind", ""))
        try:
            approval = read_approval(value, draft, node.directory, proved_at=at)
        except PeerError as fault:
            found.append(Signed("", "", kind, None, fault.code))
        else:
            found.append(Signed(approval.officer, approval.role, kind, approval.expires_at, ""))
    return tuple(found)


def needs_signature(node: Node, message_type: str) -> bool:
    """Tell whether an officer has to sign a message of a type, by the table or our own policy."""
    move = KNOWN.row(message_type)
    if move is None:
        return True
    need = needs_of(node, move)
    return bool(need.author or need.approver)


def draft_needs(node: Node, row: DraftRow) -> Floor:
    """Return the approvals a draft needs; ``late_hours`` only where this very draft may use it."""
    need = needs_of(node, drafts.draft_of(row).move)
    bodies = check_bodies(drafts.draft_of(row), drafts.sections_of_draft(row))
    return need if late_allowed(bodies) else replace(need, late_hours=None)


def sendable(node: Node, row: DraftRow) -> bool:
    """Tell whether a draft has what it needs to go now."""
    try:
        drafts.approved(node, row, at=now())
    except PeerError:
        return False
    return row.stage == DraftRow.Stage.AWAITING


@transaction.atomic
def retry(node: Node, row_id: int, *, by: str, at: datetime) -> bool:
    """Try a delivery now that failed or waits; tell if there is one. The caller wakes who does."""
    until = at + timedelta(days=node.config.retry_days)
    found = outbox.retry(row_id, at=real_now(), until=until)
    if found:
        record = OutboxRow.objects.values_list("record", flat=True).get(pk=row_id)
        audit.note(at=at, actor=by, action="delivery.retried", subject=record)
    return found


def check_certificate(node: Node, identifier: str, value: object) -> tuple[Jws, Certificate]:
    """Return a certificate as issued and as read, if it may be kept for an officer of this node.

    Args:
        node: this node.
        identifier: of the officer, who need not have an account yet.
        value: the JWS as JSON, untrusted.

    Raises:
        PeerError: our officer-ca did not sign it, or it is for somebody else.
        CertificateRemovedError: it was removed here, or its key was, and it is not a newer one.
    """
    envelope = jws.parse_value(value)
    certificate = read_certificate(envelope, node.directory, party=node.party, proved_at=now())
    if certificate.officer != identifier:
        raise CertificateError("a certificate of another officer")
    departures.check_certificate(certificate)
    return envelope, certificate


def store_certificate(service: Service, identifier: str, value: object, *, by: str) -> Certificate:
    """Keep an officer's certificate, and log it before its first use (spec 9).

    Args:
        service: this node.
        identifier: of the officer.
        value: the JWS as JSON, untrusted.
        by: user name, for the audit.

    Raises:
        PeerError: our officer-ca did not sign it, or it is for somebody else.
        CertificateError: only an officer-ca signed it that makes no new signatures any more.
        CertificateRemovedError: it was removed here, or its key was, and it is not a newer one.
    """
    at, officer = now(), Officer.objects.get(identifier=identifier)
    envelope, certificate = check_certificate(service.node, identifier, value)
    record = certificate_record(envelope)
    if officer.certificate is not None and bytes(officer.certificate) == envelope.record:
        return certificate
    # What a retired key signed stays good where it is known; nothing new is taken from it.
    active = authorities(service.node.directory, service.node.party, at=at)
    if not any(one.kid in active for one in envelope.signatures):
        raise CertificateError(
            "the officer CA that signed it is retired: certify the officer by the active one"
        )

    def work(batch: Batch) -> None:
        departures.check_certificate(certificate)  # as it is when the certificate is stored
        leaf = batch.append(salt=os.urandom(32), kind=CERTIFIED, time=at, record=record)
        Officer.objects.filter(pk=officer.pk).update(certificate=envelope.record)
        audit.note(
            at=at,
            actor=by,
            action=CERTIFIED,
            subject=record,
            detail=identifier,
            epoch=batch.head.epoch,
            leaf=leaf,
        )

    service.committer.run(work)
    return certificate

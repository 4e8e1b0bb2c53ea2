"""Approvals: an officer's signature that is bound to one very message."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.canonical import (
    PROTOCOL,
    Mode,
    PeerError,
    b64,
    decode,
    digest,
    digest_text,
    encode,
    members,
    parse_time,
    time_text,
    unb64,
)
from comity.exchange.bodies import Countersignature, check_body
from comity.exchange.certificates import (
    Assertion,
    Certificate,
    certificate_record,
    check_assertion,
    parse_certificate,
    read_certificate,
)
from comity.exchange.errors import (
    ApprovalDetachedError,
    ApprovalExpiredError,
    ApprovalSameOfficerError,
    ApprovalsMissingError,
    CertificateError,
    CountersignatureError,
)
from comity.exchange.message import Draft, Message
from comity.exchange.types import Floor, Registry
from comity.keys import Jws, PrivateKey, jws
from comity.keys.spoken import fingerprint

PURPOSE = "approve-message"
MAX_STATEMENT_BYTES = 16 * 1024


@dataclass(frozen=True)
class Approval:
    """A verified approval: this officer, in this role, for this very message."""

    officer: str
    role: str
    certificate: Certificate
    expires_at: datetime


def statement(
    draft: Draft, *, mode: Mode, certificate: Jws, role: str, expires_at: datetime
) -> bytes:
    """Return the canonical bytes an officer signs for a draft.

    Args:
        draft: the whole message but its approvals.
        mode: live or exercise.
        certificate: the officer's, as issued.
        role: author or approver.
        expires_at: after which a message sent with this approval is refused.

    Source: spec/09-approvals.md.
    """
    own = {
        "certificate": certificate_record(certificate),
        "expires_at": time_text(expires_at),
        "role": role,
    }
    return encode(_of_everyone(draft, mode) | own)


def number_of(draft: Draft, *, mode: Mode) -> str:
    """Return the number by which people make sure that they speak of the same draft.

    It is made from a digest of what every approval of the draft signs: sixty digits, to read aloud.

    Args:
        draft: the whole message but its approvals.
        mode: live or exercise.

    Source: spec/04-digests.md.
    """
    return fingerprint(digest("draft", signed_text(draft, mode=mode)).hex())


def signed_text(draft: Draft, *, mode: Mode) -> bytes:
    """Return, in canonical form, what every approval of a draft signs whoever gives it."""
    return encode(_of_everyone(draft, mode))


def _of_everyone(draft: Draft, mode: Mode) -> dict[str, Any]:
    """Return the members of a statement that are the same whoever signs, and whenever."""
    return {
        "about": draft.about,
        "body": digest_text(digest("body", encode(dict(draft.body)))),
        "conversation": draft.conversation,
        "decided_on": digest_text(digest("seen", encode(draft.seen_value()))),
        "edition": draft.edition,
        "from": draft.author,
        "id": draft.id,
        "instrument": draft.instrument,
        "members": list(draft.members),
        "mode": mode,
        "protocol": PROTOCOL,
        "purpose": PURPOSE,
        "type": draft.type,
    }


def challenge(data: bytes) -> bytes:
    """Return the 32 bytes a passkey signs for a statement."""
    return digest("approval", data)


def approve(data: bytes, key: PrivateKey, certificate: Jws, *, mode: Mode) -> dict[str, Any]:
    """Return the approval a command-line officer key gives to a statement."""
    signed = jws.sign(data, [key], thing="approval", mode=mode)
    return {"approval": signed.value, "certificate": certificate.value, "kind": "jws"}


def approve_by_passkey(data: bytes, assertion: Assertion, certificate: Jws) -> dict[str, Any]:
    """Return the approval a passkey's assertion over `challenge` gives to a statement."""
    return {
        "authenticator_data": b64(assertion.authenticator_data),
        "certificate": certificate.value,
        "client_data": b64(assertion.client_data),
        "kind": "webauthn",
        "signature": b64(assertion.signature),
        "statement": b64(data),
    }


def read_approval(
    value: object,
    draft: Draft,
    registry: Registry,
    *,
    proved_at: datetime,
    sent_at: datetime | None = None,
) -> Approval:
    """Return the approval if it is good and bound to this very draft.

    Args:
        value: untrusted, one item of ``approvals``.
        draft: the message it is for.
        registry: who knows the author's officer-ca.
        proved_at: the proved time of the message it stands in.
        sent_at: when the message it stands in was sent, if that is not ``draft``.

    Raises:
        PeerError: by code, the first rule of section 9 that fails.
    """
    data, certificate, envelope = signed_statement(
        value, registry, party=draft.author, proved_at=proved_at
    )
    claim = decode(data, max_bytes=MAX_STATEMENT_BYTES)
    if not isinstance(claim, dict) or not isinstance(claim.get("role"), str):
        raise ApprovalDetachedError("not an approval statement")
    role, expires_at = claim["role"], parse_time(claim.get("expires_at"))
    wanted = statement(
        draft, mode=registry.mode, certificate=envelope, role=role, expires_at=expires_at
    )
    if data != wanted:
        raise ApprovalDetachedError("the approval was given for something else")
    if role not in certificate.roles:
        raise CertificateError("the certificate does not give the officer this role")
    moment = draft.sent_at if sent_at is None else sent_at
    if moment > expires_at or not certificate.valid(at=moment):
        raise ApprovalExpiredError("approval or certificate did not hold when the message was sent")
    return Approval(certificate.officer, role, certificate, expires_at)


@dataclass(frozen=True)
class Claimed:
    """What an approval says of itself; nothing of it is verified."""

    officer: str
    role: str


def read_claim(value: object) -> Claimed | None:
    """Return whose approval it claims to be, in which role; None where it has not the shape of one.

    Args:
        value: untrusted, one item of ``approvals``.
    """
    try:
        fields = _fields(value)
        by_key = fields["kind"] == "jws"
        data = jws.parse_value(fields["approval"]).payload if by_key else unb64(fields["statement"])
        claim = decode(data, max_bytes=MAX_STATEMENT_BYTES)
        officer = parse_certificate(jws.parse_value(fields["certificate"]).payload).officer
    except PeerError:
        return None
    role = claim.get("role") if isinstance(claim, dict) else None
    return Claimed(officer, role) if isinstance(role, str) else None


def signed_statement(
    value: object, registry: Registry, *, party: str, proved_at: datetime
) -> tuple[bytes, Certificate, Jws]:
    """Return the bytes an officer of a party signed, with the certificate, once both hold.

    Args:
        value: untrusted: an approval of either kind.
        registry: who knows the party's officer-ca.
        party: whose officer.
        proved_at: the proved time of what it stands in.

    Returns:
        The statement, the certificate and its envelope. What the statement says, the caller checks.

    Raises:
        PeerError: by code, what does not hold.
    """
    fields = _fields(value)
    envelope = jws.parse_value(fields["certificate"])
    certificate = read_certificate(envelope, registry, party=party, proved_at=proved_at)
    return _signed_bytes(fields, certificate, registry.mode), certificate, envelope


def _fields(value: object) -> dict[str, Any]:
    """Return the members of an approval of either kind."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind == "jws":
        return members(value, {"approval": dict, "certificate": dict, "kind": str})
    texts = ("authenticator_data", "client_data", "kind", "signature", "statement")
    return members(value, {"certificate": dict, **dict.fromkeys(texts, str)})


def _signed_bytes(fields: dict[str, Any], certificate: Certificate, mode: Mode) -> bytes:
    """Return the statement bytes once the certified key is found to have signed them."""
    if fields["kind"] == "jws":
        if certificate.webauthn is not None:
            raise CertificateError("a passkey's certificate signs by passkey only")
        signed = jws.parse_value(fields["approval"])
        keys = {certificate.key.kid: certificate.key}
        jws.verify(signed, keys, thing="approval", mode=mode)
        return signed.payload
    if fields["kind"] != "webauthn" or certificate.webauthn is None:
        raise CertificateError("the certificate is of no passkey")
    data = unb64(fields["statement"])
    parts = (unb64(fields[name]) for name in ("authenticator_data", "client_data", "signature"))
    check_assertion(
        Assertion(*parts), certificate.key, certificate.webauthn, challenge=challenge(data)
    )
    return data


def stricter(floor: Floor, policy: Floor | None) -> Floor:
    """Return what a type needs: never less than the floor, and as much as the policy says."""
    if policy is None:
        return floor
    late = None if policy.late_hours is None else floor.late_hours
    if late is not None and policy.late_hours is not None:
        late = min(late, policy.late_hours)
    return Floor(
        author=max(floor.author, policy.author),
        approver=max(floor.approver, policy.approver),
        late_hours=late,
    )


@dataclass(frozen=True)
class Approved:
    """What the approvals of a message amount to.

    Attributes:
        approvals: all good ones.
        second_due_hours: hours after receipt by which the second signature is due, or None.
    """

    approvals: tuple[Approval, ...]
    second_due_hours: int | None


def check_approvals(
    values: tuple[Any, ...],
    draft: Draft,
    registry: Registry,
    *,
    proved_at: datetime,
    late_allowed: bool,
) -> Approved:
    """Return what a message's approvals amount to, if they are enough.

    Args:
        values: untrusted items of ``approvals``.
        draft: the message.
        registry: keys and policies.
        proved_at: the message's proved time.
        late_allowed: whether this message is one of those whose second signature may follow.

    Raises:
        PeerError: one is bad, doubled, or the number per role is too small.

    Source: spec/09-approvals.md.
    """
    found = tuple(read_approval(v, draft, registry, proved_at=proved_at) for v in values)
    officers = [approval.officer for approval in found]
    keys = [approval.certificate.key.kid for approval in found]
    if len(set(officers)) != len(officers) or len(set(keys)) != len(keys):
        raise ApprovalSameOfficerError("one officer approves twice")
    need = stricter(draft.move.floor, registry.policy(draft.author, draft.type))
    have = Counter(approval.role for approval in found)
    if have["author"] >= need.author and have["approver"] >= need.approver:
        return Approved(found, None)
    if late_allowed and need.late_hours is not None and have["author"] >= need.author:
        return Approved(found, need.late_hours)
    raise ApprovalsMissingError(
        f"{need.author} author and {need.approver} approver approvals are due"
    )


# The second signature that follows a message sent with one (spec 9).


TYPE = "request.countersigned"
SECTION = "countersignature"


def read_countersignature(
    section_value: object, earlier: Message, registry: Registry, *, by: Draft, proved_at: datetime
) -> Approval:
    """Return the approval that a later message brings for an earlier one.

    Args:
        section_value: untrusted value of section ``countersignature``.
        earlier: the accepted message that went with one signature.
        registry: who knows the author's officer-ca.
        by: the draft of the message that brings the signature; its ``sent_at`` is the moment at
            which approval and certificate must hold.
        proved_at: the proved time of that later message.

    Returns:
        The approval, in role approver, by another officer than any who approved the earlier
        message. Whether it came within the hours due, the caller decides by its receipt's clock.

    Raises:
        CountersignatureError: the later message names another earlier one, or one of another
            author, or one that never waits for a second signature; or the role is not approver.
        ApprovalSameOfficerError: an officer or key that approved the earlier message already.
        PeerError: whatever makes an approval bad (spec 9): bound to something else, expired,
            by a certificate that is not the author's.

    Source: spec/09-approvals.md.
    """
    draft = earlier.draft
    rules = (
        (by.type == TYPE, "not a countersignature"),
        (by.about == earlier.content, "it names another message"),
        (by.author == draft.author, "only the author countersigns"),
        (by.conversation == earlier.conversation, "a message of another conversation"),
        (draft.move.floor.late_hours is not None, "the message waits for no second signature"),
    )
    for holds, rule in rules:
        if not holds:
            raise CountersignatureError(rule)
    body = check_body(SECTION, section_value)
    value = body.approval if isinstance(body, Countersignature) else None
    approval = read_approval(value, draft, registry, proved_at=proved_at, sent_at=by.sent_at)
    if approval.role != "approver":
        raise CountersignatureError("the second signature is an approver's")
    for certificate in _certificates(earlier):
        same_key = certificate.key.kid == approval.certificate.key.kid
        if same_key or certificate.officer == approval.officer:
            raise ApprovalSameOfficerError("the officer approved the message before")
    return approval


def _certificates(message: Message) -> Iterator[Certificate]:
    """Yield the certificates of an accepted message's approvals; they were verified then."""
    for value in message.approvals:
        yield parse_certificate(jws.parse_value(value["certificate"]).payload)

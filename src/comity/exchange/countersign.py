"""The second signature that follows a message sent with one (spec 9)."""

from collections.abc import Iterator
from datetime import datetime

from comity.exchange.approvals import Approval, read_approval
from comity.exchange.bodies import Countersignature, check_body
from comity.exchange.certificates import Certificate, parse_certificate
from comity.exchange.errors import ApprovalSameOfficerError, CountersignatureError
from comity.exchange.message import Draft, Message
from comity.exchange.registry import Registry
from comity.keys import jws

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

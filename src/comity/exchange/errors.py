"""What can be wrong with a message, an approval or a receipt, one code each."""

from comity.canonical import PeerError


class ProtocolUnknownError(PeerError, code="protocol-unknown"):
    """A payload names another protocol than ours."""


class TypeUnknownError(PeerError, code="type-unknown"):
    """A message is of a type outside the edition of its conversation, or not known here."""


class EditionUnknownError(PeerError, code="edition-unknown"):
    """A message opens a conversation by an edition of the registry that is not known here."""


class MessageMalformedError(PeerError, code="message-malformed"):
    """A payload's members contradict each other."""


class ConversationFullError(PeerError, code="conversation-full"):
    """An author has reached the limit for one conversation."""


class SentAheadError(PeerError, code="sent-ahead"):
    """A message claims to be sent more than five minutes from now."""


class NotForUsError(PeerError, code="not-for-us"):
    """A message is between other parties."""


class SectionMismatchError(PeerError, code="section-mismatch"):
    """A section does not match its commitment, is missing, or was not committed to."""


class BodyMalformedError(PeerError, code="body-malformed"):
    """A section's value breaks its schema.

    The fact ``faults`` has all that is wrong, as pydantic says it.
    """


class ApprovalDetachedError(PeerError, code="approval-detached"):
    """An approval was given for something else than this message."""


class ApprovalSameOfficerError(PeerError, code="approval-same-officer"):
    """One officer approves a message twice."""


class ApprovalsMissingError(PeerError, code="approvals-missing"):
    """A message goes without the approvals its type needs."""


class ApprovalExpiredError(PeerError, code="approval-expired"):
    """An approval or its certificate did not hold when the message was sent."""


class CertificateError(PeerError, code="certificate-unfit"):
    """An officer certificate is not good for this party, mode or role."""


class WebAuthnError(PeerError, code="webauthn-invalid"):
    """A passkey's assertion does not carry the approval."""


class CountersignatureError(PeerError, code="countersignature-unfit"):
    """A countersignature is for no earlier message of its author that waits for one."""


class ReceiptMismatchError(PeerError, code="receipt-mismatch"):
    """A receipt is about another message, party or mode."""


class ReceiptUnprovedError(PeerError, code="receipt-unproved"):
    """A receipt's log proof does not hold."""

"""What can be wrong with a message, an approval or a receipt, one code each."""

from comity.canonical import PeerError


class ProtocolUnknownError(PeerError):
    """A payload names another protocol than ours."""

    code = "protocol-unknown"


class TypeUnknownError(PeerError):
    """A message is of a type outside the edition of its conversation, or not known here."""

    code = "type-unknown"


class EditionUnknownError(PeerError):
    """A message opens a conversation by an edition of the registry that is not known here."""

    code = "edition-unknown"


class MessageMalformedError(PeerError):
    """A payload's members contradict each other."""

    code = "message-malformed"


class ConversationFullError(PeerError):
    """An author has said as much in one conversation as anybody may."""

    code = "conversation-full"


class SentAheadError(PeerError):
    """A message claims to be sent more than five minutes from now."""

    code = "sent-ahead"


class NotForUsError(PeerError):
    """A message is between other parties."""

    code = "not-for-us"


class SectionMismatchError(PeerError):
    """A section does not fit its commitment, is missing, or was not committed to."""

    code = "section-mismatch"


class BodyMalformedError(PeerError):
    """A section's value breaks its schema.

    The fact ``faults`` has all that is wrong, as pydantic says it.
    """

    code = "body-malformed"


class ApprovalDetachedError(PeerError):
    """An approval was given for something else than this message."""

    code = "approval-detached"


class ApprovalSameOfficerError(PeerError):
    """One officer approves a message twice."""

    code = "approval-same-officer"


class ApprovalsMissingError(PeerError):
    """A message goes without the approvals its type needs."""

    code = "approvals-missing"


class ApprovalExpiredError(PeerError):
    """An approval or its certificate did not hold when the message was sent."""

    code = "approval-expired"


class CertificateError(PeerError):
    """An officer certificate is not good for this party, mode or role."""

    code = "certificate-unfit"


class WebAuthnError(PeerError):
    """A passkey's assertion does not carry the approval."""

    code = "webauthn-invalid"


class CountersignatureError(PeerError):
    """A second signature is for no earlier message of its author that waits for one."""

    code = "countersignature-unfit"


class ReceiptMismatchError(PeerError):
    """A receipt is about another message, party or mode."""

    code = "receipt-mismatch"


class ReceiptUnprovedError(PeerError):
    """A receipt's log proof does not hold."""

    code = "receipt-unproved"

"""Messages, conversations, approvals, receipts: bytes in, decisions out.

Reading order: `types` (the table), `message`, `sections`, `bodies`, `conversation` (the state),
`items`, `certificates`, `approvals`, `certificates`, `approvals`, `receipts`, `sections`, `accept`,
`compose`; `types` is what all of them ask of the directory; `values` takes models apart,
`values` tells a number from words.
"""

from comity.exchange.accept import Refused, Verified, accept, verify_content, verify_message
from comity.exchange.approvals import (
    Approval,
    Approved,
    approve,
    approve_by_passkey,
    read_countersignature,
    statement,
)
from comity.exchange.certificates import Certificate, certify, parse_certificate, read_certificate
from comity.exchange.compose import (
    ConversationHeldError,
    MoveIllegalError,
    Opening,
    TypeNotSharedError,
    next_draft,
    open_draft,
)
from comity.exchange.conversation import Replay, State, legal_types, replay
from comity.exchange.editions import KNOWN, Edition, EditionNotSharedError, Editions
from comity.exchange.message import Draft, Message, Seen, parse_message, sign_message
from comity.exchange.receipts import (
    CheckedReceipt,
    Consistency,
    Receipt,
    check_receipt,
    parse_receipt,
    sign_receipt,
)
from comity.exchange.sections import Parcel, Section, read_parcel, write_parcel
from comity.exchange.types import MOVES, Floor, Move, Registry, Role

__all__ = [
    "KNOWN",
    "MOVES",
    "Approval",
    "Approved",
    "Certificate",
    "CheckedReceipt",
    "Consistency",
    "ConversationHeldError",
    "Draft",
    "Edition",
    "EditionNotSharedError",
    "Editions",
    "Floor",
    "Message",
    "Move",
    "MoveIllegalError",
    "Opening",
    "Parcel",
    "Receipt",
    "Refused",
    "Registry",
    "Replay",
    "Role",
    "Section",
    "Seen",
    "State",
    "TypeNotSharedError",
    "Verified",
    "accept",
    "approve",
    "approve_by_passkey",
    "certify",
    "check_receipt",
    "legal_types",
    "next_draft",
    "open_draft",
    "parse_certificate",
    "parse_message",
    "parse_receipt",
    "read_certificate",
    "read_countersignature",
    "read_parcel",
    "replay",
    "sign_message",
    "sign_receipt",
    "statement",
    "verify_content",
    "verify_message",
    "write_parcel",
]

"""Messages of this node as records for letters, and the messages that codes name."""

from collections.abc import Mapping
from datetime import datetime

from comity.canonical import PeerError, parse_digest, state_of
from comity.exchange import Message, Section
from comity.exchange.errors import SectionMismatchError
from comity.keys import Jws, jws
from comity.node.cases.conversations import message_of, sections_of
from comity.node.cases.second_signature import countersignature_of
from comity.node.core.formats import papers_language
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.models import Conversation, MessageRow, ReceiptRow
from comity.papers.letter_record import read_letter_record, write_letter_record
from comity.papers.translations import code_prefix


class CodeUnknownError(PeerError, code="message-unknown"):
    """This node has recorded no message, or more than one, that a code or digest names."""


def message_named(text: str) -> MessageRow:
    """Return the message of a content digest or of a code.

    Raises:
        SpokenCodeError: the text is neither.
        CodeUnknownError: no message here has it, or several do.
    """
    if text.startswith("sha256:"):
        parse_digest(text)
        wanted = text
    else:
        wanted = f"sha256:{code_prefix(text)}"
    found = list(MessageRow.objects.filter(content__startswith=wanted)[:2])
    if len(found) != 1:
        raise CodeUnknownError("no message of this node has it" if not found else "several have it")
    return found[0]


def letter_record(node: Node, row: MessageRow, *, by: str, at: datetime) -> bytes:
    """Return a message with sections, receipts and whose keys these are, for a letter.

    Args:
        node: this node.
        row: the message.
        by: who reads the case, for the audit.
        at: this moment, aware UTC.

    Raises:
        SectionMismatchError: a section was erased here, so the message cannot be shown whole.
    """
    message, sections = message_of(row), sections_of(row.record)
    if erased := message.draft.body.keys() - sections.keys():
        raise SectionMismatchError("a section was erased here", section=min(erased))
    case = Conversation.objects.get(digest=row.conversation).case
    audit.note(at=at, actor=by, action="case.read", subject=case, detail="letter")
    receipts = list(ReceiptRow.objects.filter(record=row.record, fault="").order_by("kept_at"))
    parties = sorted({row.author, *(receipt.party for receipt in receipts)})
    states = sorted({state_of(party) for party in parties})
    return write_letter_record(
        message.envelope,
        sections,
        receipts=[jws.parse(bytes(receipt.jws)) for receipt in receipts],
        states=[s.jws for state in states for s in node.directory.state_records(state)],
        entries=[e.jws for party in parties for e in node.directory.versions(party)],
        countersigned=_countersigned(node, message),
    )


def _countersigned(node: Node, message: Message) -> tuple[Jws, Mapping[str, Section]] | None:
    """Return the message that brought the second signature, with its sections, or None."""
    row = countersignature_of(message, node.directory)
    return None if row is None else (message_of(row).envelope, sections_of(row.record))


def letter_of(node: Node, row: MessageRow, *, by: str, at: datetime) -> bytes:
    """Return a message as a letter in the language of the page, PDF; the reading is audited.

    Raises:
        SectionMismatchError: as `letter_record`.
        FontMissingError, PaperContentError, TypesettingError: as `letter_pdf`.
    """
    from comity.papers.letter import letter_pdf
    from comity.papers.typeset import FontPlaces

    record = read_letter_record(letter_record(node, row, by=by, at=at))
    return letter_pdf(record, (papers_language(),), made_at=at, fonts=FontPlaces())

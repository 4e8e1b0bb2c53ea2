"""Step 6 of a verdict: every acknowledgement is provable, and whose word each answer is."""

from comity.bundle import layout
from comity.bundle.agreed import claim_state
from comity.bundle.answers import claim_answers
from comity.bundle.contents import Bundle
from comity.bundle.errors import BundleMessageMissingError, BundleReceiptMissingError
from comity.bundle.known import Listed
from comity.bundle.layout import Kind
from comity.bundle.steps_heard import heard_receipts
from comity.bundle.steps_messages import told_of
from comity.bundle.verdict import Notes
from comity.canonical.amounts import counted
from comity.exchange import Message, check_receipt


def receipts(bundle: Bundle, notes: Notes) -> str:
    """Check each receipt, and that none is missing that must exist."""
    found = bundle.receipts
    for path, error in bundle.faults_of(Kind.RECEIPT):
        notes.fail(error, path)
    for path, (envelope, receipt) in found.items():
        message = bundle.by_record.get(receipt.record)
        if message is None:
            notes.fail(BundleMessageMissingError("the message it is for is not there"), path)
            continue
        registry = Listed(bundle.directory, receipt.received_at)
        with notes.guard(path):
            checked = check_receipt(envelope, message, registry, known=None)
            bundle.held.setdefault(message.record, []).append(checked.receipt)
    claim_answers(bundle, notes)
    heard_receipts(bundle, notes)
    for path, message in bundle.messages.items():
        _check_due(bundle, notes, path, message)
    for told in bundle.statement.conversations if bundle.statement is not None else ():
        if told.conversation in bundle.replays:
            claim_state(bundle, notes, told, bundle.replays[told.conversation])
    notes.looked_at.update(receipts=len(found))
    return counted(len(found), "receipt")


def _check_due(bundle: Bundle, notes: Notes, path: str, message: Message) -> None:
    statement = bundle.statement
    if statement is None:
        return
    draft, exporter = message.draft, statement.exporter
    others = [party for party in draft.members if party != draft.author]
    for party in others if draft.author == exporter else (exporter,):
        due = layout.receipt_path(message.record, party)
        if due in bundle.receipts or due in bundle.faults:
            continue
        reason = statement.withheld.get(due)
        if reason is None:
            notes.fail(BundleReceiptMissingError(f"{party} must have receipted {path}"), due)
        else:
            told = {**told_of(path, message), "addressee": party, **reason.facts()}
            notes.claim("receipt", "unknown", exporter, told=told)

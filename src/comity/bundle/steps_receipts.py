"""Step 6 of a verdict: every acknowledgement is provable."""

from comity.bundle import layout
from comity.bundle.contents import Bundle
from comity.bundle.errors import BundleMessageMissingError, BundleReceiptMissingError
from comity.bundle.known import Listed
from comity.bundle.layout import Kind
from comity.bundle.steps_heard import heard_receipts
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
            if receipt.outcome not in ("applied", "overtaken"):
                notes.attested.append(f"{path}: {receipt.addressee} answered {receipt.outcome}")
    heard_receipts(bundle, notes)
    for path, message in bundle.messages.items():
        _check_due(bundle, notes, path, message)
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
            notes.unknown.append(f"whether {party} recorded or refused {path}: {reason}")

"""What can be wrong with a court bundle, one code each."""

from collections.abc import Iterable, Mapping

from comity.canonical import MisuseError, PeerError
from comity.exchange import Message, Receipt
from comity.exchange.conversation import HELD, ILLEGAL


class BundleFileMissingError(PeerError, code="bundle-file-missing"):
    """A file that the manifest, the exporter's list or the layout calls for is not there."""


class BundleFileForeignError(PeerError, code="bundle-file-foreign"):
    """The bundle has a file that nothing lists, or that has no place in its layout."""


class BundleFileChangedError(PeerError, code="bundle-file-changed"):
    """A file's bytes are not those of its digest."""


class BundleTagFileError(PeerError, code="bundle-tag-file"):
    """A BagIt tag file is not the one that the bundle's content gives."""


class BundleLimitError(PeerError, code="bundle-limit"):
    """More files, or a larger file, than a bundle may have."""


class BundleNameError(PeerError, code="bundle-name"):
    """A file's name is not the one that its content gives."""


class BundleStatementError(PeerError, code="bundle-statement"):
    """The exporter's statement is malformed or contradicts itself."""


class BundleDirectoryError(PeerError, code="bundle-directory"):
    """The directory records of a bundle contradict the trust file or each other."""


class BundleChainError(PeerError, code="bundle-chain"):
    """A message does not follow the one its author sent before it."""


class BundleSectionError(PeerError, code="bundle-section"):
    """A section is neither there nor listed as withheld, or it is both."""


class BundleStateError(PeerError, code="bundle-state"):
    """A conversation replays to another state than the exporter stated."""


class BundleHeadError(PeerError, code="bundle-head"):
    """A chain of messages or of custody does not end at the head the exporter stated."""


class BundleMessageMissingError(PeerError, code="bundle-message-missing"):
    """A message that another message, a receipt or a head names is not there."""


class BundleReceiptMissingError(PeerError, code="bundle-receipt-missing"):
    """A receipt that must exist is neither there nor listed as withheld."""


class BundleLeafMissingError(PeerError, code="bundle-leaf-missing"):
    """The exporter's log is not shown to hold a record that it must hold."""


class BundleLeafError(PeerError, code="bundle-leaf"):
    """A leaf file contradicts its proof, its checkpoint or a receipt."""


class BundleForkError(PeerError, code="bundle-fork"):
    """Two checkpoints of one log do not belong to one history."""


class BundleConsistencyError(PeerError, code="bundle-consistency"):
    """A log is not shown to continue the tree that a receipt was given from."""


class BundleCustodyError(PeerError, code="bundle-custody"):
    """A custody chain is missing, or is not the one that was handed over."""


class BundleEvidenceError(PeerError, code="bundle-evidence"):
    """Evidence is neither there nor listed as withheld, or no offer explains it."""


class NotOfOneCaseError(MisuseError, code="not-one-case"):
    """Two bundles that are to be compared are not of one case, or are one bundle."""


class TrustInsideError(MisuseError, code="trust-inside"):
    """A trust file lies inside the bundle that it should judge."""


class BundlePathError(MisuseError, code="bundle-path"):
    """A file's path in a bundle would not survive NTFS or exFAT."""


class RedactionError(MisuseError, code="redaction-malformed"):
    """A redaction file does not say clearly what to withhold, why and by which decision."""


class RedactionUnmetError(MisuseError, code="redaction-unmet"):
    """A redaction names something that the bundle would not hold."""


# Which messages of a bundle their addressees refused: they keep their place and have no effect.
#
# Source: spec 8.2 and 16.


REFUSED = "refused:"
_BOTH = 2  # members of a conversation between two parties


def refusals(
    messages: Iterable[Message], receipts: Iterable[Receipt], *, exporter: str
) -> Mapping[str, str]:
    """Return content digest -> outcome, of messages refused for what they say.

    An illegal move is not among them: the replay finds it. Between two parties the addressee's
    word counts; among more each judges what it receives, and only the exporter's word counts here.

    Args:
        messages: of any conversations.
        receipts: for any of them; one that answers ``refused:`` refuses its message.
        exporter: the party whose view of a conversation of more than two is told.
    """
    there = {message.record: message for message in messages}
    found = {}
    for receipt in receipts:
        message = there.get(receipt.record)
        if message is None or receipt.outcome == ILLEGAL:
            continue
        heard = receipt.addressee == exporter or len(message.draft.members) == _BOTH
        if heard and receipt.outcome.startswith(REFUSED):
            found[message.content] = receipt.outcome
    return found


def set_aside(receipts: Iterable[Receipt]) -> Mapping[str, Receipt]:
    """Return record digest -> receipt, of messages that a member held or refused."""
    return {
        receipt.record: receipt
        for receipt in receipts
        if receipt.outcome.startswith((HELD, REFUSED))
    }

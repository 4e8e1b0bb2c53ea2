"""Which messages of a bundle their addressees refused: they keep their place and have no effect.

Source: spec 8.2 and 16.
"""

from collections.abc import Iterable, Mapping

from comity.exchange import Message, Receipt
from comity.exchange.conversation import HELD, ILLEGAL

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

"""What a message says that its author holds of the other members' own word.

Their later signatures then hold them to their log and to their answers, whoever exports a bundle.

Source: spec/06-messages.md.
"""

from comity.canonical import digest, digest_text
from comity.exchange.message import MAX_HEARD, Draft, Heard, HeardTree
from comity.keys import jws
from comity.node.cases.conversations import message_of
from comity.node.log.partner_checkpoints import known_checkpoint
from comity.node.models import MessageRow, ReceiptRow


def heard_of(draft: Draft) -> dict[str, Heard]:
    """Return what this node holds of each other member, for a message that is signed now.

    Args:
        draft: of this node; its author's earlier messages say what was heard before.
    """
    receipts = _new_receipts(draft.conversation) if draft.conversation else {}
    found = {}
    for party in draft.members:
        if party == draft.author:
            continue
        known, new = known_checkpoint(party), receipts.get(party, ())
        tree = HeardTree(known.origin, known.tree_size, known.root) if known else None
        if tree or new:
            found[party] = Heard(tree, tuple(sorted(new)[:MAX_HEARD]))
    return found


def _new_receipts(conversation: str) -> dict[str, list[str]]:
    """Return member -> content digests of its receipts that no message of ours has named yet."""
    sent = list(MessageRow.objects.filter(conversation=conversation, outgoing=True))
    named = {
        content
        for row in sent
        for one in message_of(row).draft.heard.values()
        for content in one.receipts
    }
    found: dict[str, list[str]] = {}
    rows = ReceiptRow.objects.filter(record__in=[row.record for row in sent], fault="")
    for row in rows:
        content = digest_text(digest("content", jws.parse(bytes(row.jws)).payload))
        if content not in named:
            found.setdefault(row.party, []).append(content)
    return found

"""A party that makes its log and its receipts anew, with its own keys, and says something else."""

from collections.abc import Mapping
from dataclasses import replace

from tests.bundle.parties import private
from tests.bundle.stories import MemoryNode, Story
from tests.ledger.logs import reader

from comity.exchange import Consistency, Message, Receipt, parse_receipt, sign_receipt
from comity.keys import Jws
from comity.ledger import consistency_proof, inclusion_proof


def own_receipts(node: MemoryNode) -> list[tuple[Jws, Receipt]]:
    """Return the receipts that a party gave, in order."""
    spoken = [(e, parse_receipt(e.payload)) for e in node.receipts]
    return [(e, r) for e, r in spoken if r.addressee == node.party]


def rewrite(story: Story, message: Message, outcome: str, party: str) -> None:
    """Let a party say, in a log and receipts made anew, that something else became of a message."""
    node = story.nodes[party]
    for _, receipt in own_receipts(node):
        if receipt.record == message.record:
            opening = replace(node.openings[receipt.index], outcome=outcome)
            node.openings[receipt.index] = opening
    sign_again(node)


def sign_again(node: MemoryNode, moved: Mapping[int, int] | None = None) -> None:
    """Make a party's receipts anew over its log as it is now.

    Args:
        node: the party.
        moved: place of a leaf -> where it stands now.
    """
    made: dict[int, Jws] = {}
    read = reader(node.hashes)
    for envelope, receipt in own_receipts(node):
        index = (moved or {}).get(receipt.index, receipt.index)
        opening = node.openings[index]
        size, known = int(receipt.checkpoint.split("\n")[1]), receipt.consistency
        size = max(size, index + 1)
        said = replace(
            receipt,
            outcome=opening.outcome or "",
            received_at=opening.time,
            index=index,
            salt=opening.salt,
            checkpoint=node.note(size),
            inclusion=tuple(inclusion_proof(index, size, read)),
            consistency=known
            and Consistency(known.tree_size, tuple(consistency_proof(known.tree_size, size, read))),
        )
        made[id(envelope)] = sign_receipt(said, private(node.party, "receipt"))
    node.receipts = [made.get(id(e), e) for e in node.receipts]

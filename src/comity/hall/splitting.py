"""What a partner with two logs does at real nodes: one message has two places, one in each log.

The first log is its node's, and every receipt so far is from it. The second says that the message
came later: its entry is taken out, and a new one stands at the end. Receipt, leaf and signatures of
the second are as good as those of the first; only what was shown before tells. Made with the
partner's own keys, it is handed in where receipts of a partner that fetches arrive. Its node goes
on with its one log, so that other teams meet an honest partner.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from comity.client.api import Api
from comity.demo.world import Place
from comity.exchange import Consistency, Receipt
from comity.hall.hostile import Answered, code_of
from comity.ledger import (
    Checkpoint,
    Signer,
    consistency_proof,
    entry,
    inclusion_proof,
    leaf_hash,
    peek_checkpoint,
    root,
    sign_checkpoint,
)

RECEIPTS: Final = "/exchange/v1/receipts"


@dataclass(frozen=True)
class SecondLog:
    """A log that nobody has seen; it holds its leaves and gives its own proofs."""

    leaves: tuple[bytes, ...]

    def read(self, level: int, index: int, /) -> bytes:
        """Return the root of a complete subtree (the ledger's ``SubtreeReader``)."""
        return root(self.leaves[index << level : (index + 1) << level])


def retell(
    true: Receipt,
    leaves: Sequence[bytes],
    signer: Signer,
    *,
    known: int | None,
    at: datetime,
    salt: bytes,
) -> Receipt:
    """Return the receipt for the same message from a second log, in which it came later.

    Args:
        true: the one that was given.
        leaves: hashes of the first log, of which the message's is one.
        signer: of the log's name.
        known: size of the first log that the message's author holds, for a proof from there; None
            to keep quiet about it.
        at: when it is said to have come.
        salt: 32 random bytes for the new leaf.
    """
    told = replace(true, received_at=at, salt=salt, index=len(leaves) - 1)
    new = leaf_hash(entry(told.opening))
    log = SecondLog((*leaves[: true.index], *leaves[true.index + 1 :], new))
    size = len(log.leaves)
    origin = peek_checkpoint(true.checkpoint.encode()).origin
    checkpoint = Checkpoint(origin, size, root(log.leaves))
    proof = Consistency(known, tuple(consistency_proof(known, size, log.read))) if known else None
    return replace(
        told,
        checkpoint=sign_checkpoint(checkpoint, [signer]).decode(),
        inclusion=inclusion_proof(told.index, size, log.read),
        consistency=proof,
    )


def show_second_log(
    liar: Place, victim: str, conversation: str, *, quiet: bool = False
) -> Answered:
    """Give a party a second receipt for its last message in a conversation, from a second log.

    Args:
        liar: whose keys and log.
        victim: party.
        conversation: digest.
        quiet: leave out the proof from the log that the party knows.

    Returns:
        What its node answered; status 0 if it had sent nothing there.
    """
    order = [str(liar.config.folder), victim, conversation, "quiet" if quiet else ""]
    done = subprocess.run([sys.executable, "-m", __name__, *order], capture_output=True, check=True)
    return Answered(**json.loads(done.stdout))


def health(watching: Api, partner: str) -> str:
    """Return what a node says of a partner's log: that it agrees with what was shown, or not."""
    told = [one for one in watching.get("/health")["partners"] if one["party"] == partner]
    if not told:
        return "log health: not known"
    agree = all(one["agrees"] for one in told)
    return "log health: the logs agree" if agree else "log health: the two logs disagree"


def _show(folder: Path, victim: str, conversation: str, *, quiet: bool) -> Answered:
    """Be the liar's node for one receipt."""
    from comity.node.core.django_setup import use_node

    use_node(folder)
    from comity.exchange import parse_receipt, sign_receipt
    from comity.ledger import ed25519_signer
    from comity.node.core.clock import now
    from comity.node.core.node import this_node
    from comity.node.core.partner_http import PartnerClient
    from comity.node.federation.issue_receipt import receipt_for
    from comity.node.models import LogEntry, MessageRow

    node = this_node()
    came = MessageRow.objects.filter(author=victim, outgoing=False)
    row = came.filter(conversation=conversation).order_by("sequence").last()
    if row is None:
        return Answered(status=0, code="")
    true = parse_receipt(receipt_for(node, row, None).payload)
    log = LogEntry.objects.filter(epoch=row.epoch).order_by("index")
    shown = came.filter(epoch=row.epoch).order_by("tree_size").values_list("tree_size", flat=True)
    told = retell(
        true,
        [bytes(leaf) for leaf in log.values_list("leaf_hash", flat=True)],
        ed25519_signer(node.origin(row.epoch), node.log_key),
        known=None if quiet else shown.last(),
        at=now(),
        salt=os.urandom(32),
    )
    body = sign_receipt(told, node.keys["receipt"]).record
    answer = PartnerClient(node).call(victim, "POST", RECEIPTS, body=body)
    return Answered(status=answer.status, code=code_of(answer.body))


if __name__ == "__main__":
    _folder, _victim, _conversation, _quiet = sys.argv[1:]
    _answered = _show(Path(_folder), _victim, _conversation, quiet=bool(_quiet))
    sys.stdout.write(json.dumps(vars(_answered)))

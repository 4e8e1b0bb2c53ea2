"""What of this node's logs is shown to those who read them: every epoch, as far as it was signed.

An epoch that ended is shown with the checkpoint that its successor statement names: the register of
a restored node may hold less, and a checkpoint that shrinks would be taken for a fork.
"""

from comity.keys import jws
from comity.ledger import Successor, parse_successor, peek_checkpoint
from comity.node.core.node import Node
from comity.node.log.guarded_log import guarded_size, read_guarded
from comity.node.models import LogHead, OwnCheckpoint


def shown_note(node: Node, epoch: int) -> str | None:
    """Return the checkpoint of an epoch, with cosignatures if there are; None: nothing to show.

    Raises:
        HeadGuardError: the guard cannot be read.
    """
    newest = read_guarded(node)
    if epoch != newest.epoch:
        return _last_note(epoch) if epoch < newest.epoch else None
    if not newest.tree_size:
        return None
    cosigned = OwnCheckpoint.objects.filter(epoch=epoch, tree_size=newest.tree_size).first()
    return cosigned.note if cosigned else newest.note.decode()


def shown_size(node: Node, epoch: int) -> int:
    """Return how many entries of an epoch are shown; 0 for one that is not there.

    Raises:
        HeadGuardError: the guard cannot be read.
    """
    size, last = guarded_size(node, epoch), _last_note(epoch)
    return min(size, peek_checkpoint(last.encode()).tree_size) if last else size


def newest_statement() -> Successor | None:
    """Return our statement by which the newest epoch was opened; None: it is the first."""
    row = LogHead.objects.exclude(successor=None).order_by("-epoch").first()
    return parse_successor(jws.parse(bytes(row.successor or b"")).payload) if row else None


def _last_note(epoch: int) -> str | None:
    """Return the checkpoint with which a statement of ours ended an epoch; None: none did."""
    for row in LogHead.objects.filter(epoch__gt=epoch).exclude(successor=None).order_by("epoch"):
        told = parse_successor(jws.parse(bytes(row.successor or b"")).payload)
        if told.origin_old.epoch == epoch:
            held = peek_checkpoint(told.checkpoint.encode()).tree_size
            return told.checkpoint if held else None
    return None

"""This node's log in a bundle: one checkpoint an epoch, proofs in it, time stamps over it."""

from collections.abc import Iterable, Mapping, Sequence

from comity.bundle import write as writing
from comity.exchange.message import HeardTree
from comity.ledger import LogOrigin, tree
from comity.node.core.node import Node
from comity.node.log.guarded_log import ensure_guarded, guarded_size, note_at
from comity.node.log.store import Reader, opening_of, root_at
from comity.node.log.timestamps import covering
from comity.node.models import LogEntry, LogHead, MessageRow, OwnCheckpoint, Timestamp


class BundleLog:
    """This node's log as a bundle shows it.

    Args:
        node: this node.
        entries: what is to be proved.
        given: messages that were receipted; each receipt came from a tree that is linked.
        heard: trees that partners say they hold; each that this log had is linked too.
    """

    def __init__(
        self,
        node: Node,
        entries: Sequence[LogEntry],
        given: Iterable[MessageRow],
        heard: Iterable[HeardTree] = (),
    ) -> None:
        self._node, self._entries = node, entries
        self._sizes: dict[int, set[int]] = {}
        for row in given:
            self._sizes.setdefault(row.epoch, set()).add(row.tree_size)
        sizes = dict(LogHead.objects.values_list("epoch", "tree_size"))
        for tree_heard in set(heard):
            self._link(tree_heard, sizes)
        epochs = {entry.epoch for entry in entries} | self._sizes.keys()
        self._stamped = {epoch: self._stamps_of(epoch) for epoch in sorted(epochs)}
        for epoch, rows in self._stamped.items():
            self._sizes.setdefault(epoch, set()).update(row.tree_size for row in rows)
        self._notes = {epoch: self._note(epoch) for epoch in sorted(epochs)}

    def _link(self, said: HeardTree, sizes: Mapping[int, int]) -> None:
        """Have a tree linked that a partner says it holds, if this log had it."""
        origin = LogOrigin.parse(said.origin)
        if str(origin) != self._node.origin(origin.epoch):
            return
        if not 0 < said.tree_size <= sizes.get(origin.epoch, 0):
            return
        if root_at(origin.epoch, said.tree_size) == said.root:
            self._sizes.setdefault(origin.epoch, set()).add(said.tree_size)

    def _note(self, epoch: int) -> tuple[int, str]:
        """Return the newest cosigned checkpoint that covers everything, or sign the newest tree."""
        places = [entry.index + 1 for entry in self._entries if entry.epoch == epoch]
        least = max([*places, *self._sizes.get(epoch, ())])
        cosigned = OwnCheckpoint.objects.filter(epoch=epoch, tree_size__gte=least)
        row = cosigned.order_by("-tree_size").first()
        if row is not None:
            return row.tree_size, row.note
        ensure_guarded(self._node, epoch, least)
        size = guarded_size(self._node, epoch)
        return size, note_at(self._node, epoch, size)

    def _stamps_of(self, epoch: int) -> list[Timestamp]:
        indexes = [entry.index for entry in self._entries if entry.epoch == epoch]
        return list(covering(epoch, indexes))

    def stamps(self) -> list[writing.Stamped]:
        """Return the stamped checkpoints that date the entries earliest."""
        found: dict[tuple[int, int], list[Timestamp]] = {}
        for rows in self._stamped.values():
            for row in rows:
                found.setdefault((row.epoch, row.tree_size), []).append(row)
        return [
            writing.Stamped(
                epoch,
                size,
                rows[0].note.encode(),
                tuple(bytes(row.response) for row in sorted(rows, key=lambda r: r.authority)),
            )
            for (epoch, size), rows in sorted(found.items())
        ]

    def checkpoints(self) -> dict[tuple[str, int], str]:
        """Return (party, epoch) -> note."""
        return {(self._node.party, epoch): note for epoch, (_, note) in self._notes.items()}

    def proved(self) -> list[writing.OwnLeaf]:
        """Return each entry with its inclusion path."""
        found = []
        for entry in self._entries:
            size = self._notes[entry.epoch][0]
            path = tree.inclusion_proof(entry.index, size, Reader(entry.epoch))
            place = (entry.epoch, entry.index)
            found.append(writing.OwnLeaf(*place, opening_of(entry), tuple(path)))
        return found

    def consistency(self) -> dict[int, dict[int, tuple[bytes, ...]]]:
        """Return epoch -> earlier tree -> proof to the epoch's checkpoint."""
        return {
            epoch: {
                size: tuple(tree.consistency_proof(size, newest, Reader(epoch)))
                for size in sorted(self._sizes.get(epoch, ()))
                if size < newest
            }
            for epoch, (newest, _) in self._notes.items()
        }

    def successors(self) -> dict[tuple[str, int], bytes]:
        """Return (party, epoch) -> the statement that opened it."""
        heads = LogHead.objects.filter(epoch__in=list(self._notes)).exclude(successor=None)
        return {(self._node.party, head.epoch): bytes(head.successor or b"") for head in heads}

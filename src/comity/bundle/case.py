"""What goes into a bundle, as the exporter gathered it; evidence streams apart.

Source: spec/16-bundles.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comity.bundle.statement import Withheld
from comity.canonical import Mode
from comity.directory import Directory
from comity.evidence.limits import Limit
from comity.exchange import Message, Section
from comity.keys import Jws
from comity.ledger import LeafOpening


@dataclass(frozen=True)
class OwnLeaf:
    """A leaf of the exporter's log, to be proved in the epoch's checkpoint.

    Attributes:
        epoch, index: its place.
        opening: what explains it.
        path: inclusion path in the tree of the checkpoint in the bundle.
    """

    epoch: int
    index: int
    opening: LeafOpening
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Stamped:
    """A checkpoint of the exporter's log as it was stamped.

    Attributes:
        epoch: which log.
        tree_size: leaves it covers; `Case.consistency` has the proof from there.
        note: as the log signed it.
        tokens: responses of the authorities, in their order.
    """

    epoch: int
    tree_size: int
    note: bytes
    tokens: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that goes into a bundle but evidence.

    Attributes:
        mode, exporter, exported_at: who exports, and when by its clock.
        messages: of all conversations of the case.
        sections: content digest of a message -> name -> section.
        withheld: path in the bundle -> why it is not there.
        receipts: those got and those given.
        leaves: of the exporter's log.
        checkpoints: (party, epoch) -> newest signed note, with cosignatures.
        consistency: epoch -> tree size -> proof from that tree to the epoch's checkpoint.
        stamps: checkpoints of the exporter's log with time stamps over them.
        successors: (party, epoch) -> statement that opened the epoch.
        directory: every State record and entry of the parties in the case.
        snapshot: the directory's, or None.
        snapshot_proof: its place in the secretariat's log (a tlog-proof), or None.
        chains: exhibit -> custody events as JSON, event 1 first.
        limits: on the use of the evidence; a text that is withheld is empty.
        papers: path -> passport, as PDF for people or CASE for programs; they prove nothing.
    """

    mode: Mode
    exporter: str
    exported_at: datetime
    messages: Sequence[Message]
    sections: Mapping[str, Mapping[str, Section]]
    receipts: Sequence[Jws]
    directory: Directory
    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    leaves: Sequence[OwnLeaf] = ()
    checkpoints: Mapping[tuple[str, int], str] = field(default_factory=dict)
    consistency: Mapping[int, Mapping[int, Sequence[bytes]]] = field(default_factory=dict)
    stamps: Sequence[Stamped] = ()
    successors: Mapping[tuple[str, int], bytes] = field(default_factory=dict)
    snapshot: bytes | None = None
    snapshot_proof: bytes | None = None
    chains: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    limits: Sequence[Limit] = ()
    papers: Mapping[str, bytes] = field(default_factory=dict)

"""Proving later what the directory said: each snapshot is a leaf of the secretariat's log."""

import os
from typing import Final

from comity.canonical import decode, digest, digest_text, encode
from comity.files.publish import write_file
from comity.ledger import (
    LogOrigin,
    LogProof,
    leaf_hash,
    parse_proof,
    peek_checkpoint,
    tree,
    verify_proof,
)
from comity.ledger.leaf import entry, opening_value, parse_opening
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.partner_http import PartnerClient, PartnerRefusedError, check_accepted
from comity.node.log import audit, refusals
from comity.node.log.group_commit import Committer
from comity.node.log.guarded_log import read_guarded
from comity.node.log.refusals import Job
from comity.node.log.store import Batch, Reader, openings
from comity.node.models import LogEntry

KIND: Final = "directory.snapshot"
FOLDER: Final = "snapshots"


def newest(node: Node) -> bytes | None:
    """Return the newest snapshot this node has accepted, or None without a TUF directory."""
    path = node.config.directory / "tuf" / "snapshot.json"
    return path.read_bytes() if path.is_file() else None


def proof_of(node: Node, snapshot: bytes) -> bytes | None:
    """Return the kept proof (tlog-proof) that a snapshot stands in the secretariat's log."""
    path = node.config.folder / FOLDER / f"{digest('snapshot', snapshot).hex()}.proof"
    return path.read_bytes() if path.is_file() else None


def party_of(proof: bytes) -> str:
    """Return the party whose log a proof is from, as it claims."""
    return LogOrigin.parse(peek_checkpoint(parse_proof(proof).checkpoint).origin).party


def log_newest(node: Node, committer: Committer) -> int:
    """Enter the newest snapshot into this node's log if it is new (a secretariat's duty)."""
    snapshot = newest(node)
    if not node.config.repository or snapshot is None:
        return 0
    record, at = digest_text(digest("snapshot", snapshot)), now()
    if LogEntry.objects.filter(kind=KIND, record=record).exists():
        return 0

    def work(batch: Batch) -> None:
        leaf = batch.append(salt=os.urandom(32), kind=KIND, time=at, record=record)
        audit.note(
            at=at,
            actor=audit.SYSTEM,
            action=KIND,
            subject=record,
            epoch=batch.head.epoch,
            leaf=leaf,
        )

    committer.run(work)
    return 1


def prove(node: Node, record: str) -> bytes | None:
    """Return the proof that a snapshot is in this node's log, or None if it is not."""
    row = LogEntry.objects.filter(kind=KIND, record=record).order_by("-epoch").first()
    newest = read_guarded(node)
    found = openings(row.epoch, row.index, row.index + 1) if row else None
    if row is None or found is None or row.epoch != newest.epoch:
        return None
    if row.index >= newest.tree_size:
        return None
    path = tuple(tree.inclusion_proof(row.index, newest.tree_size, Reader(newest.epoch)))
    return LogProof(row.index, path, newest.note, encode(opening_value(found[0]))).encode()


def fetch_proof(node: Node, client: PartnerClient, secretariat: str) -> int:
    """Fetch and keep the proof for the newest snapshot; return 1 if it is new here.

    Raises:
        LedgerError: what came is no proof of it.
        PartnerRefusedError, PartnerBusyError: the secretariat has not logged it yet.
    """
    snapshot = newest(node)
    if snapshot is None or proof_of(node, snapshot) is not None:
        return 0
    record = digest("snapshot", snapshot)
    refusals.forget_others(Job.SNAPSHOT, secretariat, record.hex())
    if refusals.is_held(Job.SNAPSHOT, secretariat, record.hex()):
        return 0
    with refusals.asking(Job.SNAPSHOT, secretariat, record.hex()):
        answer = client.call(secretariat, "GET", f"/exchange/v1/snapshots/{record.hex()}")
        check_accepted(answer, 200)
    proof = parse_proof(answer.body)
    opening = parse_opening(decode(proof.extra or b"", max_bytes=4096))
    origin = proof.checkpoint.decode().partition("\n")[0]
    verifiers = node.directory.log_verifiers(secretariat, origin)
    verify_proof(proof, leaf=leaf_hash(entry(opening)), verifiers=verifiers)
    if opening.kind != KIND or opening.record != record:
        raise PartnerRefusedError("a proof of something else")
    folder = node.config.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    write_file(folder / f"{record.hex()}.proof", answer.body)
    return 1

"""Witnesses: asking others to cosign our checkpoints, and cosigning theirs (C2SP tlog-witness)."""

from http import HTTPStatus
from typing import Final

from django.db import transaction

from comity.canonical import OperationError, PeerError
from comity.ledger import (
    NOTHING_KNOWN,
    Checkpoint,
    LogOrigin,
    add_signatures,
    cosigner,
    open_checkpoint,
    signature_by,
    tree,
    verifier_for,
)
from comity.ledger.witness import (
    Accepted,
    Conflict,
    Decision,
    TreeHead,
    decide,
    format_cosignatures,
    parse_add_checkpoint,
    parse_cosignatures,
    request_cosignature,
)
from comity.node.core.clock import now
from comity.node.core.keystore import WITNESS_FILE, load_signing_key, witness_name
from comity.node.core.node import Node
from comity.node.core.partner_http import Answer, PartnerClient, check_accepted
from comity.node.log import audit, refusals
from comity.node.log.guarded_log import Guarded, read_guarded
from comity.node.log.refusals import Job
from comity.node.log.store import Reader
from comity.node.models import OwnCheckpoint, WitnessedTree

UNPROVED: Final = 422
PATH: Final = "/witness/add-checkpoint"


class WitnessError(OperationError, code="witness-unwilling"):
    """A witness did not cosign."""


def cosign(node: Node, body: bytes) -> tuple[Decision, bytes]:
    """Decide about a request to cosign; return the decision and the answer's body.

    Raises:
        WitnessRequestError: the body is malformed.

    Source: tlog-witness, add-checkpoint.
    """
    request = parse_add_checkpoint(body)
    party = _party_of(request.origin)
    verifiers = None
    if party is not None and node.directory.has(party):
        verifiers = node.directory.log_verifiers(party, request.origin)
    with transaction.atomic():
        row = WitnessedTree.objects.filter(origin=request.origin).first()
        known = TreeHead(row.tree_size, bytes(row.root)) if row else NOTHING_KNOWN
        decision = decide(request, verifiers=verifiers, known=known)
        if not isinstance(decision, Accepted):
            _note_fork(request.origin, party, decision)
            return decision, b""
        WitnessedTree.objects.update_or_create(
            origin=request.origin,
            defaults={
                "tree_size": decision.checkpoint.tree_size,
                "root": decision.checkpoint.root,
                "note": request.note.decode(),
                "at": now(),
            },
        )
    key = load_signing_key(node.config.keys / WITNESS_FILE, use="witness").key
    signer = cosigner(witness_name(node.party, node.config.mode), key, at=now())  # type: ignore[arg-type]
    text = decision.checkpoint.text().encode()
    return decision, format_cosignatures([signature_by(signer, text)])


def _note_fork(origin: str, party: str | None, decision: Decision) -> None:
    """Record that a log contradicts what was cosigned: two roots of a size, or no proof."""
    forked = decision.fork if isinstance(decision, Conflict) else decision.status == UNPROVED
    if forked and party is not None:
        code = "two-roots" if isinstance(decision, Conflict) else "proof-mismatch"
        audit.note(at=now(), actor=party, action="log.disagree", subject=origin, detail=code)


def _party_of(origin: str) -> str | None:
    try:
        return LogOrigin.parse(origin).party
    except PeerError:
        return None


def request_from(node: Node, client: PartnerClient, witness: str) -> int:
    """Ask a witness to cosign the newest tree if it is new; return how many cosignatures came.

    One that refuses for good is asked again when a person says so.

    Raises:
        WitnessError: it signed something else, or knows more of this log than we have.
        PartnerRefusedError, PartnerBusyError: it did not cosign.
        PartnerUnreachableError: no answer.
    """
    newest = read_guarded(node)
    epoch, size = newest.epoch, newest.tree_size
    origin = node.origin(epoch)
    refusals.forget_others(Job.WITNESS, witness, origin)
    if refusals.is_held(Job.WITNESS, witness, origin):
        return 0
    if not size or OwnCheckpoint.objects.filter(epoch=epoch, tree_size=size).exists():
        return 0
    checkpoint = Checkpoint(origin, size, newest.root)
    last = OwnCheckpoint.objects.filter(epoch=epoch).order_by("-tree_size").first()
    with refusals.asking(Job.WITNESS, witness, origin):
        answer = _answered(client, witness, newest, old=last.tree_size if last else 0)
    cosigned = add_signatures(newest.note, parse_cosignatures(answer.body))
    return _keep(node, epoch, checkpoint, cosigned)


def _answered(client: PartnerClient, witness: str, newest: Guarded, *, old: int) -> Answer:
    """Return what a witness answers once it is told from which tree to go on."""
    answer, size = _ask(client, witness, newest, old=old), newest.tree_size
    if answer.status == HTTPStatus.CONFLICT:  # it knows another size; its answer says which
        told = answer.body[:20].strip()
        old = int(told) if told.isdigit() else size + 1
        if old > size:
            raise WitnessError("the witness knows a larger tree of this log than we have")
        answer = _ask(client, witness, newest, old=old)
    check_accepted(answer, HTTPStatus.OK)
    return answer


def _ask(client: PartnerClient, witness: str, newest: Guarded, *, old: int) -> Answer:
    read = Reader(newest.epoch)
    proof = tree.consistency_proof(old, newest.tree_size, read) if old else []
    request = request_cosignature(old_size=old, proof=proof, note=newest.note)
    return client.call(witness, "POST", PATH, body=request.encode())


def _keep(node: Node, epoch: int, checkpoint: Checkpoint, note: bytes) -> int:
    """Keep a checkpoint with those cosignatures that are a trusted witness's."""
    trusted = [verifier_for(key) for key in node.directory.trust.witness_keys]
    own = node.directory.log_verifiers(node.party, checkpoint.origin)
    opened = open_checkpoint(note, [*own, *trusted])
    names = {verifier.name for verifier in trusted}
    cosigned = [s for s in opened.note.verified if s.name in names]
    if not cosigned:
        raise WitnessError("no cosignature by a witness of the trust file")
    lines = "".join(signature.line() for signature in opened.note.verified)
    OwnCheckpoint.objects.get_or_create(
        epoch=epoch,
        tree_size=checkpoint.tree_size,
        defaults={"note": f"{opened.note.text}\n{lines}", "made_at": now()},
    )
    return len(cosigned)

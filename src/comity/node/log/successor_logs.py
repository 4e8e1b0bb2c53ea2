"""Understanding why a partner's log goes on under a new name: its signed statement (spec 10)."""

from django.db import transaction

from comity.canonical import PeerError, decode, digest, digest_text, members
from comity.keys import Jws, jws
from comity.ledger import LogOrigin, Successor, open_checkpoint, parse_successor
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.partner_http import PartnerClient, PartnerRefusedError
from comity.node.log import audit
from comity.node.models import EpochExplanation, PartnerCheckpoint

SUCCEEDED = "log.succeeded"


class SuccessionError(PeerError, code="succession-unexplained"):
    """A partner's log has a new epoch that no good statement explains."""


def explain_epochs(node: Node, client: PartnerClient) -> int:
    """Fetch and check the statement of each partner's newest epoch; return how many were explained.

    Only the newest: a node restored twice from one backup has forgotten the statement in between.
    One that contradicts what we hold of the old log is recorded for a person (``log.disagree``).
    """
    done = 0
    newest = {row.party: row for row in sorted(PartnerCheckpoint.objects.all(), key=_epoch)}
    for row in newest.values():
        if _epoch(row) == 1 or not client.reachable(row.party):
            continue
        if not EpochExplanation.objects.filter(party=row.party, origin=row.origin).exists():
            done += _explain(node, client, row)
    return done


def _epoch(row: PartnerCheckpoint) -> int:
    return LogOrigin.parse(row.origin).epoch


def _explain(node: Node, client: PartnerClient, row: PartnerCheckpoint) -> int:
    answer = client.call(row.party, "GET", "/exchange/v1/epochs")
    if answer.status != 200:
        raise PartnerRefusedError(f"the partner answered {answer.status}")
    action, subject = SUCCEEDED, ""
    try:
        subject = check_succession(node, row.party, row.origin, answer.body)
    except PeerError as fault:
        action, subject = "log.disagree", fault.code
    agrees, at = action == SUCCEEDED, now()
    with transaction.atomic():
        EpochExplanation.objects.update_or_create(
            origin=row.origin, defaults={"party": row.party, "agrees": agrees, "at": at}
        )
        audit.note(at=at, actor=row.party, action=action, subject=subject, detail=row.origin)
    return int(agrees)


def has_ended(node: Node, client: PartnerClient, party: str, origin: str) -> bool:
    """Tell whether a partner signed a good statement that ended a log of this origin."""
    answer = client.call(party, "GET", "/exchange/v1/epochs")
    if answer.status != 200:
        raise PartnerRefusedError(f"the partner answered {answer.status}")
    try:
        for value in _statements(answer.body):
            envelope = jws.parse_value(value)
            told = parse_successor(envelope.payload)
            if origin == str(told.origin_old):
                _check(node, party, envelope, told)
                return True
    except PeerError:
        return False
    return False


def check_succession(node: Node, party: str, origin: str, body: bytes) -> str:
    """Return the record digest of the statement that explains an epoch, or that ended it.

    Raises:
        SuccessionError: none does, or it contradicts a checkpoint we hold. A statement that names a
            smaller tree than we hold is no contradiction: perhaps we could not be asked.
    """
    for value in _statements(body):
        envelope = jws.parse_value(value)
        told = parse_successor(envelope.payload)
        if origin in (str(told.origin_new), str(told.origin_old)):
            _check(node, party, envelope, told)
            return digest_text(digest("record", envelope.record))
    raise SuccessionError("no statement names this epoch")


def _statements(body: bytes) -> list[object]:
    return list(members(decode(body, max_bytes=1024 * 1024), {"statements": list})["statements"])


def _check(node: Node, party: str, envelope: Jws, told: Successor) -> None:
    moment = told.stated_at
    keys = {
        s.kid: node.directory.signing_key(party, s.kid, use="log", proved_at=moment)
        for s in envelope.signatures
    }
    jws.verify(envelope, keys, thing="successor", mode=node.config.mode)
    verifiers = node.directory.log_verifiers(party, str(told.origin_old))
    last = open_checkpoint(told.checkpoint.encode(), verifiers).checkpoint
    held = PartnerCheckpoint.objects.filter(origin=last.origin, tree_size=last.tree_size).first()
    if held is not None and bytes(held.root) != last.root:
        raise SuccessionError("the statement ends the old log otherwise than we know it")

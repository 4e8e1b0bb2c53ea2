"""This node's log over HTTP: tiles, checkpoints, proofs, and its service as a witness."""

import functools
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.views.decorators.csrf import csrf_exempt

from comity.canonical import Mode, b64, encode, parse_party, time_text
from comity.canonical import decode as decode_value
from comity.keys import jws
from comity.ledger import LogOrigin, tree
from comity.ledger.leaf import entry
from comity.ledger.tiles import WIDTH, Tile, encode_bundle, encode_tile, parse_tile_path
from comity.ledger.witness import CONFLICT_CONTENT_TYPE, Conflict, Refused
from comity.node.core.clock import now, real_now
from comity.node.core.node import Node
from comity.node.federation.log_tokens import LogTokenError, give, holder_of
from comity.node.federation.wire_api import partner_endpoint, signer, signing_party
from comity.node.log import directory_snapshots, witnesses
from comity.node.log.guarded_log import guarded_size, log_fault, read_guarded
from comity.node.log.published_epochs import shown_note, shown_size
from comity.node.log.store import Reader, openings
from comity.node.models import LogHead, PartnerCheckpoint, WitnessedTree
from comity.node.service.handle import Service
from comity.node.web.problems import wire_problem

_SIZE: Final = re.compile(r"[0-9]{1,15}")
_SPAN: Final = {"from", "to"}
_BEARER: Final = re.compile(r"[Bb]earer +([A-Za-z0-9._~+/-]{1,200}=*)", re.ASCII)
_WHOLE: Final = "private, max-age=31536000, immutable"
_PART: Final = "private, max-age=3600"
"""Both are for members alone. A part is of no use once the tree has grown beyond it."""


def newest_note(node: Node) -> str | None:
    """Return the newest checkpoint of this node's log, signed; None while it is empty."""
    newest = read_guarded(node)
    return newest.note.decode() if newest.tree_size else None


def reader(service: Service, request: HttpRequest) -> str:
    """Return the party for which a log is read: by a token, else by the request's signature.

    Raises:
        LogTokenError: the token opens nothing.
        TransportSignatureError, OversizeError: there is no token, and no good signature.
    """
    told = request.headers.get("Authorization", "")
    if not told:
        return signing_party(service, request)
    found = _BEARER.fullmatch(told)
    if found is None:
        raise LogTokenError("expected the header field Authorization: Bearer TOKEN")
    return holder_of(service.node, found[1], at=now(), real=real_now())


def log_endpoint(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Let a view of a log be read by members: who signs its requests, or sends a token of ours."""
    inner = partner_endpoint("GET", who=reader)(view)

    @csrf_exempt
    @functools.wraps(inner)
    def answered(request: HttpRequest, **place: str) -> HttpResponseBase:
        answer = inner(request, **place)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    return answered


@log_endpoint
def checkpoint(service: Service, _request: HttpRequest, _caller: str, name: str) -> HttpResponse:
    """Give the newest checkpoint of one of this node's logs (C2SP tlog-tiles)."""
    if not service.committer.is_open:
        return _not_compared()
    epoch = _epoch(service.node, name)
    note = shown_note(service.node, epoch) if epoch else None
    if note is None:
        return wire_problem("origin-unknown", "no log of that name here, or nothing in it yet")
    answer = HttpResponse(note, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _epoch(node: Node, name: str) -> int:
    """Return the epoch of a log of this node by the path of its origin; 0 for another's."""
    epoch = int(name.rpartition("/")[2])
    return epoch if f"/log/{name}" == LogOrigin.parse(node.origin(epoch)).path else 0


@partner_endpoint("POST", who=signer)
def log_token(_service: Service, _request: HttpRequest, caller: tuple[str, str]) -> HttpResponse:
    """Give a member a token with which an ordinary client reads this node's logs for it."""
    given = give(*caller, at=now(), real=real_now())
    body = encode({"expires_at": time_text(given.expires_at), "token": given.token})
    answer = HttpResponse(body, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@partner_endpoint("POST")
def held_checkpoint(service: Service, request: HttpRequest, caller: str) -> HttpResponse:
    """Give the newest checkpoint of the caller's log that this node holds."""
    parse_party(decode_value(request.body, max_bytes=256))
    body = encode({"checkpoint": newest_seen(caller, mode=service.node.config.mode)})
    return HttpResponse(body, content_type="application/json")


def _not_compared() -> HttpResponse:
    """Show no tree before the log was compared: a copied folder would show an older one.

    A partner that saw it would accuse this node of a log that became smaller.
    """
    detail = "the log is being compared with what partners hold of it: try again later"
    return wire_problem("log-not-compared", detail)


def newest_seen(party: str, *, mode: Mode) -> str | None:
    """Return the newest checkpoint of a party's log that this node holds, as partner or witness."""
    asked = ("origin", "tree_size", "note")
    witnessed = WitnessedTree.objects.filter(origin__contains=f"/log/{mode}/{party}/")
    found = [
        *PartnerCheckpoint.objects.filter(party=party).values_list(*asked),
        *witnessed.values_list(*asked),
    ]
    places = [
        (origin.epoch, size, note)
        for text, size, note in found
        if (origin := LogOrigin.parse(text)).party == party
    ]
    return max(places)[2] if places else None


@partner_endpoint("GET")
def consistency(service: Service, request: HttpRequest, _caller: str) -> HttpResponse:
    """Prove that an earlier tree of our log begins a later one; of this epoch if none is named."""
    asked = _once(request.GET)
    sizes = [asked.get(name, "") for name in sorted(_SPAN)]
    if not _SPAN <= set(asked) <= {*_SPAN, "origin"} or not all(map(_SIZE.fullmatch, sizes)):
        return wire_problem("query-malformed", "expected from, to, origin, each once")
    if not service.committer.is_open:
        return _not_compared()
    old, new = map(int, sizes)
    named = asked.get("origin")
    origin = LogOrigin.parse(named or service.node.origin(read_guarded(service.node).epoch))
    size = guarded_size(service.node, origin.epoch)
    if not size or str(origin) != service.node.origin(origin.epoch):
        return wire_problem("origin-unknown", "no log of that name here")
    if not 0 < old <= new <= size:
        return wire_problem("query-malformed", "no such trees")
    path = tree.consistency_proof(old, new, Reader(origin.epoch))
    return HttpResponse(encode({"path": [b64(h) for h in path]}), content_type="application/json")


def _once(query: QueryDict) -> dict[str, str]:
    """Return the parameters of a query, whatever their order; none if one stands twice."""
    found = {name: str(values[0]) for name, values in query.lists() if len(values) == 1}
    return found if len(found) == len(query) else {}


@partner_endpoint("GET")
def epochs(service: Service, _request: HttpRequest, _caller: str) -> HttpResponse:
    """Give the statements that opened our epochs after the first.

    A log that must not go on, as one that is restored and still asks, lacks the newest: a partner
    that read so would accuse us of an epoch that nothing explains.
    """
    if fault := log_fault(service.node):
        return wire_problem(fault, "try again later")
    rows = LogHead.objects.filter(successor__isnull=False).order_by("epoch")
    statements = [jws.parse(bytes(row.successor or b"")).value for row in rows]
    return HttpResponse(encode({"statements": statements}), content_type="application/json")


@partner_endpoint("GET")
def snapshot(service: Service, _request: HttpRequest, _caller: str, record: str) -> HttpResponse:
    """Prove that a directory snapshot stands in this (secretariat's) log."""
    proof = directory_snapshots.prove(service.node, f"sha256:{record}")
    if proof is None:
        return wire_problem("snapshot-unknown", "not in this log")
    return HttpResponse(proof, content_type="text/plain; charset=utf-8")


@log_endpoint
def tile(
    service: Service, _request: HttpRequest, _caller: str, name: str, path: str
) -> HttpResponse:
    """Serve a tile or an entry bundle of one of this node's logs (C2SP tlog-tiles)."""
    wanted = parse_tile_path(f"tile/{path}")
    epoch = _epoch(service.node, name)
    body = _tile_bytes(epoch, shown_size(service.node, epoch), wanted) if epoch else None
    if body is None:
        return wire_problem("tile-unknown", "the tree has no such tile")
    answer = HttpResponse(body, content_type="application/octet-stream")
    answer.headers["Cache-Control"] = _WHOLE if wanted.width == WIDTH else _PART
    return answer


def _tile_bytes(epoch: int, tree_size: int, wanted: Tile) -> bytes | None:
    level = wanted.level or 0
    first = wanted.index * 256
    if (first + wanted.width) << (8 * level) > tree_size:
        return None
    if wanted.level is None:
        found = openings(epoch, first, first + wanted.width)
        return None if found is None else encode_bundle([entry(opening) for opening in found])
    read = Reader(epoch)
    return encode_tile([read(8 * level, first + i) for i in range(wanted.width)])


@csrf_exempt
@partner_endpoint("POST")
def add_checkpoint(service: Service, request: HttpRequest, _caller: str) -> HttpResponse:
    """Cosign a partner's checkpoint, if this node is a witness."""
    if not service.node.config.witness:
        return wire_problem("witness-off", "this node is no witness")
    decision, body = witnesses.cosign(service.node, request.body)
    if isinstance(decision, Conflict):
        return HttpResponse(decision.body(), status=409, content_type=CONFLICT_CONTENT_TYPE)
    if not body:
        code = decision.code if isinstance(decision, Refused) else witnesses.WitnessError.code
        return wire_problem(code, "not cosigned")
    return HttpResponse(body, content_type="text/plain; charset=utf-8")

"""Sealed evidence over the API: taking it in, listing it, reading it back, handing it over."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Path, Query, Router, Status

from comity.canonical import PeerError, decode_loose, unb64
from comity.evidence.package_errors import OfferError
from comity.node import audit, custody
from comity.node.api.faults import NotHere
from comity.node.api.guard import caller, only
from comity.node.api.shapes import HandoverOut, PackageList, PackageOut
from comity.node.casebook import PAGE
from comity.node.clock import now
from comity.node.models import Conversation, Package
from comity.node.packages import read_sealed, signed_offer_of, store_upload
from comity.node.people import Right
from comity.node.service import this_service

router = Router(tags=["evidence"])
CHUNK_BYTES = 1024 * 1024
MAX_OFFER_BYTES = 64 * 1024
type RootHex = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("/packages", auth=only(Right.READ_CASES), response=PackageList)
def list_packages(
    request: HttpRequest, conversation: Annotated[str, Query(max_length=71)] = ""
) -> dict[str, Any]:
    """List sealed packages, the newest first; of one conversation where it is named."""
    rows = Package.objects.order_by("-changed_at", "root")
    if conversation:
        rows = rows.filter(conversation=conversation)
    return {"packages": [_value(row) for row in rows[:PAGE]]}


@router.put(
    "/conversations/{digest}/packages/{root}",
    auth=only(Right.EVIDENCE),
    response={201: PackageOut},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        },
        "parameters": [
            {
                "in": "header",
                "name": "Comity-Offer",
                "required": True,
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
                "description": "section offer, canonical, base64url",
            },
            {
                "in": "header",
                "name": "Comity-Acquired",
                "required": False,
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"},
                "description": "how it was acquired, UTF-8, base64url; attested",
            },
        ],
    },
)
def upload(
    request: HttpRequest, digest: Annotated[str, Path(max_length=71)], root: RootHex
) -> Status[dict[str, Any]]:
    """Take in a sealed package for a case; every block is verified against its offer."""
    officer, service = caller(request), this_service()
    offer = decode_loose(unb64(request.headers.get("Comity-Offer")), max_bytes=MAX_OFFER_BYTES)
    if not isinstance(offer, dict) or offer.get("root") != f"sha256:{root}":
        raise OfferError("the offer is for another package")
    if not Conversation.objects.filter(digest=digest).exists():
        raise NotHere
    package = store_upload(
        service.node,
        service.committer,
        conversation=digest,
        offer_value=offer,
        pieces=_pieces(request),
        officer=officer.identifier,
        user=officer.user.get_username(),
        acquired=_acquired(request),
    )
    return Status(201, _value(package))


@router.get("/packages/{root}", auth=only(Right.EVIDENCE), response={200: None})
def download(request: HttpRequest, root: RootHex) -> StreamingHttpResponse:
    """Give the sealed bytes of a package that is here. The reading is audited."""
    name = f"sha256:{root}"
    package = Package.objects.get(root=name)
    if package.stage not in (Package.Stage.SEALED, Package.Stage.STORED):
        raise NotHere
    size, who = int(package.offer["sealed_size_bytes"]), caller(request).user.get_username()
    audit.note(at=now(), actor=who, action="evidence.read", subject=name)
    body = read_sealed(this_service().node, name, start=0, end=size)
    answer = StreamingHttpResponse(body, content_type="application/octet-stream")
    answer["Content-Length"] = str(size)
    answer["Content-Disposition"] = f'attachment; filename="{root}.age"'
    return answer


@router.get("/packages/{root}/handover", auth=only(Right.DRAFT), response=HandoverOut)
def handover(
    request: HttpRequest,
    root: RootHex,
    event: Literal["offered", "received", "returned", "destroyed"],
    reason: Annotated[str, Query(min_length=1, max_length=300)],
) -> dict[str, Any]:
    """Give the sections of a hand-over message; the event itself is kept when that is sent."""
    package = Package.objects.get(root=f"sha256:{root}")
    section = custody.handover(
        package.exhibit,
        event=event,
        at=now(),
        party=this_service().node.party,
        by=caller(request).identifier,
        reason=reason,
        root=bytes.fromhex(root),
    )
    return {"offer": package.offer, "custody": section}


@router.get("/packages/{root}/offer", auth=only(Right.EVIDENCE), response={200: None})
def signed_offer(request: HttpRequest, root: RootHex) -> HttpResponse:
    """Give the signed offer of a package as a file for ``comity open --offer``."""
    package = Package.objects.get(root=f"sha256:{root}")
    if not package.offered_in:
        raise NotHere
    body = signed_offer_of(this_service().node, package)
    return HttpResponse(body, content_type="application/json")


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(CHUNK_BYTES):
        yield piece


def _acquired(request: HttpRequest) -> str:
    text = request.headers.get("Comity-Acquired")
    try:
        return unb64(text).decode() if text else ""
    except UnicodeDecodeError as fault:
        raise PeerError("Comity-Acquired is not UTF-8 in base64url") from fault


def _value(row: Package) -> dict[str, Any]:
    return {
        "root": row.root,
        "exhibit": row.exhibit,
        "conversation": row.conversation,
        "outgoing": row.outgoing,
        "stage": row.stage,
        "sealed_size_bytes": int(row.offer["sealed_size_bytes"]),
        "offer": row.offer,
        "offered_in": row.offered_in,
        "last_fault": row.last_fault,
        "custody": [event.to_value() for event in custody.chain(row.exhibit)],
    }

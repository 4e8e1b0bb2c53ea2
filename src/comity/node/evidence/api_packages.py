"""Sealed evidence over the API: listing it, reading it back, handing it over.

It comes in by `api_uploads`; what may be done with it stands in `actions`.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Path, Query, Router

from comity.evidence.custody import Event
from comity.node.actions.mount import mount
from comity.node.cases.queries import PAGE
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS, newest_first, oldest_first
from comity.node.evidence import custody, use_limits
from comity.node.evidence import schemas as shapes
from comity.node.evidence.actions import PACKAGES
from comity.node.evidence.exhibit_list import Wanted
from comity.node.evidence.offers import of_conversations
from comity.node.evidence.packages import read_sealed, signed_offer_of
from comity.node.log import audit
from comity.node.models import Mark, Package, StrayPackage
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only, seen
from comity.node.web.inputs import Written
from comity.node.web.schemas import PackageList

router = Router(tags=["evidence"])
RootHex = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("/packages", auth=only(Right.READ_CASES), response=PackageList)
def list_packages(request: HttpRequest, asked: Query[shapes.PackagesWanted]) -> dict[str, Any]:
    """List sealed packages, the newest first; narrowed by conversation, case, name, stage or way.

    One that was handed in for a conversation and offered in another is listed under both.
    """
    circle = circle_of(caller(request), at=now())
    wanted = Wanted(case=asked.case, name=asked.name, stage=asked.stage, way=asked.way)
    rows = wanted.rows(circle.packages(), circle.conversations())
    if asked.conversation:
        known = circle.conversations().filter(digest=asked.conversation)
        rows = rows.filter(of_conversations(list(known.values_list("digest", flat=True))))
    place = {"changed": "changed_at", "key": "root", "after": asked.after}
    found, following = newest_first(rows, **place, most=PAGE)
    firsts = circle.conversations().filter(digest__in={row.handed_in_for for row in found})
    shown = set(firsts.values_list("digest", flat=True))
    hides = redaction.secret(caller(request), Mark.Kind.EXHIBIT, [row.exhibit for row in found])
    content = may(caller(request), Right.READ_CONTENT)
    told = _told([row for row in found if row.exhibit not in hides]) if content else {}
    return {
        "packages": [_value(row, shown, told) for row in found],
        "next": following or None,
    }


@router.get("/packages/{root}", auth=only(Right.EVIDENCE), response={200: None})
def download(request: HttpRequest, root: RootHex) -> StreamingHttpResponse:
    """Give the sealed bytes of a package that is here. The reading is audited."""
    name = f"sha256:{root}"
    package = seen(request).packages().get(root=name)
    redaction.refuse_abuse(caller(request), Mark.Kind.EXHIBIT, package.exhibit)
    if package.stage not in (Package.Stage.SEALED, Package.Stage.STORED):
        raise NotHere
    size, who = int(package.offer["sealed_size_bytes"]), caller(request).user.get_username()
    audit.note(at=now(), actor=who, action="evidence.read", subject=name)
    body = read_sealed(this_service().node, name, start=0, end=size)
    answer = StreamingHttpResponse(body, content_type="application/octet-stream")
    answer["Content-Length"] = str(size)
    answer["Content-Disposition"] = f'attachment; filename="{root}.age"'
    return answer


@router.get("/packages/{root}/handover", auth=only(Right.DRAFT), response=shapes.HandoverOut)
def handover(
    request: HttpRequest,
    root: RootHex,
    event: Literal["offered", "received", "returned", "destroyed"],
    reason: Annotated[Written, Query(max_length=300)],
    place: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any]:
    """Give the sections of a hand-over message; the event itself is kept when that is sent."""
    package = seen(request).packages().get(root=f"sha256:{root}")
    redaction.check(caller(request), Mark.Kind.EXHIBIT, package.exhibit)
    section = custody.handover(
        package.exhibit,
        event=event,
        at=now(),
        party=this_service().node.party,
        by=caller(request).identifier,
        reason=reason,
        root=bytes.fromhex(root),
        place=place or None,
    )
    return {"offer": package.offer, "custody": section}


@router.get("/packages/{root}/offer", auth=only(Right.EVIDENCE), response={200: None})
def signed_offer(request: HttpRequest, root: RootHex) -> HttpResponse:
    """Give the signed offer of a package as a file for ``comity open --offer``."""
    package = seen(request).packages().get(root=f"sha256:{root}")
    redaction.check(caller(request), Mark.Kind.EXHIBIT, package.exhibit)
    if not package.offered_in:
        raise NotHere
    body = signed_offer_of(this_service().node, package)
    return HttpResponse(body, content_type="application/json")


@router.get("/strays", auth=only(Right.EVIDENCE), response=shapes.StrayList)
def list_strays(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List packages that nobody has offered yet."""
    names = ("root", "size_bytes", "came_at", "carrier", "vouched")
    rows = StrayPackage.objects.all()
    found, following = oldest_first(rows, since="came_at", key="root", after=after, most=PAGE)
    told = [{name: getattr(row, name) for name in names} for row in found]
    return {"strays": told, "next": following or None}


type _Told = Mapping[str, tuple[tuple[Event, ...], tuple[use_limits.Bound, ...]]]


def _told(rows: Sequence[Package]) -> _Told:
    """Return by its root what is told of a package to whoever may read what is in it."""
    chains = custody.chains({row.exhibit for row in rows})
    wanted = [(row.exhibit, row.offer) for row in rows]
    bounds = use_limits.bounds_of_each(this_service().node, wanted)
    return {row.root: (chains[row.exhibit], bound) for row, bound in zip(rows, bounds, strict=True)}


def _value(row: Package, seen: Collection[str], told: _Told) -> dict[str, Any]:
    content = row.root in told
    chain, bound = told.get(row.root, ((), ()))
    return {
        "root": row.root,
        "exhibit": row.exhibit,
        "conversation": row.conversation,
        "handed_in_for": row.handed_in_for if row.handed_in_for in seen else "",
        "outgoing": row.outgoing,
        "stage": row.stage,
        "sealed_size_bytes": int(row.offer["sealed_size_bytes"]),
        "stored_bytes": row.stored_bytes,
        "offer": row.offer if content else {},
        "withheld": not content,
        "offered_in": row.offered_in,
        "last_fault": row.last_fault,
        "custody": [event.to_value() for event in chain],
        "bound": [one.to_value() for one in bound],
    }


mount(router, *PACKAGES)

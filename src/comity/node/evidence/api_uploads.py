"""Resumable hand-in of sealed packages: tus 1.0.0 with creation, expiration and termination.

One protocol for the browser's page, `comity exhibit add` and any tus client. An upload belongs to
the officer who began it. What is stored counts in whole blocks of 1 MiB, so a part that ends inside
a block moves ``Upload-Offset`` less far than its length; the answer says how far.

These operations are written by hand and stand in no table: they speak by fields of HTTP, and take
streams of bytes.

Source: tus.io/protocols/resumable-upload 1.0.0; ADR 0021.
"""

import base64
import binascii
import functools
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from ninja import Field, Path, Query, Router

from comity.canonical import MisuseError, PeerError, decode_loose
from comity.node.cases.queries import PAGE
from comity.node.core.pagination import MAX_CHARS, oldest_first
from comity.node.evidence.storage.quota import NO_SPACE
from comity.node.evidence.transfer import resumable_uploads
from comity.node.evidence.transfer.resumable_uploads import (
    UploadBusyError,
    UploadPlaceError,
    UploadUnknownError,
)
from comity.node.models import Upload
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only, seen
from comity.node.web.problems import problem
from comity.node.web.schemas import Closed

router = Router(tags=["uploads"])
VERSION: Final = "1.0.0"
CHUNK_BYTES: Final = 1024 * 1024
MAX_OFFER_BYTES: Final = 64 * 1024
MAX_ACQUIRED_CHARS: Final = 2000
_PART_TYPE: Final = "application/offset+octet-stream"
_NUMBER: Final = re.compile(r"[0-9]{1,16}")
_NAMES: Final = frozenset({"offer", "acquired", "filename", "fingerprint"})
_FINGERPRINT: Final = re.compile(r"([0-9a-f]{64})?")
MAX_NAME_CHARS: Final = 255
UploadId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


class TusVersionError(PeerError, code="tus-version"):
    """A request does not speak the version of tus that this node does."""


class TusFieldError(PeerError, code="tus-field"):
    """A header field of tus is missing or malformed; the message names it."""


class UploadOut(Closed):
    """An upload under way."""

    id: str
    root: str
    conversation: str
    size_bytes: int
    here_bytes: int
    expires_at: datetime
    name: str = Field(description="of the file, as it was told when it was begun")
    fingerprint: str = Field(description="by which a browser knows the file again; or empty")


class UploadList(Closed):
    """The caller's uploads under way, the oldest first."""

    uploads: list[UploadOut]
    next: str | None = Field(description="``after`` of the next page, or null")


_STATUS: Final[tuple[tuple[Any, HTTPStatus], ...]] = (
    (TusVersionError, HTTPStatus.PRECONDITION_FAILED),
    (UploadUnknownError, HTTPStatus.NOT_FOUND),
    (UploadPlaceError, HTTPStatus.CONFLICT),
    (UploadBusyError, HTTPStatus.LOCKED),
    (resumable_uploads.UploadsFullError, HTTPStatus.TOO_MANY_REQUESTS),
    (NO_SPACE, HTTPStatus.INSUFFICIENT_STORAGE),
)


def _header(name: str, *, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"in": "header", "name": name, "required": True, "schema": schema}


def _document(*headers: dict[str, Any], body: bool = False) -> dict[str, Any]:
    """Return what OpenAPI says of an operation beside its answer."""
    problems = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    statuses = {status for _, status in _STATUS} | {HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    told: dict[str, Any] = {
        "parameters": [_header("Tus-Resumable", pattern="^1\\.0\\.0$"), *headers],
        "responses": {
            int(status): {"description": status.phrase, "content": problems}
            for status in sorted(statuses)
        },
    }
    if body:
        told["requestBody"] = {"required": True, "content": {_PART_TYPE: {"schema": {}}}}
    return told


def _tus[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Hold a view to the protocol: its version, its statuses, its field in every answer."""

    @functools.wraps(view)
    def answer(*args: P.args, **place: P.kwargs) -> HttpResponse:
        request: Any = args[0]
        try:
            if request.headers.get("Tus-Resumable") != VERSION:
                raise TusVersionError(f"say Tus-Resumable: {VERSION}")
            made = view(*args, **place)
        except (PeerError, MisuseError, *NO_SPACE) as fault:
            status = next((s for kinds, s in _STATUS if isinstance(fault, kinds)), None)
            if status is None:
                raise
            made = problem(status, fault.code, str(fault))
            if isinstance(fault, TusVersionError):
                made["Tus-Version"] = VERSION
        made["Tus-Resumable"] = VERSION
        made["Cache-Control"] = "no-store"
        return made

    return answer


@router.get("/uploads", auth=only(Right.EVIDENCE), response=UploadList)
def list_uploads(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List the caller's uploads under way, so that one can be gone on with."""
    node, mine = this_service().node, resumable_uploads.of_officer(caller(request).identifier)
    found, following = oldest_first(mine, since="begun_at", key="id", after=after, most=PAGE)
    return {
        "uploads": [
            {
                "id": row.id,
                "root": row.root,
                "conversation": row.conversation,
                "size_bytes": row.size_bytes,
                "here_bytes": resumable_uploads.here_bytes(node, row),
                "expires_at": row.expires_at,
                "name": row.name,
                "fingerprint": row.fingerprint,
            }
            for row in found
        ],
        "next": following or None,
    }


@router.post(
    "/conversations/{digest}/uploads",
    auth=only(Right.EVIDENCE),
    response={201: None},
    openapi_extra=_document(
        _header("Upload-Length", pattern="^[0-9]{1,16}$"),
        _header(
            "Upload-Metadata", pattern="^offer [A-Za-z0-9+/]+=*(,[a-z]+ [A-Za-z0-9+/]*=*){0,3}$"
        ),
    ),
)
@_tus
def begin(request: HttpRequest, digest: Annotated[str, Path(max_length=71)]) -> HttpResponse:
    """Begin an upload: ``Upload-Length``, and in ``Upload-Metadata`` the offer. Answers its place.

    ``Upload-Metadata`` holds ``offer`` (section offer, canonical JSON) and optionally ``acquired``
    (how the evidence was acquired; attested), ``filename`` and ``fingerprint`` (64 hex digits by
    which the same file is known again), each in base64.
    """
    officer, service = caller(request), this_service()
    told = metadata(request.headers.get("Upload-Metadata"))
    offer = decode_loose(told["offer"], max_bytes=MAX_OFFER_BYTES)
    length = _number(request, "Upload-Length")
    if not isinstance(offer, dict) or offer.get("sealed_size_bytes") != length:
        raise TusFieldError("Upload-Length is not what the offer says")
    if not seen(request).conversations().filter(digest=digest).exists():
        raise NotHere
    upload = resumable_uploads.begin(
        service.node,
        service.committer,
        conversation=digest,
        offer_value=offer,
        acquired=told["acquired"].decode(),
        officer=officer.identifier,
        user=officer.user.get_username(),
        name=told["filename"].decode(),
        fingerprint=told["fingerprint"].decode(),
    )
    answer = HttpResponse(status=HTTPStatus.CREATED)
    answer["Location"] = f"/api/v1/uploads/{upload.id}"
    answer["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return answer


@router.api_operation(
    ["HEAD"],
    "/uploads/{identifier}",
    auth=only(Right.EVIDENCE),
    response={200: None},
    openapi_extra=_document(),
)
@_tus
def stands(request: HttpRequest, identifier: UploadId) -> HttpResponse:
    """Tell where an upload stands: ``Upload-Offset`` of ``Upload-Length``."""
    upload = _mine(request, identifier)
    here = resumable_uploads.here_bytes(this_service().node, upload)
    return _placed(HTTPStatus.OK, upload, here)


@router.patch(
    "/uploads/{identifier}",
    auth=only(Right.EVIDENCE),
    response={204: None},
    openapi_extra=_document(_header("Upload-Offset", pattern="^[0-9]{1,16}$"), body=True),
)
@_tus
def go_on(request: HttpRequest, identifier: UploadId) -> HttpResponse:
    """Add a part at ``Upload-Offset``; the last one makes it a package, verified."""
    upload, service = _mine(request, identifier), this_service()
    if request.headers.get("Content-Type") != _PART_TYPE:
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "tus-field", f"send {_PART_TYPE}")
    here = resumable_uploads.append(
        service.node,
        service.committer,
        upload,
        start=_number(request, "Upload-Offset"),
        pieces=pieces(request),
        user=caller(request).user.get_username(),
    )
    return _placed(HTTPStatus.NO_CONTENT, upload, here)


@router.delete(
    "/uploads/{identifier}",
    auth=only(Right.EVIDENCE),
    response={204: None},
    openapi_extra=_document(),
)
@_tus
def give_up(request: HttpRequest, identifier: UploadId) -> HttpResponse:
    """Give an upload up; what came of it is forgotten."""
    upload, service = _mine(request, identifier), this_service()
    user = caller(request).user.get_username()
    resumable_uploads.give_up(service.node, service.committer, upload, by=user)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _mine(request: HttpRequest, identifier: str) -> Upload:
    return resumable_uploads.find(identifier, officer=caller(request).identifier)


def _placed(status: int, upload: Upload, here: int) -> HttpResponse:
    answer = HttpResponse(status=status)
    answer["Upload-Offset"] = str(here)
    answer["Upload-Length"] = str(upload.size_bytes)
    answer["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return answer


def _number(request: HttpRequest, name: str) -> int:
    text = request.headers.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise TusFieldError(f"{name} is no number")
    return int(text)


def metadata(text: str | None) -> dict[str, bytes]:
    """Return what ``Upload-Metadata`` says: ``offer``, and of the others what is there.

    Raises:
        TusFieldError: malformed, doubled or unknown names, no offer, too long, not UTF-8.
    """
    found: dict[str, bytes] = {}
    for pair in (text or "").split(","):
        name, _, value = pair.strip().partition(" ")
        if name not in _NAMES or name in found:
            raise TusFieldError("Upload-Metadata holds offer, acquired, filename, fingerprint")
        try:
            found[name] = base64.b64decode(value, validate=True)
            found[name].decode()
        except (binascii.Error, ValueError) as fault:
            raise TusFieldError(f"{name} is no text in base64") from fault
    if "offer" not in found:
        raise TusFieldError("Upload-Metadata has no offer")
    for name in _NAMES:
        found.setdefault(name, b"")
    if len(found["acquired"].decode()) > MAX_ACQUIRED_CHARS:
        raise TusFieldError("acquired is too long")
    if not _FINGERPRINT.fullmatch(found["fingerprint"].decode()):
        raise TusFieldError("fingerprint is 64 hex digits")
    if len(found["filename"].decode()) > MAX_NAME_CHARS:
        raise TusFieldError("filename is too long")
    return found


def pieces(request: HttpRequest) -> Iterator[bytes]:
    """Yield a body; where the line breaks it just ends, and what came is kept."""
    try:
        while piece := request.read(CHUNK_BYTES):
            yield piece
    except OSError:  # UnreadablePostError: the sender is gone, and asks where it stands
        return

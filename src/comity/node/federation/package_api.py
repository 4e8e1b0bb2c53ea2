"""Sealed packages over HTTP: whole or by range, and the hashes of their blocks (spec 13.2)."""

import re
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from comity.canonical import parse_digest
from comity.node.evidence import packages
from comity.node.evidence.transfer import receive_upload, served_ranges
from comity.node.federation.wire_api import partner_endpoint
from comity.node.service.handle import Service
from comity.node.web.problems import wire_problem

_RANGE: Final = re.compile(r"bytes=(\d{0,16})-(\d{0,16})", re.ASCII)


@partner_endpoint("GET", "PUT")
def blocks(service: Service, request: HttpRequest, caller: str, root: str) -> HttpResponse:
    """GET: the hashes of an offered package's blocks. PUT: those of one brought to us."""
    if request.method == "PUT":
        receive_upload.expect_blocks(service.node, caller, f"sha256:{root}", request.body)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    package = packages.offered_to(service.node, caller, f"sha256:{root}")
    found = packages.vault_of(service.node).blocks(parse_digest(package.root))
    return HttpResponse(found, content_type="application/octet-stream")


@partner_endpoint("GET", "PUT")
def package(service: Service, request: HttpRequest, caller: str, root: str) -> HttpResponseBase:
    """GET: an offered package, or one range of it. PUT: a part of one that is brought to us."""
    if request.method == "PUT":
        return _put(service, request, caller, root)
    offered = packages.offered_to(service.node, caller, f"sha256:{root}")
    size = packages.vault_of(service.node).size_bytes(parse_digest(offered.root))
    span = requested_range(request.headers.get("Range"), size)
    if span is None:
        refused = wire_problem("range-malformed", "one range of bytes")
        refused.headers["Content-Range"] = f"bytes */{size}"
        return refused
    start, end = span
    served_ranges.record_range(service.committer, offered, caller, start=start, end=end, size=size)
    return sealed_response(service, offered.root, start=start, end=end, size=size)


def _put(service: Service, request: HttpRequest, caller: str, root: str) -> HttpResponse:
    """Take a part in; 200 once the package is whole, else 308 with what is here so far."""
    span = receive_upload.parse_span(request.headers.get("Content-Range"))
    if span is None:
        raise receive_upload.PackagePartError("expected Content-Range")
    here = receive_upload.take_part(service.node, caller, f"sha256:{root}", span, request.body)
    if here is None:
        return HttpResponse(status=HTTPStatus.OK)
    answer = HttpResponse(status=HTTPStatus.PERMANENT_REDIRECT)  # 308: go on from here
    if here:
        answer.headers["Range"] = f"bytes=0-{here - 1}"
    return answer


def requested_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return (start, end) of a ``Range`` field, end not included; None if it cannot be given.

    A range in another unit than bytes is none (RFC 9110, 14.2).
    """
    if header is None or not header.startswith("bytes="):
        return 0, size
    found = _RANGE.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last bytes (RFC 9110, 14.1.2)
        start, end = max(size - int(found[2]), 0), size
    else:
        start = int(found[1])
        end = min(int(found[2]) + 1, size) if found[2] else size
    return (start, end) if start < end else None


def sealed_response(
    service: Service, root: str, *, start: int, end: int, size: int
) -> StreamingHttpResponse:
    """Return the bytes of a package that is here, streamed."""
    partial = (start, end) != (0, size)
    response = StreamingHttpResponse(
        packages.read_sealed(service.node, root, start=start, end=end),
        status=HTTPStatus.PARTIAL_CONTENT if partial else HTTPStatus.OK,
        content_type="application/octet-stream",
    )
    response.headers["Content-Length"] = str(end - start)
    response.headers["Accept-Ranges"] = "bytes"
    if partial:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response

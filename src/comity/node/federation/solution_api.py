"""Solutions over HTTP, for the partners they were offered to (spec 19.3)."""

from django.http import HttpRequest, HttpResponse

from comity.node.assistance import solutions
from comity.node.core.clock import now
from comity.node.federation.wire_api import partner_endpoint
from comity.node.log import audit
from comity.node.service.handle import Service


@partner_endpoint("GET")
def solution(service: Service, _request: HttpRequest, caller: str, digest: str) -> HttpResponse:
    """Give the file of a solution that was offered to the caller, whole."""
    name = f"sha256:{digest}"
    data = solutions.bytes_for(service.node, caller, name)
    audit.note(at=now(), actor=caller, action="solution.served", subject=name)
    return HttpResponse(data, content_type="application/octet-stream")

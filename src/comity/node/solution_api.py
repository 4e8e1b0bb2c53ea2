"""Solutions over HTTP, for the partners they were offered to (spec 19.3)."""

from django.http import HttpRequest, HttpResponse

from comity.node import audit
from comity.node.assistance import solutions
from comity.node.clock import now
from comity.node.exchange_api import partner_endpoint
from comity.node.service import Service


@partner_endpoint("GET")
def solution(service: Service, _request: HttpRequest, caller: str, digest: str) -> HttpResponse:
    """Give the file of a solution that was offered to the caller, whole."""
    name = f"sha256:{digest}"
    data = solutions.bytes_for(service.node, caller, name)
    audit.note(at=now(), actor=caller, action="solution.served", subject=name)
    return HttpResponse(data, content_type="application/octet-stream")

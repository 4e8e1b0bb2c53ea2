"""The TUF repository that a secretariat's node serves to everybody."""

from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from comity.node.core.node import this_node


@csrf_exempt  # another method is another method, whoever sends it
@require_safe
def metadata(_request: HttpRequest, path: str) -> FileResponse:
    """Give a file of the repository; its content is signed, so anybody may carry it."""
    repository = this_node().config.repository
    if not repository:
        raise Http404
    try:
        found = Path(safe_join(repository, path))
    except ValueError as fault:
        raise Http404 from fault
    if not found.is_file():
        raise Http404
    return FileResponse(found.open("rb"), content_type="application/octet-stream")

"""Messages taken out of a case for letters, over the API."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from comity.node.core.clock import now
from comity.node.mail.letters import CodeUnknownError, letter_record, message_named
from comity.node.models import Mark, SectionRow
from comity.node.people.permissions import Right
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only

router = Router(tags=["cases"])


@router.get("/messages/{digest}/record", auth=only(Right.READ_CONTENT), response={200: None})
def read_record(request: HttpRequest, digest: Annotated[str, Path(max_length=71)]) -> HttpResponse:
    """Give a message with all it says, for ``comity paper letter``; audited.

    It is named by its content digest, or by the code at the foot of a letter.
    """
    try:
        row = message_named(digest)
    except CodeUnknownError as fault:
        raise NotHere from fault
    told = SectionRow.objects.filter(record=row.record, name="offer", salt__isnull=False)
    for section in told:
        exhibit = redaction.offered({"offer": section.value})
        redaction.check(caller(request), Mark.Kind.EXHIBIT, exhibit)
    name = caller(request).user.get_username()
    body = letter_record(this_service().node, row, by=name, at=now())
    return HttpResponse(body, content_type="application/json")

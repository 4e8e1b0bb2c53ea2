"""Reading the docket over the API: items, one with its entries; acts stand in `actions`."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from comity.node.actions.mount import mount
from comity.node.cases import docket_actions, docket_store
from comity.node.core.clock import now
from comity.node.docket import translation_jobs
from comity.node.docket.actions import ITEMS
from comity.node.docket.item_values import line_of, value_of
from comity.node.docket.schemas import ItemList, ItemOut, ItemsWanted
from comity.node.mail import mailbox
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.sensitive import redaction
from comity.node.web.api_permissions import caller, only

router = Router(tags=["docket"])
ItemId = Annotated[str, Path(max_length=36)]


@router.get("/docket", auth=only(Right.READ_DOCKET), response=ItemList)
def list_items(request: HttpRequest, wanted: Query[ItemsWanted]) -> dict[str, Any]:
    """List items: what falls due first, then the newest."""
    found, following = docket_store.items(
        among=circle_of(caller(request), at=now()).items(),
        kind=wanted.kind,
        case=wanted.case,
        about=wanted.about,
        only_open=wanted.open,
        after=wanted.after,
    )
    officer, stale = caller(request), translation_jobs.stale_among(found)
    standing = mailbox.marks_of(found)
    return {
        "items": [
            line_of(
                item,
                officer,
                stale=item.id in stale,
                hidden=redaction.hides(officer, standing.get(item.id, ())),
            )
            for item in found
        ],
        "next": following or None,
    }


@router.get("/docket/{item}", auth=only(Right.READ_CONTENT), response=ItemOut)
def read_item(request: HttpRequest, item: ItemId) -> dict[str, Any]:
    """Read one item with its entries. The reading is audited."""
    found, officer = docket_store.item_named(item), caller(request)
    docket_actions.note_reading(item, by=officer.user.get_username(), way="api")
    return value_of(found, officer)


mount(router, *ITEMS)

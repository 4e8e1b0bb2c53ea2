"""Recording an act from a form: done and shown, or said why not."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.cases import docket_actions
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.permissions import caller


def recorded(
    request: HttpRequest,
    act: str,
    said: Mapping[str, Any],
    *,
    found: Item | None,
    case: str,
    done: str,
) -> tuple[HttpResponse | None, str]:
    """Return where the officer goes on, or None and what is wrong, in the officer's words.

    Args:
        request: of an officer whom the guard let in.
        act: key of the table of acts.
        said: what the forms say.
        found: the item as it stands, or None to begin one.
        case: of the office, or empty.
        done: what is said once it is recorded.
    """
    try:
        made = docket_actions.do(
            this_service(),
            act,
            dict(said),
            officer=caller(request),
            item=found.id if found else None,
            case=case,
        )
    except ComityError as fault:
        return None, labels.fault(fault.code)
    messages.success(request, done)
    return redirect("docket-item", item_id=made.id), ""

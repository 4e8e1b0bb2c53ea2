"""Recording an act from a form: done and shown, or said why not."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.actions.action_form import done_by_page
from comity.node.cases.broken_rules import placed
from comity.node.docket import labels as dw
from comity.node.docket.actions import BEGIN_ITEM, DO_ACT
from comity.node.docket.schemas import ActIn


def recorded(
    request: HttpRequest,
    act: str,
    said: Mapping[str, Any],
    *,
    found: Item | None,
    case: str,
    done: str,
    form: Form | None = None,
) -> tuple[HttpResponse | None, str]:
    """Return where the officer goes on, or None and what is wrong, in the officer's words.

    Args:
        request: of an officer whom the guard let in.
        act: key of the table of acts.
        said: what the forms say.
        found: the item as it stands, or None to begin one.
        case: of the office, or empty.
        done: what is said once it is recorded.
        form: in which the act was typed; what is wrong with one of its fields stands there.
    """
    told = ActIn(act=act, said=dict(said), case=case)
    try:
        if found is None:
            made = done_by_page(request, BEGIN_ITEM, told)
        else:
            made = done_by_page(request, DO_ACT, told, item=found.id)
    except ComityError as fault:
        return None, placed(fault, [form] if form else [], label=dw.field)
    messages.success(request, done)
    return redirect("docket-item", item_id=made.id), ""

"""The API operation of an act, made from its row."""

import inspect
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from comity.node.actions.action import Action, ActionCall
from comity.node.actions.perform import perform
from comity.node.people.signin.trusted_proxies import network_of
from comity.node.web.api_permissions import caller, only, token_only
from comity.node.web.idempotency import shown_once

_EMPTY = 204


def mount(router: Router, *actions: Action) -> None:
    """Add the operation of each act to a router of the API."""
    for action in actions:
        responses: dict[int, Any] = dict.fromkeys(action.statuses, action.output)
        router.add_api_operation(
            action.path,
            [action.method],
            _operation(action),
            auth=token_only(action.right) if action.token_only else only(action.right),
            response=responses if action.statuses != (200,) else action.output,
            summary=" ".join(reversed(action.name.split("."))).replace("-", " ").capitalize(),
            description=action.help,
            openapi_extra={"x-action": action.name},
        )


def _operation(action: Action) -> Any:
    def operation(request: HttpRequest, **values: Any) -> Any:
        if action.shown_once:
            shown_once(request)
        said = values.pop("told", None)
        call = ActionCall(
            officer=caller(request),
            place=values,
            input=said,
            address=network_of(request),
            guarded=True,
        )
        made = perform(action, call)
        status = action.status_of(made) if action.status_of else action.statuses[0]
        if action.output is None:
            return HttpResponse(status=status)
        value = action.answer(call, made) if action.answer is not None else made
        return Status(status, value)

    kinds = inspect.Parameter
    names = [kinds("request", kinds.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)]
    names += [kinds(n, kinds.KEYWORD_ONLY, annotation=kind) for n, kind in action.place.items()]
    if action.input is not None:
        names.append(kinds("told", kinds.KEYWORD_ONLY, annotation=action.input))
    operation.__signature__ = inspect.Signature(names)  # type: ignore[attr-defined]
    operation.__name__ = action.name.replace(".", "_").replace("-", "_")
    operation.__doc__ = action.help
    return operation

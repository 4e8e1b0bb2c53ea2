"""Acts on programs: tokens and webhooks."""

from typing import Any, Final

from tests.actions.sample import Made, Sample


def _author() -> Any:
    from comity.node.models import Officer

    return Officer.objects.get(user__username="author")


def _token(_made: Made) -> dict[str, Any]:
    from comity.node.core.clock import real_now
    from comity.node.people import access_tokens

    made = access_tokens.make(
        _author(), label="nightly", scopes=["self"], days=1, at=real_now(), by="author"
    )
    return {"token": made.row.pk}


def _allowed(_made: Made) -> dict[str, Any]:
    from comity.node.service.handle import this_service

    # node.toml is read already; the port is one where nobody listens
    object.__setattr__(this_service().node.config, "hook_hosts", ("localhost",))
    return {"url": "https://localhost:1/in"}


def _hook(made: Made) -> dict[str, Any]:
    from datetime import timedelta

    from comity.node.core.clock import now
    from comity.node.integrations import webhooks
    from comity.node.service.handle import this_service

    url = _allowed(made)["url"]
    hook = webhooks.make(
        this_service().node.config,
        _author(),
        label="desk",
        url=url,
        events=["item.due"],
        at=now(),
    )
    at = now()
    row = webhooks.trial(_author(), hook.row.pk, at=at, lease_until=at + timedelta(minutes=2))
    return {"hook": hook.row.pk, "delivery": row.pk}


def _named(made: Made) -> dict[str, Any]:
    return {"hook": made["hook"]}


SAMPLES: Final = {
    "token.make": Sample(
        who="author",
        said=lambda _made: {"name": "nightly", "rights": ["self"], "days": 30},
        again=True,
    ),
    "token.revoke": Sample(who="author", first=_token, place=lambda made: {"token": made["token"]}),
    "hook.make": Sample(
        who="author",
        first=_allowed,
        said=lambda made: {"name": "desk", "url": made["url"], "events": ["item.due"]},
        again=True,
    ),
    "hook.remove": Sample(who="author", first=_hook, place=_named),
    "hook.test": Sample(who="author", first=_hook, place=_named, again=True),
    "hook-delivery.replay": Sample(
        who="author",
        first=_hook,
        place=lambda made: {"hook": made["hook"], "delivery": made["delivery"]},
        again=True,
    ),
}

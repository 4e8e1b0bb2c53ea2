"""Acts on mail and letters."""

from typing import Any, Final

from tests.actions.sample import Made, Sample
from tests.paper.papers import SENEGAL, request_sections

_REASONS: Final = {"reasons": {"lang": "en", "text": "Not for us"}}


def _item(name: str) -> Any:
    return lambda made: {"item": made[name]}


def _now(_made: Made) -> str:
    from comity.canonical import time_text
    from comity.node.core.clock import now

    return time_text(now().replace(microsecond=0))


def _called(made: Made) -> dict[str, Any]:
    return {
        "type": "request.acknowledged",
        "sections": {},
        "channel": "phone",
        "received_at": _now(made),
    }


def _letter(made: Made) -> dict[str, Any]:
    """Return the message that the letter is of, and its conversation."""
    from comity.node.cases import docket_store
    from comity.node.models import MessageRow

    record = docket_store.item_named(made["letters item"]).said("letter.posted")["record"]
    row = MessageRow.objects.get(record=record)
    return {"letter of": row.content, "written to": row.conversation}


def _back(made: Made) -> dict[str, Any]:
    """Let the letter come back, so that its message waits again."""
    from comity.node.cases import docket_store
    from comity.node.core.clock import now
    from comity.node.service.handle import command_service

    service = command_service()
    docket_store.record(
        service.node,
        service.committer,
        "letter.came-back",
        _REASONS,
        officer=None,
        at=now(),
        item=made["letters item"],
    )
    return _letter(made)


SAMPLES: Final = {
    "mail.set-aside": Sample(who="author", place=_item("mail item"), said=lambda _made: _REASONS),
    "mail.transcribe": Sample(
        who="author",
        place=_item("mail item"),
        said=lambda _made: {
            "type": "request.submitted",
            "author": SENEGAL,
            "sections": request_sections(),
        },
        again=True,  # one letter may hold several messages
    ),
    "conversation.transcribe": Sample(
        who="author",
        first=_letter,
        place=lambda made: {"digest": made["written to"]},
        said=_called,
    ),
    "letter.post": Sample(
        who="author",
        first=_back,
        place=lambda made: {"digest": made["letter of"]},
        said=lambda made: {"channel": "courier", "to": "Dakar", "posted_at": _now(made)},
    ),
    "letter.arrive": Sample(
        who="author",
        place=_item("letters item"),
        said=lambda made: {"at": _now(made), "known_by": "A receipt"},
    ),
    "letter.return": Sample(who="author", place=_item("letters item"), said=lambda _made: _REASONS),
}

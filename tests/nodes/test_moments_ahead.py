"""A draft promises and asks for nothing until a moment that is past, whoever makes it."""

from types import SimpleNamespace
from typing import Any

import pytest
from tests.exchange.makers import BODIES

from comity.canonical import time_text
from comity.exchange.bodies import check_body
from comity.node.core.clock import now
from comity.node.messages import draft_changes
from comity.node.messages.draft_changes import AddresseesError, MomentPastError

SERVICE: Any = SimpleNamespace(node=SimpleNamespace(party="vn/contact-point"))
PAST, AHEAD = "2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
EACH = [(name, member) for name, members in draft_changes._AHEAD.items() for member in members]


@pytest.mark.parametrize(("name", "member"), EACH)
def test_a_moment_that_is_past_is_refused(name: str, member: str) -> None:
    ahead = dict.fromkeys(draft_changes._AHEAD[name], AHEAD)
    values: dict[str, Any] = {name: {**BODIES[name], **ahead, member: PAST}}
    check_body(name, values[name])  # partners take it
    with pytest.raises(MomentPastError, match=f"{member} of section {name} is {PAST}"):
        draft_changes._check_ahead(values, at=now())
    draft_changes._check_ahead({name: {**BODIES[name], **ahead}}, at=now())


def test_whoever_makes_a_draft_is_told() -> None:
    order = {**BODIES["preservation"], "until": time_text(now())}
    with pytest.raises(MomentPastError):
        draft_changes.prepare(
            SERVICE,
            message_type="preservation.confirmed",
            values={"preservation": order},
            by="case",
            conversation="sha256:" + "0" * 64,
        )


def test_how_many_are_addressed_is_told_in_a_sentence() -> None:
    with pytest.raises(AddresseesError, match="is addressed to 1 other party, never to this"):
        draft_changes.prepare(
            SERVICE, message_type="request.submitted", values={}, by="case", to=()
        )

"""A fact and its work item are there together, or neither is."""

from typing import Any

import pytest
from tests.docket.conftest import DeskOffice
from tests.exchange.makers import VN, ZA, World
from tests.speed.test_budget import Talk

from comity.node.core import prepared_sql
from comity.node.core.signals import message_recorded
from comity.node.log import audit
from comity.node.models import Conversation, DocketItem, WorkItem

pytestmark = pytest.mark.django_db(transaction=True)


class FallenError(Exception):
    """What ends a process, as far as its transaction is concerned."""


def fall(*_args: object, **_more: object) -> None:
    raise FallenError


def test_a_message_whose_item_cannot_be_written_is_not_recorded(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared_sql, "upsert", fall)
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    with pytest.raises(FallenError):
        talk.say("request.submitted")
    assert (Conversation.objects.count(), WorkItem.objects.count()) == (0, 0)


def test_what_falls_after_the_item_and_before_the_end_leaves_neither(office: DeskOffice) -> None:
    seen: list[int] = []

    def falls(**_told: Any) -> None:
        seen.append(WorkItem.objects.count())
        raise FallenError

    message_recorded.connect(falls)
    try:
        with pytest.raises(FallenError):
            Talk(office, World(VN, ZA, mode=office.node.config.mode)).say("request.submitted")
    finally:
        message_recorded.disconnect(falls)
    assert seen == [1], "the item was written before"
    assert (Conversation.objects.count(), WorkItem.objects.count()) == (0, 0)


def test_an_act_of_the_docket_that_falls_leaves_no_item(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "note", fall)
    with pytest.raises(FallenError):
        office.received()
    assert not DocketItem.objects.filter(kind="mail").exists()
    assert not WorkItem.objects.filter(kind="mail").exists()

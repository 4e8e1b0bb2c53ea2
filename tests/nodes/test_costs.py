"""Costs: a later estimate takes the place of an earlier one, visibly, and agreement is to one."""

from typing import Any

import pytest
from tests.exchange.makers import T0, ZA
from tests.nodes import test_clocks
from tests.nodes.test_clocks import Office as Register
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.node.cases.costs import Estimate, estimates
from comity.node.cases.queries import thread_of
from comity.node.compose.pages.reply import _unagreed
from comity.node.compose.section_rows import tell
from comity.node.core.clock import now
from comity.node.core.node import Node, load_node
from comity.node.models import Conversation

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1, ASKED: 2}
    return build_world(tmp_path_factory.mktemp("costs"), mode="exercise", ports=ports, now=now())


@pytest.fixture
def node(world: World) -> Node:
    return load_node(world.places[ASKING].config.folder)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setattr(test_clocks, "ASKERS", test_clocks.ASKERS | {"costs.agreed"})
    return Register(ZA)


def costs(amount: int, currency: str = "ZAR") -> dict[str, Any]:
    return {"currency": currency, "amount_minor": amount, "note": None}


def told(node: Node, conversation: str) -> list[Estimate]:
    thread = thread_of(node, Conversation.objects.get(digest=conversation))
    return list(estimates(thread.events, thread.tracks))


@pytest.mark.full
def test_a_second_estimate_takes_the_place_of_the_first(node: Node, register: Register) -> None:
    conversation = register.ask(T0)
    register.say("request.acknowledged", conversation, T0)
    register.say("costs.estimated", conversation, T0, costs=costs(125_000))
    newest = register.say("costs.estimated", conversation, T0, costs=costs(2_500_000, "VND"))
    assert [(one.amount, one.superseded, one.agreed) for one in told(node, conversation)] == [
        ("1,250.00 ZAR", True, False),
        ("2,500,000 VND", False, False),
    ]
    thread = thread_of(node, Conversation.objects.get(digest=conversation))
    assert _unagreed(thread, "request.executed") == "2,500,000 VND"
    assert not _unagreed(thread, "request.accepted")
    register.say("costs.agreed", conversation, T0, about=newest)
    assert [one.agreed for one in told(node, conversation)] == [False, True]
    thread = thread_of(node, Conversation.objects.get(digest=conversation))
    assert not _unagreed(thread, "request.executed")


def test_agreement_to_the_first_is_none_to_the_second(node: Node, register: Register) -> None:
    conversation = register.ask(T0)
    register.say("request.acknowledged", conversation, T0)
    first = register.say("costs.estimated", conversation, T0, costs=costs(100))
    register.say("costs.agreed", conversation, T0, about=first)
    register.say("costs.estimated", conversation, T0, costs=costs(200))
    assert [(one.agreed, one.superseded) for one in told(node, conversation)] == [
        (True, True),
        (False, False),
    ]


def test_an_amount_is_told_as_people_write_it() -> None:
    rows = tell({"costs": costs(1_234_567, "KWD")}, "costs.estimated", {})
    assert [(row.label, row.text) for row in rows[1:]] == [("Amount", "1,234.567 KWD")]

"""That nobody can be woken is found by day, not in the night."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from tests.duty.conftest import T0
from tests.duty.test_causes import found
from tests.duty.test_ladder import shift

from comity.node.core.config import NodeConfig
from comity.node.core.node import Node
from comity.node.duty import escalation_ladder, roster_store
from comity.node.duty.escalation_ladder import KINDS, Ladder, Step
from comity.node.duty.roster import Crew, Weekly
from comity.node.models import Reached

pytestmark = pytest.mark.django_db

SCREENS = Ladder((Step(0, "officer", ("screen",)),), 30)
NO_MAIL: dict[str, Any] = {"smtp_host": ""}
NO_HOOK: dict[str, Any] = {"webhook_url": ""}


@pytest.fixture
def roster(office: list[str]) -> list[str]:
    """Lan is on duty always, Minh second, Hoa deputy; Son is on no roster."""
    crew = Crew(officer=office[0], second=office[1], deputy=office[2])
    for weekday in range(7):
        row = Weekly(weekday=weekday, begins=time(0), ends=time(0), zone="UTC", crew=crew)
        roster_store.add_weekly(row, by="lan", at=T0)
    return office


@pytest.fixture
def set_up(node: Node, config: NodeConfig) -> Node:
    """A node that sends mail and short messages."""
    node.config = config
    return node


def without(node: Node, **more: Any) -> None:
    node.config = replace(node.config, **more)


def test_an_office_that_can_be_woken_is_told_nothing(set_up: Node, roster: list[str]) -> None:
    assert roster
    assert found(set_up) == set()
    without(set_up, **NO_HOOK)
    assert found(set_up) == set(), "mail is enough"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_each_on_the_roster_without_any_address_is_told_by_name(
    set_up: Node, roster: list[str], place: int
) -> None:
    Reached.objects.filter(officer=roster[place]).update(email="")
    assert found(set_up) == set(), "the telephone is left"
    Reached.objects.filter(officer=roster[place]).update(phone="")
    assert found(set_up) == {("cannot-wake", roster[place])}
    Reached.objects.filter(officer=roster[place]).delete()
    assert found(set_up) == {("cannot-wake", roster[place])}


def test_an_address_for_a_way_that_is_not_set_up_is_none(set_up: Node, roster: list[str]) -> None:
    Reached.objects.filter(officer=roster[0]).update(email="")
    Reached.objects.filter(officer=roster[1]).update(phone="")
    without(set_up, **NO_HOOK)
    assert found(set_up) == {("cannot-wake", roster[0])}


def test_who_is_on_no_roster_may_have_no_address_until_a_shift_is_theirs(
    set_up: Node, roster: list[str]
) -> None:
    Reached.objects.filter(officer=roster[3]).delete()
    assert found(set_up) == set()
    shift(roster[3])
    assert found(set_up) == {("cannot-wake", roster[3])}


def test_a_roster_on_a_node_without_any_way_out_is_one_alarm(
    set_up: Node, roster: list[str]
) -> None:
    assert roster
    without(set_up, **NO_MAIL, **NO_HOOK)
    assert found(set_up) == {("cannot-wake", "node")}


def test_without_a_roster_one_person_who_can_be_reached_is_enough(
    set_up: Node, office: list[str]
) -> None:
    Reached.objects.exclude(officer=office[0]).delete()
    assert found(set_up) == set()
    Reached.objects.all().delete()
    assert found(set_up) == {("cannot-wake", "node")}
    without(set_up, **NO_MAIL, **NO_HOOK)
    assert found(set_up) == set(), "nothing was ever set up: the page says so"


def test_ladders_of_screens_alone_need_no_address(set_up: Node, roster: list[str]) -> None:
    Reached.objects.all().delete()
    escalation_ladder.set_ladder("clock", SCREENS, by="x", at=T0)
    assert len(found(set_up)) == 3
    escalation_ladder.set_ladder(escalation_ladder.ANY, SCREENS, by="x", at=T0)
    assert found(set_up) == set()
    escalation_ladder.set_ladder(
        "disk", Ladder((Step(0, "officer", ("mail",)),), 30), by="x", at=T0
    )
    assert len(found(set_up)) == 3
    assert roster


def test_a_ladder_of_its_own_for_each_kind_counts_too(set_up: Node, roster: list[str]) -> None:
    Reached.objects.all().delete()
    for kind in KINDS:
        assert len(found(set_up)) == 3
        escalation_ladder.set_ladder(kind, SCREENS, by="x", at=T0)
    assert found(set_up) == set()
    assert roster

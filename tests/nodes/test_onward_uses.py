"""Evidence is not used beyond its case, unless who set a limit of use consented."""

import pytest
from tests.exchange.makers import ZA
from tests.nodes.test_onward import Came, came, keep, node, offered, world

from comity.node.core.node import Node
from comity.node.evidence import other_use, use_limits

__all__ = ["came", "node", "world"]
pytestmark = pytest.mark.django_db


def bound_of(node: Node, came: Came) -> tuple[use_limits.Bound, ...]:
    return use_limits.bounds(node, came.exhibit)


def test_no_purpose_is_asked_where_nothing_limits_the_use(node: Node, came: Came) -> None:
    assert other_use.check_use(bound_of(node, came), "") == ()


@pytest.mark.parametrize("answer", ["", "accepted", "refused"])
def test_a_limit_of_use_wants_a_purpose_however_it_was_answered(
    node: Node, came: Came, answer: str
) -> None:
    source = came.conditions()
    if answer:
        came.say(f"conditions.{answer}", source)
    with pytest.raises(other_use.UsePurposeError):
        other_use.check_use(bound_of(node, came), "")
    assert other_use.check_use(bound_of(node, came), "proceedings") == ()


def test_whoever_set_the_condition_is_not_asked(node: Node, came: Came) -> None:
    came.conditions()
    own = offered()
    keep(own, came.conversation, outgoing=True)
    assert other_use.check_use(use_limits.bounds(node, own["exhibit"]), "") == ()


@pytest.mark.parametrize("purpose", ["other-proceedings", "public"])
def test_a_use_beyond_the_case_needs_consent_for_it(node: Node, came: Came, purpose: str) -> None:
    came.use("given", purpose="onward-transfer")
    came.use("refused", purpose=purpose)
    with pytest.raises(other_use.UseConsentError):
        other_use.check_use(bound_of(node, came), purpose)
    came.use("given", purpose=purpose)
    assert other_use.check_use(bound_of(node, came), purpose) == ()


def test_what_speaks_for_the_accused_is_not_stopped_and_its_sender_is_told(
    node: Node, came: Came
) -> None:
    came.conditions()
    assert other_use.check_use(bound_of(node, came), "exculpatory") == (ZA,)
    came.use(purpose="exculpatory")
    assert other_use.check_use(bound_of(node, came), "exculpatory") == ()


def test_a_purpose_that_nobody_knows_is_none(node: Node, came: Came) -> None:
    with pytest.raises(other_use.UsePurposeError):
        other_use.check_use(bound_of(node, came), "research")

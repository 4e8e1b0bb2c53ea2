"""Topics of what this node sends are keys of the law as data (spec 7.4)."""

from copy import deepcopy
from typing import Any

import pytest
from tests.exchange.makers import BODIES

from comity.demo.world import ASKED
from comity.exchange.errors import BodyMalformedError
from comity.node.core.node import Node
from comity.node.messages import drafts
from comity.node.models import DraftRow

pytestmark = pytest.mark.django_db

OPENINGS = {
    "need": "assistance.needed",
    "help": "assistance.available",
    "places": "training.places-offered",
    "table": "table.called",
}


def drafted(node: Node, section: str, topics: list[str]) -> DraftRow:
    value: dict[str, Any] = {**deepcopy(BODIES[section]), "topics": topics}
    return drafts.prepare(
        node, message_type=OPENINGS[section], values={section: value}, by="a", members=(ASKED,)
    )


@pytest.mark.parametrize("section", OPENINGS)
def test_what_is_no_topic_of_the_law_is_not_drafted(node: Node, section: str) -> None:
    assert drafted(node, section, ["methods", "experts"]).type == OPENINGS[section]
    with pytest.raises(BodyMalformedError, match="must be a topic") as caught:
        drafted(node, section, ["methods", "a-topic-of-tomorrow"])
    assert caught.value.facts["path"] == f"{section}/topics/1"
    assert "tomorrow" not in str(caught.value)

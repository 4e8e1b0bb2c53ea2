"""What a message of a type may say is explained from the models, without a node."""

import json

import pytest
from click.testing import CliRunner
from tests.walks import every

from comity.cli import main
from comity.exchange import KNOWN
from comity.exchange.types import MOVES


def test_sections_and_members_say_what_may_be_left_out() -> None:
    told = CliRunner().invoke(main, ["draft", "sections", "request.accepted"])
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert "decision  Decision" in lines
    assert "  reasons  text with its language: Reasons" in lines
    assert "  [review_by]  moment: To be reviewed by" in lines
    assert "  items.outcome  accepted or refused or postponed: Outcome" in lines


@every("message_type", sorted(MOVES))
def test_every_type_is_explained(message_type: str) -> None:
    told = CliRunner().invoke(main, ["draft", "sections", message_type, "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.output)
    row = KNOWN.row(message_type)
    assert row is not None
    assert {one["section"]: one["required"] for one in found["sections"]} == row.sections
    for section in found["sections"]:
        assert all(one["label"] and one["kind"] for one in section["members"])


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_type_that_is_not_there_is_refused(options: list[str]) -> None:
    told = CliRunner().invoke(main, ["draft", "sections", "request.sung", *options])
    assert told.exit_code != 0
    assert "there is no type of message request.sung" in told.output

"""The page's replay costs as much a message in a long conversation as in a short one: counted."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from tests.absent import needs
from tests.exchange.makers import UN, VN, ZA
from tests.exchange.test_growth import talk

from comity.verifier.build import script
from comity.verifier.tables import modules

GROWTH: Final = Path(__file__).with_name("js") / "growth.js"
MANY: Final = 160
LOOKS: Final = 150
"""Looks at a message's members for each message; a quadratic replay takes as many as there are."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("growth") / "growth.js"
    made.write_text(script(GROWTH, modules()), "utf-8")
    return made


@pytest.mark.parametrize("members", [(VN, ZA), (UN, VN, ZA)], ids=["two", "three"])
@pytest.mark.parametrize("pattern", ["in turn", "in blocks", "late", "apart"])
def test_the_pages_replay_grows_with_the_number_of_messages(
    file: Path, pattern: str, members: Sequence[str]
) -> None:
    talks = [talk(pattern, members, many) for many in (MANY // 2, MANY)]
    given = [[m.envelope.payload.decode() for m in messages] for messages in talks]
    done = subprocess.run(
        [needs("node"), file], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert all(one["applied"] for one in found)
    costs = [one["looks"] / len(messages) for one, messages in zip(found, talks, strict=True)]
    assert costs[1] < LOOKS, costs
    assert costs[1] < 1.5 * costs[0], costs

"""The commands of the guide to the watch can be typed, on whatever day it is read."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY
from tests.typed import check_typed, typed_by

GUIDE = REPOSITORY / "docs" / "how-to" / "run-a-watch.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda text: text.split("\n")[0][:30])
def test_each_line_can_be_typed(block: str, tmp_path: Path) -> None:
    calls = typed_by(block, tmp_path)
    assert calls
    for words in calls:
        given = check_typed(words)
        if words[:2] == ["shift", "begin"]:
            until = given["until"]
            assert isinstance(until, datetime)
            assert until.replace(tzinfo=UTC) > datetime.now(UTC) + timedelta(hours=1)


def test_the_guide_names_no_day_that_will_be_over() -> None:
    assert BLOCKS
    assert not re.search(r"\b20\d\d-\d\d", "".join(BLOCKS))

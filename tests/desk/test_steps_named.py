"""Steps on a telephone: one of them keeps its name, whichever way they stand."""

import pytest

from comity.node.templatetags.looks import steps


@pytest.mark.parametrize(
    ("hows", "named"),
    [
        (("next", "next", "next"), 0),  # not begun
        (("done", "now", "next"), 1),
        (("done", "next", "next"), 1),  # failed at the second
        (("done", "done", "done"), 2),
    ],
)
def test_of_steps_one_is_named_where_there_is_room_for_one(
    hows: tuple[str, ...], named: int
) -> None:
    rows = steps([(how, f"step {at}", "") for at, how in enumerate(hows)])["steps"]
    assert [at for at, row in enumerate(rows) if row[-1]] == [named]

"""A run of the benchmarks is compared with the last of the same kind of machine."""

from pathlib import Path
from typing import Any

import pytest
from benchmarks import history


def row(name: str, unit: str, ours: float, ratio: float | None) -> dict[str, Any]:
    return {"name": name, "unit": unit, "ours": ours, "ratio": ratio}


@pytest.mark.parametrize(
    ("unit", "old", "new", "named"),
    [
        ("messages/s", (500, 0.10), (170, 0.04), True),
        ("messages/s", (500, 0.10), (250, 0.099), False),  # a slower machine, the same ratio
        ("messages/s", (500, 0.10), (900, 0.20), False),
        ("ms, p50", (10, None), (11, None), False),
        ("ms, p50", (10, None), (12, None), True),
        ("MiB, PSS", (100, None), (50, None), False),
    ],
)
def test_what_fell_by_more_than_fifteen_per_cent_is_named(
    tmp_path: Path, unit: str, old: Any, new: Any, *, named: bool
) -> None:
    history.record([row("one", unit, *old), row("two", "s", 1, None)], load=0, folder=tmp_path)
    history.record([row("two", "s", 1, None)], load=0, folder=tmp_path)  # `one` was not measured
    found = history.falls([row("one", unit, *new)], history.runs(tmp_path))
    assert [line.split(":")[0] for line in found] == (["one"] if named else [])


def test_a_first_run_is_worse_than_nothing(tmp_path: Path) -> None:
    assert history.falls([row("one", "s", 9, None)], history.runs(tmp_path)) == []

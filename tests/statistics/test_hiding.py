"""No number that was hidden can be computed from what is published."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.figures.hiding import Hidden, determined, protect, with_totals

pytestmark = pytest.mark.full

SMALL = st.integers(0, 3)
TABLES = st.integers(1, 3).flatmap(
    lambda columns: st.lists(
        st.lists(SMALL, min_size=columns, max_size=columns), min_size=1, max_size=3
    )
)
WIDE = st.lists(st.lists(st.integers(0, 40), min_size=2, max_size=2), min_size=1, max_size=14)


def alternatives(table: Hidden) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield every table that shows the same, its hidden numbers at least 1, by trying them all."""
    inner = [row[:-1] for row in table.cells[:-1]]
    columns = len(table.cells[0]) - 1
    most = max(max(row) for row in inner) + 2
    places = [(r, c) for r, row in enumerate(inner) for c in range(len(row))]
    free = [place for place in places if place in table.hidden]
    for tried in product(range(1, most + 1), repeat=len(free)):
        filled = [list(row) for row in inner]
        for (r, c), value in zip(free, tried, strict=True):
            filled[r][c] = value
        grid = with_totals(filled, columns=columns)
        shown = Hidden(grid, table.hidden).shown()
        if shown == table.shown() and all(grid[r][c] >= 1 for r, c in table.hidden):
            yield grid


@pytest.mark.long
@settings(deadline=None, max_examples=30)
@given(TABLES, st.integers(2, 4))
def test_every_hidden_number_could_be_another_one(rows: list[list[int]], threshold: int) -> None:
    (table,) = protect([rows], columns=len(rows[0]), threshold=threshold)
    seen: dict[tuple[int, int], set[int]] = {cell: set() for cell in table.hidden}
    for grid in alternatives(table):
        for r, c in table.hidden:
            seen[r, c].add(grid[r][c])
    assert all(len(values) > 1 for values in seen.values()), (table, seen)


@given(TABLES, st.integers(2, 4))
def test_no_small_number_is_shown(rows: list[list[int]], threshold: int) -> None:
    (table,) = protect([rows], columns=len(rows[0]), threshold=threshold)
    shown = [value for row in table.shown() for value in row if value is not None]
    assert not [value for value in shown if 1 <= value < threshold]


@given(WIDE, st.integers(2, 10), st.randoms(use_true_random=False))
def test_tables_of_the_same_things_hide_the_same_totals(
    rows: list[list[int]], threshold: int, chance: object
) -> None:
    halves: list[list[int]] = [[], []]
    for column in (0, 1):
        total = sum(row[column] for row in rows)
        part = chance.randint(0, total)  # type: ignore[attr-defined]
        halves[0].append(part)
        halves[1].append(total - part)
    first, second = protect([rows, halves], columns=2, threshold=threshold)
    assert first.shown()[-1] == second.shown()[-1]
    assert determined(first) == determined(second) == frozenset()


def test_one_small_number_takes_others_with_it() -> None:
    (table,) = protect([[[3, 20], [30, 40], [50, 60]]], columns=2, threshold=5)
    assert table.shown() == (
        (None, None, 23),
        (None, None, 70),
        (50, 60, 110),
        (83, 120, 203),
    )


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    (table,) = protect([[[0, 20], [30, 0]]], columns=2, threshold=5)
    assert table.hidden == frozenset()


def test_five_ones_that_sum_to_a_shown_five_would_tell_themselves() -> None:
    (table,) = protect([[[1], [1], [1], [1], [1]]], columns=1, threshold=5)
    assert None in table.shown()[-1]
    assert determined(table) == frozenset()


def test_the_judge_finds_what_a_total_gives_back() -> None:
    cells = with_totals([[3, 20], [30, 40]], columns=2)
    assert determined(Hidden(cells, frozenset({(0, 0)}))) == {(0, 0)}
    assert determined(Hidden(cells, frozenset({(0, 0), (0, 1)}))) == {(0, 0), (0, 1)}
    square = frozenset({(0, 0), (0, 1), (1, 0), (1, 1)})
    assert determined(Hidden(cells, square)) == frozenset()


def test_tables_of_other_things_are_no_family() -> None:
    with pytest.raises(ValueError, match="same totals"):
        protect([[[1]], [[2]]], columns=1, threshold=5)

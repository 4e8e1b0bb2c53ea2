"""Hiding small numbers in tables so that the totals do not give them back.

A table of counts has a total of each row and each column. A count from 1 up to the threshold is
hidden, a total likewise. Then further cells are hidden until whoever knows all that is shown, the
threshold and that a hidden number is at least 1 still cannot tell any hidden number.

Whether a hidden number can be told is decided exactly: rows and columns are the two sides of a
graph, hidden cells its edges, and a number can differ if and only if one unit can be sent round a
circle through its edge without any hidden number falling below 1 (integer flows). Totals are cells
of one more row and column, with the sign of a flow in the other direction.

Source: docs/adr/0044-small-numbers-are-hidden.md.
"""

import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

type Cell = tuple[int, int]
type Grid = tuple[tuple[int, ...], ...]

LEAST: Final = 1
"""A hidden number is never 0: zeros are shown."""
MIN_THRESHOLD: Final = 2
MAX_THRESHOLD: Final = 100


@dataclass(frozen=True)
class Hidden:
    """A table with its totals, and what of it is not shown.

    Attributes:
        cells: rows of counts; the last row and the last column are the totals.
        hidden: (row, column) of cells that are not shown.
    """

    cells: Grid
    hidden: frozenset[Cell]

    def shown(self) -> tuple[tuple[int | None, ...], ...]:
        """Return the table with None for what is hidden."""
        return tuple(
            tuple(None if (r, c) in self.hidden else value for c, value in enumerate(row))
            for r, row in enumerate(self.cells)
        )


def with_totals(rows: Sequence[Sequence[int]], *, columns: int) -> Grid:
    """Return rows of counts with a total of each row, and a row of totals.

    Args:
        rows: counts, ``columns`` of them each; none below 0.
        columns: how many, also where there is no row.
    """
    summed = [(*row, sum(row)) for row in rows]
    below = tuple(sum(row[c] for row in summed) for c in range(columns + 1))
    return (*summed, below)


def protect(
    tables: Sequence[Sequence[Sequence[int]]], *, columns: int, threshold: int
) -> tuple[Hidden, ...]:
    """Return tables that share their row of totals, with what must not be shown.

    Args:
        tables: each splits the same things by rows in another way; so their column totals agree.
        columns: of each table.
        threshold: counts from 1 up to it, it excluded, are small.

    Returns:
        The tables with their totals, in order. A total is hidden in all of them or in none.

    Raises:
        ValueError: the column totals of two tables differ.
    """
    grids = [with_totals(rows, columns=columns) for rows in tables]
    if len({grid[-1] for grid in grids}) > 1:
        raise ValueError("tables of one family have the same totals")
    below = {c for c in range(columns + 1) if grids and _small(grids[0][-1][c], threshold)}
    while True:
        found = [_hide(grid, below, threshold) for grid in grids]
        wider = {c for one in found for r, c in one.hidden if r == len(one.cells) - 1}
        if wider <= below:
            return tuple(found)
        below |= wider


def _small(value: int, threshold: int) -> bool:
    return LEAST <= value < threshold


def _hide(cells: Grid, below: Collection[int], threshold: int) -> Hidden:
    """Hide small counts and the totals of some columns, then what would give them back."""
    last = len(cells) - 1
    hidden = {
        (r, c)
        for r, row in enumerate(cells)
        for c, value in enumerate(row)
        if (_small(value, threshold) if r < last else c in below)
    }
    arcs = _arcs(cells, hidden, hidden)
    waiting = sorted(hidden)
    while waiting:  # what may differ still may when more is hidden: each cell is looked at once
        told = waiting.pop()
        if _circle(arcs, told) is None:
            more = _companions(cells, hidden, told)
            hidden |= more
            waiting += sorted(more)
            arcs = _arcs(cells, hidden, hidden)
    return Hidden(cells, frozenset(hidden))


def determined(table: Hidden) -> frozenset[Cell]:
    """Return the hidden cells whose number can be told from what is shown."""
    arcs = _arcs(table.cells, table.hidden, table.hidden)
    return frozenset(cell for cell in table.hidden if _circle(arcs, cell) is None)


def _companions(cells: Grid, hidden: Collection[Cell], told: Cell) -> set[Cell]:
    """Return the cells to hide too, so that one unit can be sent round: the cheapest circle.

    Small numbers are rather hidden than large ones, those rather than totals of rows, and totals of
    columns last. With every count hidden each number may be larger, so there is a circle.
    """
    most = [(r, c) for r, row in enumerate(cells) for c, value in enumerate(row) if value >= LEAST]
    found = _circle(_arcs(cells, most, hidden), told)
    return set(found or ()) - set(hidden)


type _Node = tuple[str, int]
type _Arcs = dict[_Node, dict[_Node, tuple[int, Cell]]]


def _arcs(cells: Grid, usable: Collection[Cell], free: Collection[Cell]) -> _Arcs:
    """Return along which edges, in which direction and at what cost, one unit can be sent."""
    last, right = len(cells) - 1, len(cells[0]) - 1
    size = 2 + max(max(row) for row in cells)
    arcs: _Arcs = {}
    for r, c in usable:
        cost = cells[r][c] + size * (1 + 8 * (c == right) + 64 * size * (r == last))
        more, less = (("r", r), ("c", c)), (("c", c), ("r", r))
        if (r == last) != (c == right):  # a total of one kind counts against its line
            more, less = less, more
        told = (0 if (r, c) in free else cost, (r, c))
        arcs.setdefault(more[0], {})[more[1]] = told
        if cells[r][c] > LEAST:
            arcs.setdefault(less[0], {})[less[1]] = told
    return arcs


def _circle(arcs: _Arcs, cell: Cell) -> tuple[Cell, ...] | None:
    """Return the cells of the cheapest circle through one; None if there is none."""
    row, column = ("r", cell[0]), ("c", cell[1])
    found = [
        way
        for start, end in ((row, column), (column, row))
        if end in arcs.get(start, {}) and (way := _way(arcs, end, start, cell))
    ]
    return min(found)[1] if found else None


def _way(
    arcs: _Arcs, start: _Node, end: _Node, without: Cell
) -> tuple[int, tuple[Cell, ...]] | None:
    """Return the cost and the cells of the cheapest way that does not use one cell."""
    waiting: list[tuple[int, _Node, tuple[Cell, ...]]] = [(0, start, ())]
    seen: set[_Node] = set()
    while waiting:
        cost, here, way = heapq.heappop(waiting)
        if here == end:
            return cost, way
        if here in seen:
            continue
        seen.add(here)
        for there, (more, cell) in arcs.get(here, {}).items():
            if cell != without and there not in seen:
                heapq.heappush(waiting, (cost + more, there, (*way, cell)))
    return None

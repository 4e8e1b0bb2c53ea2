"""Compare what the tests take with what their lanes allow: ``python -m scripts.lanes``.

With ``--keep FOLDER`` first write into the table what `make test` and the others measured last.
Exits 1 with a list of faults: a test that takes longer than its lane allows, a lane whose tests
together take longer, a row of the table that names no test.
"""

import argparse
import contextlib
import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
from tests.lanes import LIMITS, TABLE, Row, function_of, has_some, kept, lane_of, text_of

LISTED_S: Final = 1.0
"""Functions whose tests together take less are not listed."""
UNLISTED_S: Final = 0.04
"""What each test counts that is not listed."""
HEADING: Final = (
    "# What the tests of a function took, in seconds of processor; written by `make times`.\n"
    "# lane\tfunction\ttests\tslowest\tall\n"
)
GATHERING: Final = "gathering"
"""Stands in the table for what it takes to import all tests, in each process that runs some."""

type Counted = dict[tuple[str, str], int]


class Gathered:
    """Counts the tests of each function and lane, and the cases of those that walk."""

    def __init__(self) -> None:
        self.tests: Counted = {}
        self.cases: dict[str, int] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count what pytest found."""
        for item in session.items:
            lane, name = lane_of(item), function_of(item.nodeid)
            self.tests[lane, name] = self.tests.get((lane, name), 0) + 1
            walked = getattr(getattr(item, "function", None), "cases", None)
            self.cases[lane] = self.cases.get(lane, 0) + (walked() if walked else 1)


def gathered() -> Gathered:
    """Return all tests there are, none of which is run."""
    found, told = Gathered(), io.StringIO()
    with contextlib.redirect_stdout(told):
        status = pytest.main(
            ["--collect-only", "-q", "-m", "", "-p", "no:cacheprovider", "-p", "no:xdist"],
            plugins=[found],
        )
    if status:
        sys.exit(told.getvalue()[-4000:])
    return found


def faults(rows: Iterable[Row], tests: Counted) -> list[str]:
    """Return what a lane does not allow, as sentences; the table is judged by where a test is now.

    Args:
        rows: of the table.
        tests: how many tests of each lane and function there are.
    """
    found = []
    known = {(row.lane, row.function): row for row in rows}
    anywhere = {row.function: row for row in rows}
    takes = dict.fromkeys(LIMITS, 0.0)
    for (lane, name), count in tests.items():
        row = known.get((lane, name)) or anywhere.get(name)
        takes[lane] += row.all_s * count / row.items if row else UNLISTED_S * count
        if row and row.slowest_s > LIMITS[lane].test_s:
            found.append(
                f"{name} took {row.slowest_s:.0f} s of processor: `{LIMITS[lane].command}` allows"
                f" {LIMITS[lane].test_s:.0f}; make it shorter, or mark it for a later lane"
            )
    for lane, limit in LIMITS.items():
        gathering = known.get((lane, GATHERING))
        takes[lane] += gathering.all_s if gathering else 0
        if takes[lane] > limit.all_s:
            found.append(
                f"`{limit.command}` takes {takes[lane]:.0f} s of processor, and may take"
                f" {limit.all_s:.0f}: mark some of its longest tests for a later lane"
            )
    functions = {name for _, name in tests} | {GATHERING}
    found += [
        f"tests/times.tsv names no test: {row.lane} {row.function}; take the line out"
        for row in known.values()
        if row.function not in functions
    ]
    return found


def unseen(tests: Counted) -> list[str]:
    """Return what a lane would leave out because the text of its file does not say its mark."""
    files = {(lane, name.partition("::")[0]) for lane, name in tests}
    return [
        f"{file} has a test for `{LIMITS[lane].command}` and not pytest.mark.{lane} in its text"
        for lane, file in sorted(files)
        if not has_some(text_of(Path(file)), lane)
    ]


def measured(folder: Path) -> list[Row]:
    """Return what the last runs wrote, one row for each lane and function."""
    took: dict[tuple[str, str], list[float]] = {}
    for file in sorted(folder.rglob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            lane, name, seconds = line.split("\t")
            took.setdefault((lane, function_of(name)), []).append(float(seconds))
    return [Row(lane, name, len(all_), max(all_), sum(all_)) for (lane, name), all_ in took.items()]


def keep(new: Iterable[Row], old: Iterable[Row], tests: Counted) -> list[Row]:
    """Return the table with what was measured anew, without functions that are gone or quick."""
    rows = {(row.lane, row.function): row for row in old}
    rows |= {(row.lane, row.function): row for row in new}
    left = [
        row
        for key, row in rows.items()
        if row.all_s >= LISTED_S and (key in tests or row.function == GATHERING)
    ]
    return sorted(left, key=lambda row: (row.lane, row.function))


def write(rows: Iterable[Row]) -> None:
    """Write the table."""
    lines = (
        f"{row.lane}\t{row.function}\t{row.items}\t{row.slowest_s:.1f}\t{row.all_s:.1f}\n"
        for row in rows
    )
    TABLE.write_text(HEADING + "".join(lines), encoding="utf-8")


def main() -> int:
    """Print the faults and what there is; return the status."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--keep", type=Path, metavar="FOLDER", help="what runs measured")
    given = told.parse_args()
    found = gathered()
    if given.keep:
        write(keep(measured(given.keep), kept(), found.tests))
    wrong = faults(kept(), found.tests) + unseen(found.tests)
    for lane, limit in LIMITS.items():
        functions = {name: count for (where, name), count in found.tests.items() if where == lane}
        print(
            f"{limit.command}: {len(functions)} functions, {sum(functions.values())} tests,"
            f" {found.cases.get(lane, 0)} cases"
        )
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

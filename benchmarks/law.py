"""What the law as data costs: every clock of a large register anew, and judging one request.

The register is a table of happenings in SQLite, read in pages of conversations; moments are whole
seconds. Making it is not measured.
"""

import random
import resource
import sqlite3
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from benchmarks.evidence import FOLDER
from benchmarks.rows import Row, hand_over, median, say
from comity.files.instruments import shipped
from comity.instruments import judge
from comity.instruments.clock_terms import policy_of
from comity.instruments.clocks import Happening, clocks, next_due

CONVERSATIONS = 1_000_000
PAGE = 2_000
WANTED_S, WANTED_MS, WANTED_MIB = 60, 1, 64
ROUNDS = 500
NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY_S = 86_400
REQUEST = Path(__file__).parent.parent / "tests" / "cases" / "un-hospital-stored-data.toml"

type Fact = tuple[int, int, str, int | None, str]


def histories(draw: random.Random) -> Iterator[Fact]:
    """Yield the happenings of a register of two years: conversation, at, kind, until, about."""
    newest = int(NOW.timestamp())
    for number in range(CONVERSATIONS):
        at = newest - draw.randrange(1, 730 * DAY_S)
        if number % 10 < 6:
            yield number, at, "preserved", at + draw.randrange(30, 120) * DAY_S, ""
            if number % 3 == 0:
                yield number, at + 20 * DAY_S, "mla-received", None, "a"
            if number % 6 == 0:
                yield number, at + 100 * DAY_S, "mla-decided", None, "a"
            if number % 5 == 0:
                yield number, at + 25 * DAY_S, "extended", at + 180 * DAY_S, ""
        else:
            yield number, at, "signed-once", at + DAY_S, "a"
            yield number, at + 3600, "countersigned", None, "a"
            yield number, at + 5 * DAY_S, "status-asked", None, "b"
            if number % 4:
                yield number, at + 9 * DAY_S, "status-given", None, "b"
            yield number, at + 30 * DAY_S, "postponed", at + 150 * DAY_S, ""
        if number % 2:
            yield number, at + 200 * DAY_S, "ended", None, ""


def fill(path: Path) -> None:
    """Write the register."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE happening (conversation, at, kind, until, about)")
        draw = random.Random(42)
        base.executemany("INSERT INTO happening VALUES (?, ?, ?, ?, ?)", histories(draw))
        base.execute("CREATE INDEX conversation ON happening (conversation)")


def pages(base: sqlite3.Connection) -> Iterator[list[Fact]]:
    """Yield the rows of some whole conversations at a time."""
    query = "SELECT * FROM happening WHERE conversation >= ? AND conversation < ?"
    for first in range(0, CONVERSATIONS, PAGE):
        rows = base.execute(query + " ORDER BY conversation", (first, first + PAGE))
        yield rows.fetchall()


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def again(path: Path) -> tuple[Counter[str], int]:
    """Compute every clock of the register; return how many stand how, and how many are due next."""
    policy = policy_of(shipped().instruments["un-2024"])
    states: Counter[str] = Counter()
    waiting = 0
    with closing(sqlite3.connect(path)) as base:
        for page in pages(base):
            for _, rows in groupby(page, key=itemgetter(0)):
                history = [
                    Happening(moment(at), kind, None if until is None else moment(until), about)
                    for _, at, kind, until, about in rows
                ]
                found = clocks(history, policy, at=NOW)
                states.update(clock.state for clock in found)
                waiting += next_due(found) is not None
    return states, waiting


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def clocks_row() -> Row:
    """Return the row of a register computed anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "register.sqlite3"
    fill(path)
    shipped()
    before, begun = peak_mib(), time.perf_counter()
    states, waiting = again(path)
    spent, grown = time.perf_counter() - begun, peak_mib() - before
    path.unlink()
    assert states.keys() == {"running", "near", "overdue", "stopped", "kept"}
    assert waiting < CONVERSATIONS
    assert grown < WANTED_MIB
    told = ", ".join(f"{number:,} {state}" for state, number in sorted(states.items()))
    say(f"clocks: {told}; {waiting:,} conversations wait; memory grew by {grown:.0f} MiB")
    return Row(
        name="clocks",
        unit="s, 1,000,000 conversations",
        ours=spent,
        peer=None,
        peer_name=f"none; wanted: under {WANTED_S}",
    )


def law_row() -> Row:
    """Return the row of judging a whole request by all rules for its measure and step."""
    library = shipped()
    case = tomllib.loads(REQUEST.read_text("utf-8"))
    law = library.instruments[case["instrument"]]
    ask = partial(
        judge, library, law, measure=case["measure"], step=case["step"], facts=case["facts"]
    )
    found, spent = ask(), []
    assert found.outcome == case["expected"]["outcome"]
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        same = ask()
        spent.append((time.perf_counter() - begun) * 1000)
        assert same == found
    say(f"law-check: {len(found.findings)} rules of {law.key}; worst {max(spent):.2f} ms")
    return Row(
        name="law-check",
        unit="ms, p50",
        ours=median(spent),
        peer=None,
        peer_name=f"none; wanted: under {WANTED_MS}",
    )


if __name__ == "__main__":
    hand_over([clocks_row(), law_row()])

"""The lanes of tests: what `make test`, `make test-all` and `make test-long` run, and how long.

A test without a mark is run at each change; one marked `full` is left to `make test-all`, which CI
runs too, and one marked `long` to a release. What each takes is measured in seconds of processor,
of the test and of all processes below it: they are the same on a busy machine as on a quiet one,
and two cores give two of them a second. `tests/times.tsv` keeps what was measured; `make lint`
compares it with the limits, and a run begins with the files that take longest, so that both cores
end together.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

TABLE: Final = Path(__file__).resolve().parent / "times.tsv"
MEASURE: Final = "COMITY_TEST_TIMES"
"""The environment variable that names the folder into which a run writes what it measured."""


@dataclass(frozen=True)
class Limit:
    """How long a lane may take.

    Attributes:
        command: that runs it.
        test_s: seconds of processor that one test may take, with what is set up for it.
        all_s: seconds of processor that all of them may take, gathering the tests included.
    """

    command: str
    test_s: float
    all_s: float


LIMITS: Final = {
    "fast": Limit("make test", 30, 2 * 12 * 60),
    "full": Limit("make test-all", 120, 2 * 20 * 60),
    "long": Limit("make test-long", 1_800, 2 * 4 * 60 * 60),
}
MARGIN: Final = 2
"""A run tells of a test that takes more than so many times its limit. It fails none for that: the
first touch of memory makes a machine up to five times slower, in seconds of processor too."""


@dataclass(frozen=True)
class Row:
    """What the tests of one function took in one lane, in seconds of processor."""

    lane: str
    function: str
    items: int
    slowest_s: float
    all_s: float


def lane_of(item: pytest.Item) -> str:
    """Return the lane that runs a test."""
    return next((mark for mark in ("long", "full") if item.get_closest_marker(mark)), "fast")


def function_of(name: str) -> str:
    """Return the function of a test, without its parameters."""
    return name.partition("[")[0]


def kept() -> list[Row]:
    """Return the rows of the table, or none where there is no table."""
    if not TABLE.is_file():
        return []
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [Row(r[0], r[1], int(r[2]), float(r[3]), float(r[4])) for r in rows]


# ------------------------------------------------------------------ no needless importing

CHOSEN: Final = {"not full and not long": "fast", "full and not long": "full", "long": "long"}
"""What is said to pytest -> the lane that it chooses."""
_ALL_LATER: Final = re.compile(r"(?m)^pytestmark = (?:\[[^\]]*|[^\[\n]*)mark\.(full|long)")
_SOME: Final = {
    "full": re.compile(r"mark\.full"),
    "long": re.compile(r"mark\.long|sampled\(|in_two_languages\("),
}


def has_some(text: str, lane: str) -> bool:
    """Tell from the text of a file whether any of its tests may be in a lane."""
    return not _ALL_LATER.search(text) if lane == "fast" else bool(_SOME[lane].search(text))


def text_of(file: Path) -> str:
    """Return the text of a file of tests and of its folder's fixtures, which may carry marks."""
    beside = file.parent / "conftest.py"
    texts = (one.read_text(encoding="utf-8") for one in (file, beside) if one.is_file())
    return "\n".join(texts)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a file of tests alone that has none in the lane that is run."""
    lane = CHOSEN.get(config.getoption("markexpr"))
    if lane is None or not collection_path.name.startswith("test_"):
        return None
    text = text_of(collection_path)
    return None if not text or has_some(text, lane) else True


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> str | None:
    """Say how to run what was asked for by name and is left to a later lane."""
    later = not items and CHOSEN.get(config.getoption("markexpr")) == "fast"
    told = 'none of these is for `make test`: pytest -m "" runs them all the same'
    return told if later else None


# ------------------------------------------------------------------ when a test hangs

HANGS: Final = 4
"""A test that takes so many times what its lane allows, by the clock on the wall, hangs."""


def limit_time(item: pytest.Item) -> None:
    """Let a test of a later lane run as long as its lane allows, unless it says a time itself."""
    lane = lane_of(item)
    if lane != "fast" and item.get_closest_marker("timeout") is None:
        item.add_marker(pytest.mark.timeout(HANGS * LIMITS[lane].test_s))


# ------------------------------------------------------------------ the longest first


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; a file is run as a whole by one process.

    Each test ends in its lane's own time.
    """
    for item in items:
        limit_time(item)
    takes: dict[str, float] = {}
    rows = {(row.lane, row.function): row.all_s for row in kept()}
    # in one order: both workers must come to the same sums to the last digit
    for lane, name in sorted({(lane_of(item), function_of(item.nodeid)) for item in items}):
        file = name.partition("::")[0]
        takes[file] = takes.get(file, 0) + rows.get((lane, name), 0)
    items.sort(key=lambda item: -takes[item.nodeid.partition("::")[0]])


# ------------------------------------------------------------------ measuring


class Measuring:
    """Writes what each test takes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{os.environ.get('PYTEST_XDIST_WORKER', 'one')}.tsv"
        self._file.write_text("", encoding="utf-8")
        self._before = 0.0
        self._lanes: dict[str, str] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Write what gathering took, and keep the lane of each test."""
        self._lanes = {item.nodeid: lane_of(item) for item in session.items}
        self._before = processor_s()
        self._write("fast", "gathering", self._before)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Write what the test took that has ended."""
        now = processor_s()
        took, self._before = max(0.0, now - self._before), now
        self._write(self._lanes[nodeid], nodeid, took)

    def _write(self, lane: str, name: str, took: float) -> None:
        with self._file.open("a", encoding="utf-8") as out:
            out.write(f"{lane}\t{name}\t{took:.2f}\n")


class Telling:
    """Tells after a run which tests took far more than their lane allows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write one line for each."""
        for line in slow_ones(self._folder):
            terminalreporter.write_line(line)


def slow_ones(folder: Path) -> list[str]:
    """Return a sentence for each test that took more than twice what its lane allows.

    Args:
        folder: into which the processes of a run wrote what they measured.
    """
    found = []
    for file in sorted(folder.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            lane, name, took = line.split("\t")
            limit = LIMITS[lane]
            if float(took) > MARGIN * limit.test_s and "::" in name:
                found.append(
                    f"slow: {name} took {float(took):.0f} s of processor, and `{limit.command}` "
                    f"allows {limit.test_s:.0f}: make it shorter, or mark it for a later lane"
                )
    return found


def measure(config: pytest.Config) -> None:
    """Measure where a folder for that is named, in each process that runs tests."""
    folder = os.environ.get(MEASURE)
    if not folder or config.getoption("collectonly"):
        return
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Telling(Path(folder)))
    if _only_hands_out(config):
        for old in Path(folder).glob("*.tsv"):
            old.unlink()  # of a run with more processes
    else:
        del os.environ[MEASURE]  # a test that runs pytest itself measures nothing
        config.pluginmanager.register(Measuring(Path(folder)))


def _only_hands_out(config: pytest.Config) -> bool:
    return bool(config.getoption("dist", "no") != "no") and not hasattr(config, "workerinput")


def processor_s() -> float:
    """Return the seconds of processor of this process and all below it, ended ones included."""
    ticks = os.sysconf("SC_CLK_TCK")
    return sum(_ticks(process) for process in _below(os.getpid())) / ticks


def _below(process: int) -> Iterable[int]:
    left = [process]
    while left:
        one = left.pop()
        yield one
        try:
            for thread in Path(f"/proc/{one}/task").iterdir():
                left += map(int, (thread / "children").read_bytes().split())
        except OSError:
            continue  # it has ended since


def _ticks(process: int) -> int:
    try:
        told = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return 0  # ended, and counted with whoever waited for it
    return sum(map(int, told[11:15]))  # utime, stime and those of its ended children

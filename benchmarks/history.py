"""What was measured before, a file for each kind of machine, and what is worse than last time.

A file is named after the processor and the number of cores: absolute figures of two machines say
nothing about the program. A line is one run: commit, time, load, and each row's figure and ratio.
"""

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent / "history"
FALL: Final = 0.15
"""By how much a figure may be worse than the last one before it is named."""
_MORE_IS_BETTER: Final = re.compile(r"^\S+/s\b")
"""Units of a rate, such as ``messages/s``; of any other unit less is better."""

type Row = Mapping[str, Any]


def machine() -> str:
    """Return the name of this kind of machine."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text("utf-8"), re.MULTILINE)
        model = found[1] if found else model
    plain = re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-")
    return f"{plain}-{os.cpu_count()}"


def falls(rows: Iterable[Row], before: Iterable[Row]) -> list[str]:
    """Return a sentence for each row that is more than `FALL` worse than when last measured.

    Args:
        rows: of this run, as `benchmarks.rows.Row.value` has them.
        before: runs of this kind of machine, the oldest first, as `runs` returns them.

    The ratio to the peer decides where both runs have one, since it holds when the machine is
    slower today; else the figure.
    """
    last: dict[str, Any] = {}
    for run in before:
        last.update({name: (run, row) for name, row in run["rows"].items()})
    found = []
    for row in rows:
        if row["name"] not in last:
            continue
        run, old = last[row["name"]]
        by = "ratio" if row["ratio"] and old.get("ratio") else "ours"
        if not old[by] or not row[by]:
            continue
        change = row[by] / old[by] - 1
        worse = -change if _MORE_IS_BETTER.match(row["unit"]) else change
        if worse > FALL:
            found.append(
                f"{row['name']}: {by} {row[by]:g} now, {old[by]:g} at {run['commit']}"
                f" ({worse:.0%} worse)"
            )
    return found


def runs(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Return the runs of this kind of machine, the oldest first."""
    path = folder / f"{machine()}.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def record(rows: Iterable[Row], *, load: float, folder: Path = FOLDER) -> Path:
    """Add a run to the file of this kind of machine and return the file.

    Args:
        rows: of this run.
        load: average of the last minute before it began.
        folder: where the files lie.
    """
    run = {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": _commit(),
        "load": round(load, 1),
        "rows": {
            row["name"]: {"ours": row["ours"], "ratio": row["ratio"], "unit": row["unit"]}
            for row in rows
        },
    }
    path = folder / f"{machine()}.jsonl"
    folder.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(run) + "\n")
    return path


def _commit() -> str:
    """Return the short commit, ``+`` behind it where files differ from it."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=FOLDER.parent, capture_output=True, check=False)
        return done.stdout.decode().strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "../src")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + ("+" if changed else "")

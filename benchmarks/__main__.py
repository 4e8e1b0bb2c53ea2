"""Run the benchmarks, each part in a process of its own, and compare them with the last run.

Results are written to ``build/bench.json`` and added to ``benchmarks/history``; what is more than
15 % worse than the last run on this kind of machine is named, and the exit status is then 1.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from benchmarks import history
from comity.demo.ending import ended_as_by_ctrl_c

ROOT: Final = Path(__file__).resolve().parent.parent
PARTS: Final = {
    "benchmarks.ledger": ("ledger-append", "ledger-group"),
    "benchmarks.proofs": ("ledger-proof",),
    "benchmarks.exchange": ("exchange", "exchange-p50", "exchange-p99", "exchange-idle"),
    "benchmarks.transfer": ("transfer",),
    "benchmarks.disk": ("disk-received", "disk-asking", "disk-asked"),
    "benchmarks.idle": ("node-idle", "node-idle-rss", "node-start"),
    "benchmarks.sealing": (
        "seal-1g",
        "seal-1g-sha256sum",
        "seal-1g-ewfacquire",
        "seal-small",
        "seal-memory",
    ),
    "benchmarks.verdicts": (
        "verify-10g-sha256sum",
        "verify-memory",
        "verify-1000",
        "replay-1000",
    ),
    "benchmarks.opening": ("open-1g", "open-small", "open-only"),
    "benchmarks.law": ("clocks", "law-check"),
    "benchmarks.papers": ("pdf",),
    "benchmarks.drills": (
        "drill-start",
        "drill-200-page",
        "drill-200-inject",
        "drill-200-memory",
    ),
    "benchmarks.line": ("line-sign-in", "line-watch", "line-later"),
    "benchmarks.work": ("work-100k", "work-100k-growth"),
    "benchmarks.register": tuple(
        f"{name}-{database}{part}"
        for database in ("sqlite", "postgresql")
        for name, parts in (("page-1m", ("", "-growth", "-iris")), ("search-1m", ("",)))
        for part in parts
    ),
}


def measured(part: str) -> list[dict[str, Any]]:
    """Return the rows of one part."""
    place = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-m", part],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": place},
        stdout=subprocess.PIPE,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def show(rows: list[dict[str, Any]]) -> None:
    """Print the table."""
    print(f"{'name':16}{'ours':>12}{'peer':>12}{'ratio':>8}  unit; peer")
    for row in rows:
        peer = "-" if row["peer"] is None else f"{row['peer']:,}"
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.3f}"
        about = f"{row['unit']}; {row['peer_name']}"
        print(f"{row['name']:16}{row['ours']:>12,}{peer:>12}{ratio:>8}  {about}")


def main() -> int:
    """Measure what is asked for; rows of other names stay as they were in the file."""
    names = [name for group in PARTS.values() for name in group]
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=names, help="one name (its whole part is measured)")
    only = parser.parse_args().only
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    kept = json.loads(target.read_text("utf-8")) if only and target.exists() else []
    found = {row["name"]: row for row in kept}
    begun, load, new = time.monotonic(), os.getloadavg()[0], []
    for part, group in PARTS.items():
        if only is None or only in group:
            print(f"{part}: load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
            new += measured(part)
    found.update((row["name"], row) for row in new)
    ordered = sorted(found.values(), key=lambda row: names.index(row["name"]))
    target.write_text(json.dumps(ordered, indent=1) + "\n", "utf-8")
    show(new)
    worse = history.falls(new, history.runs())
    added = history.record(new, load=load)
    print(
        f"{time.monotonic() - begun:.0f} s; {target.relative_to(ROOT)}, {added.relative_to(ROOT)}"
    )
    for line in worse:
        print(f"worse than the last run: {line}")
    return 1 if worse else 0


if __name__ == "__main__":
    with ended_as_by_ctrl_c():
        status = main()
    raise SystemExit(status)

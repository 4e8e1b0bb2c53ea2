"""An exercise of twenty teams of ten on one machine, with nodes for all teams and partners.

Trainees look on in the house, each part of the page asked for as the browser does; the trainer
brings injects by hand to all teams; what is sent at the nodes is looked for all the while. The load
comes from another process on the same machine, and is not subtracted.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Final

from benchmarks.rows import Row, hand_over, percentile, say
from comity.demo.measured import descendants, memory_of, used_s
from comity.drills import Event, read_scenario
from comity.files.drills import read_shipped
from comity.hall.founding import Founded, Order, founded
from comity.node.core.clock import now

SCENARIO: Final = "hospital-ransomware"
TEAMS: Final = 20
SECONDS: Final = 60
INJECTS: Final = 8
PORT: Final = 26_000
MIB: Final = 1024 * 1024
CTFD_START_S, CTFD_MIB = 2.5, 117
"""CTFd 3.8, empty, the same kind of machine (2026-11): research/peers.md."""


def measure(folder: Path) -> list[Row]:
    """Return the rows of an exercise."""
    files = read_shipped(SCENARIO)
    order = Order(
        scenario=read_scenario(SCENARIO, files),
        files=files,
        teams=[f"Team {number}" for number in range(1, TEAMS + 1)],
        folder=folder / "exercise",
        port_base=PORT,
        lang="en",
        table=False,
    )
    begun = time.monotonic()
    with founded(order, lambda _text: None) as nodes:
        ready_s = time.monotonic() - begun
        nodes_up = len(nodes.seats.parties())
        say(f"{nodes_up} nodes answer after {ready_s:.1f} s")
        return _played(nodes, ready_s / TEAMS)


def _played(nodes: Founded, start_s: float) -> list[Row]:
    from comity.hall.running import TRAINER, go_on, hold
    from comity.node.exercise import exercises, team_events
    from comity.node.exercise.pages.room import POLL_S

    running = hold(nodes, lambda _text: None)
    rows = running.rows()
    load = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.drill_load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert load.stdin is not None
    assert load.stdout is not None
    wanted = {
        "house": nodes.url(nodes.seats.parties()[0]),
        "codes": [row.code for row in rows],
        "seconds": SECONDS,
        "every_s": float(POLL_S),
    }
    load.stdin.write(json.dumps(wanted).encode())
    load.stdin.close()
    load.stdout.readline()
    exercises.begin(running.exercise, at=now(), by=TRAINER)
    ended = threading.Event()
    due: list[float] = []
    keys = list(nodes.order.scenario.plan.injects)[1 : INJECTS + 1]
    pause_s = (SECONDS - 10) / len(keys)

    def bring() -> None:
        for key in keys:
            if ended.wait(pause_s):
                return
            due.append(time.time())
            at: datetime = now()
            for row in running.rows():
                event = Event(at=at, kind="inject", by=TRAINER, names={"inject": key})
                team_events.steer(row, event)

    trainer = threading.Thread(target=bring)
    trainer.start()
    pids = [*descendants(nodes.launcher.pid), os.getpid(), load.pid]
    before = [used_s(pid) for pid in pids]
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        go_on(running)
        time.sleep(1)
    after = [used_s(pid) for pid in pids]
    memory = memory_of([*descendants(nodes.launcher.pid), os.getpid()]).pss_bytes / MIB
    told = json.loads(load.stdout.readline())
    ended.set()
    trainer.join()
    load.wait()
    late = [
        min((at - moment for at in seen if at >= moment), default=float(SECONDS))
        for seen in told["changed_at"]
        for moment in due
    ]
    say(f"{len(told['parts_ms'])} parts, {len(told['pages_ms'])} pages, {len(due)} injects")
    used = [(end - begin) / SECONDS for begin, end in zip(before, after, strict=True)]
    say(
        f"cores used: load {used[-1]:.2f}, program {used[-2]:.2f},"
        f" busiest node {max(used[:-2]):.2f}, all nodes {sum(used[:-2]):.2f}"
    )
    say(f"parts p95 {percentile(told['parts_ms'], 95):.0f} ms")
    return [
        Row(
            name="drill-start",
            unit="s a team, nodes for all",
            ours=start_s,
            peer=CTFD_START_S,
            peer_name="CTFd empty, from its notes; wanted: under 2",
        ),
        Row(
            name="drill-200-page",
            unit="ms, p95 of pages",
            ours=percentile(told["pages_ms"], 95),
            peer=None,
            peer_name="none; wanted: under 300",
        ),
        Row(
            name="drill-200-inject",
            unit="s until a trainee sees it, the latest",
            ours=max(late),
            peer=None,
            peer_name="none; wanted: 2",
        ),
        Row(
            name="drill-200-memory",
            unit="MiB, PSS of all",
            ours=memory,
            peer=CTFD_MIB,
            peer_name="CTFd empty, from its notes; wanted: under 2,048",
        ),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as place:
        hand_over(measure(Path(place)))

"""The pages of work with 100 and with 100,000 open requests, each with its work item.

A register of a hundred thousand requests all of which are open is far beyond any office; what is
read off an index costs the same in it. A third of the work items waits for others, a third has no
deadline, a tenth is the officer's who looks. Asked and timed as `benchmarks.register` asks.
"""

import gc
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from typing import Any, Final

from benchmarks import register
from benchmarks.rows import Row, hand_over, percentile, say

SIZES: Final = (100, 100_000)
ROUNDS: Final = 40
WANTED_MS, GROWTH = 100, 1.5
KINDS: Final = ("unread", "clock", "second-signature", "task", "mail")
_PAGES: Final = {
    "home": "/my-work",
    "urgency": "/my-work?waits=us",
    "deadline": "/my-work?sort=deadline",
    "received": "/my-work?sort=received",
    "state": "/my-work?sort=state",
    "one-state": "/my-work?state=za&sort=deadline",
    "kind": "/my-work?kind=mail&sort=received",
    "mine": "/my-work?owner=me&waits=us",
    "week": "/my-work?due=week&sort=deadline",
    "cases": "/",
    "watch": "/watch",
    "bell": "/duty/waiting",
}


def work_items(number: int) -> Iterator[Any]:
    """Yield the work items of a register's requests."""
    from comity.node.cases.severity import RANK, Kind
    from comity.node.models import WorkItem
    from comity.node.models.work import BEFORE, LATER, NEVER

    ranks = (*RANK.values(), LATER)
    for count, one in enumerate(register.requests(number, open_share=1)):
        due = datetime.fromisoformat(one.due_at).replace(tzinfo=UTC) if count % 3 else None
        since = one.at if count % 7 else None
        kind = KINDS[count % len(KINDS)]
        yield WorkItem(
            incident=f"request:{one.conversation[0]}", kind=Kind(kind), subject=one.case,
            rank=ranks[count % len(ranks)], since=since, oldest_at=since or NEVER,
            newest_at=since or BEFORE, due_at=due, sorts_at=due or NEVER,
            deadline="deadline" if due else "", rule="office" if due else "",
            party=one.conversation[1], case=one.case, conversation=one.conversation[0],
            what="stored-data", owner="officer-case" if count % 10 == 9 else "",
            waits_for="them" if count % 3 == 2 else "us", action="open-case",
        )  # fmt: skip


def measure(number: int) -> dict[str, list[float]]:
    """Return milliseconds of each page."""
    from django.test import Client

    client = register.signed_in(Client(headers={"host": "localhost", "accept-encoding": "gzip"}))
    pages = dict(_PAGES)
    place = f"request:sha256:{number // 2:064x}"
    for name in ("urgency", "deadline", "received", "state"):
        pages[f"{name}-deep"] = f"{pages[name]}&after={place}"
    found: dict[str, list[float]] = {}
    gc.collect()
    gc.freeze()  # as a node's worker does when it starts
    for round_ in range(-3, ROUNDS):  # three to warm up
        for name, path in pages.items():
            begun = time.perf_counter()
            answer = client.get(path)
            spent = 1000 * (time.perf_counter() - begun)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
            if round_ >= 0:
                found.setdefault(name, []).append(spent)
    return found


def one(folder: Path, number: int) -> None:
    """Fill and measure the node of a folder; print what was found."""
    from comity.node.core.django_setup import use_node
    from comity.node.operations.migrate import migrate

    use_node(folder)
    from comity.node.models import WorkItem  # models load once a node is named

    migrate()
    begun = time.monotonic()
    register.fill(number, open_share=1)
    for some in batched(work_items(number), 2_000):
        WorkItem.objects.bulk_create(some)
    say(f"{number} open requests in {time.monotonic() - begun:.0f} s")
    print(json.dumps(measure(number)), flush=True)


def main() -> None:
    """Measure both sizes, one after the other."""
    small, large = (register.measured(size, module="benchmarks.work") for size in SIZES)
    for name in large:
        say(f"{name}: p50 {percentile(small[name], 50):.1f} and {percentile(large[name], 50):.1f}"
            f" ms, p99 {percentile(large[name], 99):.1f} ms")  # fmt: skip
    slow = max(large, key=lambda name: percentile(large[name], 50))
    hand_over(
        [
            Row(name="work-100k", unit="ms, p50", ours=percentile(large[slow], 50),
                peer=WANTED_MS, peer_name=f"wanted; the dearest page: {slow}"),
            Row(name="work-100k-growth", unit="ms, p50", ours=percentile(large[slow], 50),
                peer=percentile(small[slow], 50), peer_name=f"100 requests; wanted {GROWTH}"),
        ]
    )  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main()

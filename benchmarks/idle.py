"""What an idle node holds in memory, and how soon a started one answers."""

import tempfile
import time
from pathlib import Path

from benchmarks.rows import Row, hand_over, median, say
from benchmarks.traffic import two_nodes
from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED

STARTS = 5
SETTLE_S = 3.0  # the loops have run once, the first answer has loaded what it needs
MIB = 1024 * 1024


def measure(folder: Path) -> list[Row]:
    """Return the rows of an idle node: as ``comity run`` starts it, its partner down."""
    node = NodeProcess(two_nodes(folder / "world").places[ASKED].config.folder)
    starts, pss, rss = [], [], []
    for number in range(STARTS + 1):
        begun = time.monotonic()
        node.start()
        node.wait_ready()
        if number:  # the first also makes the database
            starts.append(time.monotonic() - begun)
        else:
            say(f"first start, with a new database: {time.monotonic() - begun:.2f} s")
        if number >= STARTS - 1:
            time.sleep(SETTLE_S)
            memory = node.memory()
            pss.append(memory.pss_bytes / MIB)
            rss.append(memory.rss_bytes / MIB)
        node.stop()
    about = "supervisor and worker together"
    return [
        Row(
            name="node-idle",
            unit="MiB, PSS",
            ours=median(pss),
            peer=None,
            peer_name=f"none; wanted: under 150; {about}",
        ),
        Row(
            name="node-idle-rss",
            unit="MiB, RSS",
            ours=median(rss),
            peer=None,
            peer_name=f"none; {about}, shared pages counted twice",
        ),
        Row(
            name="node-start",
            unit="s to the first answer",
            ours=median(starts),
            peer=None,
            peer_name="none; wanted: under 3",
        ),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as place:
        hand_over(measure(Path(place)))

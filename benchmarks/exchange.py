"""How many sealed messages a second a node takes in, and how long one waits for its receipt."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rows import Row, hand_over, median, percentile, say
from benchmarks.traffic import PEER_PORT, PORT, Letter, Writer, two_nodes
from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED, ASKING, World
from comity.directory.store import DirectoryStore
from comity.exchange import check_receipt
from comity.keys import jws

CONNECTIONS = 32
ROUNDS, ROUND, WARM_UP, IDLE = 5, 1500, 600, 200
CHECKED = 100


@dataclass(frozen=True)
class Result:
    """What one round showed: rate, latencies in seconds, bodies by number."""

    per_s: float
    latencies: list[float]
    bodies: dict[int, bytes]

    def ms(self, percent: float) -> float:
        """Return a percentile of the latencies in milliseconds."""
        return percentile(self.latencies, percent) * 1000


def send(port: int, letters: list[Letter], *, connections: int, folder: Path) -> Result:
    """Send letters from a process of its own."""
    path = folder / "requests.bin"
    with path.open("wb") as file:
        for letter in letters:
            file.write(len(letter.request).to_bytes(4) + letter.request)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", str(port), str(connections), str(path)],
        stdout=subprocess.PIPE,
        check=True,
    )
    first, *lines = done.stdout.splitlines()
    answers = [json.loads(line) for line in lines]
    assert len(answers) == len(letters), "an answer is missing"
    return Result(
        len(letters) / json.loads(first),
        [latency for _, latency, _ in answers],
        {number: body.encode() for number, _, body in answers},
    )


def check(world: World, letters: list[Letter], result: Result) -> None:
    """Check evenly chosen receipts as a sender does; no two may name one leaf."""
    directory = DirectoryStore.open(world.places[ASKING].config.directory).load()
    places = set()
    for number in range(0, len(letters), max(1, len(letters) // CHECKED)):
        envelope = jws.parse(result.bodies[number], max_bytes=64 * 1024)
        checked = check_receipt(envelope, letters[number].message, directory, known=None)
        assert checked.receipt.outcome == "applied", checked.receipt.outcome
        places.add(checked.receipt.index)
    assert len(places) >= min(len(letters), CHECKED), "two receipts name one leaf"


@contextmanager
def served(world: World) -> Iterator[NodeProcess]:
    """Run the receiver and the peer."""
    folder = world.places[ASKED].config.folder
    node = NodeProcess(folder)
    command = [sys.executable, "-m", "benchmarks.peer", str(folder), str(PEER_PORT)]
    peer = subprocess.Popen(command, start_new_session=True)
    try:
        node.start()
        node.wait_ready()
        yield node
    finally:
        node.stop()
        peer.terminate()
        peer.wait()


def measure(folder: Path) -> list[Row]:
    """Return the rows of the exchange."""
    world = two_nodes(folder / "world")
    writer = Writer(world)
    ours, peers = [], []
    with served(world):
        for port in (PORT, PEER_PORT):
            send(port, writer.letters(WARM_UP), connections=CONNECTIONS, folder=folder)
        for number in range(ROUNDS):
            letters = writer.letters(ROUND)
            peers.append(send(PEER_PORT, letters, connections=CONNECTIONS, folder=folder))
            ours.append(send(PORT, letters, connections=CONNECTIONS, folder=folder))
            check(world, letters, ours[-1])
            say(
                f"round {number + 1}: {ours[-1].per_s:,.0f}/s p50 {ours[-1].ms(50):.1f}"
                f" p99 {ours[-1].ms(99):.1f} ms; peer {peers[-1].per_s:,.0f}/s"
            )
        letters = writer.letters(IDLE)
        quiet_peer = send(PEER_PORT, letters, connections=1, folder=folder)
        quiet = send(PORT, letters, connections=1, folder=folder)
    bare = "the same server, a view without seal, signature and database"
    rows = [
        Row(
            name="exchange",
            unit="messages/s",
            ours=median(r.per_s for r in ours),
            peer=median(r.per_s for r in peers),
            peer_name=f"{bare}, {CONNECTIONS} connections",
        )
    ]
    for percent in (50, 99):
        name = f"{bare}, p{percent}"
        mine = median(r.ms(percent) for r in ours)
        peer = median(r.ms(percent) for r in peers)
        rows.append(
            Row(name=f"exchange-p{percent}", unit="ms", ours=mine, peer=peer, peer_name=name)
        )
    rows.append(
        Row(
            name="exchange-idle",
            unit="ms",
            ours=quiet.ms(50),
            peer=quiet_peer.ms(50),
            peer_name=f"{bare}, one connection, p50",
        )
    )
    return rows


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as place:
        hand_over(measure(Path(place)))

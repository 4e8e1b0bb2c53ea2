"""A package from node to node over TLS, verified on arrival, next to plain TLS on this machine.

Ours: the time in which the asking node's own fetch brings a sealed package of 1 GiB from a running
node that serves TLS, every block hashed and written, and gives it its name. The peer: as many bytes
over TLS 1.3 between two Python processes, read into one buffer and thrown away. In turn, so that
both meet the same machine. The package's bytes are in the page cache of the serving node.
"""

import base64
import multiprocessing
import random
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.rows import Row, hand_over, median, say
from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED, ASKING, World, build_world
from comity.directory import Endpoint
from comity.node.core.clock import now
from comity.node.core.tls_certificate import CERTIFICATE, KEY, make_certificate

ROUNDS: Final = 5
SIZE: Final = 1024**3
PIECE: Final = 256 * 1024
PORTS: Final = 24110, 24111
GB: Final = 1e9


def plain(certificate: Path, key: Path) -> float:
    """Return GB/s of TLS between two processes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        args = (server, certificate, key)
        sender = multiprocessing.get_context("fork").Process(target=_send, args=args)
        sender.start()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with (
            socket.create_connection(server.getsockname()) as raw,
            context.wrap_socket(raw) as link,
        ):
            buffer, got, begun = bytearray(PIECE), 0, time.perf_counter()
            while size := link.recv_into(buffer):
                got += size
            spent = time.perf_counter() - begun
        sender.join()
    assert got == SIZE
    return got / spent / GB


def _send(server: socket.socket, certificate: Path, key: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    raw, _ = server.accept()
    with context.wrap_socket(raw, server_side=True) as link:
        piece = random.Random(1).randbytes(PIECE)
        for _ in range(SIZE // PIECE):
            link.sendall(piece)


def world_with_tls(folder: Path) -> World:
    """Return two nodes, of which the asked one serves TLS and is listed so."""
    ports = dict(zip((ASKING, ASKED), PORTS, strict=True))
    world = build_world(folder, mode="exercise", ports=ports, now=now())
    config = world.places[ASKED].config
    settings = config.folder / "node.toml"
    settings.write_text(settings.read_text("utf-8").replace("tls = false", "tls = true"))
    make_certificate(config.keys, party=ASKED, host=config.host, now=now())
    pem = (config.keys / CERTIFICATE).read_text("ascii")
    listed = base64.b64encode(ssl.PEM_cert_to_DER_cert(pem)).decode()
    state = world.states[ASKED[:2]]
    entry = state.store.load().entries[ASKED][-1].entry
    url = f"https://{config.host}:{config.port}"
    endpoint = Endpoint(kind="url", url=url, tls_certificate=listed)
    state.put(replace(entry, endpoint=endpoint), now=now())
    world.publish(ASKED[:2], now=now())
    for party in world.places:
        world.refresh(party, now=now())
    return world


def as_node(what: str, folder: Path) -> str:
    """Let a node do one thing in a process of its own; return what it printed."""
    command = [sys.executable, "-m", "benchmarks.transfer_node", what, str(folder), str(SIZE)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


@contextmanager
def serving(world: World) -> Iterator[None]:
    """Put the package into the asked node's vault and run it."""
    folder = world.places[ASKED].config.folder
    as_node("give", folder)
    node = NodeProcess(folder)
    node.start()
    try:
        node.wait_ready()
        yield
    finally:
        node.stop()


def main() -> None:
    """Measure in turn and hand the row over."""
    with tempfile.TemporaryDirectory(prefix="comity-transfer-") as name:
        world = world_with_tls(Path(name))
        keys = world.places[ASKED].config.keys
        ours, peers = [], []
        with serving(world):
            for number in range(ROUNDS):
                peers.append(plain(keys / CERTIFICATE, keys / KEY))
                spent = float(as_node("fetch", world.places[ASKING].config.folder))
                ours.append(SIZE / spent / GB)
                say(f"round {number + 1}: {ours[-1]:.2f} GB/s, plain TLS {peers[-1]:.2f}")
    hand_over(
        [
            Row(
                name="transfer",
                unit="GB/s",
                ours=median(ours),
                peer=median(peers),
                peer_name="plain TLS 1.3 between two Python processes",
            )
        ]
    )


if __name__ == "__main__":
    main()

"""A load generator: so many connections, each sends its next request when the answer is there.

A process of its own, on the same cores as the server; it parses no more of an answer than its
length. ``python -m benchmarks.load PORT CONNECTIONS FILE``: FILE holds the requests, each after
its length in four bytes; on standard output come seconds, and a line for each answer.
"""

import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_END = b"\r\n\r\n"


class LoadError(RuntimeError):
    """The server answered something that no measurement may count."""


@dataclass
class Link:
    """One connection and what it waits for."""

    sock: socket.socket
    number: int = -1
    begun: float = 0.0
    found: bytearray = field(default_factory=bytearray)

    def send(self, number: int, request: bytes) -> None:
        """Send a request; small enough for the socket's buffer."""
        self.number, self.begun = number, time.perf_counter()
        self.found.clear()
        self.sock.sendall(request)

    def receive(self) -> bytes | None:
        """Return the body once it is whole; raise unless it is a 200."""
        part = self.sock.recv(65536)
        if not part:
            raise LoadError("the server hung up")
        self.found += part
        end = self.found.find(_END)
        if end < 0:
            return None
        head = bytes(self.found[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            raise LoadError(bytes(self.found).decode(errors="replace"))
        size = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
        body = self.found[end + len(_END) :]
        return bytes(body) if len(body) >= size else None


def answers(
    port: int, connections: int, requests: list[bytes]
) -> Iterator[tuple[int, float, bytes]]:
    """Yield number, seconds and body of every request's answer."""
    pending = iter(enumerate(requests))
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            sock = socket.create_connection(("127.0.0.1", port), timeout=30)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(sock)
            selector.register(sock, selectors.EVENT_READ, link)
            link.send(*next(pending))
        open_links = connections
        while open_links:
            for key, _ in selector.select(timeout=30):
                link = key.data
                body = link.receive()
                if body is None:
                    continue
                yield link.number, time.perf_counter() - link.begun, body
                after = next(pending, None)
                if after is None:
                    selector.unregister(link.sock)
                    link.sock.close()
                    open_links -= 1
                else:
                    link.send(*after)


def read_requests(path: Path) -> list[bytes]:
    """Return the requests of a file."""
    data, found, place = path.read_bytes(), [], 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4])
        found.append(data[place + 4 : place + 4 + size])
        place += 4 + size
    return found


def main() -> None:
    """Send everything; report."""
    port, connections, path = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    requests = read_requests(path)
    begun = time.perf_counter()
    found = list(answers(port, connections, requests))
    elapsed = time.perf_counter() - begun
    print(json.dumps(elapsed))
    for number, latency, body in found:
        print(json.dumps([number, latency, body.decode()]))


if __name__ == "__main__":
    main()

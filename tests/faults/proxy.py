"""A bad network between two nodes: an HTTP proxy that drops, doubles, delays and reorders."""

import random
import socket
import threading
import time
from collections import Counter
from typing import Final

_END: Final = b"\r\n\r\n"
LONGEST_DELAY_S: Final = 0.15
LATE_S: Final = 0.6


def read_message(sock: socket.socket) -> bytes:
    """Return one HTTP message with Content-Length framing; empty at the end of the stream."""
    found = bytearray()
    while _END not in found:
        part = sock.recv(65536)
        if not part:
            return b""
        found += part
    head, _, rest = bytes(found).partition(_END)
    sizes = [
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    ]
    size = sizes[0] if sizes else 0
    body = bytearray(rest)
    while len(body) < size:
        part = sock.recv(65536)
        if not part:
            return b""
        body += part
    return head + _END + bytes(body)


class BadNetwork:
    """Listens on one port and forwards to another, badly, until told to behave.

    What it does to a request is drawn from a seeded generator, so a failing run names its seed;
    the threads' timing is the machine's.
    """

    def __init__(self, *, listen: int, forward: int, seed: int) -> None:
        self._forward = forward
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", listen), backlog=64)
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._closing = False
        self.behaves = False
        self.done: Counter[str] = Counter()
        self._threads[0].start()

    def close(self) -> None:
        """Stop listening; open connections end by themselves."""
        self._closing = True
        self._server.close()

    def _accept(self) -> None:
        while not self._closing:
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with sock:
            sock.settimeout(30)
            try:
                while request := read_message(sock):
                    answer = self._treat(request)
                    if not answer:
                        return
                    sock.sendall(answer)
            except OSError:
                return

    def _draw(self) -> tuple[str, float]:
        with self._lock:
            kinds = ("pass", "lose", "lose-answer", "cut-answer", "double", "late")
            weights = (50, 10, 10, 5, 15, 10)
            what = "pass" if self.behaves else self._random.choices(kinds, weights)[0]
            self.done[what] += 1
            return what, 0.0 if self.behaves else self._random.uniform(0, LONGEST_DELAY_S)

    def _treat(self, request: bytes) -> bytes:
        """Return what the caller gets; empty hangs up on it."""
        what, delay_s = self._draw()
        time.sleep(delay_s)  # different for each: requests overtake each other
        if what == "lose":
            return b""
        if what == "late":
            # The caller sees a broken connection; the request arrives when others have.
            threading.Timer(LATE_S, self._ask, (request,)).start()
            return b""
        if what == "double":
            first = threading.Thread(target=self._ask, args=(request,), daemon=True)
            first.start()
        answer = self._ask(request)
        if what == "lose-answer":
            return b""
        return answer[: len(answer) // 2] if what == "cut-answer" else answer

    def _ask(self, request: bytes) -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", self._forward), timeout=20) as sock:
                sock.sendall(request)
                return read_message(sock)
        except OSError:
            return b""

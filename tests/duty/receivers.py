"""A mail server and a gateway on loopback that keep what they are handed."""

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


class _Mail(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink = cast("MailSink", self.server)
        self.say("220 sink")
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"EHLO":
                self.say("250 sink")
            elif word == b"DATA":
                self.say("354 go on")
                sink.taken.append(self.body())
                self.say("250 kept")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            elif word == b"RCPT" and sink.refusing:
                self.say("550 nobody of that name: secret-of-the-server")
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def body(self) -> bytes:
        found = b""
        while (line := self.rfile.readline()) and line != b".\r\n":
            found += line
        return found


class MailSink(socketserver.ThreadingTCPServer):
    """Speaks enough SMTP to take one message after the other; offers no encryption."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mail)
        self.taken: list[bytes] = []
        self.refusing = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@dataclass
class Posted:
    headers: dict[str, str]
    body: bytes


@dataclass
class Gateway:
    """Answers a status to each POST."""

    url: str = ""
    status: int = 204
    location: str = ""
    taken: list[Posted] = field(default_factory=list)


@contextlib.contextmanager
def mail_sink() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield from _served(sink, sink)


@contextlib.contextmanager
def gateway() -> Iterator[Gateway]:
    made = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.taken.append(Posted(dict(self.headers), body))
            self.send_response(made.status)
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        yield from _served(server, made)


def _served[T](server: socketserver.BaseServer, value: T) -> Iterator[T]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield value
    finally:
        server.shutdown()
        thread.join()

"""The client of HTTP against servers that lie, drip, lead elsewhere and never end."""

import gzip
import os
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from comity.http import AnswerTooLongError, Client, NoAnswerError, pinned_context
from comity.http import client as pools
from comity.node.core.clock import now
from comity.node.core.tls_certificate import CERTIFICATE, KEY, make_certificate

STEP_S = 0.2
OK = b"HTTP/1.1 200 OK\r\n"
TWO = OK + b"Content-Length: 2\r\n\r\nhi"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SECRETS = ("hush-query", "hush-token", "hush-body")


class Server:
    """Answers each request with the next of some bytes; where none is left, it is silent."""

    def __init__(self, *answers: bytes, ends: bool, tls: ssl.SSLContext | None = None) -> None:
        self._answers, self._ends, self._tls = list(answers), ends, tls
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.lines = 0
        self._open: list[socket.socket] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            self.lines += 1
            self._open.append(line)
            self._threads.append(threading.Thread(target=self._serve, args=(line,)))
            self._threads[-1].start()

    def _serve(self, line: socket.socket) -> None:
        try:
            if self._tls is not None:
                line = self._tls.wrap_socket(line, server_side=True)
                self._open.append(line)
            with line, line.makefile("rb") as file:
                while self._one(line, file):
                    pass
        except (OSError, ValueError):
            line.close()

    def _one(self, line: socket.socket, file: BinaryIO) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            got = file.readline()
            if not got:
                return False
            head += got
        told = head.decode("latin-1")
        lengths = [one for one in told.lower().splitlines() if one.startswith("content-length:")]
        self.heads.append(told)
        self.bodies.append(file.read(int(lengths[0].partition(":")[2]) if lengths else 0))
        if not self._answers:
            return bool(file.read(1))  # silent until the other side goes
        line.sendall(self._answers.pop(0))
        return not self._ends

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._threads[0].join()
        for one in self._open:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join()


@contextmanager
def serving(
    *answers: bytes, ends: bool = False, tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    server = Server(*answers, ends=ends, tls=tls)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client(connect_s=STEP_S, step_s=STEP_S)
    yield made
    made.close()


# ------------------------------------------------------------------ what is asked and answered


def test_an_answer_is_status_fields_and_bytes(client: Client) -> None:
    fields = b"Content-Length: 2\r\nX-One: a\r\nx-one: b\r\n\r\nhi"
    with serving(b"HTTP/1.1 418 Tea\r\n" + fields) as server:
        got = client.ask("GET", f"{server.url}/a?b=c", max_bytes=2)
    assert (got.status, got.ok, got.body) == (418, False, b"hi")
    assert got.headers["X-ONE"] == "a, b"
    assert got.headers.getlist("x-one") == ["a", "b"]
    head = server.heads[0].lower()
    assert head.startswith(f"get /a?b=c http/1.1\r\nhost: 127.0.0.1:{server.port}\r\n")
    assert "accept-encoding: identity\r\n" in head
    assert "content-length" not in head
    assert "python" not in head  # nobody is told what runs here, and in which version


def test_fields_replace_those_of_every_request_in_any_case(client: Client) -> None:
    with serving(TWO) as server:
        fields = {"accept": "text/plain", "HOST": "elsewhere:1"}
        client.ask("GET", server.url, headers=fields, max_bytes=2)
    head = server.heads[0].lower()
    assert (head.count("accept: "), head.count("host: ")) == (1, 1)
    assert "accept: text/plain" in head
    assert "host: elsewhere:1" in head


def test_bytes_and_pieces_are_sent_whole(client: Client) -> None:
    long = os.urandom(100_000)
    with serving(TWO, TWO, TWO) as server:
        client.ask("POST", server.url, body=long, max_bytes=2)
        told = {"Content-Length": str(len(long))}
        pieces = (long[:70_000], b"", long[70_000:])
        client.ask("PUT", server.url, body=iter(pieces), headers=told, max_bytes=2)
        client.ask("POST", server.url, body=b"", max_bytes=2)
    assert server.bodies == [long, long, b""]
    assert "content-length: 0\r\n" in server.heads[2].lower()


def test_pieces_without_a_length_go_in_chunks(client: Client) -> None:
    with serving(TWO, ends=True) as server:
        client.ask("POST", server.url, body=iter([b"ab", b"c"]), max_bytes=2)
    assert "transfer-encoding: chunked" in server.heads[0].lower()


def test_a_name_in_the_address_is_sent_as_such(client: Client) -> None:
    with serving(TWO) as server:
        client.ask("GET", server.url.replace("://", "://me:a%40b@"), max_bytes=2)
    assert "Authorization: Basic bWU6YUBi\r\n" in server.heads[0]
    assert "me:" not in server.heads[0]


def test_a_redirect_is_an_answer(client: Client) -> None:
    with serving(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n") as server:
        assert client.ask("GET", server.url, max_bytes=2).status == 302
    assert len(server.heads) == 1


def test_no_proxy_of_the_environment_is_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serving(TWO) as server:
        assert client.ask("GET", server.url, max_bytes=2).body == b"hi"


def test_what_is_packed_is_not_unpacked(client: Client) -> None:
    packed = gzip.compress(bytes(1_000_000))
    fields = f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    with serving(OK + fields + packed) as server:
        assert client.ask("GET", server.url, max_bytes=len(packed)).body == packed


# ------------------------------------------------------------------ bounds


@pytest.mark.parametrize("field", [b"Content-Length: 300000", b"Connection: close"])
def test_more_than_was_asked_for_is_refused(client: Client, field: bytes) -> None:
    answer = OK + field + b"\r\n\r\n" + b"x" * 300_000
    with serving(answer, ends=True) as server, pytest.raises(AnswerTooLongError):
        client.ask("GET", server.url, max_bytes=299_999)


def test_an_answer_comes_in_pieces_as_it_arrives(client: Client) -> None:
    with (
        serving(OK + b"Content-Length: 4\r\n\r\nab") as server,
        client.stream("GET", server.url) as answer,
    ):
        pieces = answer.pieces()
        assert next(pieces) == b"ab"
        with pytest.raises(NoAnswerError, match="ReadTimeoutError"):
            next(pieces)


def test_silence_ends_after_a_step(client: Client) -> None:
    with serving() as server, pytest.raises(NoAnswerError, match="ReadTimeoutError"):
        client.ask("GET", server.url, max_bytes=2)


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 " + b"2" * 70_000,
        OK + b"no colon\r\nContent-Length: 2\r\n\r\nhi",
        OK + b"A: b\r\n" * 101 + b"\r\n",
        OK + b"A: " + b"b" * 70_000 + b"\r\n\r\n",
        OK + b"Content-Length: two\r\n\r\nhi",
        OK + b"Content-Length: -2\r\n\r\nhi",
        OK + b"Content-Length: +2\r\n\r\nhi",
        OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
        OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhi",
        OK + b"Content-Length: 3\r\n\r\nhi",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        CHUNKED + b"zz\r\nhi\r\n0\r\n\r\n",
        CHUNKED + b"-2\r\nhi\r\n0\r\n\r\n",
        CHUNKED + b"5\r\nhi",
        CHUNKED + b"0" * 70_000,
        CHUNKED + b"2\r\nhi\r\n0\r\n" + b"A: b\r\n" * 101,
        b"HTTP/1.1 101 Switching\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20 + TWO,
        b"HTTP/1.1 103 Hints\r\n\r\n" * 20 + TWO,
        b"HTTP/1.1 100 Continue\r\n" + b"A: b\r\n" * 101 + b"\r\n" + TWO,
    ],
    ids=range(24),
)
def test_what_is_not_http_or_has_no_end_is_no_answer(client: Client, answer: bytes) -> None:
    with serving(answer, ends=True) as server, pytest.raises(NoAnswerError) as caught:
        client.ask("GET", server.url, max_bytes=10**6)
    assert caught.value.kind not in {"too long", "ReadTimeoutError"}


def test_interim_answers_come_before_the_answer_and_leave_the_line_whole(client: Client) -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    with serving(early + TWO, TWO) as server:
        for _ in range(2):
            assert client.ask("GET", server.url, max_bytes=2).body == b"hi"
    assert server.lines == 1


def test_chunks_count_where_a_length_says_otherwise(client: Client) -> None:
    fields = b"Transfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n"
    with serving(OK + fields + b"2\r\nhi\r\n0\r\nTrailer: x\r\n\r\n", TWO) as server:
        for _ in range(2):
            assert client.ask("GET", server.url, max_bytes=2).body == b"hi"


# ------------------------------------------------------------------ lines


def test_a_line_is_used_again_when_its_answer_was_read(client: Client) -> None:
    empty = b"HTTP/1.1 204 No Content\r\n\r\n"
    said = OK + b"Content-Length: 7\r\n\r\n"  # of HEAD: nothing follows
    with serving(TWO, empty, said, CHUNKED + b"0\r\n\r\n", TWO) as server:
        for method in ("GET", "DELETE", "HEAD", "POST", "GET"):
            client.ask(method, server.url, max_bytes=2)
    assert server.lines == 1


def test_a_line_whose_answer_was_left_is_closed(client: Client) -> None:
    with serving(OK + b"Content-Length: 9\r\n\r\nhi", TWO) as server:
        with client.stream("GET", server.url) as answer:
            assert answer.status == 200
        assert client.ask("GET", server.url, max_bytes=2).body == b"hi"
    assert server.lines == 2


def test_a_line_that_was_quiet_for_long_is_not_trusted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "IDLE_S", -1.0)
    with serving(TWO, TWO) as server:
        for _ in range(2):
            client.ask("GET", server.url, max_bytes=2)
    assert server.lines == 2


def test_a_line_that_the_server_closed_is_not_used_again(client: Client) -> None:
    with serving(TWO, TWO, ends=True) as server:
        for _ in range(2):
            assert client.ask("GET", server.url, max_bytes=2).body == b"hi"
            time.sleep(0.05)  # until the end has come here
    assert server.lines == 2


def test_threads_share_a_client(client: Client) -> None:
    found: list[bytes] = []
    with serving(*[TWO] * 8) as server:

        def ask() -> None:
            found.append(client.ask("GET", server.url, max_bytes=2).body)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert found == [b"hi"] * 8


def test_another_process_has_lines_of_its_own(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(TWO, TWO) as server:
        client.ask("GET", server.url, max_bytes=2)
        before = client._pools()
        monkeypatch.setattr(os, "getpid", lambda: -1)
        client.ask("GET", server.url, max_bytes=2)
        assert server.lines == 2
        client.close()
        before.clear()
        monkeypatch.undo()


def test_sending_is_as_patient_as_reading() -> None:
    patient = Client(connect_s=0.05, step_s=3)
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def take() -> None:
            line, _ = slow.accept()
            with line:
                time.sleep(0.2)  # longer than connecting may take
                got = 0
                while got < 8_000_000:
                    got += len(line.recv(1 << 20))
                line.sendall(TWO)

        thread = threading.Thread(target=take)
        thread.start()
        url = f"http://127.0.0.1:{slow.getsockname()[1]}"
        assert patient.ask("POST", url, body=bytes(8_000_000), max_bytes=2).ok
        thread.join()
    patient.close()


# ------------------------------------------------------------------ addresses and words


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "http://", "http://127.0.0.1:99999/",
     "http://[::1", "http://a..b/", "", "/up"],
)  # fmt: skip
def test_what_is_no_address_of_http_is_no_answer(client: Client, url: str) -> None:
    with pytest.raises(NoAnswerError):
        client.ask("GET", url, max_bytes=2)


def test_nobody_there_is_no_answer(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(NoAnswerError, match="NewConnectionError"):
        client.ask("GET", f"http://localhost:{port}/", max_bytes=2)


def test_an_address_of_version_6_is_asked(client: Client) -> None:
    try:
        six = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    told: list[bytes] = []

    def take() -> None:
        line, _ = six.accept()
        with line:
            told.append(line.recv(4096))
            line.sendall(TWO)

    with six:
        thread = threading.Thread(target=take)
        thread.start()
        port = six.getsockname()[1]
        assert client.ask("GET", f"http://[::1]:{port}/", max_bytes=2).body == b"hi"
        thread.join()
    assert f"Host: [::1]:{port}\r\n".encode() in told[0]


def logged(work: Callable[[], object]) -> str:
    """Return all that a log would hold of what goes wrong, without the lines of this test."""
    try:
        work()
    except NoAnswerError as fault:
        shown = [*traceback.format_exc().splitlines(), repr(fault)]
        return "\n".join(one for one in shown if "client.ask(" not in one)
    pytest.fail("it was answered")


def test_what_was_asked_stays_unsaid(client: Client) -> None:
    bad = {"Authorization": "Bearer hush-token\r\nX: y"}
    with serving() as server:
        url = f"{server.url}/?q=hush-query"
        found = [
            logged(lambda: client.ask("POST", url, body=b"hush-body", headers=bad, max_bytes=2)),
            logged(lambda: client.ask("GET", "ftp://x/?q=hush-query", max_bytes=2)),
            logged(lambda: client.ask("GET", "http://[x/?q=hush-query", max_bytes=2)),
            logged(lambda: client.ask("GET", url, max_bytes=2)),
        ]
    assert not [one for one in found if any(secret in one for secret in SECRETS)]


# ------------------------------------------------------------------ certificates


def secured(folder: Path, host: str) -> tuple[ssl.SSLContext, str]:
    """Return a server's settings with a certificate of its own, and that in PEM."""
    folder.mkdir()
    make_certificate(folder, party="vn/contact-point", host=host, now=now())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    return context, (folder / CERTIFICATE).read_text("ascii")


@contextmanager
def asking(
    tls: ssl.SSLContext, *, trust: ssl.SSLContext | None = None, name: str | None = None
) -> Iterator[tuple[Server, Client]]:
    with serving(TWO, TWO, tls=tls) as server:
        made = Client(connect_s=2, step_s=2, tls=trust, server_name=name)
        yield server, made
        made.close()


def test_a_pinned_certificate_is_believed_whatever_its_name(tmp_path: Path) -> None:
    tls, pem = secured(tmp_path / "one", "node.example")
    with asking(tls, trust=pinned_context(pem)) as (server, client):
        for _ in range(2):
            assert client.ask("GET", server.url, max_bytes=2).body == b"hi"
        assert server.lines == 1


@pytest.mark.parametrize("pinned", [True, False])
def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    tmp_path: Path, pinned: bool
) -> None:
    tls, _ = secured(tmp_path / "one", "127.0.0.1")
    _, other = secured(tmp_path / "other", "127.0.0.1")
    with asking(tls, trust=pinned_context(other) if pinned else None) as (server, client):
        with pytest.raises(NoAnswerError, match="SSLError"):
            client.ask("GET", server.url, max_bytes=2)
        assert not server.heads


@pytest.mark.parametrize(("name", "good"), [("node.example", True), ("other.example", False)])
def test_the_name_that_was_asked_for_must_be_on_it(tmp_path: Path, name: str, good: bool) -> None:
    tls, pem = secured(tmp_path / "one", "node.example")
    trust = ssl.create_default_context(cadata=pem)
    with asking(tls, trust=trust, name=name) as (server, client):
        if good:
            assert client.ask("GET", server.url, max_bytes=2).body == b"hi"
            return
        with pytest.raises(NoAnswerError, match="SSLError"):
            client.ask("GET", server.url, max_bytes=2)
        assert not server.heads

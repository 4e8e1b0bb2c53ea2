"""A server may be down, slow, wrong or hostile; a fetch says so and follows nobody elsewhere."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.directory.world import START, entry

from comity.canonical import MisuseError
from comity.directory.errors import DirectoryUnreachableError, TufMetadataError
from comity.directory.fetching import folder_fetch, http_fetch
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.directory.tuf_repository import Secretariat


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve a folder on loopback, with a few paths that misbehave."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", "/file")
                self.end_headers()
                return
            path = folder / self.path[1:]
            if self.path == "/broken" or not path.is_file():
                self.send_error(500 if self.path == "/broken" else 404)
                return
            data = path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_file_is_fetched_and_an_absent_one_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"data")
    with served(tmp_path) as (url, _):
        fetch = http_fetch(url + "/")
        assert (fetch("file", 4), fetch("absent", 4)) == (b"data", None)


def test_more_than_was_asked_for_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100_000)
    with served(tmp_path) as (url, _), pytest.raises(TufMetadataError):
        http_fetch(url)("file", 99_999)


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"data")
    with served(tmp_path) as (url, asked):
        with pytest.raises(DirectoryUnreachableError):
            http_fetch(url)("moved", 4)
        assert asked == ["/moved"]


def test_a_broken_or_absent_server_is_unreachable(tmp_path: Path) -> None:
    with served(tmp_path) as (url, _), pytest.raises(DirectoryUnreachableError):
        http_fetch(url)("broken", 4)
    with pytest.raises(DirectoryUnreachableError):
        http_fetch(url)("file", 4)


@pytest.mark.parametrize("url", ["http://example.org", "ftp://127.0.0.1", "https://a:b@host", "x"])
def test_only_https_or_loopback_is_asked(url: str) -> None:
    with pytest.raises(MisuseError):
        http_fetch(url)


@pytest.mark.parametrize("path", ["../secret", "a/../../secret", "/secret"])
def test_a_folder_is_never_left(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "repository").mkdir()
    with pytest.raises(TufMetadataError):
        folder_fetch(tmp_path / "repository")(path, 100)


def test_a_node_refreshes_over_http(tmp_path: Path) -> None:
    secretariat = Secretariat.found(tmp_path / "un", mode="live", threshold=2, keys=3, now=START)
    vn = StateFolder.create(
        tmp_path / "vn", state="vn", mode="live", keys=3, threshold=2, now=START
    )
    secretariat.admit(vn.record_bytes(), now=START)
    vn.put(entry(), now=START)
    secretariat.publish(vn.publish(now=START), now=START)
    node = DirectoryStore.create(tmp_path / "node", secretariat.trust_bytes())
    with served(secretariat.repository) as (url, asked):
        node.refresh(http_fetch(url), now=START)
        first = len(asked)
        node.refresh(http_fetch(url), now=START)
    assert node.load().has("vn/contact-point")
    assert asked[first:] == ["/metadata/2.root.json", "/metadata/timestamp.json"]

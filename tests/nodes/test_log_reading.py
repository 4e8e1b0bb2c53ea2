"""A node's logs as C2SP tlog-tiles has them, read over HTTP by a member with an ordinary client."""

import hashlib
import http.client
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

import pytest
from tests.api.nodes import free_ports
from tests.conftest import needs
from tests.faults.kit import Sender
from tests.forked import ForkedNode
from tests.forked import run as forked_run
from tests.nodes.log_filling import FIRST, SECOND
from tests.worlds import build_world

from comity.canonical import parse_time
from comity.demo.world import ASKED, ASKING, World
from comity.ledger import Ed25519Verifier, LogOrigin, Tile, audit_tiles, open_checkpoint
from comity.node.core.clock import now
from comity.node.core.node import load_node
from comity.node.federation.log_tokens import LIFE, MOST

JUDGE = Path(__file__).resolve().parents[1] / "judges" / "go" / "client.go"
STEPS = ("checkpoint", "tile", "entry")
SIZES = {1: FIRST, 2: SECOND}
type Got = tuple[int, http.client.HTTPMessage, bytes]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two parties, of which the asked one's node runs; its log is long and in its second epoch."""
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    folder = tmp_path_factory.mktemp("reading") / "world"
    made = build_world(folder, mode="exercise", ports=ports, now=now())
    place = made.places[ASKED].config.folder
    forked_run([sys.executable, "-m", "tests.nodes.log_filling", str(place)], check=True)
    process = ForkedNode(place)
    process.start()
    process.wait_ready()
    yield made
    process.stop()


@pytest.fixture(scope="module")
def sender(world: World) -> Sender:
    return Sender(world, ASKING, ASKED)


@pytest.fixture(scope="module")
def token(sender: Sender) -> str:
    return str(asked_for(sender)["token"])


def ask(
    sender: Sender,
    path: str,
    fields: Mapping[str, str] = MappingProxyType({}),
    method: str = "GET",
) -> Got:
    link = http.client.HTTPConnection("127.0.0.1", sender.port, timeout=60)
    try:
        link.request(method, path, headers=dict(fields))
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        link.close()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def asked_for(sender: Sender, path: str = "/exchange/v1/log-token") -> dict[str, str]:
    """Return a token that a signed request got."""
    status, fields, body = ask(sender, path, sender.signed_headers(b"", path=path), "POST")
    assert (status, fields["Cache-Control"]) == (200, "no-store"), body
    return dict(json.loads(body))


def code(got: Got) -> tuple[int, str]:
    assert "immutable" not in (got[1]["Cache-Control"] or "no-store")
    return got[0], json.loads(got[2])["code"]


def origin(world: World, epoch: int) -> LogOrigin:
    return LogOrigin.parse(load_node(world.places[ASKED].config.folder).origin(epoch))


def rows(world: World, question: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(world.places[ASKED].config.database_file)) as base:
        found = base.execute(question, values).fetchall()
        base.commit()
    return found


@pytest.mark.parametrize("epoch", SIZES)
def test_every_epoch_has_its_checkpoint_where_its_origin_says(
    epoch: int, world: World, sender: Sender, token: str
) -> None:
    named = origin(world, epoch)
    assert named.prefix == f"127.0.0.1:{sender.port}"
    path = f"{named.path}/checkpoint"
    status, fields, body = ask(sender, path, bearer(token))
    assert (status, fields["Cache-Control"]) == (200, "no-store")
    assert fields["Content-Type"] == "text/plain; charset=utf-8"
    reader = load_node(world.places[ASKING].config.folder).directory
    tree = open_checkpoint(body, reader.log_verifiers(ASKED, str(named))).checkpoint
    assert (tree.origin, tree.tree_size) == (str(named), SIZES[epoch])
    assert ask(sender, path, sender.signed_headers(b"", method="GET", path=path))[2] == body


@pytest.mark.parametrize("epoch", SIZES)
def test_every_tile_of_every_epoch_is_there_and_says_how_long_it_may_be_kept(
    epoch: int, world: World, sender: Sender, token: str
) -> None:
    path = origin(world, epoch).path
    kept: dict[str, set[str]] = {"whole": set(), "part": set()}

    def fetch(tile: Tile) -> bytes:
        status, fields, body = ask(sender, f"{path}/{tile.path}", bearer(token))
        assert (status, fields["Content-Type"]) == (200, "application/octet-stream"), tile.path
        kept["whole" if tile.width == 256 else "part"].add(fields["Cache-Control"])
        return body

    root = audit_tiles(SIZES[epoch], fetch, fetch)
    note = ask(sender, f"{path}/checkpoint", bearer(token))[2]
    reader = load_node(world.places[ASKING].config.folder).directory
    verifiers = reader.log_verifiers(ASKED, str(origin(world, epoch)))
    assert open_checkpoint(note, verifiers).checkpoint.root == root
    assert kept["whole"] == ({"private, max-age=31536000, immutable"} if epoch == 1 else set())
    assert kept["part"] == {"private, max-age=3600"}


def test_no_log_of_another_name_is_here_and_no_tile_beyond_the_tree(
    world: World, sender: Sender, token: str
) -> None:
    path = origin(world, 1).path
    for other in (f"/log/live/{ASKED}/1", f"/log/exercise/{ASKING}/1", f"/log/exercise/{ASKED}/3"):
        assert code(ask(sender, f"{other}/checkpoint", bearer(token))) == (404, "origin-unknown")
        assert code(ask(sender, f"{other}/tile/0/000", bearer(token))) == (404, "tile-unknown")
    for tile in ("0/002", f"0/002.p/{FIRST % 256 + 1}", "1/000", "2/000.p/1", "entries/003.p/1"):
        assert code(ask(sender, f"{path}/tile/{tile}", bearer(token))) == (404, "tile-unknown")


def test_a_token_lasts_a_day_opens_the_logs_alone_and_is_kept_as_a_digest(
    world: World, sender: Sender
) -> None:
    before = rows(world, "SELECT count(*) FROM node_auditrow WHERE action = 'log.token'")[0][0]
    given = asked_for(sender)
    assert timedelta(hours=23) < parse_time(given["expires_at"]) - now() <= LIFE
    held = bearer(given["token"])
    assert code(ask(sender, "/exchange/v1/epochs", held)) == (401, "transport-signature")
    token_path = "/exchange/v1/log-token"
    assert code(ask(sender, token_path, held, "POST")) == (401, "transport-signature")
    digest = hashlib.sha256(given["token"].encode()).hexdigest()
    ((party,),) = rows(world, "SELECT party FROM node_logtoken WHERE digest = ?", digest)
    assert party == ASKING
    file = world.places[ASKED].config.database_file
    stored = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    assert given["token"].encode() not in stored
    audited = rows(world, "SELECT actor, subject FROM node_auditrow WHERE action = 'log.token'")
    assert len(audited) == int(str(before)) + 1
    assert audited[-1] == (ASKING, sender.keys["transport"].kid)


@pytest.mark.parametrize("change", ["expires_at = '2026-01-01 00:00:00'", "kid = 'gone'"])
def test_a_token_ends_with_its_time_and_with_its_key(
    change: str, world: World, sender: Sender
) -> None:
    given = asked_for(sender)["token"]
    path = f"{origin(world, 2).path}/checkpoint"
    assert ask(sender, path, bearer(given))[0] == 200
    digest = hashlib.sha256(given.encode()).hexdigest()
    rows(world, f"UPDATE node_logtoken SET {change} WHERE digest = ?", digest)  # noqa: S608
    assert code(ask(sender, path, bearer(given))) == (401, "log-token")


def test_nobody_reads_a_log_without_a_token_or_a_signature(world: World, sender: Sender) -> None:
    path = f"{origin(world, 2).path}/tile/0/000.p/1"
    for fields, due in (
        ({}, "transport-signature"),
        (bearer("comity_log_" + "A" * 43), "log-token"),
        ({"Authorization": "Basic eDp5"}, "log-token"),
        ({"Authorization": "Bearer "}, "log-token"),
    ):
        got = ask(sender, path, fields)
        assert code(got) == (401, due)
        assert got[1]["WWW-Authenticate"] == "Bearer"


def test_a_party_has_so_many_tokens_at_most(world: World, sender: Sender) -> None:
    while rows(world, "SELECT count(*) FROM node_logtoken")[0][0] != MOST:
        asked_for(sender)
    path = "/exchange/v1/log-token"
    got = ask(sender, path, sender.signed_headers(b"", path=path), "POST")
    assert code(got) == (429, "over-quota")
    assert 0 < int(got[1]["Retry-After"]) <= 3600
    rows(
        world, "DELETE FROM node_logtoken WHERE rowid NOT IN (SELECT min(rowid) FROM node_logtoken)"
    )
    asked_for(sender)


# ------------------------------------------------------------------ a judge


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an ordinary client, made of what Debian has of Go's own for such logs."""
    go, folder = needs("go"), tmp_path_factory.mktemp("client")
    env = os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
    env.setdefault("GOCACHE", str(folder / "cache"))
    program = folder / "client"
    subprocess.run([go, "build", "-o", program, JUDGE], check=True, env=env)
    return program


def read(client: Path, url: str, verifier: Ed25519Verifier, token: str) -> dict[str, object]:
    """Return what the client says of a log."""
    words: list[str | Path] = [client, url, verifier.key.text()]
    env = {"COMITY_LOG_TOKEN": token}
    done = subprocess.run(words, env=env, check=False, capture_output=True, text=True)
    assert done.returncode in {0, 1}, done.stderr
    return dict(json.loads(done.stdout))


@contextmanager
def spoiling(port: int, ends: str) -> Iterator[int]:
    """Answer as a node, but for the last bit of one file; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            link.request("GET", self.path, headers={"Authorization": self.headers["Authorization"]})
            answer = link.getresponse()
            body = answer.read()
            if self.path.endswith(ends):
                body = body[:-1] + bytes([body[-1] ^ 1])
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            link.close()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.full
@pytest.mark.parametrize("epoch", SIZES)
def test_gos_own_client_reads_the_log_at_its_origin(
    epoch: int, world: World, client: Path, token: str
) -> None:
    named = str(origin(world, epoch))
    reader = load_node(world.places[ASKING].config.folder).directory
    (verifier,) = reader.log_verifiers(ASKED, named)
    found = read(client, f"http://{named}", verifier, token)
    tiles = {1: {"tiles": 4, "bundles": 3}, 2: {"tiles": 1, "bundles": 1}}[epoch]
    assert found == {"ok": True, "size": SIZES[epoch], **tiles}


@pytest.mark.full
@pytest.mark.parametrize(
    ("ends", "due"),
    [
        ("/checkpoint", "checkpoint"),
        ("/tile/0/000", "entry"),
        ("/tile/0/002.p/88", "tile"),
        ("/tile/1/000.p/2", "tile"),
        ("/tile/entries/001", "entry"),
    ],
)
def test_gos_own_client_refuses_what_was_spoilt_on_the_way(
    ends: str, due: str, world: World, client: Path, token: str
) -> None:
    # x/mod 0.19 leaves the first full tiles to whoever compares them with entries: due is the
    # latest step that must refuse.
    named = origin(world, 1)
    reader = load_node(world.places[ASKING].config.folder).directory
    (verifier,) = reader.log_verifiers(ASKED, str(named))
    with spoiling(world.places[ASKED].config.port, ends) as port:
        found = read(client, f"http://127.0.0.1:{port}{named.path}", verifier, token)
    assert not found["ok"]
    assert STEPS.index(str(found["at"])) <= STEPS.index(due), found

"""Every file and name an examiner may bring goes the whole way, and comes out byte for byte."""

import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.evidence.test_any_tree import inventory, opened
from tests.nodes.moving import (
    MIB,
    CuttingLine,
    Sealed,
    behind,
    give,
    offer,
    open_case,
    wait_stage,
)
from tests.nodes.offices import free_ports, launched
from tests.worlds import build_world

from comity.demo.office import Office
from comity.demo.world import ASKED, ASKING, World
from comity.evidence import age_keys
from comity.files.read_bag import verify_bag
from comity.node.core.clock import now

pytestmark = pytest.mark.full

PARTIES = (ASKING, ASKED)
CUTS = 50
IDENTITY = age_keys.Identity.of(bytes(range(5, 37)))


@dataclass(frozen=True)
class Way:
    world: World
    vn: Office
    za: Office
    conversation: str
    line: CuttingLine


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    *nodes, listen = free_ports(3)
    ports = dict(zip(PARTIES, nodes, strict=True))
    folder = tmp_path_factory.mktemp("way")
    world = build_world(folder, mode="exercise", ports=ports, now=now())
    behind(world, listen)
    line = CuttingLine(listen=listen, forward=ports[ASKED], cuts=CUTS, seed=11)
    try:
        with launched(world, PARTIES) as (offices, _processes):
            vn, za = offices[ASKING], offices[ASKED]
            yield Way(world, vn, za, open_case(vn, za), line)
    finally:
        line.close()


def hostile_tree(root: Path) -> Path:
    """Make what a file system can hold and a package must survive."""
    root.mkdir()
    names = [
        b"plain.txt",
        b"no \xff utf-8 \xfe",
        "é".encode(),  # composed
        b"e\xcc\x81",  # and decomposed: two files
        b"x" * 255,
        b"new\nline",
        "\u202egnp.exe".encode(),
        "مستند سري.txt".encode(),
        b"CON",
        b"con.txt",
        b"Case",
        b"case",
        b"trailing. ",
        b"%41",
        b"-rf",
        b"$(reboot)`id`;",
    ]
    for number, name in enumerate(names):
        (root / os.fsdecode(name)).write_bytes(b"%d: " % number + name)
    (root / "empty").touch()
    (root / "empty folder").mkdir()
    deep = root
    for number in range(120):  # deeper than other people's tools like
        deep /= f"d{number}"
    deep.mkdir(parents=True)
    (deep / "at the bottom").write_text("found")
    (root / "link").symlink_to("/etc/passwd")
    (root / "dangling").symlink_to("nowhere")
    (root / "second name").hardlink_to(root / "plain.txt")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(root)  # the path of a socket has at most 107 bytes
        try:
            server.bind("socket")
        finally:
            os.chdir(here)
    with (root / "disk.img").open("wb") as disk:
        disk.write(random.Random(3).randbytes(40 * MIB))
        disk.truncate(300 * MIB)
        disk.seek(200 * MIB)
        disk.write(b"far out")
    return root


def comity(*arguments: object, status: int) -> dict[str, object]:
    """Run a command with --json as its user would; return what it printed."""
    line = [str(Path(sys.executable).with_name("comity")), *map(str, arguments), "--json"]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == status, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.long
def test_all_shared_evidence_and_a_hostile_tree_survive_fifty_cuts(
    way: Way, shared: Path, tmp_path: Path
) -> None:
    evidence, hostile = shared / "evidence", hostile_tree(tmp_path / "hostile")
    package = tmp_path / "sealed.age"
    told = comity(
        "seal", evidence, hostile, "-r", IDENTITY.recipient, "-o", package,
        "--conversation", way.conversation, "--from", ASKED, "--to", ASKING, "--mode", "exercise",
        status=0,  # a pipe and a socket are skipped, and each is named
    )  # fmt: skip
    refused = {row["name"]["text"] for row in told["skipped"]}  # type: ignore[attr-defined]
    assert refused == {"hostile/pipe", "hostile/socket"}
    sealed = Sealed(package, told["offer"], package.read_bytes())  # type: ignore[arg-type]
    assert len(sealed.data) < 100 * MIB  # the holes of 260 MiB take no room

    give(way.za, way.conversation, sealed)
    offer(way.za, way.conversation, sealed)
    wait_stage(way.vn, sealed, "stored")
    assert way.line.cuts == CUTS

    copy, signed, trust = tmp_path / "copy.age", tmp_path / "copy.offer", tmp_path / "trust.json"
    way.vn.case.download(sealed.root, copy)
    signed.write_bytes(way.vn.case.fetch(f"/packages/{sealed.root}/offer"))
    trust.write_bytes(way.world.trust)
    key = tmp_path / "key.txt"
    key.write_text(IDENTITY.text())
    bag = tmp_path / "bag"
    told = comity("open", copy, "-i", key, "--offer", signed, "--trust", trust, "-o", bag, status=0)
    assert told["authenticated"] is True
    verify_bag(bag)
    for name in ("pipe", "socket"):
        (hostile / name).unlink()
    packed = {name: found for name, found in opened(bag).items() if found[0] != "refused"}
    assert packed == inventory(evidence) | inventory(hostile)
    assert (bag / "data/hostile/disk.img").stat().st_blocks * 512 < 64 * MIB

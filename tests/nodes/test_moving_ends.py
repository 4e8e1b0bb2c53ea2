"""What ends a move in the middle, and that it goes on: kills, a full disk, a person's word.

Real nodes are killed at random moments, and a real small file system fills up.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.forked import run as forked_run
from tests.nodes.moving import (
    MIB,
    CuttingLine,
    Sealed,
    behind,
    creation,
    give,
    made_package,
    offer,
    open_case,
    package,
    settle,
    vault_file,
    wait_stage,
)
from tests.nodes.offices import free_ports, launched
from tests.worlds import build_world

from comity.client.api import Api, NodeSilentError
from comity.demo.office import Office
from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED, ASKING
from comity.evidence.blocks import BLOCK_BYTES, block_hash
from comity.node.core.clock import now

pytestmark = pytest.mark.long

KILLS = 4
CONNECTIONS = 2
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Two:
    vn: Office
    za: Office
    nodes: dict[str, NodeProcess]
    conversation: str
    line: CuttingLine

    def stop(self, office: Office) -> None:
        self.nodes[office.party].stop()

    def kill(self, office: Office) -> None:
        self.nodes[office.party].kill()

    def start(self, office: Office, **settings: object) -> None:
        settle(office, **settings)
        self.nodes[office.party].start()
        self.nodes[office.party].wait_ready()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("ends")
    *nodes, listen = free_ports(3)
    ports = dict(zip((ASKING, ASKED), nodes, strict=True))
    world = build_world(folder, mode="exercise", ports=ports, now=now())
    behind(world, listen)
    line = CuttingLine(listen=listen, forward=ports[ASKED], cuts=0, seed=1)
    try:
        with launched(world, (ASKING, ASKED)) as (offices, processes):
            vn, za = offices[ASKING], offices[ASKED]
            yield Two(vn, za, processes, open_case(vn, za), line)
    finally:
        line.close()


def incoming(office: Office) -> Path:
    return office.place.config.vault / "incoming"


def left_of(office: Office, sealed: Sealed) -> list[str]:
    return [path.name for path in incoming(office).glob(f"{sealed.root}*")]


def begun(office: Office, conversation: str, sealed: Sealed) -> str:
    path = f"/conversations/{conversation}/uploads"
    answer = office.case.ask("POST", path, headers=creation(sealed)["headers"])
    assert answer.status == 201, answer.body
    return str(answer.headers["Location"]).removeprefix("/api/v1")


@pytest.mark.long
def test_a_node_killed_again_and_again_while_it_fetches_asks_for_nothing_it_has(
    two: Two, tmp_path: Path
) -> None:
    chance = random.Random(11)
    sealed = made_package(tmp_path, 24 * MIB + 77, seed=21)
    two.stop(two.vn)
    two.start(two.vn, rate_bytes_s=6 * MIB, connections=CONNECTIONS)
    give(two.za, two.conversation, sealed)
    before = two.line.passed_bytes
    offer(two.za, two.conversation, sealed)
    for _ in range(KILLS):
        two.vn.wait_for("the package", lambda: package(two.vn, sealed))
        time.sleep(chance.uniform(0.1, 0.9))
        two.kill(two.vn)
        two.start(two.vn)
    wait_stage(two.vn, sealed, "stored")
    assert vault_file(two.vn, sealed).read_bytes() == sealed.data
    again = two.line.passed_bytes - before - len(sealed.data)
    under_way = CONNECTIONS * 4 * MIB  # a block each, and what lay in the buffers of three sockets
    assert again <= KILLS * under_way
    assert left_of(two.vn, sealed) == []
    rows = two.vn.case.get("/packages")["packages"]
    assert [row["root"] for row in rows].count(sealed.offer["root"]) == 1
    two.stop(two.vn)
    two.start(two.vn, rate_bytes_s=0)


def test_a_node_killed_again_and_again_while_it_is_handed_a_package_has_it_once(
    two: Two, tmp_path: Path
) -> None:
    chance = random.Random(12)
    sealed = made_package(tmp_path, 96 * MIB, seed=22)
    begun(two.za, two.conversation, sealed)
    with ThreadPoolExecutor(1) as pool:
        bringing = pool.submit(give, two.za, two.conversation, sealed)
        two.za.wait_for("the first bytes", lambda: arrived(two.za))
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.02, 0.3))
            two.kill(two.za)
            two.start(two.za)
        made = bringing.result(timeout=120)
    assert made["stage"] == "sealed"
    assert [event["event"] for event in made["custody"]] == ["sealed"]
    assert vault_file(two.za, sealed).read_bytes() == sealed.data


def arrived(office: Office) -> int:
    """Return how many bytes of uploads a node has."""
    return sum(path.stat().st_size for path in incoming(office).glob("upload-*") if path.is_file())


def test_an_upload_whose_beginning_got_no_answer_is_begun_once(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=25)
    ask, lost = Api.ask, list[str]()

    def losing(self: Api, method: str, path: str, **more: Any) -> Any:
        answer = ask(self, method, path, **more)
        if method == "POST" and path.endswith("/uploads") and not lost:
            lost.append(answer.headers["Location"])
            raise NodeSilentError("the node ended after it had done it")
        return answer

    monkeypatch.setattr(Api, "ask", losing)
    monkeypatch.setattr("comity.client.api._PAUSE_S", 0.0)
    assert give(two.za, two.conversation, sealed)["stage"] == "sealed"
    assert len(lost) == 1
    assert two.za.case.get("/uploads")["uploads"] == [], "no second upload was begun"


def test_a_node_killed_after_a_package_got_its_name_still_has_its_bytes(
    two: Two, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=23)
    place = begun(two.za, two.conversation, sealed)
    two.kill(two.za)
    blocks = [sealed.data[at : at + BLOCK_BYTES] for at in range(0, len(sealed.data), BLOCK_BYTES)]
    leaves = b"".join(block_hash(block) for block in blocks)
    name = f"upload-{place.rpartition('/')[2]}"
    incoming(two.za).mkdir(exist_ok=True)
    (incoming(two.za) / f"{name}.leaves").write_bytes(leaves)
    stored = vault_file(two.za, sealed)  # as it is between the rename and the commit
    stored.parent.mkdir(exist_ok=True)
    stored.with_suffix(".blocks").write_bytes(leaves)
    stored.write_bytes(sealed.data)
    two.start(two.za)
    assert give(two.za, two.conversation, sealed)["stage"] == "sealed"
    assert stored.read_bytes() == sealed.data
    assert [path.name for path in incoming(two.za).glob(f"{name}*")] == []


def test_a_map_of_bytes_that_are_gone_makes_no_package(two: Two, tmp_path: Path) -> None:
    sealed = made_package(tmp_path, 3 * MIB, seed=24)
    give(two.za, two.conversation, sealed)
    two.stop(two.vn)
    stale = incoming(two.vn) / sealed.root
    stale.parent.mkdir(exist_ok=True)
    stale.with_suffix(".map").write_bytes(b"\x02\x02\x02")
    blocks = vault_file(two.za, sealed).with_suffix(".blocks").read_bytes()
    stale.with_suffix(".blocks").write_bytes(blocks)
    two.start(two.vn)
    offer(two.za, two.conversation, sealed)
    wait_stage(two.vn, sealed, "stored")
    assert vault_file(two.vn, sealed).read_bytes() == sealed.data


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Mount a small file system on a folder, or skip."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small file system (root)")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_fills_up_in_the_middle_is_a_state_and_goes_on_by_itself(
    two: Two, tmp_path: Path
) -> None:
    vn, sealed = two.vn, made_package(tmp_path, 16 * MIB, seed=25)
    give(two.za, two.conversation, sealed)
    two.stop(vn)
    vault = vn.place.config.vault
    with small_disk(vault, "24m"):
        two.start(vn, rate_bytes_s=5 * MIB, reserve_bytes=0)
        before = two.line.passed_bytes
        offer(two.za, two.conversation, sealed)
        arriving = vault / "incoming" / sealed.root
        vn.wait_for("the first blocks", lambda: arriving.exists() and arriving.stat().st_blocks)
        ballast = vault / "ballast"
        with ballast.open("wb", buffering=0) as file:  # somebody else fills the disk
            filled = 0
            while wrote := _wrote(file, bytes(MIB // 4)):
                filled += wrote
        assert filled
        row = wait_stage(vn, sealed, "waiting")
        assert row["last_fault"] in {"disk-full", "no-room"}
        states = arriving.with_suffix(".map").read_bytes()
        here = sum(state != 0 for state in states)
        assert 0 < here < len(states)
        ballast.unlink()
        wait_stage(vn, sealed, "stored")
        assert vault_file(vn, sealed).read_bytes() == sealed.data
        # a run that ends early loses what the buffers of its connection hold: at most all of it
        run_bytes = (len(states) // (2 * CONNECTIONS) + 1) * BLOCK_BYTES
        assert two.line.passed_bytes - before < len(sealed.data) + CONNECTIONS * run_bytes + MIB
        two.stop(vn)
    two.start(vn, rate_bytes_s=0)


def _wrote(file: object, data: bytes) -> int:
    try:
        return os.write(file.fileno(), data)  # type: ignore[attr-defined]
    except OSError:
        return 0


def test_a_package_that_was_given_up_comes_when_a_person_asks_again(
    two: Two, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 5 * MIB, seed=26)
    give(two.za, two.conversation, sealed)
    file = vault_file(two.za, sealed)
    file.write_bytes(sealed.data[: 2 * MIB] + b"\x00" + sealed.data[2 * MIB + 1 :])
    offer(two.za, two.conversation, sealed)
    wait_stage(two.vn, sealed, "failed")
    assert two.vn.case.ask("POST", f"/packages/{'0' * 64}/fetch").status == 404
    file.write_bytes(sealed.data)  # the partner put it right
    assert two.vn.case.post(f"/packages/{sealed.root}/fetch")["stage"] == "wanted"
    wait_stage(two.vn, sealed, "stored")
    assert vault_file(two.vn, sealed).read_bytes() == sealed.data
    refused = two.vn.case.ask("POST", f"/packages/{sealed.root}/fetch")
    assert (refused.status, json.loads(refused.body)["code"]) == (422, "package-not-failed")


def looked_again(office: Office) -> tuple[int, dict[str, tuple[str, int | None]]]:
    command = [sys.executable, "-m", "comity", "store", str(office.place.config.folder)]
    done = forked_run(
        [*command, "--packages", "--json"], check=False, capture_output=True, text=True
    )
    assert done.stderr == ""
    rows = json.loads(done.stdout)["packages"]
    return done.returncode, {row["root"]: (row["state"], row["block"]) for row in rows}


def test_what_the_store_lost_or_spoilt_is_found_by_reading_everything(
    two: Two, tmp_path: Path
) -> None:
    packages = [made_package(tmp_path, 3 * MIB + 5, seed=seed) for seed in (27, 28, 29, 30)]
    for sealed in packages:
        give(two.za, two.conversation, sealed)
    code, _ = looked_again(two.za)
    assert code == 0
    _, spoilt, lost, shorter = packages
    with vault_file(two.za, spoilt).open("r+b") as file:
        file.seek(2 * MIB)
        file.write(bytes((spoilt.data[2 * MIB] ^ 1,)))
    vault_file(two.za, lost).unlink()
    os.truncate(vault_file(two.za, shorter), MIB)
    code, found = looked_again(two.za)
    assert code == 1
    expected = [("whole", None), ("spoilt", 2), ("lost", None), ("spoilt", None)]
    assert [found[sealed.offer["root"]] for sealed in packages] == expected

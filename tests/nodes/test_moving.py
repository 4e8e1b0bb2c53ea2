"""Evidence moves over a bad line, block by block, and what has come is never lost or asked twice.

Real nodes, real HTTP, and a line that is cut fifty times.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.nodes.moving import (
    MIB,
    CuttingLine,
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
from tests.nodes.storing import KEY_ID, SECRET, seaweed
from tests.worlds import build_world

from comity.demo.office import Office
from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now

pytestmark = pytest.mark.full

PARTIES = (ASKING, ASKED)
CUTS = 50
HEAD_BYTES = 1024  # more than the head of one answer


@dataclass(frozen=True)
class Moving:
    world: World
    vn: Office
    za: Office
    nodes: dict[str, NodeProcess]
    conversation: str
    line: CuttingLine

    def restart(self, office: Office, **settings: object) -> None:
        node = self.nodes[office.party]
        node.stop()
        settle(office, **settings)
        node.start()
        node.wait_ready()


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moving]:
    folder = tmp_path_factory.mktemp("moving")
    *nodes, listen = free_ports(3)
    ports = dict(zip(PARTIES, nodes, strict=True))
    world = build_world(folder, mode="exercise", ports=ports, now=now())
    behind(world, listen)
    line = CuttingLine(listen=listen, forward=ports[ASKED], cuts=CUTS, seed=7)
    try:
        with launched(world, PARTIES) as (offices, processes):
            vn, za = offices[ASKING], offices[ASKED]
            yield Moving(world, vn, za, processes, open_case(vn, za), line)
    finally:
        line.close()


def test_fifty_cuts_cost_at_most_one_block_each_and_every_byte_arrives(
    moving: Moving, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 64 * MIB + 12_345)
    give(moving.za, moving.conversation, sealed)
    offer(moving.za, moving.conversation, sealed)
    wait_stage(moving.vn, sealed, "stored")
    assert vault_file(moving.vn, sealed).read_bytes() == sealed.data
    line = moving.line
    assert line.cuts == CUTS
    heads = line.asked * HEAD_BYTES
    assert line.passed_bytes <= len(sealed.data) + CUTS * MIB + heads
    assert list((moving.vn.place.config.vault / "incoming").iterdir()) == []


def test_a_wrong_block_is_named_and_the_blocks_before_it_stay(
    moving: Moving, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 30 * MIB, seed=2)
    give(moving.za, moving.conversation, sealed)
    with vault_file(moving.za, sealed).open("r+b") as file:  # a partner that lies
        file.seek(17 * MIB + 5)
        file.write(bytes((sealed.data[17 * MIB + 5] ^ 1,)))
    offer(moving.za, moving.conversation, sealed)
    row = wait_stage(moving.vn, sealed, "failed")
    assert row["last_fault"] == "offer-block: 17"
    incoming = moving.vn.place.config.vault / "incoming"
    states = (incoming / f"{sealed.root}.map").read_bytes()
    kept = [number for number, state in enumerate(states) if state]
    assert kept
    assert 17 not in kept
    data = (incoming / sealed.root).read_bytes()
    for number in kept:
        place = slice(number * MIB, (number + 1) * MIB)
        assert data[place] == sealed.data[place]
    assert not vault_file(moving.vn, sealed).exists()


def test_a_package_that_does_not_fit_waits_and_comes_by_itself_when_there_is_room(
    moving: Moving, tmp_path: Path
) -> None:
    vn, za = moving.vn, moving.za
    held, wanted = made_package(tmp_path, 8 * MIB, seed=3), made_package(tmp_path, 6 * MIB, seed=4)
    used = sum(
        row["sealed_size_bytes"]
        for row in vn.case.get("/packages")["packages"]
        if row["stage"] in ("stored", "sealed")
    )
    moving.restart(vn, quota_bytes=used + 10 * MIB)
    begun = vn.case.ask(
        "POST", f"/conversations/{moving.conversation}/uploads", headers=creation(held)["headers"]
    )
    assert begun.status == 201, begun.body
    give(za, moving.conversation, wanted)
    offer(za, moving.conversation, wanted)
    row = wait_stage(vn, wanted, "waiting")
    assert row["last_fault"] == "no-room"
    place = begun.headers["Location"].removeprefix("/api/v1")
    assert vn.case.ask("DELETE", place, headers={"Tus-Resumable": "1.0.0"}).status == 204
    wait_stage(vn, wanted, "stored")
    assert vault_file(vn, wanted).read_bytes() == wanted.data
    moving.restart(vn, quota_bytes=0)


def test_an_offer_that_has_expired_is_refused_by_its_code_and_the_other_side_sees_it(
    moving: Moving, tmp_path: Path
) -> None:
    vn, za = moving.vn, moving.za
    sealed = made_package(tmp_path, 2 * MIB, seed=5)
    give(za, moving.conversation, sealed)
    moving.nodes[vn.party].stop()
    sent = offer(za, moving.conversation, sealed)
    moving.nodes[za.party].stop()
    recorded_earlier(za, sent["content"], days=91)
    for party in (za.party, vn.party):
        moving.nodes[party].start()
        moving.nodes[party].wait_ready()

    def refused() -> object:
        row = package(vn, sealed)
        return row is not None and row["last_fault"] == "partner-refused: offer-expired"

    assert vn.wait_for("the refusal", refused)
    assert not vault_file(vn, sealed).exists()
    row = package(vn, sealed)
    assert row is not None
    assert row["stage"] == "failed", "the same request would be refused again"


@pytest.mark.long
def test_a_small_package_does_not_wait_for_a_large_one(moving: Moving, tmp_path: Path) -> None:
    large = made_package(tmp_path, 24 * MIB, seed=8)
    small = made_package(tmp_path, MIB // 2, seed=9)
    moving.restart(moving.vn, rate_bytes_s=MIB, turn_s=1)
    give(moving.za, moving.conversation, large)
    offer(moving.za, moving.conversation, large)

    def under_way() -> bool:
        row = package(moving.vn, large)
        return row is not None and row["stored_bytes"] > 0

    moving.vn.wait_for("its first turn", under_way)
    give(moving.za, moving.conversation, small)
    offer(moving.za, moving.conversation, small)
    wait_stage(moving.vn, small, "stored")
    row = package(moving.vn, large)
    assert row is not None
    assert (row["stage"], row["last_fault"]) == ("wanted", "")
    moving.restart(moving.vn, rate_bytes_s=0, turn_s=120)
    wait_stage(moving.vn, large, "stored")
    assert vault_file(moving.vn, large).read_bytes() == large.data


def recorded_earlier(office: Office, content: str, *, days: int) -> None:
    """Let a message have been recorded some days before."""
    path = office.place.config.database_file
    at = (now() - timedelta(days=days)).replace(tzinfo=None).isoformat(" ")
    with closing(sqlite3.connect(path)) as database, database:
        change = "UPDATE node_messagerow SET recorded_at = ? WHERE content = ?"
        assert database.execute(change, (at, content)).rowcount == 1


def test_a_node_with_an_object_store_fetches_into_it_and_serves_from_it(
    moving: Moving, tmp_path: Path
) -> None:
    vn, za = moving.vn, moving.za
    fetched, given = (
        made_package(tmp_path, 9 * MIB + 3, seed=6),
        made_package(tmp_path, MIB, seed=7),
    )
    folder = tmp_path / "store"
    folder.mkdir()
    with seaweed(folder) as url:
        keys = vn.place.config.folder / "keys" / "store.toml"
        keys.write_text(f'access_key_id = "{KEY_ID}"\nsecret_access_key = "{SECRET}"\n')
        keys.chmod(0o600)
        moving.restart(
            vn,
            store="s3://evidence/vn",
            store_endpoint=url,
            store_credentials="keys/store.toml",
        )
        give(za, moving.conversation, fetched)
        offer(za, moving.conversation, fetched)
        wait_stage(vn, fetched, "stored")
        assert vn.case.fetch(f"/packages/{fetched.root}") == fetched.data
        give(vn, moving.conversation, given)
        assert vn.case.fetch(f"/packages/{given.root}") == given.data
        for one in (fetched, given):
            assert not vault_file(vn, one).exists()
        left = [path.name for path in (vn.place.config.vault / "incoming").iterdir()]
        assert not [name for name in left if name.startswith((fetched.root, "upload-"))]
        for line in moving.nodes[vn.party].log.read_text("utf-8").splitlines():
            assert SECRET not in line
    sealed = made_package(tmp_path, 2 * MIB, seed=8)
    give(za, moving.conversation, sealed)
    offer(za, moving.conversation, sealed)

    def told() -> object:  # the store is gone: the package waits, and says why
        row = package(vn, sealed)
        return row is not None and row["last_fault"] == "package-store"

    assert vn.wait_for("the fault", told)
    moving.restart(vn, store="")
    wait_stage(vn, sealed, "stored")

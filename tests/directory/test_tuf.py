"""Freshness, roll-back and freeze protection, on a repository and a clock moved by hand."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.directory.tuf_world import PARTY, World, make_world, spoil, warned
from tests.directory.world import DAY, START, key
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from comity.canonical import MisuseError, digest
from comity.directory.errors import (
    DirectoryUnreachableError,
    TufMetadataError,
)
from comity.directory.fetching import folder_fetch
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.directory.tuf_roles import signed_bytes


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


# ------------------------------------------------------------------ as meant


def test_a_node_refreshes_and_knows_both_parties(world: World) -> None:
    result = world.refresh()
    assert result.directory.parties() == (PARTY, "za/central-authority")
    assert (result.warnings, result.batch.refused) == ((), ())
    assert world.node.load() == result.directory


def test_the_ordinary_client_of_python_tuf_reads_our_repository(world: World) -> None:
    class FolderFetcher(FetcherInterface):
        def _fetch(self, url: str) -> Iterator[bytes]:
            path = world.secretariat.repository / url.removeprefix("here:/")
            if not path.is_file():
                raise DownloadHTTPError("absent", 404)
            yield path.read_bytes()

    def ask(target: str) -> bytes:
        shutil.rmtree(world.base / "judge", ignore_errors=True)
        (world.base / "judge").mkdir()
        root = world.metadata("1.root.json").read_bytes()
        updater = Updater(
            str(world.base / "judge"),
            "here:/metadata/",
            str(world.base / "judge"),
            "here:/targets/",
            FolderFetcher(),
            bootstrap=root,
        )
        updater._trusted_set.reference_time = world.clock.now
        found = updater.get_targetinfo(target)
        assert found is not None
        return Path(updater.download_target(found)).read_bytes()

    assert ask(f"{PARTY}/1.json") == world.vn.store.load().signed_entry(PARTY).jws.record
    assert ask("vn/state/1.json") == world.vn.record_bytes()
    spoil(
        world.metadata("1.state-vn.json"),
        lambda v: v["signed"].update(expires="2099-01-01T00:00:00Z"),
    )
    with pytest.raises(Exception, match="state-vn"):
        ask(f"{PARTY}/1.json")


def test_delegations_hold_the_keys_of_the_state_records(world: World) -> None:
    directory = world.refresh().directory
    for state in ("vn", "za"):
        newest = directory.state_records(state)[-1].record.key_set
        assert directory.admitted[state].same(newest)


def test_a_snapshot_is_a_leaf_digest_for_the_secretariats_log(world: World) -> None:
    published = world.secretariat.publish(now=world.clock.now)
    assert published.leaf == digest("snapshot", published.snapshot)
    assert world.refresh().snapshot == published.snapshot


def test_every_version_of_the_metadata_is_kept(world: World) -> None:
    world.refresh()
    world.vn.put(world.vn.store.load().entry(PARTY), now=world.clock.forward(days=1))
    world.publish(world.vn)
    world.refresh()
    kept = {path.name for path in (world.node.folder / "tuf").iterdir()}
    assert {"1.state-vn.json", "2.state-vn.json", "5.snapshot.json", "6.snapshot.json"} <= kept


def test_a_state_rotates_its_keys_and_everybody_follows(world: World) -> None:
    world.refresh()
    world.vn.rotate(keys=3, threshold=2, alg="ES256", now=world.clock.forward(days=1))
    world.publish(world.vn)
    result = world.refresh()
    assert [(i.what, i.subject, i.version) for i in result.batch.news] == [
        ("state", "vn", 2),
        ("entry", PARTY, 2),
    ]
    assert result.warnings == ()
    late = world.newcomer().refresh(folder_fetch(world.secretariat.repository), now=world.clock.now)
    assert late.directory.entries == result.directory.entries


def test_the_yearly_renewal_needs_no_new_trust_file(world: World) -> None:
    world.refresh()
    world.secretariat.renew(now=world.clock.forward(days=1))
    assert world.refresh().warnings == ()
    world.vn.put(world.vn.store.load().entry(PARTY), now=world.clock.now)
    world.publish(world.vn)
    assert world.refresh().directory.entry(PARTY).version == 2


def test_a_renewal_without_enough_root_keys_changes_nothing(world: World) -> None:
    for number in (1, 2):
        (world.secretariat.folder / "offline" / f"root-{number}.jwk").unlink()
    folder = world.secretariat.folder
    before = {path: path.read_bytes() for path in folder.rglob("*.j*") if path.is_file()}
    with pytest.raises(MisuseError):
        world.secretariat.renew(now=world.clock.now)
    assert before == {path: path.read_bytes() for path in folder.rglob("*.j*") if path.is_file()}
    assert world.refresh().warnings == ()


def test_a_rotation_without_enough_old_keys_changes_nothing(world: World) -> None:
    for number in (1, 2):
        (world.vn.folder / "keys" / "1" / f"state-{number}.jwk").unlink()
    with pytest.raises(MisuseError):
        world.vn.rotate(keys=3, threshold=2, now=world.clock.now)
    assert not (world.vn.folder / "keys" / "2").exists()
    assert len(world.vn.store.load().state_records("vn")) == 1


def test_an_admission_that_crashed_half_way_can_be_repeated(world: World) -> None:
    folder = StateFolder.create(
        world.base / "ke", state="ke", mode="live", keys=1, threshold=1, now=world.clock.now
    )
    trust = world.secretariat.trust_bytes()
    world.secretariat.admit(folder.record_bytes(), now=world.clock.now)
    (world.secretariat.folder / "trust.json").write_bytes(trust)  # as if killed before the pin
    shutil.rmtree(world.secretariat.folder / "states" / "ke")
    world.secretariat.admit(folder.record_bytes(), now=world.clock.now)
    world.publish(folder)
    assert "ke" in world.refresh().directory.states


def test_the_secretariats_own_copy_says_how_fresh_it_is(world: World) -> None:
    held = world.secretariat.store.load()
    assert not held.age(now=world.clock.now).old
    assert held.age(now=START + 28 * DAY).old


# ------------------------------------------------------------------ attacks on freshness


def test_a_rollback_of_the_repository_is_refused(world: World) -> None:
    world.refresh()
    old = world.copy("old")
    world.vn.put(world.vn.store.load().entry(PARTY), now=world.clock.forward(days=1))
    world.publish(world.vn)
    world.refresh()
    with pytest.raises(TufMetadataError):
        world.refresh(folder_fetch(old))
    assert world.node.load().entry(PARTY).version == 2


def test_a_frozen_repository_becomes_old_and_says_so(world: World) -> None:
    frozen = folder_fetch(world.copy("frozen"))
    first = world.refresh(frozen)
    assert not first.directory.age(now=world.clock.now).old
    world.clock.forward(days=28)
    result = world.refresh(frozen)
    assert ("metadata-expired", "") in warned(result)
    assert result.directory.age(now=world.clock.now).old
    assert result.directory.entry(PARTY).version == 1


def test_a_node_works_from_its_last_good_copy_when_the_server_is_down(world: World) -> None:
    world.refresh()
    world.clock.forward(days=40)
    with pytest.raises(DirectoryUnreachableError):
        world.refresh(folder_fetch(world.base / "gone"))
    held = world.node.load()
    row = held.keys(PARTY, "message")[0]
    assert held.signing_key(PARTY, row.kid, use="message", proved_at=START + DAY).kid == row.kid
    assert held.age(now=world.clock.now) == replace(
        held.age(now=world.clock.now), seconds=40 * 86400, old=True
    )


def test_a_timestamp_by_a_strangers_key_is_refused(world: World) -> None:
    from comity.directory.tuf_roles import timestamp_metadata

    stamp = timestamp_metadata(snapshot_version=5, version=99, now=world.clock.now)
    world.metadata("timestamp.json").write_bytes(signed_bytes(stamp, [key("stranger")]))
    with pytest.raises(TufMetadataError):
        world.refresh()


def test_a_root_signed_by_one_of_two_is_refused(world: World) -> None:
    root = json.loads(world.metadata("1.root.json").read_bytes())
    root["signatures"] = root["signatures"][:1]
    store = DirectoryStore(world.base / "node")
    store.set_trust(replace(store.trust(), root=root))
    with pytest.raises(TufMetadataError):
        world.refresh()


@pytest.mark.parametrize(
    "name", ["2.root.json", "timestamp.json", "5.snapshot.json", "3.targets.json"]
)
def test_metadata_that_is_garbage_is_refused_and_the_copy_stays(world: World, name: str) -> None:
    world.refresh()
    shutil.rmtree(world.node.folder / "tuf")
    world.metadata(name).write_bytes(b'{"signatures": [], "signed": {"_type": "root"}}')
    with pytest.raises(TufMetadataError):
        world.refresh()
    assert world.node.load().has(PARTY)


def test_a_damaged_target_stops_its_state_only_and_is_fetched_again(world: World) -> None:
    (path,) = (world.secretariat.repository / "targets" / PARTY).glob("*.1.json")
    good = path.read_bytes()
    path.write_bytes(good.replace(b"A", b"B", 1))
    result = world.refresh()
    assert warned(result) == [("tuf-refused", "vn")]
    assert result.directory.parties() == ("za/central-authority",)
    path.write_bytes(good)
    assert world.refresh().directory.parties() == (PARTY, "za/central-authority")


def test_more_bytes_than_were_asked_for_are_refused(world: World) -> None:
    def flood(path: str, max_bytes: int) -> bytes | None:
        return b"x" * (max_bytes + 1)

    with pytest.raises(TufMetadataError):
        world.refresh(flood)

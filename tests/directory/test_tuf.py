"""Freshness, roll-back and freeze protection, on a repository and a clock moved by hand."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.directory.world import DAY, START, Clock, entry, key, key_set, state_keys
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from comity.canonical import MisuseError, PeerError, digest
from comity.directory import Directory, Entry, Handover, parse_handover
from comity.directory.errors import (
    DirectoryFolderError,
    DirectoryUnreachableError,
    TufMetadataError,
)
from comity.directory.fetching import folder_fetch
from comity.directory.handover import encode_handover
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.directory.tuf_client import Fetch, Refreshed
from comity.directory.tuf_repository import Secretariat
from comity.directory.tuf_roles import read_targets, signed_bytes, state_metadata
from comity.keys import PrivateKey, jws

PARTY = "vn/contact-point"


@dataclass
class World:
    """A secretariat, two States and one node, each in its folder."""

    base: Path
    clock: Clock
    secretariat: Secretariat
    vn: StateFolder
    za: StateFolder
    node: DirectoryStore

    def publish(self, *states: StateFolder) -> None:
        for state in states:
            handed = state.publish(now=self.clock.now)
            self.secretariat.publish(handed, now=self.clock.now)

    def refresh(self, fetch: Fetch | None = None) -> Refreshed:
        fetch = fetch or folder_fetch(self.secretariat.repository)
        return self.node.refresh(fetch, now=self.clock.now)

    def copy(self, name: str) -> Path:
        """Return a copy of the repository as it is now."""
        return Path(shutil.copytree(self.secretariat.repository, self.base / name))

    def metadata(self, name: str) -> Path:
        return self.secretariat.repository / "metadata" / name

    def newcomer(self) -> DirectoryStore:
        return DirectoryStore.create(self.base / "newcomer", self.secretariat.trust_bytes())


@pytest.fixture
def world(tmp_path: Path) -> World:
    clock = Clock()
    secretariat = Secretariat.found(
        tmp_path / "un", mode="live", threshold=2, keys=3, now=clock.now
    )
    made = []
    for state in ("vn", "za"):
        folder = StateFolder.create(
            tmp_path / state, state=state, mode="live", keys=3, threshold=2, now=clock.now
        )
        secretariat.admit(folder.record_bytes(), now=clock.now)
        made.append(folder)
    made[0].put(entry(PARTY), now=clock.now)
    made[1].put(entry("za/central-authority"), now=clock.now)
    node = DirectoryStore.create(tmp_path / "node", secretariat.trust_bytes())
    found = World(tmp_path, clock, secretariat, made[0], made[1], node)
    found.publish(*made)
    return found


def spoil(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    value = json.loads(path.read_bytes())
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")


def warned(result: Refreshed) -> list[tuple[str, str]]:
    return [(warning.code, warning.subject) for warning in result.warnings]


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


# ------------------------------------------------------------------ attacks by States


def handed(state: StateFolder, world: World, **changes: Any) -> bytes:
    """Return a State's file for the secretariat, changed."""
    found: Handover = parse_handover(state.publish(now=world.clock.now))
    found = replace(found, **changes)
    return encode_handover(
        mode=found.mode,
        states=[jws.parse(item) for item in found.states],
        entries=[jws.parse(item) for item in found.entries],
        delegated=found.delegated,
    )


def listing(targets: dict[str, bytes], signers: list[PrivateKey], *, version: int = 9) -> bytes:
    return signed_bytes(state_metadata(targets, version=version, now=START), signers)


def offline(state: StateFolder) -> list[PrivateKey]:
    from comity.directory.key_files import read_keys

    return list(read_keys(state.folder / "keys" / "1", "state"))


def test_vn_publishing_an_entry_of_za_is_refused_by_the_secretariat(world: World) -> None:
    forged = entry("za/forged")
    made = jws.sign(forged.payload, offline(world.vn)[:2], thing="entry", mode="live")
    with pytest.raises(TufMetadataError) as caught:
        world.secretariat.publish(
            handed(world.vn, world, entries=(made.record,)), now=world.clock.now
        )
    assert caught.value.facts["code"] == "entry-foreign"


def test_vn_listing_a_path_of_za_is_refused_by_the_secretariat(world: World) -> None:
    from comity.directory.tuf_layout import held_targets

    targets = held_targets(world.vn.store.load(), "vn")
    targets["za/state/1.json"] = world.za.record_bytes()
    delegated = listing(targets, offline(world.vn))
    with pytest.raises(PeerError) as caught:
        world.secretariat.publish(handed(world.vn, world, delegated=delegated), now=world.clock.now)
    assert caught.value.code == "tuf-foreign-path"


def test_a_node_refuses_vn_listing_a_path_of_za_even_if_the_secretariat_lets_it(
    world: World,
) -> None:
    forged = {"za/forged/1.json": b"{}"}
    data = listing(forged, offline(world.vn), version=2)
    world.metadata("2.state-vn.json").write_bytes(data)
    current = world.secretariat._current()
    world.secretariat._commit(current, {"state-vn": 2}, None, now=world.clock.now)
    result = world.refresh()
    assert warned(result) == [("tuf-foreign-path", "vn")]
    assert result.directory.parties() == ("za/central-authority",)


@pytest.mark.parametrize("signers", [1, 0])
def test_a_list_signed_by_fewer_than_the_threshold_is_refused(world: World, signers: int) -> None:
    from comity.directory.tuf_layout import held_targets

    targets = held_targets(world.vn.store.load(), "vn")
    delegated = listing(targets, [*offline(world.vn)[:signers], key("stranger")])
    with pytest.raises(TufMetadataError):
        world.secretariat.publish(handed(world.vn, world, delegated=delegated), now=world.clock.now)


def test_a_list_that_omits_a_record_is_refused(world: World) -> None:
    delegated = listing({"vn/state/1.json": world.vn.record_bytes()}, offline(world.vn))
    with pytest.raises(TufMetadataError):
        world.secretariat.publish(handed(world.vn, world, delegated=delegated), now=world.clock.now)


def test_an_older_list_is_refused(world: World) -> None:
    old = world.vn.publish(now=world.clock.now)
    world.publish(world.vn)
    with pytest.raises(TufMetadataError):
        world.secretariat.publish(old, now=world.clock.now)


# ------------------------------------------------------------------ attacks by the secretariat


def test_a_secretariat_that_delegates_to_its_own_keys_gains_nothing(world: World) -> None:
    """It holds the targets threshold, lists a State record and an entry of its own making."""
    world.refresh()
    own = state_keys("un-forger")
    held: Directory = world.node.load()
    last = held.state_records("vn")[-1]
    from comity.directory import sign_entry, sign_state

    record = sign_state(
        replace(last.record, version=2, previous=last.record.content, key_set=key_set(own)), own
    )
    forged: Entry = replace(
        held.entry(PARTY), version=2, previous=held.entry(PARTY).content, state_version=2
    )
    targets = {
        "vn/state/1.json": last.jws.record,
        "vn/state/2.json": record.jws.record,
        f"{PARTY}/2.json": sign_entry(forged, own).jws.record,
    }
    sec = world.secretariat
    changes = sec._write_targets({**sec._delegations(), "vn": key_set(own)}, now=world.clock.now)
    data = signed_bytes(state_metadata(targets, version=7, now=START), own)
    world.metadata("7.state-vn.json").write_bytes(data)
    for path, body in targets.items():
        name = read_targets(data).signed.targets[path].hashes["sha256"]
        folder, _, last_part = path.rpartition("/")
        (sec.repository / "targets" / folder / f"{name}.{last_part}").write_bytes(body)
    sec._commit(sec._current(), {**changes, "state-vn": 7}, None, now=world.clock.now)

    result = world.refresh()
    assert result.directory.entry(PARTY).version == 1
    assert ("delegation-differs", "vn") in warned(result)
    assert [reset.state for reset in result.directory.pending_resets()] == ["vn"]
    assert [refused.code for refused in result.batch.refused] == ["state-unknown"]
    assert world.node.load().pending_resets() == result.directory.pending_resets()


def test_a_delegation_that_is_not_a_states_is_ignored_loudly(world: World) -> None:
    sec = world.secretariat
    metadata = read_targets(world.metadata("3.targets.json").read_bytes())
    roles = metadata.signed.delegations
    assert roles is not None
    assert roles.roles is not None
    roles.roles["state-vn"].paths = ["*/*"]
    metadata.signed.version = 4
    metadata.signatures.clear()
    world.metadata("4.targets.json").write_bytes(sec._signed_offline("targets", metadata))
    sec._commit(sec._current(), {"targets": 4}, None, now=world.clock.now)
    result = world.refresh()
    assert warned(result) == [("tuf-refused", "state-vn")]


def test_a_state_is_admitted_once_and_by_its_first_record_only(world: World) -> None:
    with pytest.raises(MisuseError):
        world.secretariat.admit(world.vn.record_bytes(), now=world.clock.now)


def test_an_exercise_state_cannot_be_admitted_to_a_live_directory(world: World) -> None:
    other = StateFolder.create(
        world.base / "ke", state="ke", mode="exercise", keys=1, threshold=1, now=world.clock.now
    )
    with pytest.raises(PeerError) as caught:
        world.secretariat.admit(other.record_bytes(), now=world.clock.now)
    assert caught.value.code == "typ-mismatch"


def test_a_state_that_was_never_admitted_cannot_publish(world: World) -> None:
    other = StateFolder.create(
        world.base / "ke", state="ke", mode="live", keys=1, threshold=1, now=world.clock.now
    )
    with pytest.raises(TufMetadataError) as caught:
        world.publish(other)
    assert caught.value.facts["code"] == "state-unpinned"


def test_a_rotated_record_cannot_be_admitted(world: World) -> None:
    other = StateFolder.create(
        world.base / "ke", state="ke", mode="live", keys=1, threshold=1, now=world.clock.now
    )
    other.rotate(keys=1, threshold=1, now=world.clock.now)
    with pytest.raises(MisuseError):
        world.secretariat.admit(other.record_bytes(2), now=world.clock.now)


def test_a_forged_first_record_cannot_be_admitted(world: World) -> None:
    from tests.directory.world import record

    from comity.directory import sign_state

    forged = sign_state(record("ke").record, state_keys("ke")[:1])
    with pytest.raises(TufMetadataError):
        world.secretariat.admit(forged.jws.record, now=world.clock.now)


def test_one_file_publishes_one_state(world: World) -> None:
    both = (*parse_handover(world.vn.publish(now=world.clock.now)).entries,
            *parse_handover(world.za.publish(now=world.clock.now)).entries)  # fmt: skip
    with pytest.raises(TufMetadataError, match="exactly one State"):
        world.secretariat.publish(handed(world.vn, world, entries=both), now=world.clock.now)
    with pytest.raises(TufMetadataError, match="list is missing"):
        world.secretariat.publish(handed(world.vn, world, delegated=None), now=world.clock.now)


def test_a_reset_waits_at_the_secretariat_too(world: World) -> None:
    from tests.directory.world import next_record

    last = world.vn.store.load().state_records("vn")[0]
    forged = next_record(last, state_keys("xx"), state_keys("xx"), issued_at=world.clock.now)
    file = handed(world.vn, world, states=(world.vn.record_bytes(1), forged.jws.record))
    with pytest.raises(TufMetadataError, match="waits for a person"):
        world.secretariat.publish(file, now=world.clock.now)
    assert len(world.secretariat.store.load().pending_resets()) == 1
    assert world.refresh().warnings == ()


@pytest.mark.parametrize("content", [b"{}", b"[]", b"x", b'{"kty":"OKP"}'])
def test_a_key_file_that_holds_no_key_is_named(world: World, content: bytes) -> None:
    (world.vn.folder / "keys" / "1" / "state-1.jwk").write_bytes(content)
    with pytest.raises(DirectoryFolderError, match=r"state-1\.jwk"):
        world.vn.publish(now=world.clock.now)


def test_an_entry_of_another_state_cannot_be_put(world: World) -> None:
    with pytest.raises(PeerError):
        world.vn.put(entry("za/forged"), now=world.clock.now)


def test_a_directory_without_a_root_cannot_refresh(world: World) -> None:
    store = DirectoryStore.create(world.base / "by-hand", world.vn.store.trust_bytes())
    with pytest.raises(TufMetadataError):
        store.refresh(folder_fetch(world.secretariat.repository), now=world.clock.now)


def test_one_tuf_root_key_cannot_serve_both_modes(world: World) -> None:
    from comity.directory import check_modes, trust_kids
    from comity.directory.errors import KeyInBothModesError

    live = world.secretariat.store.trust()
    with pytest.raises(KeyInBothModesError):
        check_modes(trust_kids(live), trust_kids(replace(live, mode="exercise", delegations={})))


def test_too_few_keys_at_hand_cannot_admit(world: World) -> None:
    for number in (1, 2):
        (world.secretariat.folder / "offline" / f"targets-{number}.jwk").unlink()
    other = StateFolder.create(
        world.base / "ke", state="ke", mode="live", keys=1, threshold=1, now=world.clock.now
    )
    with pytest.raises(MisuseError):
        world.secretariat.admit(other.record_bytes(), now=world.clock.now)


def test_a_network_of_195_states_refreshes_whole(tmp_path: Path) -> None:
    now: datetime = START
    secretariat = Secretariat.found(tmp_path / "un", mode="live", threshold=2, keys=3, now=now)
    letters = "abcdefghijklmno"
    names = [one + other for one in letters for other in letters][:195]
    folders = []
    for name in names:
        folder = StateFolder.create(
            tmp_path / name, state=name, mode="live", keys=1, threshold=1, now=now
        )
        folder.put(entry(f"{name}/contact-point"), now=now)
        folders.append(folder)
    secretariat.admit(*(folder.record_bytes() for folder in folders), now=now)
    for folder in folders[:10]:  # publishing is one commit each; ten show it, all are admitted
        secretariat.publish(folder.publish(now=now), now=now)
    node = DirectoryStore.create(tmp_path / "node", secretariat.trust_bytes())
    result = node.refresh(folder_fetch(secretariat.repository), now=now)
    assert (len(result.directory.admitted), len(result.directory.parties())) == (195, 10)
    handed = [item for f in folders for item in parse_handover(f.publish(now=now)).records]
    from comity.directory import accept_all

    whole = accept_all(result.directory, handed, now=now).directory
    assert len(whole.parties()) == 195


def test_a_folder_of_another_kind_is_named(tmp_path: Path) -> None:
    for opens in (DirectoryStore.open, Secretariat.open, StateFolder.open):
        with pytest.raises(DirectoryFolderError):
            opens(tmp_path)

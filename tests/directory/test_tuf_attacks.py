"""What a State or the secretariat may not do to the others, tried."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.directory.tuf_world import PARTY, World, make_world, warned
from tests.directory.world import START, entry, key, key_set, state_keys

from comity.canonical import MisuseError, PeerError
from comity.directory import Directory, Entry, Handover, parse_handover
from comity.directory.errors import (
    DirectoryFolderError,
    TufMetadataError,
)
from comity.directory.fetching import folder_fetch
from comity.directory.handover import encode_handover
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.directory.tuf_repository import Secretariat
from comity.directory.tuf_roles import read_targets, signed_bytes, state_metadata
from comity.keys import PrivateKey, jws


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


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
    from comity.directory.disk import read_keys

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
    from comity.directory.tuf_roles import held_targets

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
    from comity.directory.tuf_roles import held_targets

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
    with pytest.raises(MisuseError, match="no secretariat is trusted here"):
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


@pytest.mark.long
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

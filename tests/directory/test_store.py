"""A node's folder: whole after any crash, refused when somebody changed it."""

import errno
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.directory.world import (
    DAY,
    START,
    data,
    entry,
    following,
    key_set,
    next_record,
    record,
    rotated,
    signed,
    state_keys,
    trust,
)

from comity.canonical import MisuseError, PeerError
from comity.directory import (
    Directory,
    Handover,
    accept_all,
    confirm_reset,
    merged_trust,
    sign_state,
)
from comity.directory import build_handover as handover_of
from comity.directory.errors import DirectoryFolderError
from comity.directory.handover import encode_handover, parse_handover
from comity.directory.store import DirectoryStore

VN, ZA = record("vn"), record("za")
ONE, TWO = signed(entry()), signed(following(entry()))
LATER = START + 30 * DAY


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    made = DirectoryStore.create(tmp_path / "node", trust("vn", "za").data)
    made.take_records(by_hand(VN, ONE, TWO), now=LATER)
    return made


def by_hand(*records: object) -> Handover:
    return Handover(mode="live", states=(), entries=tuple(data(*records)))  # type: ignore[arg-type]


def test_what_was_saved_is_loaded(store: DirectoryStore) -> None:
    held = store.load()
    assert [item.entry.version for item in held.versions("vn/contact-point")] == [1, 2]
    assert (held.refreshed_at, held.age(now=LATER + DAY).seconds) == (LATER, 86400)


def test_loading_and_saving_again_changes_no_byte(store: DirectoryStore) -> None:
    before = {path: path.read_bytes() for path in store.folder.rglob("*.json")}
    store.save(store.load())
    assert before == {path: path.read_bytes() for path in store.folder.rglob("*.json")}


def test_an_entry_taken_before_a_rotation_stays_in_force_over_a_restart(
    store: DirectoryStore,
) -> None:
    store.take_records(by_hand(rotated(VN)), now=LATER)
    assert store.load().entry("vn/contact-point").version == 2


@pytest.mark.parametrize("name", ["states/vn/1.json", "entries/vn/contact-point/2.json"])
def test_a_record_changed_on_disk_is_found_out(store: DirectoryStore, name: str) -> None:
    path = store.folder / name
    path.write_bytes(path.read_bytes().replace(b"A", b"B", 1))
    with pytest.raises(DirectoryFolderError):
        store.load()


@pytest.mark.parametrize("name", ["status.json", "resets.json"])
@pytest.mark.parametrize("content", [b"{", b"1", b"{}", b"[1]", b'[{"by":1}]', b"null"])
def test_damaged_status_is_named(store: DirectoryStore, name: str, content: bytes) -> None:
    (store.folder / name).write_bytes(content)
    with pytest.raises(DirectoryFolderError):
        store.load()


def test_keys_that_nobody_confirmed_cannot_be_slipped_in_on_disk(store: DirectoryStore) -> None:
    forged = next_record(VN, state_keys("xx"), state_keys("xx"))
    (store.folder / "states" / "vn" / "2.json").write_bytes(forged.jws.record)
    with pytest.raises(DirectoryFolderError):
        store.load()


def test_a_confirmed_reset_lasts_over_a_restart(store: DirectoryStore) -> None:
    forged = next_record(VN, state_keys("xx"), state_keys("xx"))
    store.take_records(by_hand(forged), now=LATER)
    held = store.load()
    (reset,) = held.pending_resets()
    store.save(confirm_reset(held, reset.content, now=LATER + timedelta(hours=72), by="officer 7"))
    assert [item.record.version for item in store.load().state_records("vn")] == [1, 2]


def test_a_crash_after_the_confirmation_is_written_loses_no_reset(store: DirectoryStore) -> None:
    forged = next_record(VN, state_keys("xx"), state_keys("xx"))
    store.take_records(by_hand(forged), now=LATER)
    held = store.load()
    (reset,) = held.pending_resets()
    store.save(confirm_reset(held, reset.content, now=LATER + timedelta(hours=72), by="officer 7"))
    (store.folder / "states" / "vn" / "2.json").unlink()  # resets.json is written first
    assert len(store.load().state_records("vn")) == 1
    store.take_records(by_hand(forged), now=LATER + 4 * DAY)
    assert len(store.load().state_records("vn")) == 2


def test_both_sides_of_a_double_speak_are_kept(store: DirectoryStore) -> None:
    other = signed(replace(entry(), duty_phone="+84 1"))
    again = sign_state(replace(VN.record, issued_at=START + DAY), state_keys("vn"))
    batch = store.take_records(by_hand(other, again), now=LATER)
    assert sorted(item.code for item in batch.refused) == [
        "entry-double-speak",
        "state-double-speak",
    ]
    subjects = [name.rpartition("/")[0] for name in store.proofs()]
    assert subjects == ["vn/contact-point/1"] * 2 + ["vn/state/1"] * 2


def test_a_full_disk_leaves_the_last_good_copy(
    store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in store.folder.rglob("*") if path.suffix == ".json"}

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DirectoryFolderError):
        store.take_records(by_hand(ZA), now=LATER + DAY)
    monkeypatch.undo()
    after = {path: path.read_bytes() for path in store.folder.rglob("*.json")}
    assert after == before


def test_a_folder_in_use_is_not_taken_over(store: DirectoryStore) -> None:
    with pytest.raises(MisuseError):
        DirectoryStore.create(store.folder, trust("vn").data)


# ------------------------------------------------------------------ by hand


def test_two_states_exchange_entries_without_any_secretariat(tmp_path: Path) -> None:
    """Each pins the other's keys, having met; files go both ways; nobody else is asked."""
    pins = trust("vn", "za")
    theirs = signed(entry("za/central-authority"))
    vn = DirectoryStore.create(tmp_path / "vn", pins.data)
    za = DirectoryStore.create(tmp_path / "za", pins.data)
    vn.take_records(by_hand(VN, ONE), now=LATER)
    za.take_records(by_hand(ZA, theirs), now=LATER)
    za.take(handover_of(vn.load(), states=["vn"]), now=LATER)
    vn.take(handover_of(za.load(), states=["za"]), now=LATER)
    assert vn.load().entries == za.load().entries
    assert vn.load().age(now=LATER + DAY) == za.load().age(now=LATER + DAY)


def test_a_file_by_hand_is_read_as_it_was_written() -> None:
    held = accept_all(Directory(trust=trust("vn")), data(VN, ONE), now=LATER).directory
    file = parse_handover(handover_of(held))
    assert (file.states, file.entries, file.delegated) == (
        (VN.jws.record,),
        (ONE.jws.record,),
        None,
    )
    again = encode_handover(mode="live", states=[VN.jws], entries=[ONE.jws])
    assert again == handover_of(held)


def test_a_trust_file_takes_pins_from_another_but_changes_none() -> None:
    both = merged_trust(trust("vn"), trust("za"))
    assert sorted(both.delegations) == ["vn", "za"]
    forged = replace(trust("vn"), delegations={"vn": key_set(state_keys("xx"))})
    with pytest.raises(MisuseError):
        merged_trust(both, forged)
    with pytest.raises(MisuseError):
        merged_trust(both, trust("ke", mode="exercise"))


def test_a_pin_that_contradicts_what_is_held_is_not_added(tmp_path: Path) -> None:
    """A State admitted by the secretariat cannot be pinned to other keys by a careless hand."""
    from comity.directory import admit

    store = DirectoryStore.create(tmp_path / "node", trust().data)
    held = admit(store.load(), "vn", VN.record.key_set)
    store.save(accept_all(held, data(VN, ONE), now=LATER).directory)
    before = store.trust_bytes()
    wrong = replace(trust("vn"), delegations={"vn": key_set(state_keys("xx"))})
    with pytest.raises(DirectoryFolderError):
        store.add_trust(wrong)
    assert store.trust_bytes() == before
    assert store.add_trust(trust("vn", "za")).delegations.keys() == {"vn", "za"}


def test_records_come_out_in_an_order_in_which_they_go_in(store: DirectoryStore) -> None:
    again = Directory(trust=store.trust())
    for item in store.load().records():
        again = accept_all(again, [item.jws.record], now=LATER).directory
    assert again.entries == store.load().entries


def test_a_file_that_is_none_is_refused() -> None:
    with pytest.raises(PeerError):
        parse_handover(b"{}")


def test_writers_wait_for_each_other(store: DirectoryStore) -> None:
    """Two imports at once: each reads what the other wrote, so neither is lost."""
    import threading

    theirs = [signed(entry(f"vn/office-{number}")) for number in range(6)]
    threads = [
        threading.Thread(target=store.take_records, args=(by_hand(item),), kwargs={"now": LATER})
        for item in theirs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = store.load()
    assert all(held.has(item.entry.party) for item in theirs)

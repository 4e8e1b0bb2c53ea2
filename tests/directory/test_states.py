"""A State's keys change only by its own keys, or by a person who was told out of band."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.directory.world import (
    DAY,
    START,
    codes,
    data,
    directory,
    entry,
    key,
    key_set,
    next_record,
    record,
    rotated,
    signed,
    state_keys,
    trust,
)

from comity.canonical import PeerError
from comity.directory import (
    Accepted,
    Directory,
    accept,
    accept_all,
    admit,
    confirm_reset,
    sign_state,
)
from comity.directory.errors import ResetTooEarlyError, ResetUnknownError, StateMalformedError

VN = record("vn")


def test_a_first_record_is_taken_when_its_keys_are_those_pinned() -> None:
    held = directory(VN)
    assert held.state_records("vn") == (VN,)


def test_a_first_record_with_other_keys_than_those_pinned_is_refused() -> None:
    other = key_set(state_keys("xx"))
    made = sign_state(replace(VN.record, key_set=other), state_keys("xx"))
    assert codes(Directory(trust=trust("vn")), made) == ["state-unpinned"]


def test_a_lower_threshold_over_the_pinned_keys_is_refused() -> None:
    keys = state_keys("vn")
    made = sign_state(replace(VN.record, key_set=key_set(keys, 1)), keys)
    assert codes(Directory(trust=trust("vn")), made) == ["state-unpinned"]


def test_a_state_that_is_neither_pinned_nor_admitted_is_refused() -> None:
    assert codes(Directory(trust=trust("za")), VN) == ["state-unpinned"]


def test_an_admission_by_the_secretariat_stands_in_for_a_pin_the_first_time_only() -> None:
    held = admit(Directory(trust=trust()), "vn", VN.record.key_set)
    held = admit(held, "vn", key_set(state_keys("xx")))
    assert codes(held, VN) == ["state"]


def test_a_first_record_signed_by_one_key_where_two_are_due_is_refused() -> None:
    made = sign_state(VN.record, state_keys("vn")[:1])
    assert codes(Directory(trust=trust("vn")), made) == ["threshold-missed"]


def test_a_rotation_signed_by_old_and_new_keys_is_taken() -> None:
    held = directory(VN, rotated(VN))
    assert [s.record.version for s in held.state_records("vn")] == [1, 2]


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [(2, 2, "state"), (1, 2, "reset"), (0, 2, "reset"), (2, 1, "threshold-missed")],
)
def test_a_rotation_needs_a_threshold_of_both(old: int, new: int, verdict: str) -> None:
    made = next_record(VN, [*state_keys("vn")[:old], *state_keys("vn", 2)[:new]])
    assert codes(directory(VN), made) == [verdict]


def test_a_key_that_stays_counts_for_both_versions() -> None:
    keys = [*state_keys("vn")[:2], key("vn/new")]
    assert codes(directory(VN), next_record(VN, keys, keys)) == ["state"]


def test_a_rotation_that_skips_a_version_is_refused() -> None:
    assert codes(directory(VN), rotated(rotated(VN))) == ["state-gap"]


def test_a_second_record_of_a_held_version_by_the_same_keys_is_double_speak() -> None:
    again = sign_state(replace(VN.record, issued_at=START + DAY), state_keys("vn"))
    assert codes(directory(VN), again) == ["state-double-speak"]


def test_an_old_version_by_other_keys_is_a_rollback() -> None:
    made = sign_state(replace(VN.record, key_set=key_set(state_keys("xx"))), state_keys("xx"))
    assert codes(directory(VN), made) == ["state-rollback"]


def test_a_pin_taken_after_a_rotation_vouches_for_the_whole_history_before_it() -> None:
    second = rotated(VN)
    third = rotated(second)
    late = trust("vn")
    late = replace(late, delegations={"vn": second.record.key_set})
    assert codes(Directory(trust=late), third, VN, second) == ["state", "state", "state"]


def test_a_forged_first_version_cannot_hide_behind_a_late_pin() -> None:
    second = rotated(VN)
    forged = sign_state(replace(VN.record, issued_at=START - DAY), state_keys("vn"))
    late = replace(trust("vn"), delegations={"vn": second.record.key_set})
    found = codes(Directory(trust=late), forged, second)
    assert found == ["state-unpinned", "state-gap"]


# ------------------------------------------------------------------ reset


def stolen() -> Directory:
    """A directory to which somebody offers new keys for vn that vn's own did not sign."""
    made = next_record(VN, state_keys("xx"), state_keys("xx"))
    found = accept(directory(VN), made.jws.record, now=START + DAY)
    assert isinstance(found, Accepted)
    assert found.what == "reset"
    return found.directory


def test_a_secretariat_that_replaces_a_states_keys_makes_a_reset_and_no_change() -> None:
    held = stolen()
    assert len(held.state_records("vn")) == 1
    assert [reset.state for reset in held.pending_resets()] == ["vn"]


def test_entries_by_the_keys_of_a_pending_reset_are_refused() -> None:
    held = stolen()
    made = signed(entry(), state="xx", version=1)
    assert codes(held, made) == ["threshold-missed"]
    forged = signed(entry(state_version=2), state="xx", version=1)
    assert codes(held, forged) == ["state-unknown"]


def test_a_reset_cannot_be_confirmed_before_72_hours() -> None:
    held = stolen()
    (reset,) = held.pending_resets()
    with pytest.raises(ResetTooEarlyError):
        confirm_reset(
            held, reset.content, now=reset.earliest - timedelta(seconds=1), by="officer 7"
        )


def test_a_reset_is_confirmed_by_the_digest_a_person_was_told_and_by_no_other() -> None:
    held = stolen()
    with pytest.raises(ResetUnknownError):
        confirm_reset(held, VN.record.content, now=START + 30 * DAY, by="officer 7")


def test_a_confirmed_reset_is_in_force_and_says_who_confirmed_it() -> None:
    held = stolen()
    (reset,) = held.pending_resets()
    held = confirm_reset(held, reset.content, now=reset.earliest, by="officer 7")
    assert [s.record.version for s in held.state_records("vn")] == [1, 2]
    assert (held.resets[0].confirmed_by, held.pending_resets()) == ("officer 7", ())
    made = signed(entry(state_version=2), state="xx", version=1)
    assert codes(held, made) == ["entry"]


def test_a_reset_seen_again_waits_no_longer_and_shows_once() -> None:
    held = stolen()
    again = accept_all(held, data(held.resets[0].signed), now=START + 9 * DAY)
    assert again.directory.resets == held.resets
    assert [item.what for item in again.accepted] == ["known"]


def test_a_states_own_rotation_overtakes_a_pending_reset() -> None:
    held = accept_all(stolen(), data(rotated(VN)), now=START + DAY).directory
    (reset,) = held.pending_resets()
    with pytest.raises(PeerError) as caught:
        confirm_reset(held, reset.content, now=START + 30 * DAY, by="officer 7")
    assert caught.value.code == "state-gap"


# ------------------------------------------------------------------ form


@pytest.mark.parametrize("threshold", [0, 4])
def test_a_threshold_nobody_can_reach_or_everybody_passes_is_refused(threshold: int) -> None:
    with pytest.raises(PeerError):
        sign_state(replace(VN.record, key_set=key_set(state_keys("vn"), threshold)), [])


def test_the_same_key_twice_is_refused() -> None:
    keys = [*state_keys("vn"), state_keys("vn")[0]]
    with pytest.raises(StateMalformedError):
        sign_state(replace(VN.record, key_set=key_set(keys)), state_keys("vn"))


def test_a_record_issued_ahead_of_our_clock_is_refused() -> None:
    found = codes(Directory(trust=trust("vn")), VN, now=START - timedelta(minutes=6))
    assert found == ["issued-ahead"]

"""An entry counts when its State's keys signed it, and only adds to what was said before."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.directory.world import (
    DAY,
    RECIPIENT,
    START,
    codes,
    data,
    directory,
    entry,
    following,
    key,
    record,
    rotated,
    row,
    signed,
    state_keys,
    trust,
)
from tests.origins import origin_of

from comity.directory import (
    Directory,
    Entry,
    KeyRow,
    SignedEntry,
    SignedState,
    accept_all,
    sealing_row,
    sign_entry,
    signing_row,
)
from comity.directory.entry import parse_entry_payload
from comity.directory.errors import EntryMalformedError

VN, ZA = record("vn"), record("za")
ONE = entry()


def with_row(changed: KeyRow, of: Entry = ONE) -> tuple[KeyRow, ...]:
    return tuple(changed if item.kid == changed.kid else item for item in of.keys)


def revoked(of: KeyRow, day: int, index: int | None = None) -> KeyRow:
    return replace(of, status="revoked", invalid_from=START + day * DAY, last_good_index=index)


def test_an_entry_signed_by_a_threshold_of_its_state_is_taken() -> None:
    assert directory(VN, signed(ONE)).entry(ONE.party) == ONE


def test_vn_signing_an_entry_of_za_is_refused_as_foreign() -> None:
    made = signed(entry("za/central-authority"), state="vn")
    assert codes(directory(VN, ZA), made) == ["entry-foreign"]


def test_one_signature_where_two_are_due_is_refused() -> None:
    made = sign_entry(ONE, state_keys("vn")[:1])
    assert codes(directory(VN), made) == ["threshold-missed"]


def test_a_strangers_signature_does_not_count_towards_the_threshold() -> None:
    made = sign_entry(ONE, [state_keys("vn")[0], key("stranger")])
    assert codes(directory(VN), made) == ["threshold-missed"]


def test_an_entry_of_a_state_without_a_record_is_refused() -> None:
    assert codes(directory(VN), signed(entry("za/central-authority"))) == ["state-unknown"]


def test_an_exercise_entry_in_a_live_directory_is_refused() -> None:
    assert codes(directory(VN), signed(entry(mode="exercise"))) == ["typ-mismatch"]


def test_an_exercise_payload_under_a_live_signature_is_refused() -> None:
    from comity.keys import jws

    made = entry(mode="exercise")
    forged = jws.sign(made.payload, state_keys("vn")[:2], thing="entry", mode="live")
    batch = accept_all(directory(VN), [forged.record], now=START + DAY)
    assert [item.code for item in batch.refused] == ["mode-mismatch"]


def test_a_key_of_the_state_in_an_entry_would_have_two_uses() -> None:
    own = signing_row(
        state_keys("vn")[0].public, use="message", not_before=START, not_after=START + DAY
    )
    assert codes(directory(VN), signed(entry(keys=(own,)))) == ["key-use"]


def test_a_key_twice_in_an_entry_would_have_two_uses() -> None:
    from comity.directory.errors import EntryMalformedError

    twice = (row("a", "message"), row("a", "receipt"))
    with pytest.raises(EntryMalformedError):
        signed(entry(keys=twice))


# ------------------------------------------------------------------ history

HELD = directory(VN, signed(ONE))
MESSAGE = ONE.keys[0]


def test_a_new_key_and_a_retired_one_are_history() -> None:
    keys = (*with_row(replace(MESSAGE, status="retired")), row("new"))
    assert codes(HELD, signed(following(ONE, keys=keys))) == ["entry"]


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(ONE.keys[1:], id="a key is gone"),
        pytest.param(with_row(replace(MESSAGE, use="export")), id="a key changes its use"),
        pytest.param(with_row(replace(MESSAGE, not_before=START - DAY)), id="a key becomes older"),
    ],
)
def test_a_key_cannot_be_forgotten_or_changed(keys: tuple[KeyRow, ...]) -> None:
    assert codes(HELD, signed(following(ONE, keys=keys))) == ["entry-history"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (replace(MESSAGE, status="retired"), MESSAGE),
        (revoked(MESSAGE, 5), MESSAGE),
        (revoked(MESSAGE, 5), replace(MESSAGE, status="retired")),
        (revoked(MESSAGE, 5), revoked(MESSAGE, 6)),
        (revoked(MESSAGE, 5, 10), revoked(MESSAGE, 5, 11)),
        (revoked(MESSAGE, 5, 10), revoked(MESSAGE, 5)),
    ],
)
def test_a_key_cannot_come_back_to_life(before: KeyRow, after: KeyRow) -> None:
    two = following(ONE, keys=with_row(before))
    held = directory(VN, signed(ONE), signed(two))
    assert codes(held, signed(following(two, keys=with_row(after)))) == ["entry-history"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (replace(MESSAGE, status="retired"), revoked(MESSAGE, 5)),
        (revoked(MESSAGE, 5, 10), revoked(MESSAGE, 4, 9)),
        (revoked(MESSAGE, 5), revoked(MESSAGE, 5, 3)),
    ],
)
def test_a_revocation_may_reach_further_back(before: KeyRow, after: KeyRow) -> None:
    two = following(ONE, keys=with_row(before))
    held = directory(VN, signed(ONE), signed(two))
    assert codes(held, signed(following(two, keys=with_row(after)))) == ["entry"]


def test_a_log_origin_cannot_be_forgotten() -> None:
    made = following(ONE, epoch=2, origins=(origin_of("live", "vn/contact-point", 2),))
    assert codes(HELD, signed(made)) == ["entry-history"]


def test_a_next_version_that_names_another_previous_is_refused() -> None:
    assert codes(HELD, signed(following(ONE, previous=b"\x01" * 32))) == ["entry-history"]


# ------------------------------------------------------------------ versions


def test_the_highest_version_wins_even_where_versions_between_are_missing() -> None:
    four = following(following(following(ONE)))
    held = directory(VN, signed(ONE), signed(four))
    assert held.entry(ONE.party).version == 4


def test_a_replayed_old_entry_changes_nothing() -> None:
    held = directory(VN, signed(ONE), signed(following(ONE)))
    assert codes(held, signed(ONE)) == ["known"]
    assert held.entry(ONE.party).version == 2


def test_an_old_version_that_the_next_one_does_not_name_is_a_rollback() -> None:
    three = following(following(ONE))
    held = directory(VN, signed(three))
    assert codes(held, signed(ONE)) == ["entry-rollback"]
    assert codes(held, signed(following(ONE))) == ["entry"]


def test_two_payloads_of_one_version_are_proof_of_double_speak() -> None:
    other = entry(duty_phone="+84 1")
    batch = accept_all(HELD, data(signed(other)), now=START + DAY)
    (refused,) = batch.refused
    assert refused.code == "entry-double-speak"
    assert refused.proof is not None
    assert (refused.proof.one, refused.proof.other) == (signed(ONE), signed(other))
    assert batch.directory.entry(ONE.party) == ONE


def test_the_same_payload_signed_by_other_keys_of_the_state_is_no_double_speak() -> None:
    assert codes(HELD, sign_entry(ONE, state_keys("vn")[1:])) == ["known"]


def test_an_entry_issued_ahead_of_our_clock_is_refused() -> None:
    made = signed(following(ONE, issued_at=START + DAY))
    assert codes(HELD, made, now=START + DAY - timedelta(minutes=6)) == ["issued-ahead"]


# ------------------------------------------------------------------ after a State's rotation


def test_a_thief_of_replaced_state_keys_cannot_publish_a_newer_entry() -> None:
    held = accept_all(HELD, data(rotated(VN)), now=START + 9 * DAY).directory
    assert codes(held, signed(following(ONE))) == ["entry-old-keys"]


def test_a_thief_of_replaced_state_keys_cannot_found_a_party() -> None:
    held = accept_all(HELD, data(rotated(VN)), now=START + 9 * DAY).directory
    assert codes(held, signed(entry("vn/forged"))) == ["entry-old-keys"]


def test_a_newcomer_takes_a_history_that_the_newest_keys_vouch_for() -> None:
    two = following(ONE, state_version=2)
    newcomer = Directory(trust=trust("vn"))
    found = codes(newcomer, signed(ONE), signed(two), VN, rotated(VN))
    assert found == ["state", "state", "entry", "entry"]


def test_a_whole_history_below_what_is_held_is_taken_at_once() -> None:
    two = following(ONE)
    three = following(two, state_version=2)
    held = directory(VN, rotated(VN), signed(three))
    assert codes(held, signed(ONE), signed(two)) == ["entry", "entry"]
    assert codes(held, signed(entry(duty_phone="+84 1")), signed(two)) == [
        "entry",
        "entry-rollback",
    ]


def test_a_state_heals_a_double_speak_by_a_version_that_keeps_the_keys_of_both() -> None:
    """A thief of the State's keys published version 2 first; some nodes hold it, some the true."""
    theirs = following(ONE, keys=(*ONE.keys, row("thief")))
    ours = following(ONE, keys=(*ONE.keys, row("new")), duty_phone="+84 1")
    thief = replace(row("thief"), status="revoked", invalid_from=START)
    healed = following(ours, version=4, keys=(*ours.keys, thief))
    for held in (ours, theirs):
        nodes = directory(VN, signed(ONE), signed(held))
        assert codes(nodes, signed(healed)) == ["entry"]


def test_an_entry_that_goes_back_to_older_state_keys_is_refused() -> None:
    two = following(ONE, state_version=2)
    held = directory(VN, rotated(VN), signed(ONE), signed(two))
    back = following(two, state_version=1)
    assert codes(held, signed(back)) == ["entry-old-keys"]


def test_every_order_of_arrival_gives_the_same_directory() -> None:
    second = rotated(VN)
    two = following(ONE, state_version=2)
    records: list[SignedState | SignedEntry] = [VN, second, signed(ONE), signed(two), ZA]
    wanted = directory(*records)
    for order in itertools.permutations(records):
        found = accept_all(Directory(trust=trust("vn", "za")), data(*order), now=START + 9 * DAY)
        assert (found.directory, found.refused) == (wanted, ())


def test_a_sealing_key_is_an_age_recipient() -> None:
    sealing = sealing_row(RECIPIENT, not_before=START, not_after=START + DAY)
    held = directory(VN, signed(entry(keys=(*ONE.keys, sealing))))
    assert held.recipients(ONE.party, at=START) == (RECIPIENT,)
    assert held.recipients(ONE.party, at=START + 2 * DAY) == ()


def test_an_entry_lists_no_recipient_that_nobody_could_seal_to() -> None:
    for wrong in (RECIPIENT[:-1] + ("q" if RECIPIENT[-1] != "q" else "p"), "age1" + "q" * 58):
        sealing = sealing_row(wrong, not_before=START, not_after=START + DAY)
        with pytest.raises(EntryMalformedError, match="checksum"):
            parse_entry_payload(entry(keys=(*ONE.keys, sealing)).payload)

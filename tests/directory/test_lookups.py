"""A signature counts by its proved time, whatever its author says."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.directory.world import DAY, START, directory, entry, key, record, row, signed
from tests.origins import origin_of

from comity.canonical import ComityError
from comity.directory import Directory, PartyUnknownError, check_modes, trust_kids
from comity.directory.errors import KeyInBothModesError
from comity.exchange.types import Floor, Registry
from comity.ledger.note import Verifier

PARTY = "vn/contact-point"
STOLEN = replace(row("stolen"), status="revoked", invalid_from=START + 10 * DAY, last_good_index=41)
RETIRED = replace(row("retired", days=20), status="retired")
ACTIVE = row("active", days=20)
LOG, OLD_LOG = (
    row("log", "log"),
    replace(row("old-log", "log"), status="revoked", invalid_from=START + 10 * DAY),
)
HELD = directory(
    record("vn"),
    signed(
        entry(
            keys=(STOLEN, RETIRED, ACTIVE, LOG, OLD_LOG),
            approval_policy={"request.submitted": Floor(author=1, approver=2)},
        )
    ),
)


def verdict(kid: str, at: datetime, *, use: str = "message", party: str = PARTY) -> str:
    try:
        found = HELD.signing_key(party, kid, use=use, proved_at=at)
    except ComityError as fault:
        return fault.code
    assert found.kid == kid
    return "good"


@pytest.mark.parametrize(
    ("kid", "days", "wanted"),
    [
        (ACTIVE.kid, 0, "good"),
        (ACTIVE.kid, 20, "good"),
        (ACTIVE.kid, -1, "key-not-yet"),
        (ACTIVE.kid, 21, "key-expired"),
        (RETIRED.kid, 5, "good"),
        (STOLEN.kid, 9, "good"),
        (STOLEN.kid, 10, "key-revoked"),
        (STOLEN.kid, 11, "key-revoked"),
        ("nobody", 5, "key-unknown"),
    ],
)
def test_a_key_counts_at_a_proved_time(kid: str, days: int, wanted: str) -> None:
    assert verdict(kid, START + days * DAY) == wanted


def test_back_dating_with_a_stolen_key_gains_nothing_because_only_proof_is_asked() -> None:
    received_at = START + 15 * DAY  # whatever the message's sent_at claims
    assert verdict(STOLEN.kid, received_at) == "key-revoked"
    assert verdict(STOLEN.kid, START + 10 * DAY - timedelta(seconds=1)) == "good"


def test_a_key_of_another_use_is_no_key() -> None:
    assert verdict(ACTIVE.kid, START, use="receipt") == "key-use"


def test_a_key_of_another_party_is_no_key() -> None:
    assert verdict(ACTIVE.kid, START, party="vn/other") == "key-unknown"


def test_active_keys_are_those_to_sign_with_now() -> None:
    found = HELD.active_keys(PARTY, "message", at=START)
    assert [item.kid for item in found] == [ACTIVE.kid]


def test_the_key_is_parsed_once() -> None:
    first = HELD.signing_key(PARTY, ACTIVE.kid, use="message", proved_at=START)
    assert HELD.signing_key(PARTY, ACTIVE.kid, use="message", proved_at=START) is first


def test_a_party_nobody_described_is_unknown() -> None:
    assert not HELD.has("za/central-authority")
    with pytest.raises(PartyUnknownError):
        HELD.entry("za/central-authority")
    assert HELD.policy("za/central-authority", "request.submitted") is None
    assert HELD.origins("za/central-authority") == ()


def test_the_policy_is_the_partys_own() -> None:
    assert HELD.policy(PARTY, "request.submitted") == Floor(author=1, approver=2)
    assert HELD.policy(PARTY, "request.withdrawn") is None


def test_a_log_is_verified_under_its_own_origins_only() -> None:
    origin = origin_of("live", "vn/contact-point")
    (found,) = HELD.log_verifiers(PARTY, origin)
    assert found.name == origin
    assert found.verify(b"text", key("log").sign(b"text"))
    assert not found.verify(b"text", key("old-log").sign(b"text"))
    assert HELD.log_verifiers(PARTY, origin_of("live", "za/central-authority")) == ()


def test_a_later_epoch_counts_under_the_prefix_of_the_newest_origin_alone() -> None:
    later = origin_of("live", PARTY, 2)
    assert [one.name for one in HELD.log_verifiers(PARTY, later)] == [later]
    elsewhere = later.replace("contact-point.vn.invalid", "other.example")
    assert HELD.log_verifiers(PARTY, elsewhere) == (), "another host could hide a fork"


def test_a_log_moves_where_its_state_lists_the_new_address() -> None:
    old, new = origin_of("live", PARTY), f"moved.example/log/live/{PARTY}/2"
    entry = replace(HELD.entry(PARTY), epoch=2, origins=(old, new))
    assert [entry.origin(n) for n in (1, 2, 3)] == [old, new, f"moved.example/log/live/{PARTY}/3"]
    assert replace(entry, origins=()).origin(1) is None


def test_a_revoked_log_key_counts_for_what_is_proved_before() -> None:
    origin = origin_of("live", "vn/contact-point")
    assert len(HELD.log_verifiers(PARTY, origin, proved_at=START + 9 * DAY)) == 2
    assert len(HELD.log_verifiers(PARTY, origin, proved_at=START + 10 * DAY)) == 1


def test_the_directory_is_what_the_exchange_asks_for() -> None:
    asked: Registry = HELD
    found: list[Verifier] = list(asked.log_verifiers(PARTY, origin_of("live", "vn/contact-point")))
    assert (asked.mode, len(found)) == ("live", 1)


def test_a_key_under_the_roots_of_both_modes_is_refused() -> None:
    with pytest.raises(KeyInBothModesError):
        check_modes(HELD.kids(), HELD.kids())
    with pytest.raises(KeyInBothModesError):
        check_modes(trust_kids(HELD.trust), HELD.kids())
    check_modes(HELD.kids(), {key("exercise").kid})


def test_an_old_copy_says_how_old_it_is() -> None:
    held = HELD.refreshed(at=START, fresh_until=START + 28 * DAY)
    young, old = held.age(now=START + DAY), held.age(now=START + 28 * DAY)
    assert (young.seconds, young.old) == (86400, False)
    assert (old.seconds, old.old) == (28 * 86400, True)
    assert Directory(trust=HELD.trust).age(now=START).seconds is None

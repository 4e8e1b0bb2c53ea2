"""Names, times, digests and members in their one spelling: spec sections 3 and 4."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.canonical import (
    MisuseError,
    PeerError,
    b64,
    digest,
    digest_text,
    members,
    new_id,
    parse_digest,
    parse_id,
    parse_mode,
    parse_party,
    parse_state,
    parse_time,
    state_of,
    strings,
    time_text,
    unb64,
)

JSON = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=2)
PARSERS = (parse_digest, parse_id, parse_mode, parse_party, parse_state, parse_time, unb64)


@settings(deadline=None)
@given(JSON | st.from_regex(r"[a-z]{2}/[a-z-]{0,70}|sha256:[0-9A-F]{64}|\d{4}-\d\d-\d\dT.{9}"))
def test_no_value_raises_anything_but_an_error_of_the_peer(value: object) -> None:
    for parse in PARSERS:
        try:
            parse(value)
        except PeerError:
            continue


@pytest.mark.parametrize(
    "name",
    [
        "vn/",
        "/x",
        "vn",
        "VN/x",
        "vnm/x",
        "vn/X",
        "vn/x-",
        "vn/-x",
        "vn/x--y",
        "vn/x\n",
        "vn/x/y",
        "vn/" + "x" * 62,
        "vn/ü",
        7,
        None,
    ],
)
def test_another_spelling_is_no_party(name: object) -> None:
    with pytest.raises(PeerError) as caught:
        parse_party(name)
    assert caught.value.code == "name-malformed"


def test_a_party_may_have_64_characters_and_names_its_state() -> None:
    assert parse_party("vn/" + "x" * 61)
    assert state_of("vn/contact-point") == "vn"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T03:00:60Z",
        "2026-02-30T03:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T03:00:00+00:00",
        "2026-03-01T03:00:00z",
        "2026-03-01t03:00:00Z",
        "2026-03-01T03:00:00.0Z",
        "2026-03-01 03:00:00Z",
        "0000-01-01T00:00:00Z",
        "٢٠٢٦-03-01T03:00:00Z",
        "2026-03-01T03:00:00Z\n",
        17,
    ],
)
def test_another_spelling_is_no_time(text: object) -> None:
    with pytest.raises(PeerError) as caught:
        parse_time(text)
    assert caught.value.code == "time-malformed"


@settings(deadline=None)
@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_reads_back_to_the_second(moment: datetime) -> None:
    assert parse_time(time_text(moment)) == moment.replace(microsecond=0)


def test_a_time_is_written_in_utc_and_never_without_a_zone() -> None:
    there = datetime(2026, 3, 1, 3, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=7)))
    assert time_text(there) == "2026-02-28T20:00:00Z"
    with pytest.raises(MisuseError):
        time_text(there.replace(tzinfo=None))


def test_a_digest_names_its_domain_before_a_zero_byte() -> None:
    assert digest("content", b"ab", b"c") == hashlib.sha256(b"comity/1/content\x00abc").digest()
    assert digest("content", b"x") != digest("record", b"x")


@pytest.mark.parametrize(
    "text", ["sha256:" + "A" * 64, "sha256:" + "a" * 63, "sha512:" + "a" * 64, "a" * 64, None]
)
def test_another_spelling_is_no_digest(text: object) -> None:
    with pytest.raises(PeerError) as caught:
        parse_digest(text)
    assert caught.value.code == "digest-malformed"


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_bytes_have_one_spelling(data: bytes) -> None:
    text = b64(data)
    assert unb64(text) == data
    assert parse_digest(digest_text(digest("content", data))) == digest("content", data)


@pytest.mark.parametrize("text", ["YQ==", "YR", "Y", "Y+", "Y/", " YQ", "YQ\n", None, 3])
def test_another_spelling_is_no_base64url(text: object) -> None:
    with pytest.raises(PeerError) as caught:
        unb64(text)
    assert caught.value.code == "base64-malformed"


@pytest.mark.parametrize(
    "text",
    [
        "01890a5d-ac96-474b-bcce-b302099a8057",
        "01890A5D-ac96-774b-bcce-b302099a8057",
        "01890a5d-ac96-774b-7cce-b302099a8057",
        "01890a5dac96774bbcceb302099a8057",
        "{01890a5d-ac96-774b-bcce-b302099a8057}",
    ],
)
def test_another_version_or_spelling_is_no_identifier(text: str) -> None:
    with pytest.raises(PeerError) as caught:
        parse_id(text)
    assert caught.value.code == "name-malformed"


@settings(deadline=None)
@given(
    st.integers(31_536_000, 250_000_000_000),
    st.binary(min_size=10, max_size=10),
)
def test_identifiers_sort_by_their_millisecond(unix_s: int, randomness: bytes) -> None:
    now = datetime.fromtimestamp(unix_s, UTC)
    text = parse_id(new_id(now, randomness))
    later = new_id(now + timedelta(milliseconds=2), bytes(10))
    assert text < later
    with pytest.raises(MisuseError):
        new_id(now, randomness + b"x")


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1, "b": 2},
        {},
        {"a": True},
        {"a": "1"},
        {"a": None},
        [],
        None,
        "a",
    ],
)
def test_an_object_of_other_members_is_refused(value: object) -> None:
    with pytest.raises(PeerError) as caught:
        members(value, {"a": int})
    assert caught.value.code == "member-malformed"


def test_an_optional_member_may_stand_or_not() -> None:
    assert members({"a": 1}, {"a": int}, frozenset({"b"})) == {"a": 1}
    assert members({"a": 1, "b": 2}, {"a": int}, frozenset({"b"}))
    with pytest.raises(PeerError):
        members({"a": 1, "c": 2}, {"a": int}, frozenset({"b"}))


def test_a_list_is_no_longer_than_allowed() -> None:
    assert strings(["vn"], parse_state, most=1) == ("vn",)
    for bad in (["vn", "za"], ["VN"], "vn", None):
        with pytest.raises(PeerError):
            strings(bad, parse_state, most=1)

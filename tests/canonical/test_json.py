"""Bytes two States agree on: spec section 3, RFC 8785, RFC 7493."""

import time
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.walks import every

from comity.canonical import MisuseError, PeerError, decode, decode_loose, encode
from comity.canonical.json import MAX_DEPTH, MAX_INTEGER

MAX = 4 * 1024 * 1024


def values(*, floats: bool = False) -> st.SearchStrategy[object]:
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    leaves = (
        st.none()
        | st.booleans()
        | st.integers(-MAX_INTEGER, MAX_INTEGER)
        | text
        | (st.floats() if floats else st.nothing())
    )
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=20
    )


def code_of(data: bytes, max_bytes: int = MAX) -> str:
    with pytest.raises(PeerError) as caught:
        decode(data, max_bytes=max_bytes)
    return caught.value.code


def published(shared: Path) -> list[tuple[str, bytes, bytes, str]]:
    folder = shared / "vectors" / "rfc8785"
    return [
        (
            path.stem,
            path.read_bytes(),
            (folder / "output" / path.name).read_bytes(),
            (folder / "outhex" / f"{path.stem}.txt").read_text(),
        )
        for path in sorted((folder / "input").glob("*.json"))
    ]


def test_published_vectors_without_fractions_encode_to_exactly_their_bytes(shared: Path) -> None:
    found = published(shared)
    assert found
    for name, given_, wanted, hexed in found:
        assert bytes.fromhex("".join(hexed.split())) == wanted, name
        if name == "structures":
            continue
        assert encode(decode_loose(given_, max_bytes=MAX)) == wanted, name
        assert encode(decode(wanted, max_bytes=MAX)) == wanted, name


def test_a_published_vector_with_fractions_is_refused(shared: Path) -> None:
    by_name = {name: (data, wanted) for name, data, wanted, _ in published(shared)}
    given_, wanted = by_name["structures"]
    assert b"4.5" in wanted or b"." in wanted or b"e" in given_
    for data in (given_, wanted):
        if any(isinstance(x, float) for x in _numbers(data)):
            with pytest.raises(PeerError) as caught:
                decode_loose(data, max_bytes=MAX)
            assert caught.value.code == "not-canonical"


def _numbers(data: bytes) -> list[object]:
    import json

    found: list[object] = []

    def keep(text: str) -> float:
        found.append(float(text))
        return float(text)

    json.loads(data, parse_float=keep)
    return found


def test_every_number_of_the_shared_list_is_refused_unless_it_is_an_integer_we_have(
    shared: Path,
) -> None:
    refused = kept = 0
    for line in (
        (shared / "vectors" / "rfc8785" / "numbers-ieee754-hex.csv").read_text().splitlines()
    ):
        _bits, _, spelled = line.strip().partition(",")
        whole = spelled.lstrip("-").isdigit() and abs(int(spelled)) <= MAX_INTEGER
        if whole:
            assert rfc8785.dumps(decode(spelled.encode(), max_bytes=64)) == spelled.encode()
            kept += 1
        else:
            assert code_of(spelled.encode()) == "not-canonical"
            refused += 1
    assert refused > 100
    assert kept


@pytest.mark.parametrize("value", [1.5, 1e300, float("nan"), float("inf"), 2.0])
def test_our_own_caller_cannot_encode_a_fraction_that_the_library_would_take(value: float) -> None:
    with pytest.raises(MisuseError):
        encode({"amount": value})


@settings(deadline=None)
@given(values())
def test_encoding_equals_the_reference_library_and_decodes_to_itself(value: object) -> None:
    data = encode(value)
    assert data == rfc8785.dumps(value)  # type: ignore[arg-type]
    again = decode(data, max_bytes=MAX)
    assert again == value
    assert encode(again) == data


@every(
    ("data", "code"),
    [
        (b'{"b":1,"a":2}', "not-canonical"),
        (b'{ "a":1}', "not-canonical"),
        (b'{"a":1}\n', "not-canonical"),
        (b'"\\u0041"', "not-canonical"),
        (b'"\\/"', "not-canonical"),
        (b'"\\u001F"', "not-canonical"),
        (b'"\\ud800"', "not-canonical"),
        (b'{"\\udc00":1}', "not-canonical"),
        (b'"\xed\xa0\x80"', "not-canonical"),
        (b'"\xff"', "not-canonical"),
        (b"\xef\xbb\xbf1", "not-canonical"),
        ('{"\U00010000":1,"\ufb33":2}'.replace("1,", "1,").encode(), ""),
        ('{"\ufb33":2,"\U00010000":1}'.encode(), "not-canonical"),
        (b"1.0", "not-canonical"),
        (b"1e2", "not-canonical"),
        (b"-0", "not-canonical"),
        (b"NaN", "not-canonical"),
        (b"Infinity", "not-canonical"),
        (b"9007199254740992", "not-canonical"),
        (b"-9007199254740992", "not-canonical"),
        (b"1" * 5000, "not-canonical"),
        (b"", "not-canonical"),
        (b"{", "not-canonical"),
        (b"nul", "not-canonical"),
        (b'{"a":1}{"a":1}', "not-canonical"),
        (b'{"a":1,"a":1}', "duplicate-member"),
        (b'[{"a":{"b":1,"b":2}}]', "duplicate-member"),
        (b'{"a":1,"\\u0061":2}', "duplicate-member"),
        (b"[" * 33 + b"]" * 33, "too-deep"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "too-deep"),
        (b"[" * 1_000_000, "too-deep"),
    ],
)
def test_bytes_that_are_not_the_canonical_form_are_refused(data: bytes, code: str) -> None:
    if not code:  # RFC 8785 section 3.2.3 orders by UTF-16 code units, not by code points
        assert decode(data, max_bytes=MAX)
    else:
        assert code_of(data) == code


def test_one_byte_more_than_allowed_is_refused() -> None:
    assert decode(b"[1,2]", max_bytes=5) == [1, 2]
    assert code_of(b"[1,2]", max_bytes=4) == "oversize"


def test_the_deepest_allowed_nesting_passes_both_ways() -> None:
    value: object = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value), max_bytes=MAX) == value
    with pytest.raises(MisuseError):
        encode([value])


def test_brackets_inside_strings_are_no_nesting() -> None:
    value = ["[" * 100, '"[' * 50, "\\" * 7 + "[" * 40]
    assert decode(encode(value), max_bytes=MAX) == value


@pytest.mark.parametrize("unit", [b'\\"', b'"[', b"\\", b"[]", b'"', b'"\\'])
def test_no_input_makes_the_depth_check_read_bytes_twice(unit: bytes) -> None:
    data = b"[" * 20 + b'"' + unit * (600_000 // len(unit)) + b"[" * 20
    start = time.process_time()
    with pytest.raises(PeerError):
        decode(data, max_bytes=MAX)
    assert time.process_time() - start < 3


@pytest.mark.parametrize("data", [b'"\\ud800"', b'["\\uDBFF\\uD800"]', b'{"\\udfff":1}'])
def test_the_loose_reader_refuses_unpaired_surrogates_too(data: bytes) -> None:
    with pytest.raises(PeerError):
        decode_loose(data, max_bytes=MAX)
    assert decode_loose(b'"\\ud83d\\ude00"', max_bytes=MAX) == "\U0001f600"


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_raise_anything_but_an_error_of_the_peer(data: bytes) -> None:
    for read in (decode, decode_loose):
        try:
            value = read(data, max_bytes=150)
        except PeerError:
            continue
        encode(value)  # whatever was accepted is a protocol value


@settings(deadline=None)
@given(values(floats=True))
def test_json_of_any_other_writer_is_canonical_or_refused(value: object) -> None:
    import json

    data = json.dumps(value).encode()
    try:
        assert encode(decode(data, max_bytes=MAX)) == data
    except PeerError:
        return


@pytest.mark.parametrize(
    "value", [{1: 2}, (1, 2), {"a": b"x"}, "\ud800", {"\ud800": 1}, 2**53, object()]
)
def test_what_is_no_protocol_value_is_a_misuse(value: object) -> None:
    with pytest.raises(MisuseError):
        encode(value)

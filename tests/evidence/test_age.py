"""The age format for X25519 recipients: round trips, attacks, and Debian's age both ways."""

import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import needs

from comity.canonical.errors import ComityError, MisuseError
from comity.evidence import age, age_keys
from comity.evidence.age import CHUNK_BYTES, PayloadWriter
from comity.keys import bech32
from comity.keys.bech32 import AgeError, AgeKeyError

IDENTITY = age_keys.Identity.of(bytes(range(1, 33)))
STRANGER = age_keys.Identity.of(bytes(range(2, 34)))
type Reader = Callable[[bytes, list[age_keys.Identity]], bytes]


def in_memory(data: bytes, identities: list[age_keys.Identity]) -> bytes:
    return age.open_bytes(data, identities)


def streamed(data: bytes, identities: list[age_keys.Identity]) -> bytes:
    out = io.BytesIO()
    age.decrypt_into(io.BytesIO(data), out.write, identities)
    return out.getvalue()


def test_an_armored_file_is_refused_as_armored_where_binary_is_meant() -> None:
    with pytest.raises(AgeError) as caught:
        age.open_bytes(b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", IDENTITY)
    assert caught.value.code == "age-armor"


SIZES = [
    0,
    1,
    CHUNK_BYTES - 1,
    CHUNK_BYTES,
    CHUNK_BYTES + 1,
    16 * CHUNK_BYTES,
    16 * CHUNK_BYTES + 1,
    40 * CHUNK_BYTES + 7,
]


@pytest.mark.parametrize("size", SIZES)
def test_debian_age_opens_what_we_seal(size: int, tmp_path: Path) -> None:
    tool = needs("age")
    plain = os.urandom(size)
    sealed = io.BytesIO()
    total = age.encrypt_into(
        io.BytesIO(plain), sealed.write, [STRANGER.recipient, IDENTITY.recipient], random=os.urandom
    )
    assert total == len(sealed.getvalue())
    (tmp_path / "key").write_text(
        age_keys.format_key_file(IDENTITY, created="2026-01-01T00:00:00Z")
    )
    (tmp_path / "sealed").write_bytes(sealed.getvalue())
    command = [tool, "-d", "-i", str(tmp_path / "key"), str(tmp_path / "sealed")]
    assert subprocess.run(command, check=True, capture_output=True).stdout == plain
    spoilt = bytearray(sealed.getvalue())
    spoilt[-1] ^= 1
    (tmp_path / "sealed").write_bytes(spoilt)
    assert subprocess.run(command, check=False, capture_output=True).returncode != 0


@pytest.mark.parametrize("size", SIZES)
def test_we_open_what_debian_age_seals(size: int) -> None:
    tool = needs("age")
    plain = os.urandom(size)
    command = [tool, "-r", str(STRANGER.recipient), "-r", str(IDENTITY.recipient)]
    sealed = subprocess.run(command, check=True, capture_output=True, input=plain).stdout
    assert in_memory(sealed, [IDENTITY]) == plain
    assert streamed(sealed, [IDENTITY]) == plain


def test_debian_keygen_and_ours_read_each_other(tmp_path: Path) -> None:
    needs("age")
    made = subprocess.run(["age-keygen"], check=True, capture_output=True).stdout
    (identity,) = age_keys.parse_key_file(made)
    assert f"# public key: {identity.recipient}" in made.decode()
    path = tmp_path / "key"
    path.write_text(age_keys.format_key_file(IDENTITY, created="2026-01-01T00:00:00Z"))
    shown = subprocess.run(
        ["age-keygen", "-y", str(path)], check=True, capture_output=True, text=True
    ).stdout
    assert shown.strip() == str(IDENTITY.recipient)


@given(st.binary(max_size=300), st.integers(1, 3))
def test_every_recipient_opens_and_nobody_else(plain: bytes, count: int) -> None:
    keys = [age_keys.generate(os.urandom) for _ in range(count)]
    sealed = age.seal_bytes(plain, [key.recipient for key in keys], random=os.urandom)
    for key in keys:
        assert age.open_bytes(sealed, key) == plain
    with pytest.raises(AgeError) as caught:
        age.open_bytes(sealed, STRANGER)
    assert caught.value.code == "age-no-match"


@settings(max_examples=300)
@given(st.data())
def test_any_changed_bit_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(age.seal_bytes(b"exhibit", [IDENTITY.recipient], random=os.urandom))
    position = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[position // 8] ^= 1 << position % 8
    for reader in (in_memory, streamed):
        with pytest.raises(AgeError):
            reader(bytes(sealed), [IDENTITY])


@pytest.mark.parametrize(
    ("change", "chunk"),
    [
        (lambda s: s[:-1], 2),
        (lambda s: s + b"\0", 2),
        (lambda s: s[: -(100 + 16)], 1),
        (lambda s: s[: -(100 + 16)] + s[-(100 + 16) - 65552 : -(100 + 16)], 2),
    ],
    ids=["cut", "padded", "cut at a chunk", "a chunk repeated"],
)
def test_the_error_names_the_chunk(change: Callable[[bytes], bytes], chunk: int) -> None:
    sealed = age.seal_bytes(bytes(2 * CHUNK_BYTES + 100), [IDENTITY.recipient], random=os.urandom)
    for reader in (in_memory, streamed):
        with pytest.raises(AgeError) as caught:
            reader(change(sealed), [IDENTITY])
        assert (caught.value.code, caught.value.facts["chunk"]) == ("age-payload", chunk)


def test_a_writer_never_encrypts_after_its_final_chunk() -> None:
    writer = PayloadWriter(bytes(16), bytes(16))
    out = memoryview(bytearray(CHUNK_BYTES + 16))
    writer.encrypt_into(memoryview(b"x"), out, final=True)
    with pytest.raises(MisuseError):
        writer.encrypt_into(memoryview(b"x"), out, final=True)


@given(st.binary(max_size=2000))
def test_no_bytes_make_the_reader_raise_anything_else(data: bytes) -> None:
    for sample in (
        data,
        b"age-encryption.org/v1\n" + data,
        b"age-encryption.org/v1\n-> X25519 " + data,
    ):
        for reader in (in_memory, streamed):
            with pytest.raises(ComityError):
                reader(sample, [IDENTITY])
    with pytest.raises(ComityError):
        age_keys.parse_key_file(data)


@given(st.text(max_size=100))
def test_no_text_makes_the_key_parser_raise_anything_else(text: str) -> None:
    for parse in (age_keys.parse_recipient, age_keys.parse_identity):
        with pytest.raises(AgeKeyError):
            parse(text)


@given(st.binary(max_size=64))
def test_bech32_comes_back(data: bytes) -> None:
    assert bech32.decode(bech32.encode("age", data)) == ("age", data)


@pytest.mark.parametrize(
    "text",
    [
        "A12UEL5L",
        "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    ],
)
def test_bip173_valid_strings_are_accepted(text: str) -> None:
    bech32.decode(text)


@pytest.mark.parametrize(
    "text",
    ["", "1", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "a12UEL5L"],
)
def test_bip173_invalid_strings_are_refused(text: str) -> None:
    with pytest.raises(AgeKeyError):
        bech32.decode(text)


def test_an_identity_never_shows_its_secret() -> None:
    assert IDENTITY.text()[20:40] not in repr(IDENTITY)
    with pytest.raises(AgeKeyError) as caught:
        age_keys.parse_identity(IDENTITY.text()[:-1] + "Q")
    assert IDENTITY.text()[20:40] not in str(caught.value)

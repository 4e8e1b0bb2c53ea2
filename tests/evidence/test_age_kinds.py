"""Every kind of recipient, and armor: round trips, limits, and no second way to write a file."""

import io
import os
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.kit import HYBRID, IDENTITY

from comity.canonical.errors import ComityError
from comity.evidence import age, age_keys
from comity.evidence.age_armor import ArmorReader, ArmorWriter, without_armor
from comity.evidence.age_header import parse_header
from comity.evidence.age_scrypt import Passphrase
from comity.evidence.age_stanza import Unwrapper, Wrapper
from comity.keys import bech32
from comity.keys.bech32 import (
    AgeArmorError,
    AgeError,
    AgeHeaderError,
    AgeKeyError,
    AgeMixedError,
    AgePassphraseError,
)

pytestmark = pytest.mark.full  # passphrases are made costly

CHEAP = Passphrase(b"correct horse", write_log_n=1)
PAIRS: dict[str, tuple[Wrapper, Unwrapper]] = {
    "X25519": (IDENTITY.recipient, IDENTITY),
    "hybrid": (HYBRID.recipient, HYBRID),
    "passphrase": (CHEAP, CHEAP),
}
KIND = pytest.mark.parametrize("kind", PAIRS)


def armored(data: bytes, *, piece_bytes: int = 1 << 20) -> bytes:
    out = io.BytesIO()
    writer = ArmorWriter(out.write)
    for start in range(0, len(data), piece_bytes):
        writer.write(memoryview(data)[start : start + piece_bytes])
    writer.close()
    return out.getvalue()


def unarmored(text: bytes) -> bytes:
    source, out, buffer = ArmorReader(io.BytesIO(text)), bytearray(), memoryview(bytearray(1000))
    while size := source.readinto(buffer):
        out += buffer[:size]
    return bytes(out)


def opened(data: bytes, *openers: Unwrapper) -> bytes:
    out = io.BytesIO()
    age.decrypt_into(without_armor(io.BytesIO(data)), out.write, openers)
    return out.getvalue()


@KIND
@given(plain=st.binary(max_size=500), armor=st.booleans())
def test_what_is_sealed_for_one_opens_for_that_one_only(
    kind: str, plain: bytes, armor: bool
) -> None:
    recipient, _ = PAIRS[kind]
    sealed = age.seal_bytes(plain, [recipient], random=os.urandom)
    data = armored(sealed) if armor else sealed
    assert opened(data, *(one for _, one in PAIRS.values())) == plain
    others: list[Unwrapper] = [one for name, (_, one) in PAIRS.items() if name != kind]
    strangers: list[Unwrapper] = [
        age_keys.generate_hybrid(os.urandom),
        Passphrase(b"incorrect", max_log_n=1),
    ]
    with pytest.raises(AgeError) as caught:
        opened(data, *others, *strangers)
    assert caught.value.code == "age-no-match"


@settings(max_examples=200)
@given(st.data())
@KIND
def test_any_changed_bit_is_refused(kind: str, data: st.DataObject) -> None:
    recipient, _ = PAIRS[kind]
    openers: list[Unwrapper] = [IDENTITY, HYBRID, Passphrase(b"correct horse", max_log_n=9)]
    sealed = bytearray(age.seal_bytes(b"exhibit", [recipient], random=os.urandom))
    position = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[position // 8] ^= 1 << position % 8
    with pytest.raises(AgeError):
        opened(bytes(sealed), *openers)


def test_several_hybrid_recipients_each_open() -> None:
    keys = [age_keys.generate_hybrid(os.urandom) for _ in range(4)]
    sealed = age.seal_bytes(b"exhibit", [key.recipient for key in keys], random=os.urandom)
    assert [opened(sealed, key) for key in keys] == [b"exhibit"] * 4


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        [IDENTITY.recipient, HYBRID.recipient],
        [HYBRID.recipient, CHEAP],
        [CHEAP, CHEAP],
    ],
    ids=["nobody", "hybrid and plain", "passphrase and hybrid", "two passphrases"],
)
def test_a_file_is_never_written_for_several_kinds(recipients: list[Wrapper]) -> None:
    with pytest.raises(AgeMixedError):
        age.seal_bytes(b"exhibit", recipients, random=os.urandom)


# ------------------------------------------------------------------ passphrases


@pytest.mark.parametrize("words", [b"", b"x" * 1025], ids=["empty", "too long"])
def test_a_passphrase_that_cannot_serve_is_refused(words: bytes) -> None:
    with pytest.raises(AgePassphraseError):
        Passphrase(words)


def test_a_passphrase_is_written_with_work_factor_18_and_read_up_to_22() -> None:
    sealed = age.seal_bytes(b"exhibit", [Passphrase(b"words")], random=os.urandom)
    (stanza,) = parse_header(sealed).stanzas
    assert stanza.args[2] == b"18"
    assert opened(sealed, Passphrase(b"words")) == b"exhibit"
    costly = sealed.replace(b" 18\n", b" 23\n", 1)
    with pytest.raises(AgeHeaderError, match=r"over the limit of 2\^22") as caught:
        opened(costly, Passphrase(b"words"))
    assert caught.value.facts == {"log_n": 23, "max_log_n": 22}


def test_a_passphrase_never_shows() -> None:
    secret = Passphrase(b"open sesame", max_log_n=1)
    sealed = age.seal_bytes(b"exhibit", [CHEAP], random=os.urandom)
    with pytest.raises(AgeError) as caught:
        opened(sealed, secret)
    assert "sesame" not in repr(secret) + str(caught.value) + repr(caught.value.facts)


# ------------------------------------------------------------------ keys


@pytest.mark.parametrize("make", [age_keys.generate, age_keys.generate_hybrid])
def test_keys_of_both_kinds_come_back_from_a_key_file(
    make: Callable[[age_keys.Random], age_keys.Identity],
) -> None:
    made = [make(os.urandom), age_keys.generate(os.urandom), age_keys.generate_hybrid(os.urandom)]
    text = "".join(age_keys.format_key_file(one, created="2026-01-01T00:00:00Z") for one in made)
    read = age_keys.parse_key_file(text.encode())
    assert list(read) == made
    assert [age_keys.parse_recipient(str(one.recipient)) for one in read] == [
        one.recipient for one in made
    ]


@pytest.mark.parametrize(
    ("prefix", "data"),
    [
        ("age", bytes(32)),
        ("age", bytes(31)),
        ("age1pq", bytes(1216)),
        ("age1pq", b"\xff" * 1184 + HYBRID.recipient.public[1184:]),
        ("age1pq", HYBRID.recipient.public[:1184] + bytes(32)),
        ("age1pq", HYBRID.recipient.public[:-1]),
        ("age", HYBRID.recipient.public),
        ("age1tag", bytes(33)),
        ("age1tagpq", bytes(1249)),
    ],
)
def test_a_recipient_that_protects_nothing_or_is_no_key_is_refused(
    prefix: str, data: bytes
) -> None:
    with pytest.raises(AgeKeyError):
        age_keys.parse_recipient(bech32.encode(prefix, data))


def test_a_hybrid_identity_never_shows_its_secret() -> None:
    assert HYBRID.text()[25:45] not in repr(HYBRID)
    with pytest.raises(AgeKeyError) as caught:
        age_keys.parse_identity(HYBRID.text()[:-1] + "Q")
    assert HYBRID.text()[25:45] not in str(caught.value)


# ------------------------------------------------------------------ armor


@given(st.binary(min_size=1, max_size=2000), st.integers(1, 100))
def test_armor_comes_back_however_it_was_written(data: bytes, piece_bytes: int) -> None:
    text = armored(data, piece_bytes=piece_bytes)
    assert text == armored(data)
    assert unarmored(text) == data
    assert unarmored(b" \r\n\t\n" + text.replace(b"\n", b"\r\n") + b"\n \n") == data


def test_armor_of_many_pieces_comes_back() -> None:
    data = os.urandom(3_000_001)
    assert unarmored(armored(data, piece_bytes=70_000)) == data


@settings(max_examples=500)
@given(st.data())
def test_armor_that_was_changed_says_the_same_or_is_refused(data: st.DataObject) -> None:
    """No second armor of the same bytes but for white space around it and the ends of lines."""
    plain = data.draw(st.binary(min_size=1, max_size=200))
    text = bytearray(armored(plain))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 1))] = data.draw(st.binary(max_size=2))
    try:
        read = unarmored(bytes(text))
    except AgeArmorError:
        return
    assert bytes(text).strip().replace(b"\r\n", b"\n") == armored(read).strip()


@pytest.mark.parametrize(
    "text",
    [
        armored(b"x" * 48)[:-1] + b" y",
        armored(b"x" * 48).replace(b"\n", b"\n\n"),
        armored(b"x" * 100)[:-40],
        armored(b"x" * 48).replace(b"-----\n", b"-----\nHeader: value\n\n", 1),
        b"-----BEGIN AGE ENCRYPTED FILE-----\n-----END AGE ENCRYPTED FILE-----\n",
        b"-----BEGIN AGE FILE-----\n" + armored(b"x").split(b"\n", 1)[1],
        b"\n" * 1100 + armored(b"x"),
        armored(b"x") + b" " * 1100,
        armored(b"x") * 2,
        b"-----BEGIN AGE ENCRYPTED FILE-----\n" + b"A" * 100_000,
        armored(b"x").replace(b"eA==", b"eB=="),
    ],
    ids=[
        "text behind",
        "empty lines",
        "cut",
        "headers",
        "empty",
        "another label",
        "space before",
        "space behind",
        "twice",
        "endless line",
        "stray bits",
    ],
)
def test_armor_that_breaks_a_rule_is_refused_as_armor(text: bytes) -> None:
    with pytest.raises(AgeArmorError):
        unarmored(text)


def test_broken_armor_is_told_before_the_last_chunk_is_released() -> None:
    text = armored(age.seal_bytes(b"exhibit", [IDENTITY.recipient], random=os.urandom))
    for broken in (text + b"more", text[:-20], text.replace(b"\n-----END", b"\n=-----END")):
        out = io.BytesIO()
        with pytest.raises(AgeArmorError):
            age.decrypt_into(without_armor(io.BytesIO(broken)), out.write, [IDENTITY])
        assert out.getvalue() == b""


# ------------------------------------------------------------------ hostile bytes


@settings(max_examples=300)
@given(st.binary(max_size=400), st.sampled_from(["X25519", "mlkem768x25519", "scrypt"]))
def test_no_bytes_make_a_reader_raise_anything_else(data: bytes, kind: str) -> None:
    openers: list[Unwrapper] = [IDENTITY, HYBRID, Passphrase(b"words", max_log_n=4)]
    start = b"age-encryption.org/v1\n-> " + kind.encode() + b" "
    for sample in (data, start + data, armored(start + data)):
        with pytest.raises(ComityError):
            opened(sample, *openers)

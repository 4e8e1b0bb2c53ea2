"""The age test kit: every file gets its exact verdict, in memory and as a stream."""

import hashlib
import io
import os
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

from comity.evidence import age, age_keys
from comity.evidence.age_armor import ArmorReader, without_armor
from comity.evidence.age_errors import AgeError
from comity.evidence.age_scrypt import Passphrase
from comity.evidence.age_stanza import Unwrapper
from comity.evidence.age_stream import CHUNK_BYTES, NONCE_BYTES, SEALED_CHUNK_BYTES

SHARED = Path(os.environ.get("COMITY_SHARED", REPOSITORY.parent / "shared"))
TESTKIT = SHARED / "vectors" / "age-testkit"
CODES = {
    "success": "ok",
    "no match": "age-no-match",
    "HMAC failure": "age-hmac",
    "header failure": "age-header",
    "armor failure": "age-armor",
    "payload failure": "age-payload",
}


@dataclass
class Vector:
    """One file of the kit: an age file and what must come of it."""

    expect: str
    payload: str | None
    armored: bool
    data: bytes
    identities: list[Unwrapper] = field(default_factory=list)


def names() -> list[str]:
    return sorted(path.name for path in TESTKIT.glob("*")) if TESTKIT.is_dir() else []


def read(name: str) -> Vector:
    head, _, body = (TESTKIT / name).read_bytes().partition(b"\n\n")
    facts = [line.split(": ", 1) for line in head.decode().splitlines()]
    once = dict(facts)
    vector = Vector(
        expect=CODES[once["expect"]],
        payload=once.get("payload"),
        armored="armored" in once,
        data=zlib.decompress(body) if once.get("compressed") == "zlib" else body,
    )
    for key, value in facts:
        if key == "identity":
            vector.identities.append(age_keys.parse_identity(value))
        elif key == "passphrase":
            vector.identities.append(Passphrase(value.encode()))
    return vector


def streamed(vector: Vector, *, told: bool) -> tuple[str, bytes]:
    """Return the verdict, and what was released: ``told`` says beforehand that it is armored."""
    raw, out = io.BytesIO(vector.data), io.BytesIO()
    source: age.Source = raw
    if vector.armored or not told:
        source = ArmorReader(raw) if told else without_armor(raw)
    try:
        age.decrypt_into(source, out.write, vector.identities)
    except AgeError as error:
        return error.code, out.getvalue()
    return "ok", out.getvalue()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("told", [True, False], ids=["told", "recognised"])
def test_each_vector_gets_its_exact_verdict(name: str, *, told: bool) -> None:
    vector = read(name)
    verdict, released = streamed(vector, told=told)
    assert verdict == vector.expect
    if verdict == "ok":
        assert hashlib.sha256(released).hexdigest() == vector.payload
    elif verdict != "age-payload":
        assert released == b""


@pytest.mark.parametrize("name", names())
def test_the_reader_in_memory_agrees_and_takes_no_armor(name: str) -> None:
    vector = read(name)
    try:
        opened = age.open_bytes(vector.data, vector.identities)
        verdict, payload = "ok", hashlib.sha256(opened).hexdigest()
    except AgeError as error:
        verdict, payload = error.code, vector.payload
    if vector.armored:
        assert verdict in {"age-armor", "age-header"}
    else:
        assert (verdict, payload) == (vector.expect, vector.payload)


def payload_failures() -> list[str]:
    return [name for name in names() if read(name).expect == "age-payload"]


@pytest.mark.parametrize("name", payload_failures())
def test_before_a_payload_failure_all_chunks_that_hold_are_released(name: str) -> None:
    """The kit also counts a last chunk that something follows; we hold that one back."""
    vector = read(name)
    _, released = streamed(vector, told=True)
    if hashlib.sha256(released).hexdigest() != vector.payload:
        start = age.read_header(io.BytesIO(vector.data))[0].size_bytes + NONCE_BYTES
        chunks = len(released) // CHUNK_BYTES + 1
        cut = replace(vector, data=vector.data[: start + chunks * SEALED_CHUNK_BYTES])
        verdict, whole = streamed(cut, told=True)
        assert (verdict, hashlib.sha256(whole).hexdigest()) == ("ok", vector.payload)
        assert whole[: len(released)] == released

"""The age test kit: every file gets its exact verdict, in memory and as a stream."""

import hashlib
import io
from dataclasses import replace

import pytest
from tests.evidence.age_kit import Vector, names, read

from comity.evidence import age
from comity.evidence.age import CHUNK_BYTES, NONCE_BYTES, SEALED_CHUNK_BYTES
from comity.evidence.age_armor import ArmorReader, without_armor
from comity.keys.bech32 import AgeError


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
    verdict, payload = "ok", vector.payload
    try:
        payload = hashlib.sha256(age.open_bytes(vector.data, vector.identities)).hexdigest()
    except AgeError as error:
        verdict = error.code
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

"""A token counts only by a trusted authority, over these bytes, for this request, at its time."""

import json
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client import decode_timestamp_response
from tests.conftest import needs
from tests.ledger.authority import (
    GOOD,
    POLICY,
    REJECTED,
    STAMPED_AT,
    Authority,
    Impostor,
)
from tests.ledger.make_timestamps import FILE, OPENSSL_FILE, text
from tests.ledger.named_timestamps import misnamed
from tests.ledger.openssl_authority import OpensslAuthority
from tests.walks import every

from comity.canonical import PeerError, time_text, unb64
from comity.ledger.errors import (
    TimestampError,
    TimestampForeignError,
    TimestampImprintError,
    TimestampNonceError,
    TimestampPolicyError,
    TimestampRefusedError,
    TimestampRootError,
    TimestampUntrustedError,
)
from comity.ledger.timestamp import (
    MAX_RESPONSE_BYTES,
    Stamp,
    parse_roots,
    request,
    verify_stamp,
)
from comity.ledger.timestamp_der import with_sorted_certificates

NOTE = b"comity.live/vn/contact-point/1\n5\nAAAA\n\n\xe2\x80\x94 signature\n"
ROOTS = parse_roots([GOOD.root_pem])
TOKEN = GOOD.stamp(NOTE, at=STAMPED_AT, nonce=77)


def test_a_good_token_says_when_and_by_whom() -> None:
    assert verify_stamp(TOKEN, NOTE, roots=ROOTS, nonce=77, policy=POLICY) == Stamp(
        at=STAMPED_AT, authority=GOOD.name, serial=7, policy=POLICY
    )


def test_a_token_outlives_the_certificate_it_was_made_with() -> None:
    old = Authority("old", not_before=datetime(2021, 1, 1, tzinfo=UTC))
    short = Authority("old", old.not_before, datetime(2022, 1, 1, tzinfo=UTC))
    at = datetime(2021, 6, 1, tzinfo=UTC)
    assert verify_stamp(short.stamp(NOTE, at=at), NOTE, roots=[short.root]).at == at


@pytest.mark.parametrize("days", [-1, 366])
def test_a_token_outside_its_certificates_time_is_refused(days: int) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    short = Authority("short", begin, begin + timedelta(days=365))
    token = short.stamp(NOTE, at=begin + timedelta(days=days))
    with pytest.raises(TimestampUntrustedError):
        verify_stamp(token, NOTE, roots=[short.root])


def test_a_fraction_of_a_second_is_dropped() -> None:
    token = GOOD.stamp(NOTE, at=STAMPED_AT.replace(microsecond=500_000))
    assert verify_stamp(token, NOTE, roots=ROOTS).at == STAMPED_AT


def test_a_token_of_other_bytes_is_refused() -> None:
    with pytest.raises(TimestampImprintError):
        verify_stamp(TOKEN, NOTE + b"\n", roots=ROOTS)


@pytest.mark.parametrize("nonce", [78, None])
def test_a_token_that_answers_another_request_is_refused(nonce: int | None) -> None:
    token = GOOD.stamp(NOTE, at=STAMPED_AT, nonce=nonce)
    with pytest.raises(TimestampNonceError):
        verify_stamp(token, NOTE, roots=ROOTS, nonce=77)


def test_a_token_under_another_policy_is_refused() -> None:
    with pytest.raises(TimestampPolicyError):
        verify_stamp(TOKEN, NOTE, roots=ROOTS, policy="1.2.3")


def test_a_token_by_an_authority_that_is_not_trusted_counts_for_nothing() -> None:
    with pytest.raises(TimestampForeignError):
        verify_stamp(Authority("two").stamp(NOTE, at=STAMPED_AT), NOTE, roots=ROOTS)
    with pytest.raises(TimestampForeignError):
        verify_stamp(TOKEN, NOTE, roots=())


def test_an_authority_that_borrows_a_trusted_name_is_refused() -> None:
    token = Impostor("thief").stamp(NOTE, at=STAMPED_AT)
    with pytest.raises(TimestampUntrustedError):
        verify_stamp(token, NOTE, roots=ROOTS)


def test_a_certificate_that_is_not_for_time_stamping_is_refused() -> None:
    server = Authority("server", usage=ExtendedKeyUsageOID.SERVER_AUTH)
    with pytest.raises(TimestampUntrustedError):
        verify_stamp(server.stamp(NOTE, at=STAMPED_AT), NOTE, roots=[server.root])


def test_a_token_without_its_certificate_is_refused() -> None:
    with pytest.raises(TimestampError) as raised:
        verify_stamp(GOOD.stamp(NOTE, at=STAMPED_AT, certificates=False), NOTE, roots=ROOTS)
    assert raised.value.code == "timestamp-malformed"


def test_an_authority_that_declines_is_no_proof() -> None:
    with pytest.raises(TimestampRefusedError):
        verify_stamp(GOOD.stamp(NOTE, at=STAMPED_AT, status=REJECTED), NOTE, roots=ROOTS)


def test_what_is_too_large_is_not_read() -> None:
    with pytest.raises(TimestampError):
        verify_stamp(bytes(MAX_RESPONSE_BYTES + 1), NOTE, roots=ROOTS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no certificate",
        "zertifikat \xe4",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        GOOD.root_pem * 2,
    ],
)
def test_a_root_that_is_no_certificate_or_several_is_refused(text: str) -> None:
    with pytest.raises(TimestampRootError):
        parse_roots([text])


@pytest.mark.filterwarnings("ignore:Parsed a serial number")  # of a spoilt certificate
@pytest.mark.parametrize("bits", [0x01, 0x08, 0x20, 0x80, 0xFF])
def test_a_changed_byte_never_changes_what_a_token_says(bits: int) -> None:
    free = 0
    for place in range(len(TOKEN)):
        spoilt = bytearray(TOKEN)
        spoilt[place] ^= bits
        try:
            said = verify_stamp(bytes(spoilt), NOTE, roots=ROOTS, nonce=77)
        except PeerError:
            continue
        free += 1
        assert (said.at, said.authority, said.serial) == (STAMPED_AT, GOOD.name, 7)
    assert free <= 12, "versions and the name of the signature's algorithm, which nothing signs"


@given(st.binary(max_size=400))
def test_any_bytes_get_a_verdict(data: bytes) -> None:
    with pytest.raises(TimestampError):
        verify_stamp(data, NOTE, roots=ROOTS)


def judged(folder: Path, token: bytes, note: bytes, root: str, *more: str) -> bool:
    """Return openssl's verdict; it judges as of today, unless told ``-attime``."""
    for name, data in (("X.tsr", token), ("NOTE", note), ("root.pem", root.encode())):
        (folder / name).write_bytes(data)
    command = [needs("openssl"), "ts", "-verify", "-in", "X.tsr", "-data", "NOTE"]
    done = subprocess.run(
        [*command, "-CAfile", "root.pem", *more], cwd=folder, capture_output=True, check=False
    )
    return done.returncode == 0


def test_openssl_agrees_about_good_and_spoilt_tokens(tmp_path: Path) -> None:
    assert judged(tmp_path, TOKEN, NOTE, GOOD.root_pem)
    assert not judged(tmp_path, TOKEN, NOTE + b"\n", GOOD.root_pem)
    assert not judged(tmp_path, TOKEN[:-1] + bytes([TOKEN[-1] ^ 1]), NOTE, GOOD.root_pem)
    assert not judged(tmp_path, TOKEN, NOTE, Authority("two").root_pem)


def test_openssl_reads_our_request_and_its_answer_is_good(tmp_path: Path) -> None:
    asked = request(NOTE)
    (tmp_path / "q.tsq").write_bytes(asked.as_bytes())
    command = [needs("openssl"), "ts", "-query", "-in", "q.tsq", "-text"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Hash Algorithm: sha256" in done.stdout
    assert "Certificate required: yes" in done.stdout
    token = GOOD.stamp(NOTE, at=STAMPED_AT, nonce=asked.nonce)
    assert verify_stamp(token, NOTE, roots=ROOTS, nonce=asked.nonce).at == STAMPED_AT


def test_certificates_in_any_order_are_read_and_nothing_else_is_moved() -> None:
    token = GOOD.stamp(NOTE, at=STAMPED_AT, chain=True)
    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        decode_timestamp_response(token)
    assert verify_stamp(token, NOTE, roots=ROOTS).at == STAMPED_AT
    ordered = with_sorted_certificates(token)
    assert sorted(ordered) == sorted(token)
    assert with_sorted_certificates(ordered) == ordered
    assert with_sorted_certificates(TOKEN) == TOKEN


@given(st.binary(max_size=200), st.integers(0, len(TOKEN)), st.booleans())
def test_ordering_certificates_keeps_every_byte_of_whatever_comes(
    data: bytes, place: int, inside: bool
) -> None:
    raw = TOKEN[:place] + data + TOKEN[place + len(data) :] if inside else data
    assert sorted(with_sorted_certificates(raw)) == sorted(raw)


def test_a_token_of_openssl_with_the_chain_in_it_is_read(tmp_path: Path) -> None:
    authority = OpensslAuthority(tmp_path / "tsa", chained=True)
    asked = request(NOTE)
    token = authority.answer(asked.as_bytes())
    roots = parse_roots([authority.root.read_text("ascii")])
    stamp = verify_stamp(token, NOTE, roots=roots, nonce=asked.nonce)
    assert stamp.authority == "CN=Loopback tsa"
    assert judged(tmp_path, token, NOTE, authority.root.read_text("ascii"))


# ------------------------------------------------------------------ vectors

VECTORS = json.loads(FILE.read_text("utf-8"))["vectors"]
OPENSSL_VECTORS = json.loads(OPENSSL_FILE.read_text("utf-8"))["vectors"]


@every("vector", [*VECTORS, *OPENSSL_VECTORS], ids=lambda vector: vector["name"])
def test_a_vector_has_its_stated_verdict(vector: dict[str, Any]) -> None:
    assert verdict(vector["input"]) == (vector["expect"], vector.get("says"))


def verdict(given: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """Return ok with what the token says, or the error's code."""
    try:
        stamp = verify_stamp(
            unb64(given["response"]),
            given["note"].encode(),
            roots=parse_roots(given["roots"]),
            nonce=given["nonce"],
            policy=given["policy"],
        )
    except PeerError as error:
        return error.code, None
    return "ok", {**asdict(stamp), "at": time_text(stamp.at)}


def test_most_vectors_must_fail_and_the_file_can_be_made_again() -> None:
    bad = [vector for vector in VECTORS if vector["expect"] != "ok"]
    assert len(bad) > 2 * (len(VECTORS) - len(bad))
    assert FILE.read_text("utf-8") == text()


def test_openssl_agrees_about_good_vectors_and_those_of_another_note(tmp_path: Path) -> None:
    said, at = {}, str(int(STAMPED_AT.timestamp()))
    for vector in VECTORS:
        given = vector["input"]
        if vector["expect"] in {"ok", "timestamp-imprint"}:
            response, roots = unb64(given["response"]), "".join(given["roots"])
            good = judged(tmp_path, response, given["note"].encode(), roots, "-attime", at)
            said[vector["name"]] = good == (vector["expect"] == "ok")
    assert len(said) == 14
    assert all(said.values()), said


LAXER = {
    "named in version 2 by sha1",
    "named in version 2 by sha224",
    "named in version 2 by sha3_256",
    "named by a hash with a parameter",
    "one attribute with two values",
}
"""Openssl takes any hash that it has, whatever its parameters, and the first value."""


def test_openssl_refuses_a_token_that_does_not_name_its_certificate(tmp_path: Path) -> None:
    at = str(int(STAMPED_AT.timestamp()))
    taken = {
        name
        for name, response in misnamed(NOTE)
        if judged(tmp_path, response, NOTE, GOOD.root_pem, "-attime", at)
    }
    assert taken == LAXER

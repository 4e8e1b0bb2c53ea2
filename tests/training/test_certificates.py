"""A certificate is worth what its authority's key, the dates and the newest list say, no more."""

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as judge_jws
from joserfc.jwk import OKPKey
from tests.directory.world import START, key
from tests.training.making import (
    KEY,
    NOW,
    certificate,
    issued,
    listing,
    status,
    trusted,
    wrapped,
)

from comity.canonical import MisuseError, PeerError, b64, decode, encode, unb64
from comity.keys.jws import parse_compact, sign_compact
from comity.papers.training_certificate import TrainingVerdict, check_training
from comity.training.certificates import decode_bits, encode_bits, issue, parse_status_list
from comity.training.credential import LIST_BITS, parse_certificate
from comity.training.errors import StatusListError, TrainingCertificateError
from comity.training.record import TrainingRecord, read_record
from comity.training.register import Register, parse_register


def words(found: TrainingVerdict) -> dict[str, str]:
    return {said.what: said.word for said in found.findings}


def judged(record: TrainingRecord, **changes: Any) -> TrainingVerdict:
    told: dict[str, Any] = {"trust": trusted(), "now": NOW, "status": listing()}
    return check_training(record, **(told | changes))


def altered(change: Callable[[dict[str, Any]], None]) -> TrainingRecord:
    """Return a certificate whose payload was changed after it was signed."""
    text = issued().credential
    head, body, value = text.split(".")
    told = decode(unb64(body), max_bytes=100_000)
    change(told)
    return wrapped(f"{head}.{b64(encode(told))}.{value}")


def test_a_certificate_with_trust_and_the_newest_list_is_proved() -> None:
    found = judged(issued())
    assert (found.verdict, found.exit_status) == ("proved", 0)
    assert words(found) == {
        "signature": "proved",
        "dates": "proved",
        "withdrawn": "proved",
        "training": "attested",
        "person": "unknown",
    }


def test_without_a_list_it_is_unknown_whether_it_was_withdrawn() -> None:
    found = judged(issued(), status=None)
    assert (found.verdict, words(found)["withdrawn"]) == ("proved", "unknown")


def test_without_a_trust_file_nothing_is_proved_of_its_origin() -> None:
    found = judged(issued(), trust=None)
    assert (found.verdict, found.exit_status) == ("consistent", 3)
    assert words(found)["signature"] == "not-proved"


FORGED: dict[str, tuple[Callable[[], TrainingRecord], dict[str, Any], str]] = {
    "another key": (
        lambda: wrapped(issue(certificate(), key("thief")).text),
        {},
        "key-unknown",
    ),
    "a key of another use": (
        lambda: wrapped(issue(certificate(), key(KEY)).text, use="export"),
        {"status": None},
        "key-use",
    ),
    "another name": (
        lambda: altered(
            lambda told: told["credentialSubject"]["identifier"][0].update(identityHash="Eve")
        ),
        {},
        "signature-invalid",
    ),
    "another function": (
        lambda: altered(lambda told: told["credentialSubject"].update(role="minister")),
        {},
        "signature-invalid",
    ),
    "a longer life": (
        lambda: altered(lambda told: told.update(validUntil="2030-01-01T00:00:00Z")),
        {},
        "signature-invalid",
    ),
    "expired": (
        issued,
        {"now": START + timedelta(days=201), "status": None},
        "training-certificate-expired",
    ),
    "not valid yet": (
        issued,
        {"now": START + timedelta(days=9), "status": None},
        "training-certificate-expired",
    ),
    "withdrawn": (
        issued,
        {"status": listing(withdrawn=frozenset({4711}))},
        "training-certificate-revoked",
    ),
    "an old list": (issued, {"now": START + timedelta(days=60)}, "status-list-old"),
    "another list": (issued, {"status": listing(number=2)}, "status-list"),
    "a certificate as its list": (issued, {"status": issued()}, "member"),
    "exercise for live": (
        lambda: issued(mode="exercise"),
        {"status": None},
        "training-certificate-mode",
    ),
}


@pytest.mark.parametrize("case", sorted(FORGED))
def test_what_is_forged_altered_expired_withdrawn_or_played_is_refused(case: str) -> None:
    made, changes, code = FORGED[case]
    found = judged(made(), **changes)
    assert (found.verdict, found.exit_status) == ("failed", 1)
    assert found.findings[0].code == code or code == "member"


def test_an_exercise_certificate_is_proved_for_an_exercise_only() -> None:
    found = judged(issued(mode="exercise"), trust=trusted("exercise"), status=None)
    assert found.verdict == "proved"


def test_a_list_that_another_party_signed_withdraws_nothing_and_clears_nothing() -> None:
    found = judged(issued(), status=listing(party="vn/police"))
    assert found.verdict == "failed"


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "A\u202eB"},
        {"name": "x" * 201},
        {"function": "Not a key"},
        {"index": LIST_BITS},
        {"valid_until": START},
        {"party": "VN"},
    ],
)
def test_what_no_certificate_holds_is_not_signed(change: dict[str, Any]) -> None:
    with pytest.raises((PeerError, MisuseError)):
        issue(certificate(**change), key(KEY))


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(evidence=[]),
        lambda told: told["credentialSubject"].update(id="mailto:a@example.org"),
        lambda told: told["credentialSubject"]["identifier"].append({}),
        lambda told: told.update(type=["VerifiableCredential"]),
        lambda told: told["issuer"].update(id="https://example.org"),
        lambda told: told["credentialStatus"].update(
            statusListCredential="comity:live/za/police/training/status/1"
        ),
        lambda told: told["credentialStatus"].update(statusListIndex="04711"),
        lambda told: told.update(name="Another title"),
        lambda told: told.pop("validUntil"),
    ],
)
def test_a_credential_with_more_less_or_other_members_is_refused(
    change: Callable[[dict[str, Any]], object],
) -> None:
    told = certificate().value()
    change(told)
    with pytest.raises(PeerError):
        parse_certificate(encode(told))


def test_it_has_the_shape_of_open_badges_and_holds_only_name_and_function() -> None:
    told = certificate().value()
    assert told["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    subject = told["credentialSubject"]
    assert set(subject) == {"achievement", "identifier", "role", "type"}
    assert subject["identifier"] == [
        {
            "hashed": False,
            "identityHash": "Nguyễn Thị Hoa",
            "identityType": "name",
            "type": "IdentityObject",
        }
    ]
    assert parse_certificate(encode(told)) == certificate()


def test_another_library_verifies_the_jws_and_reads_the_header() -> None:
    text = issued().credential
    public = OKPKey.import_key(dict(key(KEY).public.jwk))
    found = judge_jws.deserialize_compact(text, public, algorithms=["Ed25519"])
    assert json.loads(found.payload) == certificate().value()
    header = json.loads(unb64(text.split(".")[0]))
    assert (header["typ"], header["cty"]) == ("vc+jwt", "vc")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + ".",
        lambda text: text.replace(".", "..", 1),
        lambda text: text + "=",
        lambda text: "é" + text,
        lambda text: (
            b64(b'{"alg":"none","cty":"vc","kid":"x","typ":"vc+jwt"}') + text[text.index(".") :]
        ),
        lambda text: (
            b64(b'{"alg":"Ed25519","cty":"vc","kid":"x","typ":"JWT"}') + text[text.index(".") :]
        ),
        lambda text: (
            b64(b'{"alg":"Ed25519","crit":["b64"],"cty":"vc","kid":"x","typ":"vc+jwt"}')
            + text[text.index(".") :]
        ),
    ],
)
def test_another_form_of_jws_is_refused(spoil: Callable[[str], str]) -> None:
    with pytest.raises(PeerError):
        parse_compact(spoil(issued().credential))


def test_a_key_for_certificates_signs_nothing_of_the_protocol_by_accident() -> None:
    signed = sign_compact(b"{}", key(KEY))
    assert signed.signing_input.startswith(b64(b'{"alg":"Ed25519","cty":"vc"').encode()[:20])


# ------------------------------------------------------------------ the list and the register


@given(st.frozensets(st.integers(0, LIST_BITS - 1), max_size=40))
def test_every_set_of_places_comes_back(places: frozenset[int]) -> None:
    assert decode_bits(encode_bits(places)) == places


def test_the_first_place_is_the_leftmost_bit() -> None:
    bits = gzip.decompress(unb64(encode_bits({0, 9})[1:]))
    assert (bits[:2], len(bits)) == (b"\x80\x40", 16_384)


@pytest.mark.parametrize(
    "text",
    [
        "z" + encode_bits(())[1:],
        "u" + b64(b"not gzip"),
        "u" + b64(gzip.compress(bytes(16_383), mtime=0)),
        "u" + b64(gzip.compress(bytes(16_385), mtime=0)),
        "u" + b64(gzip.compress(bytes(50_000_000), mtime=0)),
        "u" + b64(gzip.compress(bytes(16_384), mtime=0) + b"more"),
        encode_bits(())[:-8],
    ],
    ids=["another base", "no gzip", "shorter", "longer", "much longer", "more behind", "cut off"],
)
def test_another_list_is_refused_and_never_unpacked_beyond_its_length(text: str) -> None:
    with pytest.raises(PeerError):
        decode_bits(text)


def test_a_list_is_not_one_of_another_issuer() -> None:
    told = status().value() | {"issuer": "comity:live/za/police"}
    with pytest.raises(StatusListError):
        parse_status_list(encode(told))


def test_a_register_gives_each_place_once_and_names_nobody() -> None:
    register = Register(mode="live", party="vn/contact-point")
    draws = iter([5, 5, 5, 6])
    first = certificate(index=register.free(lambda _: next(draws)))
    register = register.with_given(first)
    second = certificate(
        id="01936d5e-0000-7000-8000-000000000002", index=register.free(lambda _: next(draws))
    )
    register = register.with_given(second)
    assert [row.index for row in register.rows] == [5, 6]
    assert b"Hoa" not in register.encode()
    assert parse_register(register.encode()) == register
    with pytest.raises(MisuseError):
        register.with_given(second)
    with pytest.raises(MisuseError):
        register.with_given(certificate(mode="exercise"))


def test_a_certificate_is_withdrawn_once_and_with_a_reason() -> None:
    register = Register(mode="live", party="vn/contact-point").with_given(certificate())
    with pytest.raises(MisuseError):
        register.with_withdrawn(certificate().id, reason=" ", at=NOW)
    gone = register.with_withdrawn(certificate().id, reason="Left the service", at=NOW)
    assert not register.withdrawn
    assert gone.withdrawn == frozenset({4711})
    with pytest.raises(MisuseError):
        gone.with_withdrawn(certificate().id, reason="Again", at=NOW)


# ------------------------------------------------------------------ a cohort, and anybody's bytes


def test_of_a_cohort_of_300_each_is_proved_and_the_one_withdrawn_is_not() -> None:
    register = Register(mode="live", party="vn/contact-point")
    made = []
    for number in range(300):
        place = int.from_bytes(hashlib.sha256(str(number).encode()).digest()) % LIST_BITS
        one = certificate(
            id=f"01936d5e-0000-7000-8000-{number:012d}",
            name=f"Officer {number}",
            index=place,
        )
        register = register.with_given(one)
        made.append(one)
    register = register.with_withdrawn(made[7].id, reason="Left", at=NOW)
    current = listing(withdrawn=register.withdrawn)
    verdicts = {
        number: judged(wrapped(issue(made[number], key(KEY)).text), status=current).verdict
        for number in (0, 7, 150, 299)
    }
    assert verdicts == {0: "proved", 7: "failed", 150: "proved", 299: "proved"}


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_coded_error(data: bytes) -> None:
    for read in (read_record, parse_certificate, parse_status_list, parse_register):
        with pytest.raises(PeerError):
            read(data)


def test_a_certificate_that_reads_as_something_else_is_not_signed() -> None:
    odd = replace(certificate(), version=0)
    with pytest.raises(TrainingCertificateError):
        odd.payload()


@given(st.text(alphabet="ABCabc019-_.=\u00e9", max_size=200))
def test_no_text_is_taken_for_a_credential(text: str) -> None:
    with pytest.raises(PeerError):
        parse_compact(text)

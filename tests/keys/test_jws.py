"""JWS in one spelling, judged by another library: spec section 5; RFC 7515, 9864."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as judge
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey, OKPKey

from comity.canonical import MisuseError, PeerError, b64, encode, unb64
from comity.keys import ALGORITHMS, PrivateKey, jws

ED, ES = (PrivateKey.from_seed(b"\1" * 32, alg=alg) for alg in ALGORITHMS)
KEYS = {k.kid: k.public for k in (ED, ES)}
PAYLOAD = encode({"a": 1})


def code_of(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(PeerError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def signed(*signers: PrivateKey, thing: str = "message") -> jws.Jws:
    return jws.sign(PAYLOAD, signers or (ED,), thing=thing, mode="live")


def judged(value: Any, private: PrivateKey) -> bytes:
    kind: Any = OKPKey if private.alg == "Ed25519" else ECKey
    public = kind.import_key(private.public.jwk)
    return bytes(judge.deserialize_json(value, public, algorithms=[private.alg]).payload or b"")


@pytest.mark.parametrize("private", [ED, ES], ids=ALGORITHMS)
def test_another_library_verifies_ours_and_refuses_a_spoilt_copy(private: PrivateKey) -> None:
    value = json.loads(signed(private).record)
    assert judged(value, private) == PAYLOAD
    spoilt = {**value, "payload": b64(encode({"a": 2}))}
    with pytest.raises(BadSignatureError):
        judged(spoilt, private)


@pytest.mark.parametrize("private", [ED, ES], ids=ALGORITHMS)
def test_we_verify_what_another_library_signed(private: PrivateKey) -> None:
    kind: Any = OKPKey if private.alg == "Ed25519" else ECKey
    secret = kind.import_key(private.private_jwk)
    header = {"alg": private.alg, "kid": private.kid, "typ": "comity-1.message.live"}
    made = judge.serialize_json([{"protected": header}], PAYLOAD, secret, algorithms=[private.alg])
    # their header's spelling decides: sorted members make it canonical
    read = jws.parse(encode(dict(made)))
    assert jws.verify(read, KEYS, thing="message", mode="live") == (private.kid,)


def test_several_signatures_are_each_checked() -> None:
    both = signed(ED, ES)
    assert jws.verify(both, KEYS, thing="message", mode="live") == (ED.kid, ES.kid)
    value = both.value
    value["signatures"][1]["signature"] = value["signatures"][0]["signature"]
    spoilt = jws.parse_value(value)
    assert code_of(jws.verify, spoilt, KEYS, thing="message", mode="live") == "signature-invalid"


def test_a_signature_by_a_key_that_may_not_sign_this_is_none() -> None:
    assert code_of(
        jws.verify, signed(ED, ES), {ED.kid: ED.public}, thing="message", mode="live"
    ) == ("key-unknown")


def test_the_key_decides_the_algorithm() -> None:
    value = signed(ED).value
    header = {"alg": "ES256", "kid": ED.kid, "typ": "comity-1.message.live"}
    value["signatures"][0]["protected"] = b64(encode(header))
    read = jws.parse_value(value)
    assert code_of(jws.verify, read, KEYS, thing="message", mode="live") == "key-unknown"


@pytest.mark.parametrize(
    ("thing", "mode"), [("message", "exercise"), ("receipt", "live"), ("bundle", "exercise")]
)
def test_another_thing_or_mode_is_refused_before_any_key_is_asked(thing: str, mode: Any) -> None:
    assert code_of(jws.verify, signed(), {}, thing=thing, mode=mode) == "typ-mismatch"


def header(**changes: Any) -> str:
    plain = {"alg": "Ed25519", "kid": ED.kid, "typ": "comity-1.message.live"}
    return b64(encode({k: v for k, v in (plain | changes).items() if v is not ...}))


def spoilt(**row: Any) -> dict[str, Any]:
    value = signed().value
    value["signatures"][0] |= row
    return value  # type: ignore[no-any-return]


SHAPES: dict[str, tuple[Any, str]] = {
    "no object": ([], "member-malformed"),
    "flattened serialization": (
        {"payload": "", "protected": header(), "signature": b64(bytes(64))},
        "member-malformed",
    ),
    "a foreign member": ({**signed().value, "x": 1}, "member-malformed"),
    "no signature": ({**signed().value, "signatures": []}, "jws-malformed"),
    "too many signatures": (
        {**signed().value, "signatures": signed().value["signatures"] * 17},
        "jws-malformed",
    ),
    "one key twice": (
        {**signed().value, "signatures": signed().value["signatures"] * 2},
        "jws-malformed",
    ),
    "an unprotected header": (spoilt(header={"kid": "x"}), "member-malformed"),
    "an unknown algorithm": (spoilt(protected=header(alg="none")), "jws-malformed"),
    "the old name of Ed25519": (spoilt(protected=header(alg="EdDSA")), "jws-malformed"),
    "a header member more": (spoilt(protected=header(jwk={})), "member-malformed"),
    "a critical extension": (spoilt(protected=header(crit=["b64"])), "member-malformed"),
    "a header member less": (spoilt(protected=header(typ=...)), "member-malformed"),
    "a header not canonical": (
        spoilt(protected=b64(json.dumps({"alg": "Ed25519", "kid": "", "typ": ""}).encode())),
        "not-canonical",
    ),
    "a long header": (spoilt(protected=header(typ="x" * 600)), "oversize"),
    "padded base64": ({**signed().value, "payload": "YQ=="}, "base64-malformed"),
    "stray bits": ({**signed().value, "payload": "YR"}, "base64-malformed"),
    "a short signature": (spoilt(signature=b64(bytes(63))), "base64-malformed"),
    "different things": (
        {
            "payload": signed().value["payload"],
            "signatures": signed().value["signatures"]
            + signed(ES, thing="receipt").value["signatures"],
        },
        "jws-malformed",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_another_shape_is_refused(name: str) -> None:
    value, code = SHAPES[name]
    assert code_of(jws.parse_value, value) == code
    assert code_of(jws.parse, encode(value)) == code


def test_bytes_that_are_not_canonical_are_refused_even_if_the_signature_fits() -> None:
    record = signed().record
    assert code_of(jws.parse, record.replace(b",", b", ", 1)) == "not-canonical"
    assert code_of(jws.parse, record, max_bytes=len(record) - 1) == "oversize"


def test_a_thing_that_does_not_exist_is_a_misuse() -> None:
    with pytest.raises(MisuseError):
        jws.sign(b"", [ED], thing="letter", mode="live")


def test_a_record_reads_back_to_the_same_jws() -> None:
    one = signed(ED, ES)
    assert jws.parse(one.record) == one == jws.parse_value(one.value)


@settings(deadline=None)
@given(st.integers(0, 2000), st.integers(0, 255))
def test_a_changed_byte_never_verifies(place: int, byte: int) -> None:
    record = bytearray(signed(ED, ES).record)
    place %= len(record)
    if record[place] == byte:
        return
    record[place] = byte
    with pytest.raises(PeerError):
        jws.verify(jws.parse(bytes(record)), KEYS, thing="message", mode="live")


@settings(deadline=None)
@given(
    st.binary(max_size=300)
    | st.builds(
        lambda p, h, s: encode({"payload": p, "signatures": [{"protected": h, "signature": s}]}),
        st.text(st.sampled_from("AZaz09-_=+"), max_size=9),
        st.binary(max_size=40).map(b64) | st.just(header()),
        st.just(b64(bytes(64))) | st.text(st.characters(codec="ascii")),
    )
)
def test_no_bytes_raise_anything_but_an_error_of_the_peer(data: bytes) -> None:
    try:
        read = jws.parse(data)
    except PeerError:
        return
    assert unb64(read.value["payload"]) == read.payload

"""Two suites behind one pair of types: spec section 5; RFC 8032, 7518, 7638, 8037."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.canonical import MisuseError, PeerError, b64, unb64
from comity.keys import ALGORITHMS, PrivateKey, PublicKey
from comity.keys.suites import _SMALL_ORDER

# RFC 8037 appendix A.1 to A.4
D = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
A4_INPUT = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
A4_SIGNATURE = (
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
# RFC 7515 appendix A.3
ES = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
A3_INPUT = (
    b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog"
    b"Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
)
A3_SIGNATURE = (
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)


def key(alg: str) -> PrivateKey:
    return PrivateKey.from_seed(bytes(range(1, 33)), alg=alg)


def test_the_published_okp_example_gives_its_thumbprint_and_its_signature() -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": X}
    assert PublicKey.from_jwk(jwk).kid == THUMBPRINT
    assert PublicKey.from_jwk(jwk).jwk == jwk
    private = PrivateKey.from_jwk({**jwk, "d": D})
    assert b64(private.sign(A4_INPUT)) == A4_SIGNATURE


def test_the_published_es256_example_verifies_and_a_spoilt_one_does_not() -> None:
    public = PublicKey.from_jwk(ES)
    public.verify(unb64(A3_SIGNATURE), A3_INPUT)
    with pytest.raises(PeerError) as caught:
        public.verify(unb64(A3_SIGNATURE), A3_INPUT + b"x")
    assert caught.value.code == "signature-invalid"


@pytest.mark.parametrize("alg", ALGORITHMS)
@settings(deadline=None)
@given(data=st.binary(max_size=100), bit=st.integers(0, 511))
def test_a_signature_verifies_and_no_other_bit_pattern_does(
    alg: str, data: bytes, bit: int
) -> None:
    private = key(alg)
    signature = private.sign(data)
    assert len(signature) == 64
    private.public.verify(signature, data)
    spoilt = bytearray(signature)
    spoilt[bit // 8] ^= 1 << bit % 8
    for wrong, over in ((bytes(spoilt), data), (signature, data + b"\0")):
        with pytest.raises(PeerError) as caught:
            private.public.verify(wrong, over)
        assert caught.value.code == "signature-invalid"


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.parametrize("size_bytes", [0, 1, 63, 65, 72])
def test_a_signature_of_another_length_is_refused(alg: str, size_bytes: int) -> None:
    with pytest.raises(PeerError) as caught:
        key(alg).public.verify(bytes(size_bytes), b"")
    assert caught.value.code == "signature-invalid"


def test_es256_in_der_is_no_signature_here() -> None:
    private = key("ES256")
    raw = private.sign(b"x")
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    with pytest.raises(PeerError):
        private.public.verify(der, b"x")


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_key_file_reads_back_and_refuses_foreign_halves(alg: str) -> None:
    private, other = key(alg), PrivateKey.from_seed(b"\7" * 32, alg=alg)
    assert PrivateKey.from_jwk(private.private_jwk).kid == private.kid
    with pytest.raises(PeerError) as caught:
        PrivateKey.from_jwk({**private.private_jwk, "d": other.private_jwk["d"]})
    assert caught.value.code == "key-malformed"


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_private_key_never_prints_its_secret(alg: str) -> None:
    private = key(alg)
    assert private.private_jwk["d"] not in repr(private) + str(private)


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        [],
        "x",
        {},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kty": "OKP", "crv": "Ed25519", "x": X, "d": D},
        {"kty": "OKP", "crv": "Ed25519", "x": X, "kid": "a"},
        {"kty": "OKP", "crv": "Ed25519", "x": X, "y": X},
        {"kty": "OKP", "crv": "Ed25519", "x": X + "="},
        {"kty": "OKP", "crv": "Ed25519", "x": X[:-2]},
        {"kty": "OKP", "crv": "Ed25519", "x": 5},
        {"kty": "OKP", "crv": "X25519", "x": X},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "oct", "k": X},
        {"kty": ["OKP"], "crv": {"a": 1}, "x": X},
        {**ES, "crv": "P-384"},
        {**ES, "x": X},
        {**ES, "y": b64(bytes(32))},
        {**ES, "y": b64(b"\xff" * 32)},
        {**ES, "x": b64(bytes(33))},
        {"kty": "EC", "crv": "P-256", "x": ES["x"]},
    ],
)
def test_what_is_no_public_key_of_the_two_kinds_is_refused(jwk: object) -> None:
    with pytest.raises(PeerError) as caught:
        PublicKey.from_jwk(jwk)
    assert caught.value.code == "key-malformed"


def test_points_under_which_one_signature_fits_many_messages_are_refused() -> None:
    weak = [y.to_bytes(32, "little") for y in sorted(_SMALL_ORDER)]
    weak += [bytes([*raw[:31], raw[31] | 0x80]) for raw in weak]
    misspelt = [(2**255 - 19 + n).to_bytes(32, "little") for n in range(19)]
    for raw in weak + misspelt:
        with pytest.raises(PeerError) as caught:
            PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": b64(raw)})
        assert caught.value.code == "key-malformed"


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "d"]),
        st.sampled_from(["OKP", "EC", "Ed25519", "P-256", X, ES["x"], ES["y"]])
        | st.none()
        | st.integers()
        | st.text()
        | st.lists(st.text()),
    )
)
def test_no_jwk_raises_anything_but_an_error_of_the_peer(jwk: dict[str, object]) -> None:
    for read in (PublicKey.from_jwk, PrivateKey.from_jwk):
        try:
            read(jwk)
        except PeerError:
            continue


@pytest.mark.parametrize(
    ("seed", "alg"),
    [(b"", "Ed25519"), (bytes(31), "ES256"), (bytes(32), "ES256"), (bytes(32), "RS256")],
)
def test_a_seed_that_is_no_key_is_a_misuse(seed: bytes, alg: str) -> None:
    with pytest.raises(MisuseError):
        PrivateKey.from_seed(seed, alg=alg)

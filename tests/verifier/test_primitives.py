"""The page hashes and verifies as other libraries do: the same digests, the same verdicts."""

import base64
import hashlib
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import blake3
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from playwright.sync_api import Page
from tests.conftest import needs
from tests.ledger.authority import der

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# RFC 8032 section 7.1: public key, message, signature.
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
        "f9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
        "f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
        "4dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)
# BLAKE3's published vectors: input 0, 1, ..., 250, 0, 1, ..., of so many bytes.
BLAKE3 = {
    0: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    1: "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
    63: "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b",
    64: "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98",
    65: "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee",
    1023: "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11",
    1024: "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
    1025: "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
    2048: "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a",
    2049: "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030",
    3072: "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2",
    4096: "015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969",
    8192: "aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63",
    102_400: "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085",
}


def counted(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


@pytest.fixture(scope="module")
def page(loaded: Callable[[str], Page]) -> Page:
    return loaded("primitives.js")


def call(page: Page, name: str, *arguments: Any) -> Any:
    return page.evaluate("([name, args]) => comity[name](...args)", [name, list(arguments)])


def known_digest(name: str, data: bytes) -> str:
    return (blake3.blake3(data) if name == "blake3" else hashlib.new(name, data)).hexdigest()


@pytest.mark.parametrize("name", ["sha256", "sha512", "blake3"])
@pytest.mark.parametrize("piece", [1, 63, 64, 65, 127, 128, 200, 4096])
def test_a_digest_does_not_depend_on_the_pieces(page: Page, name: str, piece: int) -> None:
    draw = random.Random(piece)
    for size in (0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 127, 128, 129, 1000, 1025, 5000):
        data = draw.randbytes(size)
        assert call(page, name, data.hex(), piece) == known_digest(name, data), size


@pytest.mark.parametrize("size", [0, 1, 111, 112, 128, 500])
def test_the_other_digests_are_the_standards_ones(page: Page, size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert call(page, "sha384", data.hex()) == hashlib.sha384(data).hexdigest()
    for bits, known in ((128, hashlib.shake_128), (256, hashlib.shake_256)):
        assert call(page, "shake", bits, data.hex(), 400) == known(data).hexdigest(400)


@pytest.mark.parametrize("size", BLAKE3)
def test_blake3_gives_the_published_answer(page: Page, size: int) -> None:
    assert {call(page, "blake3Counted", size, piece) for piece in (1021, 1 << 20)} == {BLAKE3[size]}


def test_blake3_of_a_stream_that_goes_on_is_that_of_what_came(page: Page) -> None:
    assert call(page, "blake3Onward", list(BLAKE3)) == list(BLAKE3.values())


@pytest.mark.parametrize("size", [1, 64, 65, 1024, 1025, 3072, 102_400])
def test_blake3_of_a_spoilt_message_is_another(page: Page, size: int) -> None:
    for place in {0, size // 2, size - 1}:
        for bits in (1, 128):
            spoilt = bytearray(counted(size))
            spoilt[place] ^= bits
            found = call(page, "blake3Counted", size, 4096, place, bits)
            assert found != BLAKE3[size]
            assert found == known_digest("blake3", bytes(spoilt))


def test_blake3_tells_a_missing_byte_from_a_zero(page: Page) -> None:
    for size in (0, 63, 64, 1023, 1024, 2048):
        short, padded = (call(page, "blake3", bytes(n).hex(), 4096) for n in (size, size + 1))
        assert short != padded


def test_blake3_of_many_chunks_is_what_b3sum_says(page: Page, tmp_path: Path) -> None:
    for size in (4097, 31 * 1024, 31 * 1024 + 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1):
        path = tmp_path / "message"
        path.write_bytes(counted(size))
        command = [needs("b3sum"), "--no-names", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        assert call(page, "blake3Counted", size, 1 << 20) == done.stdout.strip(), size


@pytest.mark.parametrize("name", ["sha256", "blake3"])
def test_hashing_is_fast_enough_for_large_evidence(page: Page, name: str) -> None:
    call(page, "speed", name, 32)
    best = max(call(page, "speed", name, 64) for _ in range(3))
    assert best > 20, "MB/s; docs/explanation has what a quieter machine reached"


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_the_signatures_of_rfc_8032_verify(
    page: Page, key: str, message: str, signature: str
) -> None:
    assert call(page, "ed25519", key, signature, message) is True
    assert call(page, "ed25519", key, signature, message + "00") is False


def little(value: int) -> bytes:
    return value.to_bytes(32, "little")


def scalar(seed: bytes) -> int:
    """Return the secret scalar of a seed, by which its public key is [scalar]B (RFC 8032 5.1.5)."""
    half = bytearray(hashlib.sha512(seed).digest()[:32])
    half[0] &= 248
    half[31] = half[31] & 127 | 64
    return int.from_bytes(half, "little") % L


def odd_signatures() -> Iterator[tuple[str, bytes, bytes, bytes]]:
    """Yield (what is odd, key, signature, message): each library must say the same of them."""
    own = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key, message = own.public_key().public_bytes_raw(), b"a message"
    good = own.sign(message)
    r, s = good[:32], int.from_bytes(good[32:], "little")
    yield "good", key, good, message
    yield "S + L", key, r + little(s + L), message
    yield "S + 2L", key, r + little(s + 2 * L), message
    yield "S of L", key, r + little(L), message
    yield "S of zero", key, r + little(0), message
    yield "high bit of S", key, good[:63] + bytes([good[63] | 0x80]), message
    yield "sign of R", key, good[:31] + bytes([good[31] ^ 0x80]) + good[32:], message
    yield "no point", little(2), good, message
    yield "a short signature", key, good[:63], message
    yield "a long signature", key, good + b"\0", message
    for bit in (0, 5, 7):
        for place in range(64):
            spoilt = bytearray(good)
            spoilt[place] ^= 1 << bit
            yield f"bit {bit} of byte {place}", key, bytes(spoilt), message
    seed = hashlib.sha256(b"small order").digest()
    point = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    for y in (0, 1, P - 1, ORDER_8, P - ORDER_8, P, P + 1):
        for sign in (0, 1 << 255):
            weak = little(y | sign)
            for number in range(8):
                text = b"any message %d" % number
                yield f"key of small order {y:x} {sign:x}", weak, point + little(scalar(seed)), text
                yield f"R of small order {y:x} {sign:x}", weak, weak + little(0), text


def ed25519_here(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def test_odd_signatures_get_the_verdict_of_the_python_library(page: Page) -> None:
    cases = list(odd_signatures())
    here = [ed25519_here(key, signature, message) for _, key, signature, message in cases]
    there = page.evaluate(
        "cases => cases.map(([k, s, m]) => comity.ed25519(k, s, m))",
        [[key.hex(), signature.hex(), message.hex()] for _, key, signature, message in cases],
    )
    differ = [case[0] for case, a, b in zip(cases, here, there, strict=True) if a != b]
    assert differ == []
    assert here.count(True) > 1, "some odd ones are accepted, by both"


@pytest.mark.parametrize("y", [0, 1, P - 1, ORDER_8, P - ORDER_8, P, P + 1, P + 18])
def test_a_key_of_small_order_or_of_a_second_spelling_is_none(page: Page, y: int) -> None:
    for sign in (0, 1 << 255):
        text = base64.urlsafe_b64encode(little(y | sign)).rstrip(b"=").decode()
        found = call(page, "key", {"crv": "Ed25519", "kty": "OKP", "x": text})
        assert found == "key-malformed"


def pair(r: int, s: int) -> bytes:
    return der(0x30, *(der(0x02, n.to_bytes(n.bit_length() // 8 + 1, signed=True)) for n in (r, s)))


def odd_pairs(order: int, good: bytes) -> Iterator[tuple[str, bytes]]:
    r, s = utils.decode_dss_signature(good)
    yield "good", good
    yield "the other s", pair(r, order - s)
    yield "r of zero", pair(0, s)
    yield "s of zero", pair(r, 0)
    yield "r + n", pair(r + order, s)
    yield "s + n", pair(r, s + order)
    yield "r of n", pair(order, s)
    yield "negative r", pair(-r, s)
    yield "negative s", pair(r, -s)
    yield "swapped", pair(s, r)
    yield "a byte after it", good + b"\0"
    yield "cut short", good[:-1]
    yield "empty", b""
    yield "a long length", good[:1] + b"\x81" + good[1:]
    yield "a zero before r", good[:1] + bytes([good[1] + 1, 2, good[3] + 1, 0]) + good[4:]
    for place in range(len(good)):
        yield f"byte {place}", good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]


@pytest.mark.parametrize(
    ("curve", "hashed"),
    [(ec.SECP256R1(), SHA256()), (ec.SECP384R1(), SHA384()), (ec.SECP521R1(), SHA512())],
    ids=lambda item: item.name,
)
def test_odd_ecdsa_signatures_get_the_verdict_of_the_python_library(
    page: Page, curve: ec.EllipticCurve, hashed: Any
) -> None:
    own = ec.derive_private_key(12345, curve)
    data = b"a message"
    algorithm = ec.ECDSA(hashed, deterministic_signing=True)
    numbers = own.public_key().public_numbers()
    digest = hashlib.new(hashed.name, data).hexdigest()
    coordinates = [f"{n:0{2 * ((curve.key_size + 7) // 8)}x}" for n in (numbers.x, numbers.y)]
    for what, signature in odd_pairs(own.curve.group_order, own.sign(data, algorithm)):
        try:
            own.public_key().verify(signature, data, ec.ECDSA(hashed))
            here = True
        except InvalidSignature:
            here = False
        found = call(page, "ecdsa", curve.name, *coordinates, signature.hex(), digest)
        assert (found is True) == here, what

"""A private key under a passphrase: the bytes that browsers and standard tools read."""

import subprocess
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.conftest import needs

from comity.keys import PrivateKey
from comity.keys.encrypted import PassphraseError, decrypt_key, encrypt_key

PASSPHRASE: Final = "năm từ mà không ai biết"


def sealed(alg: str) -> tuple[PrivateKey, bytes]:
    key = PrivateKey.from_seed(bytes(range(32)), alg=alg)
    return key, encrypt_key(key, PASSPHRASE, salt=bytes(16), iv=bytes(16))


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
def test_a_key_comes_back_under_its_passphrase_and_no_other(alg: str) -> None:
    key, data = sealed(alg)
    assert decrypt_key(data, PASSPHRASE).private_jwk == key.private_jwk
    for wrong in ("", PASSPHRASE + " "):
        with pytest.raises(PassphraseError):
            decrypt_key(data, wrong)


def test_a_key_that_signs_nothing_here_and_a_spoilt_file_are_refused() -> None:
    other = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSPHRASE.encode()),
    )
    _, data = sealed("ES256")
    for spoilt in (other, data[:200], b"", data.replace(b"M", b"N", 1)):
        with pytest.raises(PassphraseError):
            decrypt_key(spoilt, PASSPHRASE)


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
def test_openssl_opens_the_file_and_we_open_one_of_openssl(alg: str, tmp_path: Path) -> None:
    needs("openssl")
    key, data = sealed(alg)
    ours, plain, theirs = (tmp_path / name for name in ("ours", "plain", "theirs"))
    ours.write_bytes(data)
    words = ["openssl", "pkcs8", "-passin", f"pass:{PASSPHRASE}"]
    subprocess.run([*words, "-in", ours, "-out", plain], check=True)
    there = ["-topk8", "-v2", "aes-256-cbc", "-passout", f"pass:{PASSPHRASE}"]
    subprocess.run(["openssl", "pkcs8", *there, "-in", plain, "-out", theirs], check=True)
    assert decrypt_key(theirs.read_bytes(), PASSPHRASE).kid == key.kid

"""A signed paper is one that other people's reader calls valid, and a spoilt one is not.

Judge: pdfsig (poppler).
"""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from tests.conftest import needs
from tests.papers.makers import make

from comity.papers.errors import PaperSigningError
from comity.papers.sign import SigningFiles, sign_pdf

AT = datetime(2026, 3, 1, 3, 4, 5, tzinfo=UTC)
EC_KEY = ec.generate_private_key(ec.SECP256R1())

type Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def certificate_of(key: Key) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Registry of the court")])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(AT - timedelta(days=3650))
        .not_valid_after(AT + timedelta(days=36500))
        .add_extension(usage, critical=True)
    )
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return made.sign(key, digest).public_bytes(Encoding.PEM)


def pem_of(key: Key, protection: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection or NoEncryption())


def files_of(key: Key = EC_KEY) -> SigningFiles:
    return SigningFiles(key=pem_of(key), certificate=certificate_of(key))


def judged(pdf: bytes, folder: Path) -> str:
    file = folder / "signed.pdf"
    file.write_bytes(pdf)
    run = subprocess.run([needs("pdfsig"), file], check=False, capture_output=True)
    return run.stdout.decode()


@pytest.fixture(scope="module")
def cover() -> bytes:
    return make("cover", "ar")


@pytest.mark.parametrize(
    "key", [EC_KEY, rsa.generate_private_key(65537, 2048)], ids=["elliptic curve", "RSA"]
)
def test_a_reader_calls_the_signature_valid(key: Key, cover: bytes, tmp_path: Path) -> None:
    told = judged(sign_pdf(cover, files_of(key), at=AT), tmp_path)
    assert "Signature is Valid." in told
    assert "Signature Type: ETSI.CAdES.detached" in told
    assert "Total document signed" in told
    assert "Registry of the court" in told


def test_the_signature_claims_the_given_time(cover: bytes, tmp_path: Path) -> None:
    signed = sign_pdf(cover, files_of(), at=AT)
    assert b"20260301030405Z)" in signed
    assert "Signing Time: Mar 01 2026" in judged(signed, tmp_path)


@pytest.mark.parametrize("place", [0.2, 0.5, 0.9])
def test_a_spoilt_copy_is_refused(place: float, cover: bytes, tmp_path: Path) -> None:
    signed = bytearray(sign_pdf(cover, files_of(), at=AT))
    signed[int(len(cover) * place)] ^= 1
    told = judged(bytes(signed), tmp_path)
    assert "Signature is Valid." not in told


def test_the_paper_stays_what_it_was_below_its_signature(cover: bytes) -> None:
    assert sign_pdf(cover, files_of(), at=AT).startswith(cover)


def test_a_second_signature_leaves_the_first_valid(cover: bytes, tmp_path: Path) -> None:
    twice = sign_pdf(sign_pdf(cover, files_of(), at=AT), files_of(), at=AT)
    told = judged(twice, tmp_path)
    assert told.count("Signature is Valid.") == 2
    assert told.count("Total document signed") == 1  # the first covers what was there before


def test_a_chain_goes_into_the_signature(cover: bytes) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    files = SigningFiles(
        key=pem_of(EC_KEY), certificate=certificate_of(EC_KEY), chain=certificate_of(other)
    )
    further = x509.load_pem_x509_certificate(files.chain).public_bytes(Encoding.DER)
    assert further.hex().encode() in sign_pdf(cover, files, at=AT).lower()


def test_a_protected_key_needs_its_passphrase(cover: bytes) -> None:
    key = pem_of(EC_KEY, BestAvailableEncryption(b"right"))
    certificate = certificate_of(EC_KEY)
    files = SigningFiles(key=key, certificate=certificate, passphrase=b"right")
    assert sign_pdf(cover, files, at=AT)
    for passphrase in (b"wrong", None):
        with pytest.raises(PaperSigningError, match="passphrase") as caught:
            sign_pdf(
                cover,
                SigningFiles(key=key, certificate=certificate, passphrase=passphrase),
                at=AT,
            )
        assert "wrong" not in str(caught.value)


def bad_files() -> dict[str, SigningFiles]:
    other = ec.generate_private_key(ec.SECP256R1())
    odd = ed25519.Ed25519PrivateKey.generate()
    own = certificate_of(EC_KEY)
    return {
        "the certificate is of another key": SigningFiles(key=pem_of(other), certificate=own),
        "RSA or an elliptic curve": files_of(odd),
        "no PEM key": SigningFiles(key=b"-", certificate=own),
        "certificate holds no PEM": SigningFiles(key=pem_of(EC_KEY), certificate=b"-"),
        "chain holds no PEM": SigningFiles(key=pem_of(EC_KEY), certificate=own, chain=b"-"),
    }


@pytest.mark.parametrize("why", bad_files())
def test_files_that_do_not_fit_are_refused(why: str, cover: bytes) -> None:
    with pytest.raises(PaperSigningError, match=why):
        sign_pdf(cover, bad_files()[why], at=AT)


@pytest.mark.parametrize("days", [-3651, 36501])
def test_a_certificate_that_is_not_valid_makes_no_signature(days: int, cover: bytes) -> None:
    with pytest.raises(PaperSigningError, match="not valid now"):
        sign_pdf(cover, files_of(), at=AT + timedelta(days=days))


@pytest.mark.parametrize("name", [b"/Root", b"/Size", b"/Kids"])
def test_a_paper_without_what_every_pdf_has_is_refused(name: bytes, cover: bytes) -> None:
    with pytest.raises(PaperSigningError, match="no PDF"):
        sign_pdf(cover.replace(name, b"/XYZW"), files_of(), at=AT)


@pytest.mark.parametrize("pdf", [b"", b"no PDF", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_paper_is_refused(pdf: bytes) -> None:
    with pytest.raises(PaperSigningError, match="no PDF"):
        sign_pdf(pdf, files_of(), at=AT)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.99])
def test_a_paper_that_was_cut_off_is_refused(cut: float, cover: bytes) -> None:
    with pytest.raises(PaperSigningError, match="no PDF"):
        sign_pdf(cover[: int(len(cover) * cut)], files_of(), at=AT)


def test_without_the_extra_the_error_names_it() -> None:
    program = (
        "import sys; from datetime import UTC, datetime; sys.modules['pyhanko'] = None\n"
        "from comity.forensics.errors import ExtraMissingError\n"
        "from comity.papers.sign import SigningFiles, sign_pdf\n"
        "try: sign_pdf(b'', SigningFiles(key=b'', certificate=b''), at=datetime.now(UTC))\n"
        "except ExtraMissingError as fault: print(fault.code, fault)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert run.stdout.decode().strip().startswith("extra-missing")
    assert b"pip install comity[pades]" in run.stdout

"""Time stamps: authorities of other people's making verify, and no changed byte does."""

import hashlib
import random
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.conftest import needs
from tests.ledger.authority import GOOD, SIGNING_CERTIFICATE_V2, oid
from tests.ledger.named_timestamps import (
    SIGNING_CERTIFICATE,
    malformed,
    misnamed,
    named_otherwise,
)

from comity.canonical import PeerError
from comity.ledger.errors import TimestampForeignError
from comity.ledger.timestamp import parse_roots, verify_stamp

STAMPED_AT = datetime(2026, 3, 1, 4, tzinfo=UTC)
SHA1_NAMING, SHA2_NAMING = oid(SIGNING_CERTIFICATE), oid(SIGNING_CERTIFICATE_V2)
NOTE = b"comity.live/vn/contact-point/1\n7\na note\n"
BAD = (*misnamed(NOTE), *malformed(NOTE))
CONFIG = """
[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_alg = {named}
"""
EXTENSIONS = """
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""
KEYS = {
    "rsa-sha256": (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "sha256"),
    "rsa-sha512": (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"], "sha512"),
    "p384-sha384": (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "sha384"),
    "brainpool": (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"], "sha256"),
    "p521-sha512": (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], "sha512"),
}


@pytest.fixture(scope="module")
def page(loaded: Callable[[str], Page]) -> Page:
    return loaded("primitives.js")


def openssl(folder: Path, *words: str) -> None:
    command = [needs("openssl"), *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def authority(folder: Path, kind: str, note: bytes = NOTE, *, named: str = "") -> tuple[bytes, str]:
    """Return openssl's answer for a note, and the PEM of its root, by a key of some kind.

    `named` is the digest by which the token names its certificate, else the key's own.
    """
    arguments, digest = KEYS[kind]
    (folder / "tsa.cnf").write_text(CONFIG.format(digest=digest, named=named or digest))
    (folder / "ext.cnf").write_text(EXTENSIONS)
    (folder / "serial").write_text("01\n")
    (folder / "note").write_bytes(note)
    for name in ("root", "tsa"):
        openssl(folder, "genpkey", *arguments, "-out", f"{name}.key")
    root = ["-x509", "-key", "root.key", "-subj", "/CN=A test root", "-days", "3650"]
    openssl(folder, "req", *root, f"-{digest}", "-out", "root.pem")
    openssl(
        folder, "req", "-new", "-key", "tsa.key", "-subj", "/O=Test/CN=A clock", "-out", "tsa.csr"
    )
    signing = ["-CA", "root.pem", "-CAkey", "root.key", "-days", "3650", "-extfile", "ext.cnf"]
    openssl(folder, "x509", "-req", "-in", "tsa.csr", *signing, f"-{digest}", "-out", "tsa.pem")
    query = ["-data", "note", "-sha256", "-cert", "-out", "note.tsq"]
    openssl(folder, "ts", "-query", *query)
    openssl(
        folder, "ts", "-reply", "-queryfile", "note.tsq", "-config", "tsa.cnf", "-out", "note.tsr"
    )
    return (folder / "note.tsr").read_bytes(), (folder / "root.pem").read_text()


def here(response: bytes, root: str) -> str:
    """Return what the Python side says: the time, ``foreign``, or ``no``."""
    try:
        return str(int(verify_stamp(response, NOTE, roots=parse_roots([root])).at.timestamp()))
    except TimestampForeignError:
        return "foreign"
    except PeerError:
        return "no"


def there(answer: str) -> str:
    if answer.isdigit():
        return answer
    return "foreign" if answer == "timestamp-foreign" else "no"


@pytest.mark.parametrize("kind", [kind for kind in KEYS if kind != "brainpool"])
def test_openssls_authority_verifies_and_no_changed_byte_does(
    page: Page, tmp_path: Path, kind: str
) -> None:
    response, root = authority(tmp_path, kind)
    check_all(page, response, root, by="CN=A clock,O=Test")


def test_our_own_authority_verifies_and_no_changed_byte_does(page: Page) -> None:
    check_all(page, GOOD.stamp(NOTE, at=STAMPED_AT), GOOD.root_pem, by=GOOD.name)


def check_all(page: Page, response: bytes, root: str, *, by: str) -> None:
    good = page.evaluate("a => comity.stamp(...a)", [response.hex(), NOTE.hex(), [root]])
    assert good == f"{here(response, root)} {by}"
    arguments: list[Any] = [response.hex(), NOTE.hex(), [root], 1]
    answers = page.evaluate("a => comity.spoiltStamps(...a)", arguments)
    assert len(answers) == len(response)
    accepted = [place for place, answer in enumerate(answers) if answer.isdigit()]
    for place in accepted:
        spoilt = response[:place] + bytes([response[place] ^ 1]) + response[place + 1 :]
        assert here(spoilt, root) == there(answers[place]), place


def test_an_authority_on_a_curve_without_code_here_is_not_checked(
    page: Page, tmp_path: Path
) -> None:
    response, root = authority(tmp_path, "brainpool")
    assert here(response, root).isdigit()
    found = page.evaluate("a => comity.stamp(...a)", [response.hex(), NOTE.hex(), [root]])
    assert found == "unsupported"


def test_openssls_token_that_names_its_certificate_by_sha_1_alone_counts(
    page: Page, tmp_path: Path
) -> None:
    response, root = authority(tmp_path, "p384-sha384", named="sha1")
    assert SHA1_NAMING in response
    assert SHA2_NAMING not in response
    check_all(page, response, root, by="CN=A clock,O=Test")


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])
def test_the_digest_by_which_it_is_named_is_the_standards_one(page: Page, size: int) -> None:
    data = random.Random(size).randbytes(size)
    known = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    assert page.evaluate("data => comity.sha1(data)", data.hex()) == known


@pytest.mark.parametrize("said", [pytest.param(t, id=n) for n, t in named_otherwise(NOTE)])
def test_no_changed_byte_of_what_names_the_certificate_is_accepted(page: Page, said: bytes) -> None:
    check_all(page, said, GOOD.root_pem, by=GOOD.name)


@pytest.mark.parametrize("bad", [pytest.param(t, id=n) for n, t in BAD])
def test_a_token_that_does_not_name_its_certificate_counts_nowhere(page: Page, bad: bytes) -> None:
    assert here(bad, GOOD.root_pem) == "no"
    found = page.evaluate("a => comity.stamp(...a)", [bad.hex(), NOTE.hex(), [GOOD.root_pem]])
    assert there(found) == "no"


def test_a_wrong_name_is_a_fault_though_the_signature_is_not_checked(
    page: Page, tmp_path: Path
) -> None:
    response, root = authority(tmp_path, "brainpool")
    place = response.index(SHA2_NAMING) + len(SHA2_NAMING) + 20
    spoilt = response[:place] + bytes([response[place] ^ 1]) + response[place + 1 :]
    assert here(spoilt, root) == "no"
    found = page.evaluate("a => comity.stamp(...a)", [spoilt.hex(), NOTE.hex(), [root]])
    assert found == "timestamp-untrusted"


def test_a_root_of_the_same_name_is_not_the_root(page: Page, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    response, _ = authority(tmp_path / "one", "p384-sha384")
    _, other = authority(tmp_path / "two", "p384-sha384")
    found = page.evaluate("a => comity.stamp(...a)", [response.hex(), NOTE.hex(), [other]])
    assert found == "timestamp-untrusted"


def test_an_authority_that_nobody_names_is_foreign(page: Page, tmp_path: Path) -> None:
    response, _ = authority(tmp_path, "p384-sha384")
    for roots in ([], [GOOD.root_pem]):
        found = page.evaluate("a => comity.stamp(...a)", [response.hex(), NOTE.hex(), roots])
        assert found == "timestamp-foreign"

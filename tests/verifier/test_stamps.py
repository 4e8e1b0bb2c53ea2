"""Time stamps: authorities of other people's making verify, and no changed byte does."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.conftest import needs
from tests.ledger.authority import GOOD, Authority

from comity.canonical import PeerError
from comity.ledger.errors import TimestampForeignError
from comity.ledger.timestamp import parse_roots, verify_stamp

STAMPED_AT = datetime(2026, 3, 1, 4, tzinfo=UTC)
NOTE = b"comity.live/vn/contact-point/1\n7\na note\n"
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


def test_a_token_that_names_its_certificate_by_sha_1_alone_is_not_checked(
    page: Page, tmp_path: Path
) -> None:
    response, root = authority(tmp_path, "p384-sha384", named="sha1")
    assert here(response, root).isdigit()
    told: list[Any] = [response.hex(), NOTE.hex(), [root]]
    assert page.evaluate("a => comity.stamp(...a)", told) == "unsupported"
    answers = page.evaluate("a => comity.spoiltStamps(...a)", [*told, 1])
    assert not [place for place, answer in enumerate(answers) if answer.isdigit()]
    assert answers[-1] == "timestamp-untrusted", "a signature that does not hold is a fault first"


class Renewed(Authority):
    """Puts a later certificate for the same key and number into its token than the token names."""

    def _carried(self, *, chain: bool) -> bytes:
        return replace(GOOD, not_after=datetime(2044, 1, 1, tzinfo=UTC))._carried(chain=chain)


def test_a_certificate_other_than_the_one_a_token_names_does_not_count(page: Page) -> None:
    named = Renewed("one")
    response = named.stamp(NOTE, at=STAMPED_AT)
    assert here(response, GOOD.root_pem).isdigit(), "its signature and chain hold"
    found = page.evaluate("a => comity.stamp(...a)", [response.hex(), NOTE.hex(), [GOOD.root_pem]])
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

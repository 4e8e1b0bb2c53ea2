"""A signature on a finished paper, for courts that ask for one (PAdES baseline B-B).

It says who stands behind the page. What the bundle proves stays the bundle's affair.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.forensics.errors import ExtraMissingError

MAX_PDF_BYTES: Final = 64 * 1024 * 1024
MAX_KEY_FILE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class SigningFiles:
    """What the signer brings, each as PEM.

    Attributes:
        key: private key, PKCS #8 or traditional; RSA or an elliptic curve.
        certificate: of that key.
        chain: certificates up to a root, in any order; empty if there are none to add.
        passphrase: of the key, or None.
    """

    key: bytes
    certificate: bytes
    chain: bytes = b""
    passphrase: bytes | None = None


def sign_pdf(pdf: bytes, files: SigningFiles, *, at: datetime) -> bytes:
    """Return the paper with one signature more, appended; its earlier bytes stay as they are.

    Args:
        pdf: the paper.
        files: the signer's key and certificates.
        at: aware UTC time that the signature claims; no authority confirms it.

    Raises:
        ExtraMissingError: the extra ``pades`` is not installed.
        PaperSigningError: key, certificate or paper cannot be used; says which.

    Source: ETSI EN 319 142-1 V1.2.1 section 6.3, level B-B.
    """
    try:
        from comity.papers import pades  # noqa: PLC0415 - an optional extra
    except ModuleNotFoundError as fault:
        raise ExtraMissingError(
            "signing papers needs pyHanko: pip install comity[pades]", extra="pades"
        ) from fault
    with ThreadPoolExecutor(1) as apart:  # pyHanko runs an event loop; the caller may have one
        return apart.submit(pades.signed, pdf, files, at=at).result()

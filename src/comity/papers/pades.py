"""PAdES signatures by pyHanko; imported only where the extra ``pades`` is installed."""

from datetime import datetime
from io import BytesIO
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from pyhanko.keys.pemder import (
    load_certs_from_pemder_data,
    load_private_key_from_pemder_data,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from comity.papers.errors import PaperSigningError
from comity.papers.sign import MAX_PDF_BYTES, SigningFiles

_DIGEST: Final = "sha256"


class _SignerAt(PdfSigner):
    """A signer whose clock is the caller's."""

    def __init__(self, metadata: PdfSignatureMetadata, signer: SimpleSigner, at: datetime) -> None:
        super().__init__(metadata, signer)
        self._at = at

    def init_signing_session(self, *args: Any, **options: Any) -> Any:
        """Begin as pyHanko does, at the given time."""
        session = super().init_signing_session(*args, **options)
        session.system_time = self._at
        return session


def signed(pdf: bytes, files: SigningFiles, *, at: datetime) -> bytes:
    """Return the paper with one signature more; raises and promises as `sign_pdf`."""
    signer = _signer(files, at)
    if len(pdf) > MAX_PDF_BYTES:
        raise PaperSigningError(f"a paper has at most {MAX_PDF_BYTES} bytes")
    output = BytesIO()
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        number = len(writer.prev.embedded_signatures) + 1
        metadata = PdfSignatureMetadata(
            field_name=f"Signature{number}",
            md_algorithm=_DIGEST,
            subfilter=SigSeedSubFilter.PADES,
        )
        _SignerAt(metadata, signer, at).sign_pdf(writer, output=output)
    except (PdfError, SigningError, ValueError, LookupError, TypeError) as fault:
        raise PaperSigningError("the file is no PDF that can be signed") from fault
    return output.getvalue()


def _signer(files: SigningFiles, at: datetime) -> SimpleSigner:
    try:
        key = load_pem_private_key(files.key, files.passphrase)
    except (TypeError, ValueError, UnsupportedAlgorithm) as fault:
        raise PaperSigningError("the key is no PEM key, or its passphrase is another") from fault
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise PaperSigningError("papers are signed with RSA or an elliptic curve")
    certificate, *_ = _certificates(files.certificate, "certificate")
    if _public_key(certificate) != key.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    ):
        raise PaperSigningError("the certificate is of another key")
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise PaperSigningError("the certificate is not valid now: every reader would say so")
    further = _loaded(files.chain, "chain") if files.chain else []
    store = SimpleCertificateStore.from_certs(further)  # type: ignore[no-untyped-call]
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=_loaded(files.certificate, "certificate")[0],
        signing_key=load_private_key_from_pemder_data(pkcs8, None),
        cert_registry=store,
    )


def _public_key(certificate: x509.Certificate) -> bytes | None:
    """Return the certificate's key as DER, or None if it is of a kind nobody here knows."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _certificates(pem: bytes, what: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as fault:
        raise PaperSigningError(f"the {what} holds no PEM certificate") from fault


def _loaded(pem: bytes, what: str) -> list[Any]:
    """Return certificates as pyHanko has them."""
    clean = b"".join(found.public_bytes(Encoding.PEM) for found in _certificates(pem, what))
    return list(load_certs_from_pemder_data(clean))

"""The certificate of the peer's own endpoint, where it is not on loopback (spec 13.2)."""

import base64
import ssl
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

CERTIFICATE: Final = "tls.pem"
KEY: Final = "tls-key.pem"


def make_certificate(folder: Path, host: str, *, begin: datetime, end: datetime) -> str:
    """Write a certificate and its key; return it as the entry pins it, base64 DER.

    Args:
        folder: where.
        host: name that stands in it; nobody compares it, since the certificate itself is pinned.
        begin: first moment it holds.
        end: last moment it holds.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    (folder / CERTIFICATE).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / KEY
    secret.touch(mode=0o600)
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def server_context(folder: Path) -> ssl.SSLContext:
    """Return the settings by which the endpoint serves TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    load_certificate(context, folder)
    return context


def load_certificate(context: ssl.SSLContext, folder: Path) -> None:
    """Let connections that begin now be served by the certificate of a folder."""
    context.load_cert_chain(folder / CERTIFICATE, folder / KEY)

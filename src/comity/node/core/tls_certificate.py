"""A node's own TLS certificate: partners trust exactly this one, by the directory entry."""

import ipaddress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from comity.node.core.keystore import write_secret

CERTIFICATE: Final = "tls.pem"
KEY: Final = "tls-key.pem"
LIFE: Final = timedelta(days=730)


def make_certificate(folder: Path, *, party: str, host: str, now: datetime) -> None:
    """Make a P-256 key and a self-signed certificate in a node's key folder.

    Args:
        folder: the node's keys.
        party: stands in the subject, for people; nothing is decided by it.
        host: name or address under which the node is reached.
        now: from when the certificate holds.

    Source: RFC 5280; spec/13-transport.md section 13.2 (pinned, no authority is asked).
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, party)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_secret(folder / KEY, secret)
    write_secret(folder / CERTIFICATE, certificate.public_bytes(Encoding.PEM))


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)

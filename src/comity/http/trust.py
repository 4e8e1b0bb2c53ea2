"""Whose TLS certificate is believed: the one that is pinned, whatever else a machine trusts."""

import ssl


def pinned_context(certificate: str | bytes) -> ssl.SSLContext:
    """Return TLS settings that trust one certificate alone, whatever name it bears (spec 13.2).

    Args:
        certificate: PEM as text, or DER.

    Raises:
        ssl.SSLError, ValueError: it is no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # the certificate itself is pinned
    context.load_verify_locations(cadata=certificate)
    return context

"""The certificate that the page about moving a node makes is one that partners can pin."""

import base64
import re
import ssl
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.conftest import REPOSITORY, needs

from comity.node.core.partner_http import pinned_context

PAGE = REPOSITORY / "docs" / "how-to" / "move-a-node.md"


def test_a_partner_that_pins_the_printed_certificate_shakes_hands(tmp_path: Path) -> None:
    needs("openssl")
    (line,) = re.findall(r"^openssl req .*$", PAGE.read_text("utf-8"), re.MULTILINE)
    subprocess.run(["bash", "-c", line], cwd=tmp_path, check=True, capture_output=True)
    certificate, key = tmp_path / "new-tls.pem", tmp_path / "new-tls-key.pem"
    held = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["new.example", "node.example"]
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    theirs = pinned_context(base64.b64encode(held.public_bytes(Encoding.DER)).decode())
    to_us, to_them = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        theirs.wrap_bio(to_them, to_us, server_hostname="new.example"),
        ours.wrap_bio(to_us, to_them, server_side=True),
    ]
    waiting = set(range(len(ends)))
    for _ in range(8):
        for number in sorted(waiting):
            try:
                ends[number].do_handshake()
                waiting.discard(number)
            except ssl.SSLWantReadError:
                pass
    assert not waiting

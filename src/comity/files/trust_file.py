"""Trust files as people bring them: what is wrong with one is its own fault, and named."""

from pathlib import Path

from comity.canonical import ComityError, MisuseError
from comity.directory.trust import MAX_TRUST_BYTES, TrustFile, parse_trust
from comity.files.errors import translating
from comity.ledger.timestamp import parse_roots


class TrustFileError(MisuseError, code="trust-file"):
    """The trust file that a person named is changed, damaged or another kind of file."""


def read_trust_file(path: Path) -> TrustFile:
    """Return the trust file at a path, with everything in it checked.

    Raises:
        TrustFileError: it is none, or a key or certificate in it is none; the file is named.
        OperationError: it cannot be read.
    """
    with translating(f"reading {path}"), path.open("rb") as stream:
        data = stream.read(MAX_TRUST_BYTES + 1)
    try:
        trust = parse_trust(data)
        parse_roots(trust.timestamp_roots)
    except ComityError as fault:
        raise TrustFileError(f"the trust file {path} cannot be used: {fault}") from fault
    return trust

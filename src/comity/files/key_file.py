"""Age key files on disk, written once with mode 0600."""

from pathlib import Path

from comity.evidence.age_keys import Identity, format_key_file, parse_key_file
from comity.files.errors import translating
from comity.files.publish import write_file
from comity.keys.age_errors import AgeKeyError

_MAX_BYTES = 1 << 20


def read_identities(path: Path) -> tuple[Identity, ...]:
    """Return the identities of a key file.

    Raises:
        AgeKeyError: it is no key file, with fact ``line`` where one line is wrong.
        StorageError: it cannot be read.
    """
    with translating(f"reading {path}"), path.open("rb") as stream:
        data = stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise AgeKeyError("a key file has at most 1 MiB")
    return parse_key_file(data)


def write_identity(path: Path, identity: Identity, *, created: str) -> None:
    """Write an age-keygen compatible key file; `OutputExistsError` if the name is taken."""
    write_file(path, format_key_file(identity, created=created).encode("ascii"), mode=0o600)

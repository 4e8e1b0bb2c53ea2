"""Plain age files, on disk or in a pipe: sealed and opened in constant memory.

A named output exists only when it is whole. Standard output is a stream: what has left is
authentic, but when the status is not 0 it may be cut short.
"""

import codecs
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from comity.evidence import age
from comity.evidence.age_armor import ArmorWriter, without_armor
from comity.evidence.age_keys import MAX_KEY_FILE_BYTES, Recipient, parse_recipients_file
from comity.evidence.age_scrypt import MAX_PASSPHRASE_BYTES, Passphrase
from comity.evidence.age_stanza import Random, Unwrapper, Wrapper
from comity.files.errors import OutputExistsError, translating
from comity.files.publish import atomic_file, write_all
from comity.keys.age_errors import AgePassphraseError

_STDIN, _STDOUT = 0, 1
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encrypt_file(
    source: Path | None,
    target: Path | None,
    recipients: Sequence[Wrapper],
    *,
    armor: bool = False,
    random: Random = os.urandom,
) -> None:
    """Seal ``source`` (None: standard input) into ``target`` (None: standard output).

    Raises:
        AgeMixedError: recipients of several kinds.
        OutputExistsError, StorageError: by what the file system refused.
    """
    with _read(source) as plain, _written(target, plain) as sink:
        if not armor:
            age.encrypt_into(plain, sink, recipients, random=random)
            return
        writer = ArmorWriter(sink)
        age.encrypt_into(plain, writer.write, recipients, random=random)
        writer.close()


def decrypt_file(source: Path | None, target: Path | None, identities: Sequence[Unwrapper]) -> None:
    """Open ``source`` (None: standard input), armored or not, into ``target`` (None: output).

    Raises:
        AgeError: a subclass by class of failure; a named target is then not there.
        OutputExistsError, StorageError: by what the file system refused.
    """
    with _read(source) as sealed, _written(target, sealed) as sink:
        age.decrypt_into(without_armor(sealed), sink, identities)


def read_passphrase(path: Path) -> Passphrase:
    """Return the passphrase on the first line of a file; the line's end is not part of it.

    Raises:
        AgePassphraseError: the line is empty or too long, or the file is UTF-16 or has a byte order
            mark, as Windows writes it: the bytes would not be those that somebody types.
        StorageError: the file cannot be read.
    """
    with translating(f"reading {path}"), path.open("rb") as stream:
        line = stream.readline(MAX_PASSPHRASE_BYTES + 2)
    if line.startswith(_BYTE_ORDER_MARKS) or b"\0" in line:
        raise AgePassphraseError(f"{path} is not plain UTF-8 text: save it without byte order mark")
    return Passphrase(line.removesuffix(b"\n").removesuffix(b"\r"))


def read_recipients(path: Path) -> tuple[Recipient, ...]:
    """Return the recipients of a file, one a line.

    Raises:
        AgeKeyError: with fact ``line`` where one line is wrong.
        StorageError: the file cannot be read.
    """
    with translating(f"reading {path}"), path.open("rb") as stream:
        return parse_recipients_file(stream.read(MAX_KEY_FILE_BYTES + 1))


class _Reading:
    """A source whose failures say what was read, and are not taken for failures to write."""

    def __init__(self, stream: FileIO, doing: str) -> None:
        self._stream, self._doing = stream, doing

    def readinto(self, buffer: memoryview, /) -> int | None:
        with translating(self._doing):
            return self._stream.readinto(buffer)

    def is_standard_output(self) -> bool:
        """Tell whether what is read grows by what is written, and would never end."""
        written = os.fstat(_STDOUT)
        return stat.S_ISREG(written.st_mode) and os.path.samestat(
            os.fstat(self._stream.fileno()), written
        )


@contextmanager
def _read(path: Path | None) -> Iterator[_Reading]:
    doing = f"reading {path or 'standard input'}"
    with translating(doing):
        stream = FileIO(_STDIN, closefd=False) if path is None else FileIO(path)
    with stream:
        yield _Reading(stream, doing)


@contextmanager
def _written(path: Path | None, source: _Reading) -> Iterator[age.Sink]:
    if path is not None:
        with atomic_file(path) as stream:
            yield lambda view: write_all(stream, view)
        return
    with translating("writing standard output"), FileIO(_STDOUT, "wb", closefd=False) as stream:
        if source.is_standard_output():
            raise OutputExistsError("standard output is the file that is read; choose another")
        yield lambda view: write_all(stream, view)

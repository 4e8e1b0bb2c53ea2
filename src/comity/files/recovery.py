"""Recovery shares on disk: a set is made in one folder, and the identity itself never is.

Source: docs/reference/recovery-shares.md.
"""

import codecs
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from comity.evidence import age, shares
from comity.evidence.age_armor import ArmorWriter, without_armor
from comity.evidence.age_keys import (
    MAX_KEY_FILE_BYTES,
    Identity,
    Random,
    Recipient,
    generate,
    generate_hybrid,
    parse_recipient,
    parse_recipients_file,
)
from comity.evidence.age_scrypt import MAX_PASSPHRASE_BYTES, Passphrase
from comity.evidence.age_stanza import Unwrapper, Wrapper
from comity.evidence.shares import Share, ShareError, ShareResultError
from comity.files.errors import OutputExistsError, translating
from comity.files.publish import atomic_file, atomic_folder, write_all, write_file
from comity.keys.bech32 import AgePassphraseError

# Plain age files, on disk or in a pipe: sealed and opened in constant memory.
#
# A named output exists only when it is whole. Standard output is a stream: what has left is
# authentic, but when the status is not 0 it may be cut short.


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


_MAX_SHARE_FILE_BYTES = 1 << 16

type Pages = Callable[[dict[str, str | int]], Mapping[str, str]]
"""From created, recipient, set, shares, threshold and spare (how many may be lost) to texts."""


def recovery_recipients(text: str) -> tuple[Recipient, ...]:
    """Return the recipient that ``text`` is, or those of the file it names.

    Raises:
        AgeKeyError: neither.
        StorageError: the file cannot be read.
    """
    if text.startswith("age1"):
        return (parse_recipient(text.strip()),)
    return read_recipients(Path(text))


def create(
    folder: Path,
    *,
    count: int,
    threshold: int,
    hybrid: bool,
    created: str,
    random: Random,
    pages: Pages,
) -> Recipient:
    """Make an identity, split it, and write one file a share, the recipient and the pages.

    Args:
        folder: the new folder; it gets its name when everything is in it.
        count: how many shares, see `shares.split`.
        threshold: how many of them give the identity back.
        hybrid: a post-quantum identity, for a unit that seals to such recipients.
        created: RFC 3339 time, written into the files.
        random: a secret source.
        pages: gives further files for people by name, from the facts of the set.

    Raises:
        ShareCountError: the numbers make no sense.
        OutputExistsError, StorageError: by what the file system refused.
    """
    identity = generate_hybrid(random) if hybrid else generate(random)
    made = shares.split(identity, shares=count, threshold=threshold, random=random)
    with atomic_folder(folder) as place:
        for share in made:
            text = _share_file(share, count, str(identity.recipient), created)
            write_file(place / f"share-{share.index}.txt", text.encode("ascii"))
        listed = f"# recovery recipient, created: {created}\n{identity.recipient}\n"
        write_file(place / "recovery.txt", listed.encode("ascii"), mode=0o644)
        for name, page in pages(_facts(made, str(identity.recipient), created)).items():
            write_file(place / name, page.encode("utf-8"), mode=0o644)
    return identity.recipient


def read_share(path: Path) -> Share:
    """Return the share of a file, or of text typed from paper; lines that begin with # are skipped.

    Raises:
        ShareError: with fact ``file``.
        StorageError: it cannot be read.
    """
    with translating(f"reading {path}"), path.open("rb") as stream:
        data = stream.read(_MAX_SHARE_FILE_BYTES)
    lines = data.decode("utf-8-sig", "replace").splitlines()
    try:
        return shares.parse_share("".join(line for line in lines if not line.startswith("#")))
    except ShareError as error:
        raise ShareError(f"{path}: {error}", file=str(path)) from error


def combine(paths: Sequence[Path], *, expected: Sequence[Recipient] = ()) -> Identity:
    """Return the identity of share files.

    Raises:
        ShareError and the other errors of `shares.combine`;
        ShareResultError: also if ``expected`` is given and does not hold its recipient.
    """
    identity = shares.combine([read_share(path) for path in paths])
    if expected and identity.recipient not in expected:
        raise ShareResultError("the shares are of another recipient than the one named")
    return identity


def _facts(made: Sequence[Share], recipient: str, created: str) -> dict[str, str | int]:
    first = made[0]
    return {
        "created": created,
        "recipient": recipient,
        "set": first.set_id.hex(),
        "shares": len(made),
        "threshold": first.threshold,
        "spare": len(made) - first.threshold,
    }


def _share_file(share: Share, count: int, recipient: str, created: str) -> str:
    groups = share.text().split(" ")
    lines = [" ".join(groups[start : start + 4]) for start in range(0, len(groups), 4)]
    return (
        f"# SECRET. Share {share.index} of {count}: any {share.threshold} give the recovery"
        " identity back, one alone tells nothing.\n"
        f"# set: {share.set_id.hex()}\n# created: {created}\n# recipient: {recipient}\n"
        + "\n".join(lines)
        + "\n"
    )

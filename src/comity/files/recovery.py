"""Recovery shares on disk: a set is made in one folder, and the identity itself never is.

Source: docs/reference/recovery-shares.md.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from comity.evidence import shares
from comity.evidence.age_keys import (
    Identity,
    Random,
    Recipient,
    generate,
    generate_hybrid,
    parse_recipient,
)
from comity.evidence.shares import Share, ShareError, ShareResultError
from comity.files.age_file import read_recipients
from comity.files.errors import translating
from comity.files.publish import atomic_folder, write_file

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

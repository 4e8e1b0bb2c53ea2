"""The commands recovery create and combine: parsing and printing around `comity.files.recovery`.

Exit status: 0 done; 1 a share is damaged or false; 2 misuse, such as too few shares.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from comity.canonical import time_text
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group

_PATH = click.Path(path_type=Path)


@click.group(cls=Group)
def recovery() -> None:
    """Create and combine shares of a recovery key.

    `comity seal --recovery` seals for it too. Hold the ceremony on a machine off the network.
    """


@recovery.command()
@click.option("-o", "--output", required=True, type=_PATH, help="The new folder.")
@click.option("--shares", default=3, show_default=True, help="How many shares, at most 16.")
@click.option("--threshold", default=2, show_default=True, help="How many give the key back.")
@click.option("--post-quantum", is_flag=True, help="Make a hybrid key: ML-KEM-768 with X25519.")
@local_command
def create(output: Path, shares: int, threshold: int, *, post_quantum: bool) -> Answer:
    """Create a recovery recipient and its shares. No key is stored.

    The folder gets share-1.txt and so on (mode 0600), recovery.txt for `comity seal --recovery`,
    and ceremony.en.txt and ceremony.ar.txt: who, where, envelopes, the test before trusting.
    """
    from comity.files.recovery import create as create_set

    recipient = create_set(
        output,
        count=shares,
        threshold=threshold,
        hybrid=post_quantum,
        created=time_text(datetime.now(UTC)),
        random=os.urandom,
        pages=_pages,
    )
    told = {"folder": str(output), "recipient": str(recipient)}
    return Answer(
        told | {"shares": shares, "threshold": threshold},
        [f"{shares} shares, any {threshold} give the key back: {output}", str(recipient)],
        notes=["Next: follow ceremony.en.txt or ceremony.ar.txt; test the shares first."],
    )


def _pages(facts: dict[str, str | int]) -> dict[str, str]:
    """Return the ceremony's pages in each language."""
    import tomllib
    from importlib import resources

    data = resources.files("comity.cli").joinpath("ceremony.toml").read_text("utf-8")
    words = tomllib.loads(data)
    pages = {}
    for language in ("en", "ar"):
        row = words[f"{language}_holder"]
        holders = "\n".join(row.format(index=n + 1) for n in range(int(facts["shares"])))
        page = words[language].lstrip("\n").format(holders=holders, **facts)
        pages[f"ceremony.{language}.txt"] = page
    return pages


@recovery.command()
@click.argument("shares", nargs=-1, required=True, type=_PATH, metavar="SHARE...")
@click.option("-o", "--output", required=True, type=_PATH, help="The new key file, mode 0600.")
@click.option(
    "--recipient", metavar="FILE|age1...", help="Refuse shares of any other recipient than this."
)
@local_command
def combine(shares: tuple[Path, ...], output: Path, recipient: str | None) -> Answer:
    """Combine share files into the recovery key.

    The key file then opens everything that was sealed for the recovery recipient: destroy it
    afterwards and hold a new ceremony.
    """
    from comity.files.key_file import write_identity
    from comity.files.recovery import combine as combine_files
    from comity.files.recovery import recovery_recipients

    expected = () if recipient is None else recovery_recipients(recipient)
    identity = combine_files(shares, expected=expected)
    write_identity(output, identity, created=time_text(datetime.now(UTC)))
    return Answer(
        {"file": str(output), "recipient": str(identity.recipient)}, [str(identity.recipient)]
    )

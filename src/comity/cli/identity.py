"""A new age identity, handed over as age-keygen does it."""

from datetime import UTC, datetime
from pathlib import Path

import click

from comity.canonical import time_text
from comity.cli.answers import show
from comity.evidence import age_keys


def hand_out(identity: age_keys.Identity, output: Path | None, *, as_json: bool) -> None:
    """Write an identity to a file, or print it; print its recipient.

    Args:
        identity: a new one.
        output: where it goes, mode 0600; standard output if None.
        as_json: whether what is printed is JSON.
    """
    from comity.files.key_file import write_identity

    created = time_text(datetime.now(UTC))
    text = age_keys.format_key_file(identity, created=created)
    if output is not None:
        write_identity(output, identity, created=created)
    if as_json:
        key = {"key_file": text} if output is None else {"file": str(output)}
        show(key | {"recipient": str(identity.recipient)})
    elif output is None:
        click.echo(text, nl=False)
        click.echo(f"Public key: {identity.recipient}", err=True)
    else:
        click.echo(str(identity.recipient))

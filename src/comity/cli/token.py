"""``comity token``: what lets your programs in, and for how long."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.law_say import folded
from comity.cli.office import Api, node_command
from comity.cli.options import NEW

_DAYS: Final = 90


@click.group(cls=Group)
def token() -> None:
    """Manage API tokens: list, new, revoke.

    A token acts for you with the rights it names, and with none that you lose.
    """


@token.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List your API tokens with last use, expiry and rights."""
    found = api.get("/tokens")
    return Answer(found, _lines(found["tokens"]), none="no program may act for you")


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield f"{row['token']}  {row['name']}  {_used(row)}"
        yield folded(", ".join(row["rights"]), indent=4)


@token.command()
@click.argument("name")
@click.option("--right", "rights", multiple=True, required=True, help="One right; repeat it.")
@click.option(
    "--days", default=_DAYS, show_default=True, type=click.IntRange(1, 365), help="Until it ends."
)
@click.option("-o", "output", type=NEW, help="New file for the token, mode 0600; else printed.")
@node_command
def new(api: Api, name: str, *, rights: tuple[str, ...], days: int, output: Path | None) -> Answer:
    """Create an API token NAME. It is shown once.

    It can do no more than the token you make it with, and works no longer.
    """
    wanted = {"name": name, "rights": list(rights), "days": days}
    with _place_for_secret(output) as write:
        made = api.post("/tokens", wanted)
        if output is not None:
            write(made.pop("secret") + "\n")
    notes = [f"token {made['token']} {_used(made)}  {', '.join(made['rights'])}"]
    return Answer(made, [made["secret"]] if output is None else [], notes=notes)


@contextmanager
def _place_for_secret(path: Path | None) -> Iterator[Callable[[str], object]]:
    """Make the file first: a secret is shown once, and is lost where it cannot be written then."""
    from comity.files.errors import translating

    if path is None:
        yield lambda _: None
        return
    with translating(f"writing {path}"):
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(place, "w", encoding="ascii") as file:
            yield file.write
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _used(row: dict[str, Any]) -> str:
    used, ends = row["used_at"] or "never", row["expires_at"] or "no end"
    return f"used {used}  until {ends}"


add_actions(token, {"token.revoke": lambda made: Answer(made, ["it lets nobody in any more"])})

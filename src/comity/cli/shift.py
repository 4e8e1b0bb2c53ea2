"""``comity shift``: who has the watch, and how it goes from one officer to the next."""

import json
from pathlib import Path
from typing import IO, Any

import click

from comity.canonical import MisuseError
from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import HERE, YES

_ITEM = click.argument("item", metavar="ITEM")


@click.group(cls=Group)
def shift() -> None:
    """Start, hand over, confirm and end duty shifts.

    A hand-over counts once both have confirmed it, who goes first. The roster is `comity duty
    roster`, and `comity duty contact list` gives the identifiers of officers.
    """


@shift.command("now")
@node_command
def now_(api: Api) -> Answer:
    """Show who is on duty. Exit status 1 if no one is."""
    found = api.get("/shifts", open="true")
    lines = map(_line, found["items"])
    return Answer(found, lines, status=int(not found["items"]), none="nobody has begun a shift")


@shift.command("list")
@click.option("--day", default="", help="Only those begun on this day, 2026-11-25, in UTC.")
@click.option("--before", default="", help="Those begun before this item.")
@node_command
def list_(api: Api, *, day: str, before: str) -> Answer:
    """List one page of shifts, newest first."""
    found = api.get("/shifts", day=day, before=before)
    more = [f"more: --before {found['before']}"] if found["before"] else []
    return Answer(found, map(_line, found["items"]), notes=more)


def _line(row: dict[str, Any]) -> str:
    to = f"  to {row['to']}" if row["to"] else ""
    return f"{row['item']}  {row['state']}  {row['officer']}{to}  {row['changed_at']}"


@shift.command("show")
@_ITEM
@node_command
def show_(api: Api, item: str) -> Answer:
    """Show a shift with its handover, its chain checked here. Audited."""
    from comity.cli.docket import told_lines
    from comity.client.docketing import fetch_item

    found = fetch_item(api, item, among="shifts").value
    return Answer(found, told_lines(found))


@shift.command()
@_ITEM
@click.option("--key", "key_file", type=HERE, help="Sign with your officer key on this machine.")
@click.option("--certificate", type=HERE, help="With --key: your certificate.")
@click.option(
    "--password-file",
    type=click.File("r", encoding="utf-8"),
    help="Without --key: first line is your password; - reads standard input. Asked for if not"
    " given.",
)
@YES
@node_command
def confirm(
    api: Api,
    item: str,
    *,
    key_file: Path | None,
    certificate: Path | None,
    password_file: IO[str] | None,
    yes: bool,
    as_json: bool,
) -> Answer:
    """Confirm the handover of shift ITEM.

    With your own key it is signed, which proves it to others; with a password it is not. What is
    shown is checked on this machine. A passkey signs on the page of the shift only.
    """
    if (key_file is None) != (certificate is None):
        raise MisuseError("--key and --certificate go together")
    if key_file is not None and password_file is not None:
        raise MisuseError("confirm by a key or by a password, and not by both")
    from comity.client.docketing import HAND_OVER, fetch_item

    shown = fetch_item(api, item, among="shifts")
    entry = shown.item.newest(HAND_OVER)
    if entry is None:
        raise MisuseError("nothing was handed over")
    said = shown.item.said(HAND_OVER)
    click.echo(f"{entry.act}  {entry.at:%Y-%m-%dT%H:%M:%SZ}  {entry.digest}", err=as_json)
    click.echo(json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True), err=as_json)
    if not yes and not click.confirm("\nConfirm this?", err=as_json):
        raise click.exceptions.Exit(1)
    if key_file is not None and certificate is not None:
        from comity.client.docketing import sign_hand_over
        from comity.keys import jws
        from comity.node.core.clock import now
        from comity.node.core.keystore import load_signing_key

        wanted: dict[str, Any] = {
            "approval": sign_hand_over(
                shown,
                key=load_signing_key(key_file, use="officer"),
                certificate=jws.parse(certificate.read_bytes()),
                now=now(),
            )
        }
    else:
        wanted = {"password": _password(password_file)}
    return _done(api.post(f"/shifts/{item}/confirm", wanted))


def _password(file: IO[str] | None) -> str:
    if file is not None:
        return file.readline().rstrip("\r\n")
    import getpass

    return getpass.getpass("Your password at the node: ")


def _done(made: dict[str, Any]) -> Answer:
    return Answer(made, [made["item"]], notes=[f"shift: {made['state']}"])


add_actions(
    shift,
    {
        "hand-over.refuse": _done,
        "hand-over.write": _done,
        "shift.begin": lambda made: Answer(made, [made["item"]]),
        "shift.end": _done,
    },
)

"""``comity shift``: who has the watch, and how it goes from one officer to the next."""

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from comity.canonical import MisuseError
from comity.cli.actions import Shown, add_actions
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, HERE, at_node, session, show

if TYPE_CHECKING:
    from comity.client.api import Api

_ITEM = click.argument("item", metavar="ITEM")
_REASONS = click.option("--reasons", required=True, help="Why.")
_LANG = click.option("--lang", default="en", show_default=True, help="Language of what you write.")


@click.group(cls=Group)
def shift() -> None:
    """Shifts of the watch: who has one, begin, hand over, confirm.

    A hand-over counts once both have confirmed it. The roster is `comity duty roster`.
    """


@shift.command("now")
@at_node
@AS_JSON
@guarded
def now_(*, url: str, token_file: Path, as_json: bool) -> int:
    """Say who has the watch, and what is being handed over. Exit status 1 if nobody has it."""
    found = session(url, token_file).get("/shifts", open="true")
    if as_json:
        show(found)
    else:
        _lines(found["items"])
        if not found["items"]:
            click.echo("nobody has begun a shift")
    return 0 if found["items"] else 1


@shift.command("list")
@click.option("--day", default="", help="Only those begun on this day, 2026-11-25, in UTC.")
@click.option("--before", default="", help="Those begun before this item.")
@at_node
@AS_JSON
@guarded
def list_(*, day: str, before: str, url: str, token_file: Path, as_json: bool) -> None:
    """List shifts, the newest first, one page; the last line names the next."""
    found = session(url, token_file).get("/shifts", day=day, before=before)
    if as_json:
        show(found)
        return
    _lines(found["items"])
    if found["before"]:
        click.echo(f"more: --before {found['before']}", err=True)


@shift.command("show")
@_ITEM
@at_node
@AS_JSON
@guarded
def show_(item: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show one shift with its hand-over, its chain checked on this machine. Audited."""
    from comity.cli.docket import told_lines
    from comity.client.docketing import fetch_item

    found = fetch_item(session(url, token_file), item, among="shifts").value
    if as_json:
        show(found)
        return
    for line in told_lines(found):
        click.echo(line)


@shift.command("hand-over")
@click.option("--to", required=True, help="Officer who takes over, by identifier.")
@click.option("--notes", required=True, help="What they have to know.")
@_LANG
@at_node
@AS_JSON
@guarded
def hand_over(*, to: str, notes: str, lang: str, url: str, token_file: Path, as_json: bool) -> None:
    """Write the notes of your hand-over. Then both confirm it, you first.

    How many lines stand open on the watch is written down with them. Identifiers: `comity duty
    contact list`.
    """
    told = {"to": to, "notes": {"lang": lang, "text": notes}}
    _done(session(url, token_file).post("/shifts/hand-over", told), as_json=as_json)


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
@click.option("--yes", is_flag=True, help="Do not ask (for scripts).")
@at_node
@AS_JSON
@guarded
def confirm(
    item: str,
    *,
    key_file: Path | None,
    certificate: Path | None,
    password_file: IO[str] | None,
    yes: bool,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Stand by the hand-over of shift ITEM: as who goes, or as who takes over.

    With your own key it is signed, which proves it to others; with a password it is not. What is
    shown is checked on this machine. A passkey signs on the page of the shift only.
    """
    if (key_file is None) != (certificate is None):
        raise MisuseError("--key and --certificate go together")
    if key_file is not None and password_file is not None:
        raise MisuseError("confirm by a key or by a password, and not by both")
    from comity.client.docketing import HAND_OVER, fetch_item

    api = session(url, token_file)
    shown = fetch_item(api, item, among="shifts")
    entry = shown.item.newest(HAND_OVER)
    if entry is None:
        raise MisuseError("nothing was handed over")
    said = shown.item.said(HAND_OVER)
    click.echo(f"{entry.act}  {entry.at:%Y-%m-%dT%H:%M:%SZ}  {entry.digest}", err=as_json)
    click.echo(json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True), err=as_json)
    if not yes and not click.confirm("\nConfirm this?", err=as_json):
        sys.exit(1)
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
    _done(api.post(f"/shifts/{item}/confirm", wanted), as_json=as_json)


@shift.command("give-back")
@_ITEM
@_REASONS
@_LANG
@at_node
@AS_JSON
@guarded
def give_back(
    item: str, *, reasons: str, lang: str, url: str, token_file: Path, as_json: bool
) -> None:
    """Do not take ITEM over, or take your hand-over back; the shift goes on as before."""
    _reasoned(session(url, token_file), f"/shifts/{item}/give-back", reasons, lang, as_json)


@shift.command()
@_ITEM
@_REASONS
@_LANG
@at_node
@AS_JSON
@guarded
def end(item: str, *, reasons: str, lang: str, url: str, token_file: Path, as_json: bool) -> None:
    """End shift ITEM, which nobody takes over: yours, or as an approver anybody's."""
    _reasoned(session(url, token_file), f"/shifts/{item}/end", reasons, lang, as_json)


def _reasoned(api: "Api", path: str, reasons: str, lang: str, as_json: bool) -> None:
    told = {"reasons": {"lang": lang, "text": reasons}}
    _done(api.post(path, told), as_json=as_json)


def _done(made: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show(made)
        return
    click.echo(made["item"])
    click.echo(f"shift: {made['state']}", err=True)


def _lines(items: list[dict[str, Any]]) -> None:
    for row in items:
        to = f"  to {row['to']}" if row["to"] else ""
        click.echo(f"{row['item']}  {row['state']}  {row['officer']}{to}  {row['changed_at']}")


def _password(file: IO[str] | None) -> str:
    if file is not None:
        return file.readline().rstrip("\r\n")
    import getpass

    return getpass.getpass("Your password at the node: ")


add_actions(shift, {"shift.begin": Shown(lambda answer: [answer["item"]])})

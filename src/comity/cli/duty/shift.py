"""Shifts and telephone calls: who has the watch, and what was said on the telephone."""

import json
from pathlib import Path
from typing import IO, Any, Final

import click

from comity.canonical import MisuseError
from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import HERE, LANG, YES

_MEASURES: Final = (
    "preservation",
    "subscriber-data",
    "traffic-data",
    "stored-data",
    "search",
    "realtime-traffic",
    "content-interception",
    "freezing",
    "confiscation",
    "removal-of-material",
    "other",
)


@click.group(cls=Group)
def call() -> None:
    """Log, list and show telephone calls."""


@call.command()
@click.option("--caller", required=True, help="The name the caller gave.")
@click.option("--party", help="The authority they say they call for, as the directory names it.")
@click.option("--office", help="The office, as they said.")
@click.option("--shown", help="The number the telephone showed; it is never called back.")
@click.option("--urgency", type=click.Choice(("normal", "urgent", "emergency")), default="urgent",
              show_default=True, help="How urgent they say it is.")  # fmt: skip
@click.option("--measure", type=click.Choice(_MEASURES), required=True, help="What they ask for.")
@click.option("--asked", required=True, help="What they ask, in their words.")
@LANG
@click.option("--called-back", help="Who answered when you called back, and confirmed the call.")
@click.option("--why-not", help="Why you did not call back.")
@click.option("--case", default="", help="The case it is about.")
@node_command
def new(api: Api, **told: Any) -> Answer:
    """Log a call and print its item.

    Either --called-back or --why-not. The call back is entered with the number of the directory,
    which the node gives; without one of theirs no call-back was possible.
    """
    from comity.canonical import time_text
    from comity.node.core.clock import now

    if bool(told["called_back"]) == bool(told["why_not"]):
        raise MisuseError("say who answered when you called back, or why you did not")
    at = time_text(now().replace(microsecond=0))
    said = {
        "caller": told["caller"],
        "office": told["office"],
        "party": told["party"],
        "number_shown": told["shown"],
        "at": at,
        "urgency": told["urgency"],
        "measure": told["measure"],
        "asked": {"lang": told["lang"], "text": told["asked"]},
        "accounts": [],
        "not_called_back": told["why_not"],
    }
    body: dict[str, Any] = {"said": said, "case": told["case"]}
    if told["called_back"]:
        known = api.get("/numbers", party=told["party"] or "")["numbers"]
        if not known:
            raise MisuseError("neither directory nor register has a number of theirs")
        told_back = {"at": at, "number": known[0]["number"], "spoke_with": told["called_back"]}
        body["back"] = {"act": "call.called-back", "said": told_back}
    made = api.post("/calls", body)
    notes = [f"call: {made['state']}, in writing by {made['due_at']}"]
    return Answer(made, [made["item"]], notes=notes)


@call.command()
@click.argument("party", metavar="PARTY")
@node_command
def number(api: Api, party: str) -> Answer:
    """Show the call-back number of PARTY and its source."""
    found = api.get("/numbers", party=party)
    lines = (f"{one['number']}  {one['source']}" for one in found["numbers"])
    return Answer(found, lines, none="no number is known")


@call.command("list")
@click.option("--day", default="", help="Only calls of this day, 2026-11-25, in UTC.")
@click.option("--open", "only_open", is_flag=True, help="Only those that are not over.")
@click.option("--before", default="", help="Those noted before this item.")
@node_command
def list_calls(api: Api, *, day: str, only_open: bool, before: str) -> Answer:
    """List one page of calls, newest first."""
    found = api.get("/calls", day=day, before=before, open="true" if only_open else "false")
    more = [f"more: --before {found['before']}"] if found["before"] else []
    return Answer(found, map(_call_line, found["items"]), notes=more)


def _call_line(row: dict[str, Any]) -> str:
    due = f"  in writing by {row['due_at']}" if row["due_at"] else ""
    return f"{row['item']}  {row['state']}  {row['case'] or '-'}  {row['title']}{due}"


@call.command("show")
@click.argument("item", metavar="ITEM")
@node_command
def show_call(api: Api, item: str) -> Answer:
    """Show a call, with its chain checked on this machine. Audited.

    `comity docket do` moves it on: call.called-back, call.tried, call.denied, call.confirmed,
    call.closed.
    """
    from comity.cli.requests.docket import told_lines
    from comity.client.docketing import fetch_item

    found = fetch_item(api, item).value
    if found["kind"] != "call":
        raise MisuseError("this item is no call; use comity docket show")
    return Answer(found, told_lines(found))


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
    lines = map(_shift_line, found["items"])
    return Answer(found, lines, status=int(not found["items"]), none="nobody has begun a shift")


@shift.command("list")
@click.option("--day", default="", help="Only those begun on this day, 2026-11-25, in UTC.")
@click.option("--before", default="", help="Those begun before this item.")
@node_command
def list_shifts(api: Api, *, day: str, before: str) -> Answer:
    """List one page of shifts, newest first."""
    found = api.get("/shifts", day=day, before=before)
    more = [f"more: --before {found['before']}"] if found["before"] else []
    return Answer(found, map(_shift_line, found["items"]), notes=more)


def _shift_line(row: dict[str, Any]) -> str:
    to = f"  to {row['to']}" if row["to"] else ""
    return f"{row['item']}  {row['state']}  {row['officer']}{to}  {row['changed_at']}"


@shift.command("show")
@_ITEM
@node_command
def show_shift(api: Api, item: str) -> Answer:
    """Show a shift with its handover, its chain checked here. Audited."""
    from comity.cli.requests.docket import told_lines
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

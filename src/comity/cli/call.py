"""Telephone calls from the command line: note one, list them, find the number to call back."""

from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, at_node, session, show

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
    """Telephone calls: note one in a minute. A call never proves who calls."""


@call.command()
@click.option("--caller", required=True, help="The name the caller gave.")
@click.option("--party", help="The authority they say they call for, as the directory names it.")
@click.option("--office", help="The office, as they said.")
@click.option("--shown", help="The number the telephone showed; it is never called back.")
@click.option("--urgency", type=click.Choice(("normal", "urgent", "emergency")), default="urgent",
              show_default=True, help="How urgent they say it is.")  # fmt: skip
@click.option("--measure", type=click.Choice(_MEASURES), required=True, help="What they ask for.")
@click.option("--asked", required=True, help="What they ask, in their words.")
@click.option("--lang", default="en", show_default=True, help="Language of what you write.")
@click.option("--called-back", help="Who answered when you called back, and confirmed the call.")
@click.option("--why-not", help="Why you did not call back.")
@click.option("--case", default="", help="The case it is about.")
@at_node
@AS_JSON
@guarded
def new(*, url: str, token_file: Path, as_json: bool, **told: Any) -> None:
    """Note a call that came just now, and print its item.

    Either --called-back or --why-not. The call back is entered with the number of the directory,
    which the node gives; without one of theirs nobody can have called back.
    """
    from comity.canonical import time_text
    from comity.node.core.clock import now

    if bool(told["called_back"]) == bool(told["why_not"]):
        raise MisuseError("say who answered when you called back, or why you did not")
    api = session(url, token_file)
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
    if as_json:
        show(made)
        return
    click.echo(made["item"])
    click.echo(f"call: {made['state']}, in writing by {made['due_at']}", err=True)


@call.command()
@click.argument("party", metavar="PARTY")
@at_node
@AS_JSON
@guarded
def number(party: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show the number on which PARTY may be called back, and who says so."""
    found = session(url, token_file).get("/numbers", party=party)
    if as_json:
        show(found)
        return
    for one in found["numbers"]:
        click.echo(f"{one['number']}  {one['source']}")
    if not found["numbers"]:
        click.echo("no number is known", err=True)


@call.command("list")
@click.option("--day", default="", help="Only calls of this day, 2026-11-25, in UTC.")
@click.option("--open", "only_open", is_flag=True, help="Only those that are not over.")
@click.option("--before", default="", help="Those noted before this item.")
@at_node
@AS_JSON
@guarded
def list_(
    *, day: str, only_open: bool, before: str, url: str, token_file: Path, as_json: bool
) -> None:
    """List calls, the newest first, one page; the last line names the next."""
    wanted = {"day": day, "before": before, "open": "true" if only_open else "false"}
    found = session(url, token_file).get("/calls", **wanted)
    if as_json:
        show(found)
        return
    for row in found["items"]:
        due = f"  in writing by {row['due_at']}" if row["due_at"] else ""
        click.echo(f"{row['item']}  {row['state']}  {row['case'] or '-'}  {row['title']}{due}")
    if found["before"]:
        click.echo(f"more: --before {found['before']}", err=True)


@call.command("show")
@click.argument("item", metavar="ITEM")
@at_node
@AS_JSON
@guarded
def show_(item: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show a call entry by entry, its chain checked on this machine. The reading is audited.

    `comity docket do` moves it on: call.called-back, call.tried, call.denied, call.confirmed,
    call.closed.
    """
    from comity.cli.docket import told_lines
    from comity.client.docketing import fetch_item

    found = fetch_item(session(url, token_file), item).value
    if found["kind"] != "call":
        raise MisuseError("this item is no call; use comity docket show")
    if as_json:
        show(found)
        return
    for line in told_lines(found):
        click.echo(line)

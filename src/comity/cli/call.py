"""Telephone calls from the command line: note one, list them, find the number to call back."""

from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import LANG

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
def list_(api: Api, *, day: str, only_open: bool, before: str) -> Answer:
    """List one page of calls, newest first."""
    found = api.get("/calls", day=day, before=before, open="true" if only_open else "false")
    more = [f"more: --before {found['before']}"] if found["before"] else []
    return Answer(found, map(_line, found["items"]), notes=more)


def _line(row: dict[str, Any]) -> str:
    due = f"  in writing by {row['due_at']}" if row["due_at"] else ""
    return f"{row['item']}  {row['state']}  {row['case'] or '-'}  {row['title']}{due}"


@call.command("show")
@click.argument("item", metavar="ITEM")
@node_command
def show_(api: Api, item: str) -> Answer:
    """Show a call, with its chain checked on this machine. Audited.

    `comity docket do` moves it on: call.called-back, call.tried, call.denied, call.confirmed,
    call.closed.
    """
    from comity.cli.docket import told_lines
    from comity.client.docketing import fetch_item

    found = fetch_item(api, item).value
    if found["kind"] != "call":
        raise MisuseError("this item is no call; use comity docket show")
    return Answer(found, told_lines(found))

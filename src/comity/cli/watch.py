"""The watch from the command line: what needs a person now, once or again and again."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.cli.faults import guarded
from comity.cli.office import AS_JSON, at_node, session, show

if TYPE_CHECKING:
    from rich.table import Table

CRITICAL: Final = 1
_WHAT: Final[Mapping[str, str]] = {
    "clock": "request deadline approaching",
    "task": "domestic action due",
    "retention-ends": "retention period of an exhibit ends",
    "unread": "a request nobody here acknowledged",
    "unanswered": "our request is not acknowledged there",
    "second-signature": "our second signature is due",
    "their-second-signature": "their second signature is late",
    "call-not-called-back": "a call that was not called back",
    "mail": "mail that is not written down",
    "draft": "a draft is not sent",
    "dead-letter": "a message was given up",
    "partner-silent": "the other side does not answer",
    "over-quota": "a partner sends more than its quota",
    "letter-to-post": "a message has to go by letter",
    "logs-disagree": "their log and ours disagree: call them",
    "double-speak": "two different things under one name",
    "package-failed": "sealed evidence could not be fetched",
    "package-waits": "sealed evidence waits for space",
    "package-unexplained": "sealed evidence nobody announced",
    "disk": "the disk is nearly full",
    "store": "the store of packages does not work",
    "work-stands-still": "the node does not do its work: call the operator",
    "directory": "our copy of the directory is out of date",
    "entry-ends": "an entry of the directory ends",
    "own-keys": "a key of this node ends",
    "time-stamp": "a time-stamp authority fails",
    "assistance-review": "assistance is to be looked at again",
    "reach-asked": "a partner asks whether anybody is there",
    "roster-gap": "nobody is on the roster",
    "roster-row": "a shift on the roster has an unknown time zone",
    "notice-failed": "notices do not go out",
    "cannot-wake": "somebody can be reached by no notice",
    "glass-broken": "a case was opened in need",
    "new-message": "new",
}
_SEVERITY: Final[Mapping[str, str]] = {"now": "critical", "soon": "soon", "note": ""}


@click.command()
@click.option("--once", is_flag=True, help="Look once, and say by the exit status how it is.")
@click.option(
    "--every",
    "every_s",
    type=click.IntRange(5, 3600),
    default=20,
    show_default=True,
    help="Seconds between two looks.",
)
@at_node
@AS_JSON
@guarded
def watch(*, once: bool, every_s: int, url: str, token_file: Path, as_json: bool) -> None:
    """Show what needs a person now, what presses most first; it stays until you end it.

    With --once, or --json, it looks once. Exit status then: 0 nothing is critical; 1 something
    is, as on the page, so that cron and monitoring can tell somebody. No content is shown:
    numbers, parties and codes.
    """
    api = session(url, token_file)
    if not once and not as_json:
        _live(api, every_s)
        return
    found = api.get("/watch")
    if as_json:
        show(found)
    else:
        from comity.files.terminal import terminal

        terminal().print(_table(found))
    if found["severity"] == "now":
        raise click.exceptions.Exit(CRITICAL)


def _live(api: Any, every_s: int) -> None:
    """Show the list until the person ends it; a look that fails is said and tried again."""
    import time

    from rich.live import Live

    from comity.canonical import ComityError
    from comity.files.terminal import terminal

    table = _table(api.get("/watch"))
    with Live(table, console=terminal(), screen=False, auto_refresh=False) as shown:
        shown.update(table, refresh=True)
        while True:
            time.sleep(every_s)
            try:
                table = _table(api.get("/watch"))
            except ComityError as fault:
                table.caption = f"NOT UP TO DATE: {fault.code}"
            shown.update(table, refresh=True)


def _table(found: Mapping[str, Any]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    from comity.files.terminal import safe_text

    n = sum(one["severity"] == "now" for one in found["alerts"])
    table = Table(title=f"{n} critical, {len(found['alerts'])} in all", caption=f"at {found['at']}")
    for name in ("", "by when", "what", "whose", "case", "detail"):
        table.add_column(name)
    styles = {"now": "bold red", "soon": "yellow", "note": ""}
    for one in (*found["alerts"], *found["news"]):
        when = one["due_at"] or (f"since {one['since']}" if one["since"] else "")
        what = _WHAT.get(one["kind"], one["kind"])
        what = f"{what} ({one['count']})" if one["count"] > 1 else what
        what = f"EMERGENCY: {what}" if one["emergency"] else what
        over = "OVER" if one["overdue"] else _SEVERITY[one["severity"]]
        cells = (over, when, what, one["party"], one["case"], one["detail"])
        table.add_row(*(Text(safe_text(cell)) for cell in cells), style=styles[one["severity"]])
    if not found["alerts"]:
        table.add_row("", "", "the list is empty", "", "", "")
    return table

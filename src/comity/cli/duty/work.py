"""The commands work and watch: what needs a person, and the command that does the next step."""

import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from comity.cli.actions import add_actions
from comity.cli.answers import Answer, is_answering, show, why_undelivered
from comity.cli.faults import INTERRUPTED
from comity.cli.groups import Group
from comity.cli.office import Api, node_command

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.text import Text

_SHOW_CASE: Final = "comity case show {case}"
_HEALTH: Final = "comity health"
_OUTBOX: Final = "comity outbox list"
_ALARM: Final = "comity duty alarm {alarm}"
_PACKAGE: Final = "comity exhibit list --name {subject}"
_NEXT: Final[Mapping[str, str]] = {
    "clock": _SHOW_CASE,
    "their-clock": _SHOW_CASE,
    "extension-asked": _SHOW_CASE,
    "task": "comity docket show {subject}",
    "retention-ends": _PACKAGE,
    "unread": _SHOW_CASE,
    "unanswered": _SHOW_CASE,
    "undelivered": _SHOW_CASE,
    "second-signature": "comity draft waiting",
    "their-second-signature": _SHOW_CASE,
    "call-not-called-back": "comity call show {subject}",
    "shift-handed-over": "comity shift show {subject}",
    "mail": "comity mail show {subject}",
    "draft": "comity draft show {subject}",
    "dead-letter": _OUTBOX,
    "partner-silent": _OUTBOX,
    "over-quota": "comity case list --partner {party}",
    "letter-to-post": _OUTBOX,
    "partner-refused": "comity outbox refusals",
    "logs-disagree": _HEALTH,
    "audit-changed": _HEALTH,
    "double-speak": _SHOW_CASE,
    "package-failed": _PACKAGE,
    "package-waits": _PACKAGE,
    "package-unexplained": "comity unmatched list",
    "disk": _HEALTH,
    "store": _HEALTH,
    "work-stands-still": _HEALTH,
    "directory": _HEALTH,
    "entry-ends": _HEALTH,
    "own-keys": _HEALTH,
    "own-certificate": _HEALTH,
    "officer-certificate": _HEALTH,
    "own-editions": _HEALTH,
    "time-stamp": _HEALTH,
    "assistance-review": "comity assistance show {subject}",
    "reach-asked": _ALARM,
    "roster-gap": _ALARM,
    "roster-row": _ALARM,
    "notice-failed": _ALARM,
    "cannot-wake": _ALARM,
    "glass-broken": _ALARM,
    "unread-message": _SHOW_CASE,
    "new-message": _SHOW_CASE,
}
_NAMES: Final[Mapping[str, str]] = {
    "task": "item",
    "retention-ends": "exhibit",
    "second-signature": "message",
    "their-second-signature": "message",
    "call-not-called-back": "call",
    "shift-handed-over": "shift",
    "mail": "mail",
    "draft": "draft",
    "dead-letter": "delivery",
    "package-failed": "package",
    "package-waits": "package",
    "own-keys": "key",
    "own-certificate": "officer",
    "officer-certificate": "officer",
    "new-message": "message",
}
"""What the subject of a kind is; of other kinds it is the conversation, or a word."""
_ROUND_TABLE: Final = "table"


def identifiers(one: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what commands name the thing by, each with what it is: conversation, draft, alarm.

    Args:
        one: an alert as the API gives it.
    """
    found = []
    if one["conversation"]:
        found.append(("conversation", one["conversation"]))
    if one["kind"] in _NAMES and not one["outside"]:
        found.append((_NAMES[one["kind"]], one["subject"]))
    if one["alarm"]:
        found.append(("alarm", str(one["alarm"])))
    return found


def next_command(one: Mapping[str, Any]) -> str:
    """Return the command that shows an alert's thing or does what is next; empty if unknown.

    Args:
        one: an alert as the API gives it.
    """
    form = _NEXT.get(one["kind"], _SHOW_CASE)
    if one["kind"] == "assistance-review" and one["detail"] == _ROUND_TABLE:
        form = "comity assistance table show {subject}"
    if one["outside"]:  # its case is closed to the caller, its alarm is not
        form = _ALARM
    wanted = {name: one[name] for name in ("alarm", "case", "party", "subject")}
    if form == _SHOW_CASE and not one["case"]:
        return "comity case list"
    if form == _ALARM and not one["alarm"]:
        return "comity duty alarms"
    return form.format(**{name: shlex.quote(str(value)) for name, value in wanted.items()})


def is_message(action: str) -> bool:
    """Tell whether what is to be done next is to write a message: then it is its type."""
    return "." in action


@click.group(cls=Group)
def work() -> None:
    """Work items: list, acknowledge, assign, export, save filters.

    A work item is what needs a person: a request, a deadline, a draft, a fault of the node. It is
    named by its incident as long as it is open.
    """


@work.command("list")
@click.option(
    "--severity", type=click.Choice(("critical", "high", "normal", "low")), help="How urgent."
)
@click.option("--kind", help="Kind of work item, such as unread.")
@click.option("--owner", help="Identifier of the owner, me, or none.")
@click.option("--state", help="Code of the other State, such as vn.")
@click.option(
    "--due", type=click.Choice(("overdue", "day", "week", "none")), help="When the deadline is."
)
@click.option("--waits", type=click.Choice(("us", "them")), help="Who has to act.")
@click.option(
    "--sort", type=click.Choice(("deadline", "received", "state")), help="What comes first."
)
@click.option("--after", help="Where the page begins: what the page before printed.")
@node_command
def list_(api: Api, **wanted: Any) -> Answer:
    """List work items, the most urgent first: name, severity, deadline, kind, case, owner."""
    asked = {name: str(value) for name, value in wanted.items() if value}
    found = api.get("/work-items", **asked)
    return Answer(found, _lines(found), none="no work items")


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    for row in found["items"]:
        due = f"due {row['due_at']} ({row['deadline']}, {row['rule']})" if row["due_at"] else ""
        named = (
            "EMERGENCY" if row["emergency"] else "",
            row["kind"],
            row["what"],
            row["party"],
            row["case"],
            f"owner {row['owner']}" if row["owner"] else "unassigned",
            f"to do {row['action']}" if is_message(row["action"]) else "",
        )
        yield "  ".join(part for part in (row["severity"], due) if part)
        yield "    " + "  ".join(part for part in named if part)
        yield f"    {row['incident']}"
    if found["next"]:
        yield f"More: comity work list --after {found['next']}, with the same filter"


@work.group("filter", cls=Group)
def filter_() -> None:
    """Saved filters of work items: list, save, remove."""


@filter_.command("list")
@node_command
def filters(api: Api) -> Answer:
    """List your saved filters, and those that colleagues share."""
    found = api.get("/work-items/filters")
    return Answer(found, map(_filter, found["filters"]), none="no saved filters")


def _filter(row: Mapping[str, Any]) -> str:
    told = " ".join(f"{name}={value}" for name, value in sorted(row["criteria"].items()))
    shared = f"  shared by {row['by']}" if row["shared"] else ""
    return f"{row['number']}  {row['name']}  {told}{shared}"


add_actions(
    work,
    {
        "work.acknowledge": lambda made: Answer(made, [f"acknowledged: alarm {made['number']}"]),
        "work.assign": lambda made: Answer(made, [f"assigned: {made['assigned']}"]),
        "work.export": lambda made: Answer(made, made["csv"].splitlines()),
        "work-filter.save": lambda made: Answer(made, [f"saved: {made['number']}"]),
    },
)


CRITICAL: Final = 1
_WHAT: Final[Mapping[str, str]] = {
    "clock": "deadline of a request",
    "their-clock": "the partner authority has a deadline",
    "extension-asked": "the partner asked for an extension, our reply is pending",
    "task": "domestic action due",
    "retention-ends": "retention period of an exhibit ends",
    "unread": "a request nobody here acknowledged",
    "unanswered": "our request is not acknowledged there",
    "undelivered": "our message does not reach them: call them",
    "second-signature": "our second signature is due",
    "their-second-signature": "their second signature is late",
    "call-not-called-back": "a call that was not called back",
    "shift-handed-over": "a shift handover is to be confirmed",
    "mail": "mail that is not written down",
    "draft": "a draft is not sent",
    "dead-letter": "a message could not be delivered",
    "partner-silent": "the other side does not answer",
    "over-quota": "a partner sends more than its quota",
    "letter-to-post": "a message has to go by letter",
    "partner-refused": "a partner's system refuses what this node needs",
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
    "own-certificate": "your officer certificate ends",
    "officer-certificate": "an officer's certificate ends",
    "own-editions": "our directory entry lists other editions than this node has",
    "time-stamp": "a time-stamp authority fails",
    "assistance-review": "assistance is to be looked at again",
    "reach-asked": "a partner asks whether anybody is there",
    "roster-gap": "nobody is on the roster",
    "roster-row": "a shift on the roster has an unknown time zone",
    "notice-failed": "notices do not go out",
    "cannot-wake": "somebody can be reached by no notice",
    "glass-broken": "a case was opened in need",
    "unread-message": "a message of the partner authority is not read",
    "new-message": "new",
}
_DELIVERIES: Final = ("dead-letter", "partner-refused", "partner-silent")
"""Kinds whose detail says why a partner did not take or give something."""
_SEVERITY: Final[Mapping[str, str]] = {
    "critical": "CRITICAL",
    "high": "high",
    "normal": "normal",
    "low": "low",
}
_STYLES: Final[Mapping[str, str]] = {
    "critical": "bold red",
    "high": "red",
    "normal": "yellow",
    "low": "",
}
_NOW: Final = ("critical", "high")
"""What needs a person now."""


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
@node_command
def watch(api: Api, *, once: bool, every_s: int, as_json: bool) -> None:
    """Show open work items, most urgent first, until Ctrl-C.

    Each line has the identifiers, and the command that shows it or does the next thing. With
    --once, or --json, it looks once. Exit status then: 0 nothing needs a person now; 1 something
    is critical or high, as on the page, so that cron and monitoring can alert a person. Without
    them: 130 after Ctrl-C. Into a pipe or a file, each look is written as it is made. No content
    is shown: numbers, parties and codes.
    """
    if not once and not as_json:
        try:
            _stay(api, every_s)
        except KeyboardInterrupt:  # it wrote nothing that could be incomplete
            click.echo("The watch was ended.", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
        return
    found = api.get("/watch")
    if as_json:
        show(_with_next(found))
    else:
        from comity.files.terminal import terminal

        console = terminal()
        console.print(_List(found), soft_wrap=not console.is_terminal)
    if found["severity"] in _NOW:
        raise click.exceptions.Exit(CRITICAL)


def _with_next(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the API gave, with the command that is next beside each line."""
    lines = {
        name: [{**one, "next": next_command(one)} for one in found[name]]
        for name in ("alerts", "news")
    }
    return {**found, **lines}


def _stay(api: Api, every_s: int) -> None:
    """Show the list until the person ends it: redrawn on a terminal, else one after the other."""
    from comity.files.terminal import terminal

    first, console = _List(api.get("/watch"), fits=True), terminal()
    if not console.is_terminal:
        first.fits = False
        _append(first, console, api, every_s)
    from rich.live import Live

    with Live(first, console=console, screen=False, auto_refresh=False) as shown:
        shown.update(first, refresh=True)
        for one in _looks(first, api, every_s):
            shown.update(one, refresh=True)


def _append(first: "_List", console: "Console", api: Api, every_s: int) -> NoReturn:
    """Write each look whole, and at once: whoever reads the pipe waits for it."""
    console.print(first, soft_wrap=True)
    for one in _looks(first, api, every_s):
        console.print()
        console.print(one, soft_wrap=True)
    raise AssertionError("looks have no end")


def _looks(shown_list: "_List", api: Api, every_s: int) -> "Iterator[_List]":
    """Yield the list again and again, without end; a look that fails is said and tried again."""
    import time

    from comity.canonical import ComityError

    while True:
        time.sleep(every_s)
        try:
            shown_list = _List(api.get("/watch"), fits=shown_list.fits)
        except ComityError as fault:
            shown_list.fault = fault.code
        yield shown_list


class _List:
    """The list as rich draws it: one block a line of the watch, and nothing in it is cut.

    A table would cut its columns where a window is narrow, and leave a State or a deadline unread.
    """

    def __init__(self, found: Mapping[str, Any], *, fits: bool = False) -> None:
        self.found = found
        self.fits = fits
        """Whether what the window has no room for is counted instead of drawn."""
        self.fault = ""
        """Code of why the list is not up to date, or empty."""

    def __rich_console__(
        self, console: "Console", options: "ConsoleOptions"
    ) -> "Iterator[RenderableType]":
        yield from self._head()
        rows = [*self.found["alerts"], *self.found["news"]]
        if not self.found["alerts"]:
            yield "The list is empty."
        room = console.size.height - len(self._head()) - 2 if self.fits else None
        for n, row in enumerate(rows):
            block = _block(row)
            if room is not None:
                room -= len(console.render_lines(block, options, pad=False))
                if room < 0:
                    yield (
                        f"{len(rows) - n} more below. Enlarge the window, "
                        "or try: comity watch --once"
                    )
                    return
            yield block

    def _head(self) -> "list[RenderableType]":
        from rich.text import Text

        alerts = self.found["alerts"]
        n = sum(one["severity"] in _NOW for one in alerts)
        head = [Text(f"{n} to do now, {len(alerts)} in all, at {self.found['at']}", style="bold")]
        if self.fault:
            head.append(Text(f"NOT UP TO DATE: {self.fault}", style="bold red"))
        return [*head, Text()]


def _block(one: Mapping[str, Any]) -> "Text":
    """Return one thing that needs a person: when, what, whose, its identifiers, what is next."""
    from rich.text import Text

    from comity.files.terminal import safe_text

    over = "OVERDUE" if one["overdue"] else _SEVERITY[one["severity"]]
    when = f"due {one['due_at']}" if one["due_at"] else ""
    if named := one.get("deadline"):
        when = f"{when} ({named}, {one['rule']})"
    if not when and one["since"]:
        when = f"since {one['since']}"
    what = _WHAT.get(one["kind"], one["kind"])
    if one["kind"] == "partner-silent" and is_answering(one["detail"]):
        what = "messages wait for the other side"
    what = f"{what} ({one['count']})" if one["count"] > 1 else what
    what = f"EMERGENCY: {what}" if one["emergency"] else what
    detail = why_undelivered(one["detail"]) if one["kind"] in _DELIVERIES else one["detail"]
    whose = (
        ("authority", one["party"]),
        ("case", one["case"]),
        ("owner", one.get("owner", "")),
        ("about", detail),
    )
    lines = (
        "  ".join(part for part in (over, when) if part),
        f"  {what}",
        "  " + "  ".join(f"{name} {value}" for name, value in whose if value),
        "  " + "  ".join(f"{name} {value}" for name, value in identifiers(one)),
        f"  to do: {one['action']}" if is_message(one.get("action", "")) else "",
        f"  next: {next_command(one)}",
    )
    text = "\n".join(safe_text(line) for line in lines if line.strip())
    return Text(text, style=_STYLES[one["severity"]])

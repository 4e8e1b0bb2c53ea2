"""``comity work``: work items, which need a person; to list, acknowledge, assign, export."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.watch_next import is_message


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

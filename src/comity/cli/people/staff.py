"""``comity people``, ``compartment``, ``token`` and ``webhook``: who and what an office lets in."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.frame import folded
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import HERE, NEW
from comity.cli.people.user import ROLES

_OFFICER = click.argument("officer", metavar="OFFICER")
_MOST_BYTES: Final = 64 * 1024
_STEPS: Final = ("cases", "jobs", "watch", "account", "certificate", "keys", "shares")


@click.group(cls=Group)
def people() -> None:
    """Manage users of your office: list, add, role, close, offboard.

    OFFICER is an identifier, as `comity people list` prints it. On the node's own machine, and
    when no one can sign in, `comity user` does the same without a token.
    """


@people.command("list")
@node_command
def list_people(api: Api) -> Answer:
    """List users: identifier, role, state, name, confirmation date."""
    found = api.whole("/people", "people")
    return Answer(found, map(_person_line, found["people"]))


def _person_line(row: dict[str, Any]) -> str:
    state = "in use" if row["in_use"] else "closed"
    told = f"{row['identifier']}  {row['role']:<10}  {state}  {row['name']}"
    return f"{told}  confirm by {row['confirm_by']}  {counted(len(row['cases']), 'case')}"


@people.command()
@_OFFICER
@click.argument("file", type=HERE)
@node_command
def certificate(api: Api, officer: str, file: Path) -> Answer:
    """Store the certificate in FILE for OFFICER."""
    from comity.canonical import decode_loose
    from comity.files.errors import translating

    with translating(f"reading {file}"), file.open("rb") as opened:
        value = decode_loose(opened.read(_MOST_BYTES + 1), max_bytes=_MOST_BYTES)
    made = api.post(f"/officers/{officer}/certificate", value)
    return Answer(made, [f"{made['officer']} has the certificate, and it is in the log"])


def _change(api: Api, officer: str, do: str, **told: str) -> Answer:
    found = api.post(f"/people/{officer}", {"do": do, **told})
    return Answer(found, [_person_line(found)])


@people.command()
@_OFFICER
@click.argument("role", type=click.Choice(ROLES))
@node_command
def role(api: Api, officer: str, *, role: str) -> Answer:
    """Change the role of OFFICER and end the current sessions."""
    return _change(api, officer, "role", role=role)


@people.command()
@_OFFICER
@node_command
def confirm(api: Api, officer: str) -> Answer:
    """Confirm for one year that OFFICER needs the account."""
    return _change(api, officer, "confirm")


@people.command()
@_OFFICER
@node_command
def close(api: Api, officer: str) -> Answer:
    """Close the account of OFFICER. The record of actions stays."""
    return _change(api, officer, "disable")


@people.command()
@_OFFICER
@click.argument("step", type=click.Choice(_STEPS))
@click.option("--successor", default="", help="Identifier of who takes over what is left of it.")
@node_command
def offboard(api: Api, officer: str, *, step: str, successor: str) -> Answer:
    """Complete one step of the offboarding checklist of OFFICER.

    Cases go to a person who may read them, `jobs` to a translator, `watch` (the roster) to
    an officer who takes calls. The lines `keys` and `shares` say that you did them elsewhere.
    """
    return _change(api, officer, "step", step=step, successor=successor)


@people.command("hand-over")
@_OFFICER
@click.option("--cases", default="", help="Who takes the cases: identifier or name.")
@click.option("--jobs", default="", help="Which translator takes the translation jobs.")
@click.option("--watch", default="", help="Who replaces the person in the roster.")
@node_command
def hand_over(api: Api, officer: str, *, cases: str, jobs: str, watch: str) -> Answer:
    """Transfer all open work of OFFICER who leaves, in one step.

    A shift that is under way ends. Name no one for what there is none of.
    """
    return _change(api, officer, "hand-over", cases_to=cases, jobs_to=jobs, watch_to=watch)


@click.group(cls=Group)
def compartment() -> None:
    """List and set compartments that limit who sees a case."""


@compartment.command("list")
@node_command
def listed(api: Api) -> Answer:
    """List compartments with their members."""
    found = api.get("/compartments")
    return Answer(found, map(_members, found["compartments"]), none="there is no compartment")


@compartment.command("set")
@click.argument("name")
@click.option("--member", "members", multiple=True, help="Identifier or name; repeat it.")
@node_command
def set_(api: Api, name: str, *, members: tuple[str, ...]) -> Answer:
    """Create the compartment NAME, or replace its members."""
    made = api.post("/compartments", {"name": name, "members": list(members)})
    return Answer(made, [_members(made)])


def _members(row: dict[str, Any]) -> str:
    return f"{row['name']}  {', '.join(row['members']) or 'nobody'}"


add_actions(
    people,
    {"person.add": lambda made: Answer(made, [made["identifier"], made["password"]])},
)


_DAYS: Final = 90


@click.group(cls=Group)
def token() -> None:
    """Manage API tokens: list, new, revoke.

    A token acts for you with the rights it names, and with none that you lose.
    """


@token.command("list")
@node_command
def list_tokens(api: Api) -> Answer:
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


_WHY: Final[Mapping[str, str]] = {
    "hook-address": "the operator does not allow this address",
    "hook-gone": "the receiver says that it is gone for good",
    "hook-inside": "the host is inside, and the operator has not allowed that",
    "hook-refused": "the receiver did not accept it",
    "hook-silent": "the receiver does not answer, or its certificate is not valid",
}
"""By the code of what went wrong with a delivery."""


@click.group(cls=Group)
def webhook() -> None:
    """Manage webhooks: list, new, test, deliveries, replay, remove.

    A webhook is told numbers, codes and moments, only of cases that you may see, and only at hosts
    that the operator allows.
    """


@webhook.command("list")
@node_command
def list_webhooks(api: Api) -> Answer:
    """List your webhooks: number, name, address, events."""
    found = api.get("/hooks")
    return Answer(found, map(_webhook_line, found["hooks"]), none="no program is told of anything")


def _webhook_line(row: dict[str, Any]) -> str:
    ended = f"  ended: {row['ended']}" if row["ended"] else ""
    return f"{row['hook']}  {row['name']}  {row['url']}  {', '.join(row['events'])}{ended}"


@webhook.command()
@click.argument("number", metavar="HOOK", type=click.IntRange(min=1))
@node_command
def deliveries(api: Api, number: int) -> Answer:
    """List the deliveries of webhook HOOK, newest first."""
    found = api.whole(f"/hooks/{number}/deliveries", "deliveries")
    return Answer(found, map(_delivery, found["deliveries"]), none="nothing yet")


def _delivery(row: dict[str, Any]) -> str:
    why = f"  {_WHY[row['fault']]}" if row["fault"] in _WHY else ""
    fault = f"{why}  [{row['fault']}]" if row["fault"] else ""
    data = " ".join(f"{name}={value}" for name, value in sorted(row["data"].items()))
    return f"{row['delivery']}  {row['happened_at']}  {row['event']}  {row['stage']}{fault}  {data}"


add_actions(
    webhook,
    {
        "hook.make": lambda made: Answer(made, [made["secret"]], notes=[f"webhook {made['hook']}"]),
        "hook.remove": lambda made: Answer(made, ["nothing is sent there any more"]),
        "hook.test": lambda made: Answer(made, [_delivery(made)], status=int(bool(made["fault"]))),
        "hook-delivery.replay": lambda made: Answer(made, [_delivery(made)]),
    },
)

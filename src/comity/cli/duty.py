"""``comity duty``: who is on, what waits, acknowledging, test notices, tests of watches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from comity.canonical.amounts import counted
from comity.cli.actions import Shown, add_actions
from comity.cli.duty_contact import contact, contact_line
from comity.cli.duty_ladder import ladder, ladder_lines
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, at_node, session, show


@click.group(cls=Group)
def duty() -> None:
    """Duty of your node: who is on, what waits for a person, and how people are woken."""


duty.add_command(contact)
duty.add_command(ladder)


@duty.command()
@at_node
@AS_JSON
@guarded
def now(*, url: str, token_file: Path, as_json: bool) -> int:
    """Say who is on duty now, and when nobody will be. Exit status 1 if nobody is."""
    found = session(url, token_file).get("/duty/now")
    if as_json:
        show(found)
    else:
        shift = found["shift"]
        click.echo(f"{_crew(shift)}  until {shift['ends']}" if shift else "nobody is on duty")
        for gap in found["gaps"]:
            click.echo(f"NOBODY from {gap['begins']} until {gap['ends']}")
    return 0 if found["shift"] else 1


@duty.group()
def roster() -> None:
    """The roster: list, export, import."""


@roster.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> None:
    """List the shifts of the next seven days, and when nobody is on duty."""
    found = session(url, token_file).get("/duty/roster")
    if as_json:
        show(found)
        return
    for shift in found["shifts"]:
        click.echo(f"{shift['begins']}  {shift['ends']}  {_crew(shift)}")
    for gap in found["gaps"]:
        click.echo(f"{gap['begins']}  {gap['ends']}  NOBODY")


@roster.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="New file; else printed.")
@at_node
@AS_JSON
@guarded
def export(*, output: Path | None, url: str, token_file: Path, as_json: bool) -> None:
    """Write the whole roster as CSV."""
    from comity.files.publish import write_file

    text = session(url, token_file).get("/duty/roster")["csv"]
    if output is not None:
        write_file(output, text.encode(), mode=0o600)
    if as_json:
        show({"csv": text} if output is None else {"file": str(output)})
    elif output is None:
        click.echo(text, nl=False)


@duty.command()
@click.option("--all", "every", is_flag=True, help="Also those that are acknowledged or over.")
@at_node
@AS_JSON
@guarded
def alarms(*, every: bool, url: str, token_file: Path, as_json: bool) -> None:
    """List what waits for a person, the newest first."""
    api, found, before = session(url, token_file), [], 0
    while True:
        waiting = "false" if every else "true"
        page = api.get("/duty/alarms", waiting=waiting, before=str(before))
        found += page["alarms"]
        if page["next_before"] is None:
            break
        before = page["next_before"]
    if as_json:
        show({"alarms": found})
        return
    for row in found:
        click.echo(_line(row))


@duty.command()
@click.argument("number", type=click.IntRange(1))
@at_node
@AS_JSON
@guarded
def alarm(*, number: int, url: str, token_file: Path, as_json: bool) -> None:
    """Show alarm NUMBER with every step that was taken."""
    row = session(url, token_file).get(f"/duty/alarms/{number}")
    if as_json:
        show(row)
        return
    click.echo(_line(row))
    click.echo(f"  about {row['subject']}")
    for one in row["steps"]:
        click.echo(f"  {one['at']}  round {one['round']}  {one['whom']}  told {one['told']}")


def _line(row: dict[str, Any]) -> str:
    """Return an alarm in one line, an emergency first."""
    told = [row["detail"], row["party"], f"case {row['case']}" if row["case"] else ""]
    about = "  ".join(one for one in told if one)
    mark = "EMERGENCY  " if row["emergency"] else ""
    about = f"  {about}" if about else ""
    return f"{row['number']}  {mark}{row['kind']}{about}  since {row['raised_at']}  {_state(row)}"


@duty.group()
def reach() -> None:
    """Tests between watches: list, ask, answer."""


@reach.command("list")
@click.option("--party", default="", help="Only with this party.")
@at_node
@AS_JSON
@guarded
def reach_list(*, party: str, url: str, token_file: Path, as_json: bool) -> None:
    """List tests, the newest first, and which wait for an answer here."""
    found = session(url, token_file).whole("/duty/reach", "tests", party=party)
    if as_json:
        show(found)
        return
    if found["paused"]:
        click.echo("something urgent is open here: the node asks nobody by itself now")
    for one in found["not_asked"]:
        click.echo(f"{one['at']}  {one['party']}  COULD NOT BE ASKED  [{one['code']}]")
    for one in found["tests"]:
        who = "we asked" if one["ours"] else "they asked"
        waits = "  WAITS FOR US" if one["conversation"] in found["waiting"] else ""
        answered = one["answered_at"] or "not answered"
        click.echo(f"{one['asked_at']}  {one['party']}  {who}  {answered}{waits}")
        click.echo(f"  {one['conversation']}")


def _crew(shift: dict[str, Any]) -> str:
    second, deputy = shift["second"] or "nobody", shift["deputy"] or "nobody"
    return f"{shift['officer']}, second {second}, deputy {deputy}"


def _state(row: dict[str, Any]) -> str:
    if row["ended_at"]:
        return f"over {row['ended_at']}"
    if row["acknowledged_at"]:
        return f"acknowledged by {row['acknowledged_by']} {row['acknowledged_at']}"
    return f"WAITS, next step {row['due_at']}"


def _outcomes(answer: Any) -> Iterator[str]:
    for one in answer["outcomes"]:
        told = f" [{one['fault']}]" if one["fault"] else ""
        yield f"{one['channel']}: {one['stage']}{told}"


def _reached(answer: Any) -> int:
    """Return 1 if no way took the notice, or one refused it."""
    stages = {one["stage"] for one in answer["outcomes"]}
    return 0 if "sent" in stages and "failed" not in stages else 1


_SENT = Shown(lambda answer: [f"sent, conversation {answer['conversation']}"])
add_actions(
    duty,
    {
        "alarm.acknowledge": Shown(lambda answer: [_line(answer)]),
        "roster.replace": Shown(
            lambda answer: [f"in the roster: {counted(answer['rows'], 'row')}"]
        ),
        "test-notice.send": Shown(_outcomes, _reached),
        "watch-test.ask": _SENT,
        "watch-test.answer": _SENT,
        "contact.set": Shown(lambda answer: [contact_line(answer)]),
        "ladder.drop": Shown(ladder_lines),
    },
)

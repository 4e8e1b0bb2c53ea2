"""``comity duty``: who is on, what waits, how people are reached and woken, tests of watches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer, show
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.files.publish import write_file


@click.group(cls=Group)
def duty() -> None:
    """Manage the duty roster, alarms, escalation and availability tests."""


@duty.command()
@node_command
def now(api: Api) -> Answer:
    """Show who is on duty and the next gap. Exit status 1 if no one is."""
    found = api.get("/duty/now")
    shift = found["shift"]
    on = f"{_crew(shift)}  until {shift['ends']}" if shift else "nobody is on duty"
    gaps = (f"NOBODY from {gap['begins']} until {gap['ends']}" for gap in found["gaps"])
    return Answer(found, [on, *gaps], status=int(not shift))


def _crew(shift: dict[str, Any]) -> str:
    second, deputy = shift["second"] or "nobody", shift["deputy"] or "nobody"
    return f"{shift['officer']}, second {second}, deputy {deputy}"


@duty.group()
def roster() -> None:
    """Manage the duty roster: list, export, import."""


@roster.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List the shifts of the next seven days, with gaps."""
    found = api.get("/duty/roster")
    shifts = (f"{one['begins']}  {one['ends']}  {_crew(one)}" for one in found["shifts"])
    gaps = (f"{gap['begins']}  {gap['ends']}  NOBODY" for gap in found["gaps"])
    return Answer(found, (line for lines in (shifts, gaps) for line in lines))


@roster.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="New file; else printed.")
@node_command
def export(api: Api, *, output: Path | None, as_json: bool) -> None:
    """Write the whole roster as CSV."""
    text = api.get("/duty/roster")["csv"]
    if output is not None:
        write_file(output, text.encode(), mode=0o600)
    if as_json:
        show({"csv": text} if output is None else {"file": str(output)})
    elif output is None:
        click.echo(text, nl=False)


# ------------------------------------------------------------------ alarms


@duty.command()
@click.option("--all", "every", is_flag=True, help="Also those that are acknowledged or over.")
@node_command
def alarms(api: Api, *, every: bool) -> Answer:
    """List open alarms, newest first."""
    found: list[dict[str, Any]] = []
    before: int | None = 0
    while before is not None:
        page = api.get("/duty/alarms", waiting="false" if every else "true", before=str(before))
        found += page["alarms"]
        before = page["next_before"]
    return Answer({"alarms": found}, map(_alarm, found))


@duty.command()
@click.argument("number", type=click.IntRange(1))
@node_command
def alarm(api: Api, *, number: int) -> Answer:
    """Show alarm NUMBER with every action taken."""
    row = api.get(f"/duty/alarms/{number}")
    steps = (
        f"  {one['at']}  round {one['round']}  {one['whom']}  told {one['told']}"
        for one in row["steps"]
    )
    return Answer(row, [_alarm(row), f"  about {row['subject']}", *steps])


def _alarm(row: dict[str, Any]) -> str:
    """Return an alarm in one line, an emergency first."""
    told = [row["detail"], row["party"], f"case {row['case']}" if row["case"] else ""]
    about = "  ".join(one for one in told if one)
    mark = "EMERGENCY  " if row["emergency"] else ""
    about = f"  {about}" if about else ""
    return f"{row['number']}  {mark}{row['kind']}{about}  since {row['raised_at']}  {_state(row)}"


def _state(row: dict[str, Any]) -> str:
    if row["ended_at"]:
        return f"over {row['ended_at']}"
    if row["acknowledged_at"]:
        return f"acknowledged by {row['acknowledged_by']} {row['acknowledged_at']}"
    return f"WAITS, next step {row['due_at']}"


# ------------------------------------------------------------------ tests between watches


@duty.group()
def availability() -> None:
    """Test the availability of duty desks: list, ask, answer."""


@availability.command("list")
@click.option("--party", default="", help="Only with this party.")
@node_command
def reach_list(api: Api, *, party: str) -> Answer:
    """List availability tests, newest first."""
    found = api.whole("/duty/reach", "tests", party=party)
    return Answer(found, _tests(found))


def _tests(found: dict[str, Any]) -> Iterator[str]:
    if found["paused"]:
        yield "something urgent is open here: the node asks nobody by itself now"
    for one in found["not_asked"]:
        yield f"{one['at']}  {one['party']}  COULD NOT BE ASKED  [{one['code']}]"
    for one in found["tests"]:
        who = "we asked" if one["ours"] else "they asked"
        waits = "  WAITS FOR US" if one["conversation"] in found["waiting"] else ""
        answered = one["answered_at"] or "not answered"
        yield f"{one['asked_at']}  {one['party']}  {who}  {answered}{waits}"
        yield f"  {one['conversation']}"


# ------------------------------------------------------------------ how people are reached


@duty.group()
def contact() -> None:
    """Manage how people are alerted: list, show, set. Audited.

    OFFICER is an identifier, as `list` gives it.
    """


@contact.command("list")
@node_command
def list_contacts(api: Api) -> Answer:
    """List the call-out list: identifier, name, e-mail, telephones."""
    found = api.get("/duty/contacts")
    return Answer(found, map(_contact, found["people"]))


@contact.command("show")
@click.argument("officer", metavar="OFFICER")
@node_command
def show_contact(api: Api, officer: str) -> Answer:
    """Show how OFFICER is alerted."""
    return _reached(api.get(f"/duty/contacts/{officer}"))


def _reached(one: dict[str, Any]) -> Answer:
    return Answer(one, [_contact(one)])


def _contact(one: dict[str, Any]) -> str:
    head = "  head of the office" if one["head"] else ""
    ways = "  ".join(one[name] or "-" for name in ("email", "phone", "other_phone"))
    return f"{one['officer']}  {one['name']}  {ways}{head}"


# ------------------------------------------------------------------ who is woken when


@duty.group()
def escalation() -> None:
    """Manage escalation policies of alarms: list, show, set, default."""


@escalation.command("list")
@node_command
def list_ladders(api: Api) -> Answer:
    """List the escalation policy of every kind of alarm."""
    found = api.get("/duty/ladders")
    return Answer(found, (line for one in found["ladders"] for line in _rungs(one)))


@escalation.command("show")
@click.argument("kind", metavar="KIND")
@node_command
def show_ladder(api: Api, kind: str) -> Answer:
    """Show the escalation policy of KIND in the form of `set`."""
    found = api.get("/duty/ladders")["ladders"]
    one = next((one for one in found if one["kind"] == kind), None)
    if one is None:
        known = ", ".join(one["kind"] for one in found)
        raise MisuseError(f"there is no such kind of alarm; known: {known}")
    return _ladder(one)


@escalation.command("set")
@click.argument("kind", metavar="KIND")
@click.option(
    "--step",
    "steps",
    multiple=True,
    required=True,
    metavar="MINUTES:WHOM:CHANNEL,...",
    help="One step, repeat it in order of time: 10:second:screen,mail,webhook. WHOM is officer,"
    " second, deputy, head or list; a channel is screen, mail or webhook.",
)
@click.option(
    "--repeat", "repeat_minutes", required=True, type=int, help="Minutes until it begins again."
)
@node_command
def set_ladder(api: Api, kind: str, *, steps: tuple[str, ...], repeat_minutes: int) -> Answer:
    """Set the escalation policy for KIND. It applies to open alarms."""
    told = {"steps": [_step(one) for one in steps], "repeat_minutes": repeat_minutes}
    return _ladder(api.post(f"/duty/ladders/{kind}", told))


def _step(text: str) -> dict[str, Any]:
    """Return a step as the node takes it; what it may say is the node's to judge."""
    minutes, _, rest = text.partition(":")
    whom, between, channels = rest.partition(":")
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 6 and between):
        raise MisuseError("a step is MINUTES:WHOM:CHANNEL,... such as 0:officer:screen,mail")
    return {"minutes": int(minutes), "whom": whom, "channels": channels.split(",")}


def _ladder(one: dict[str, Any]) -> Answer:
    return Answer(one, _rungs(one))


def _rungs(one: dict[str, Any]) -> Iterator[str]:
    """Yield a ladder, its steps as `set` takes them."""
    whose = "the office's own" if one["own"] else "as shipped, or as for any"
    yield f"{one['kind']}  {whose}  again after {one['repeat_minutes']}"
    for step in one["steps"]:
        yield f"  {step['minutes']}:{step['whom']}:{','.join(step['channels'])}"


# ------------------------------------------------------------------ what acts answer


def _test_sent(made: dict[str, Any]) -> Answer:
    """Return what came of a notice by each channel; status 1 if none took it, or one refused."""
    outcomes = made["outcomes"]
    stages = {one["stage"] for one in outcomes}
    lines = (
        f"{one['channel']}: {one['stage']}" + (f" [{one['fault']}]" if one["fault"] else "")
        for one in outcomes
    )
    return Answer(made, lines, status=int("sent" not in stages or "failed" in stages))


def _sent(made: dict[str, Any]) -> Answer:
    return Answer(made, [f"sent, conversation {made['conversation']}"])


add_actions(
    duty,
    {
        "alarm.acknowledge": lambda made: Answer(made, [_alarm(made)]),
        "contact.set": _reached,
        "ladder.drop": _ladder,
        "roster.replace": lambda made: Answer(
            made, [f"in the roster: {counted(made['rows'], 'row')}"]
        ),
        "test-notice.send": _test_sent,
        "watch-test.answer": _sent,
        "watch-test.ask": _sent,
    },
)

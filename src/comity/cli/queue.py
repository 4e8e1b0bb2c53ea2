"""``comity outbox``, ``notice`` and ``audit``: what waits, what is told, what was done."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from comity.cli.actions import Shown, add_actions
from comity.cli.delivery_words import why_undelivered
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, NEW, at_node, session, show

_REFUSED: Final[Mapping[str, str]] = {
    "poll": "hand over the messages that wait for us",
    "receipt": "take our receipt",
    "upload": "take sealed evidence",
    "witness": "sign our log as a witness",
    "link": "prove that its log continues",
    "epochs": "explain the new epoch of its log",
    "snapshot": "prove that it logged the directory",
    "recovery": "give back what this node lost",
    "returned": "a message given back that could not be entered",
}


@click.group(cls=Group)
def outbox() -> None:
    """Deliveries: list what waits and what was given up or refused, retry."""


@outbox.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> int:
    """List deliveries. Exit status 1 if one was given up."""
    api, after = session(url, token_file), ""
    found: dict[str, Any] = {"dead": [], "queued": []}
    while True:
        page = api.get("/outbox", after=after)
        for stage in found:
            found[stage] += page[stage]
        if page["next"] is None:
            break
        after = page["next"]
    if as_json:
        show(found)
        return int(bool(found["dead"]))
    for stage in ("dead", "queued"):
        for row in found[stage]:
            fault = f"  {why_undelivered(row['last_fault'])}" if row["last_fault"] else ""
            told = f"{row['id']}  {stage}  {row['addressee']}  tried {row['attempts']}"
            then = f"try: comity outbox retry {row['id']}" if stage == "dead" else ""
            click.echo(f"{told}  {then or 'next ' + row['due_at']}{fault}")
    if not found["dead"] and not found["queued"]:
        click.echo("nothing waits")
    return int(bool(found["dead"]))


@outbox.command()
@at_node
@AS_JSON
@guarded
def refusals(*, url: str, token_file: Path, as_json: bool) -> int:
    """List what partners refused for good besides messages. Exit status 1 if there is something.

    The node asks for none of it again by itself. Call the partner; when its system is corrected,
    ask again: `comity outbox resume NUMBER`.
    """
    found = session(url, token_file).get("/health")["refusals"]
    if as_json:
        show({"refusals": found})
        return int(bool(found))
    for row in found:
        told = f"{row['id']}  {row['party']}  {_REFUSED.get(row['job'], row['job'])}"
        click.echo(f"{told}  since {row['since']}  {why_undelivered(row['fault'])}")
        if row["subject"]:
            click.echo(f"  about {row['subject']}")
        click.echo(f"  try: comity outbox resume {row['id']}")
    if not found:
        click.echo("no partner refuses anything")
    return int(bool(found))


def _queued(found: dict[str, Any]) -> list[str]:
    return [f"{found['id']}  {found['stage']}  {found['addressee']}"]


def _asked_again(found: dict[str, Any]) -> list[str]:
    return [f"asked again  {found['party']}  {_REFUSED.get(found['job'], found['job'])}"]


@click.group(cls=Group)
def notice() -> None:
    """Cases that colleagues opened in need: list, confirm."""


@notice.command("list")
@at_node
@AS_JSON
@guarded
def notices(*, url: str, token_file: Path, as_json: bool) -> None:
    """List those that you have not confirmed."""
    from comity.cli.packages_shown import shown_text

    found = session(url, token_file).whole("/notices", "notices")
    if as_json:
        show(found)
        return
    for row in found["notices"]:
        told = f"{row['notice']}  {row['case']}  opened by {row['officer']}"
        click.echo(f"{told}  {row['at']}  until {row['until']}")
        click.echo(f"  {shown_text(' '.join(row['reason'].split()))}")
    if not found["notices"]:
        click.echo("no notice waits for you")


@click.command()
@click.option("--actor", default="", help="Only what this user, party or `node` did.")
@click.option("--action", default="", help="Only this word.")
@click.option("--subject", default="", help="Only about this.")
@click.option("--since", default="", help="From this day, in UTC: 2026-01-31.")
@click.option("--until", default="", help="To this day, in UTC.")
@click.option("-o", "output", type=NEW, help="New file for the CSV; else printed.")
@at_node
@AS_JSON
@guarded
def audit(
    *,
    actor: str,
    action: str,
    subject: str,
    since: str,
    until: str,
    output: Path | None,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Take the audit out as CSV, the newest first; or as JSON. That is audited too."""
    import csv
    import io

    from comity.files.errors import translating

    query = {"actor": actor, "action": action, "subject": subject}
    query |= {name: day for name, day in (("since", since), ("until", until)) if day}
    api = session(url, token_file)
    answer = api.accepted(api.ask("GET", "/audit", params=query))
    if as_json:
        show(
            {"rows": list(csv.DictReader(io.StringIO(answer.body.decode().removeprefix("\ufeff"))))}
        )
    elif output is None:
        click.echo(answer.body.decode(), nl=False)
    else:
        with translating(f"writing {output}"), output.open("xb") as file:
            file.write(answer.body)


add_actions(outbox, {"delivery.retry": Shown(_queued), "refusal.retry": Shown(_asked_again)})
add_actions(notice, {"notice.confirm": Shown(lambda _: ["confirmed"])})

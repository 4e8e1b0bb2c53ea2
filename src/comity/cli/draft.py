"""Messages from the command line: prepare one, look at it, send it. `comity approve` signs it."""

from pathlib import Path
from typing import Any

import click

from comity.cli.actions import Shown, add_actions
from comity.cli.draft_judged import COMMANDS, findings_lines, holds_back
from comity.cli.draft_sections import sections
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, HERE, at_node, sections_of, session, show
from comity.client.api import Api


@click.group(cls=Group)
def draft() -> None:
    """Messages that are being prepared: types, sections, new, list, waiting, show, send, discard.

    A draft is checked as its receiver will check it. Officers sign it with `comity approve`.
    """


@draft.command()
@click.argument("message_type", metavar="TYPE")
@click.option("--to", multiple=True, help="Party to open a conversation with.")
@click.option("--conversation", help="The conversation to continue: sha256:...")
@click.option("--about", help="Content digest of the message that this one answers.")
@click.option("--case", default="", help="Case for a conversation it opens; default: a new one.")
@click.option("--section", "pairs", multiple=True, metavar="NAME=FILE", help="One section, JSON.")
@click.option("--sections", "file", type=HERE, help="All sections in one JSON object.")
@at_node
@AS_JSON
@guarded
def new(
    message_type: str,
    *,
    to: tuple[str, ...],
    conversation: str | None,
    about: str | None,
    case: str,
    pairs: tuple[str, ...],
    file: Path | None,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Prepare a message of TYPE and print the draft's identifier.

    What each type needs, and what the party's system takes, `comity draft types --to PARTY` says;
    for a conversation that exists, `comity case show`. What a section may say, `comity draft
    sections` explains.
    """
    wanted = {
        "type": message_type,
        "to": list(to) or None,
        "conversation": conversation,
        "about": about,
        "case": case,
        "sections": sections_of(pairs, file),
    }
    made = session(url, token_file).post("/drafts", wanted)
    if as_json:
        show(made)
        return
    click.echo(made["id"])
    click.echo(f"{made['type']}: {_needs(made)}", err=True)


@draft.command()
@click.option("--to", required=True, help="Party to open a conversation with.")
@at_node
@AS_JSON
@guarded
def types(*, to: str, url: str, token_file: Path, as_json: bool) -> int:
    """List what may open a conversation with a party, and the sections of each type.

    What the party's system does not take is marked with !, and what to do instead is said. What
    goes on with a conversation stands in `comity case show`. Exit status 1 if nothing can be sent.
    """
    found = session(url, token_file).get("/openings", to=to)
    able = any(not one["fault"] for one in found["openings"])
    if as_json:
        show(found)
        return int(not able)
    for one in found["openings"]:
        parts = ", ".join(
            name if needed else f"[{name}]" for name, needed in sorted(one["sections"].items())
        )
        click.echo(
            f"! {one['type']}  {one['fault']}" if one["fault"] else f"  {one['type']}  {parts}"
        )
    if found["instead"]:
        click.echo(found["instead"])
    return int(not able)


@draft.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> None:
    """List drafts that wait for a signature or to be sent."""
    api, found, after = session(url, token_file), [], ""
    while True:
        page = api.get("/drafts", after=after)
        found += page["drafts"]
        if page["next"] is None:
            break
        after = page["next"]
    if as_json:
        show({"drafts": found})
        return
    for row in found:
        click.echo(f"{row['id']}  {row['stage']}  {row['type']}  {_needs(row)}")


@draft.command()
@at_node
@AS_JSON
@guarded
def waiting(*, url: str, token_file: Path, as_json: bool) -> None:
    """List what waits for whose signature; what waits for yours is marked with *.

    A second signature that is due stands first, with its hour.
    """
    found = _every_waiting(session(url, token_file))
    if as_json:
        show(found)
        return
    for row in found["late"]:
        click.echo(f"! {row['second_due_at']}  {row['type']}  {row['case']}  {row['record']}")
    for row in found["waiting"]:
        mark = "*" if row["wanted"] else " "
        missing = ", ".join(row["missing"]) or "nothing: send it"
        about = "  ".join(filter(None, (row["reference"], row["subject"])))
        told = f"{mark} {row['draft']}  {row['type']}  {row['case']}  lacks {missing}"
        click.echo(f"{told}  {about}".rstrip())
    if not found["late"] and not found["waiting"]:
        click.echo("nothing waits for a signature")


def _every_waiting(api: Api) -> dict[str, Any]:
    """Return both lists whole, page after page."""
    found: dict[str, Any] = {"waiting": [], "late": []}
    for name, asked, given in (("waiting", "after", "next"), ("late", "late_after", "late_next")):
        after: str | None = ""
        while after is not None:
            some = api.get("/approvals", **({asked: after} if after else {}))
            found[name] += some[name]
            after = some[given]
    return found


@draft.command("show")
@click.argument("draft_id", metavar="DRAFT")
@at_node
@AS_JSON
@guarded
def show_(draft_id: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show a draft as the node holds it: JSON in any case. `comity approve` checks it."""
    del as_json  # it decides only how an error is told
    show(session(url, token_file).get(f"/drafts/{draft_id}"))


def _needs(row: dict[str, Any]) -> str:
    good = [signed for signed in row["approvals"] if not signed["fault"]]
    parts = []
    for role in ("author", "approver"):
        due = row["needs"][role]
        if due:
            held = sum(1 for signed in good if signed["role"] == role)
            parts.append(f"{held} of {due} {role}")
    late = row["needs"]["late_hours"]
    said = ", ".join(parts) if parts else "no signature"
    return f"needs {said}" + (f"; the second may follow within {late} h" if late else "")


def _sent(answer: dict[str, Any]) -> list[str]:
    return [f"{name} {answer[name]}" for name in ("case", "conversation", "content")]


for _command in (*COMMANDS, sections):
    draft.add_command(_command)
add_actions(
    draft,
    {
        "draft.send": Shown(_sent),
        "draft.discard": Shown(lambda _answer: ["discarded"]),
        "draft-rule.override": Shown(findings_lines, holds_back),
    },
)

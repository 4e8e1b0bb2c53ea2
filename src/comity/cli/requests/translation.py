"""``comity translation``: jobs, for the translator whom they name."""

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import HERE, NEW
from comity.files.publish import write_file


@click.group(cls=Group)
def translation() -> None:
    """List, show and complete your translation jobs.

    The office asks for them, accepts and sends back by `comity docket`.
    """


@translation.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List your translation jobs, first due first."""
    found = api.get("/translations")
    return Answer(found, map(_line, found["jobs"]), none="no job names you")


def _line(row: dict[str, Any]) -> str:
    due = f"  due {row['due_at']}" if row["due_at"] else ""
    ways = f"{row['source_language']} to {row['target_language']}"
    stale = "  STALE: the request was amended" if row["stale"] else ""
    return f"{row['item']}  {row['state']}  {ways}{due}{stale}"


@translation.command("show")
@click.argument("item", metavar="ITEM")
@click.option("-o", "--output", type=NEW, help="New file for the paper, where it is one.")
@node_command
def show_(api: Api, item: str, *, output: Path | None) -> Answer:
    """Show translation job ITEM and its text while open. Audited."""
    found = api.get(f"/translations/{item}")
    if output is not None:
        if found["original"] is None:
            raise MisuseError("this job has no paper that may be taken out")
        write_file(output, b64decode(found["original"]), mode=0o600)
    return Answer(found, _told(found))


def _told(found: dict[str, Any]) -> Iterator[str]:
    from comity.papers.visible import visible

    yield f"{found['state']}: {found['what']}"
    if found["sent_back"]:
        yield f"sent back: {visible(found['sent_back'])}"
    for one in found["texts"]:
        yield f"\n{one['path']} [{one['lang']}]"
        for line in one["text"].split("\n"):
            yield f"  {visible(line)}"
    if found["original"]:
        yield f"paper: {visible(found['original_name'])}; take it with -o FILE"
    yield f"next: {', '.join(found['acts']) or 'nothing'}"


@translation.command()
@click.argument("act", metavar="ACT")
@click.option("--item", required=True, help="The job.")
@click.option("--file", type=HERE, required=True, help="What the act says, TOML or JSON.")
@node_command
def do(api: Api, act: str, *, item: str, file: Path) -> Answer:
    """Accept or deliver a translation job as FILE describes."""
    from comity.cli.requests.docket import read_table
    from comity.cli.requests.docket_template import complete
    from comity.docket import act_named

    wanted = {"act": act, "said": complete(act_named(act), read_table(file))}
    made = api.post(f"/translations/{item}", wanted)
    return Answer(made, [f"{made['item']}  {made['state']}"])

"""``comity translation``: jobs, for the translator whom they name."""

from pathlib import Path

import click

from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, HERE, NEW, at_node, session, show


@click.group(cls=Group)
def translation() -> None:
    """Translation jobs that name you: list, show, do.

    The office asks for them, accepts and sends back by `comity docket`.
    """


@translation.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> None:
    """List your jobs: what falls due first."""
    found = session(url, token_file).get("/translations")
    if as_json:
        show(found)
        return
    for row in found["jobs"]:
        due = f"  due {row['due_at']}" if row["due_at"] else ""
        ways = f"{row['source_language']} to {row['target_language']}"
        stale = "  STALE: the request was amended" if row["stale"] else ""
        click.echo(f"{row['item']}  {row['state']}  {ways}{due}{stale}")
    if not found["jobs"]:
        click.echo("no job names you")


@translation.command("show")
@click.argument("item", metavar="ITEM")
@click.option("-o", "--output", type=NEW, help="New file for the paper, where it is one.")
@at_node
@AS_JSON
@guarded
def show_(item: str, *, output: Path | None, url: str, token_file: Path, as_json: bool) -> None:
    """Show job ITEM with the text to translate; nothing of it once it is over. Audited."""
    from comity.papers.visible import visible

    found = session(url, token_file).get(f"/translations/{item}")
    if output is not None:
        _write(found["original"], output)
    if as_json:
        show(found)
        return
    click.echo(f"{found['state']}: {found['what']}")
    if found["sent_back"]:
        click.echo(f"sent back: {visible(found['sent_back'])}")
    for one in found["texts"]:
        click.echo(f"\n{one['path']} [{one['lang']}]")
        for line in one["text"].split("\n"):
            click.echo(f"  {visible(line)}")
    if found["original"]:
        click.echo(f"paper: {visible(found['original_name'])}; take it with -o FILE")
    click.echo(f"next: {', '.join(found['acts']) or 'nothing'}")


@translation.command()
@click.argument("act", metavar="ACT")
@click.option("--item", required=True, help="The job.")
@click.option("--file", type=HERE, required=True, help="What the act says, TOML or JSON.")
@at_node
@AS_JSON
@guarded
def do(act: str, *, item: str, file: Path, url: str, token_file: Path, as_json: bool) -> None:
    """Do ACT, as FILE says: take the job, or deliver. `comity docket new ACT` begins the file."""
    from comity.cli.docket import read_table
    from comity.cli.docket_template import complete
    from comity.docket import act_named

    wanted = {"act": act, "said": complete(act_named(act), read_table(file))}
    made = session(url, token_file).post(f"/translations/{item}", wanted)
    if as_json:
        show(made)
        return
    click.echo(f"{made['item']}  {made['state']}")


def _write(data: str | None, output: Path) -> None:
    from base64 import b64decode

    from comity.canonical import MisuseError
    from comity.files.publish import write_file

    if data is None:
        raise MisuseError("this job has no paper that may be taken out")
    write_file(output, b64decode(data), mode=0o600)

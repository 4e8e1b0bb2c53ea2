"""The search from the command line, and making its index anew on the node's machine."""

from pathlib import Path
from typing import Any

import click

from comity.canonical.amounts import counted
from comity.cli import named
from comity.cli.faults import guarded
from comity.cli.groups import HELP_NAMES, Group
from comity.cli.office import AS_JSON, at_node, session, show


class _WordsOrCommand(Group):
    """A group whose name may also be followed by what is searched for."""

    default = "find"

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is no command as words to search for."""
        if args and args[0] not in self.commands:
            return self.default, self.commands[self.default], args
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hand options of a search on to it."""
        if args and args[0] not in {*self.commands, *HELP_NAMES}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_WordsOrCommand)
def search() -> None:
    """Find cases, messages, mail and evidence: search WORDS, or rebuild.

    All the words must be there, or their beginnings. Marks, vowel signs and case do not matter: try
    `comity search nguyen duc`, `comity search 王芳`, `comity search +84 90 123 4567`. Without a
    command before them, words are searched for as by `find`.
    """


@search.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--kind",
    type=click.Choice(["case", "message", "item", "call", "mail", "exhibit"]),
    help="Only these.",
)
@click.option(
    "--state", default="", callback=named.state, help="Only with this State: two letters."
)
@click.option("--measure", default="", help="Only where this is asked, such as stored-data.")
@click.option("--stands", default="", help="Only cases and items in this state.")
@click.option("--since", default="", help="From this day: 2026-01-31.")
@click.option("--until", default="", help="To this day.")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1), help="At most.")
@at_node
@AS_JSON
@guarded
def find(
    words: tuple[str, ...],
    *,
    kind: str | None,
    state: str,
    measure: str,
    stands: str,
    since: str,
    until: str,
    most: int,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Search for WORDS; what is found is told surest first, then newest."""
    wanted = {
        "q": " ".join(words),
        "kind": kind or "",
        "state": state,
        "measure": measure,
        "stands": stands,
    }
    wanted |= {name: day for name, day in (("since", since), ("until", until)) if day}
    api, after = session(url, token_file), ""
    found: list[dict[str, Any]] = []
    building = False
    while len(found) < most:
        page = api.get("/search", **wanted, after=after)
        found += page["found"]
        building = building or page["building"]
        if page["next"] is None:
            break
        after = page["next"]
    found = found[:most]
    if as_json:
        show({"found": found, "building": building})
        return
    if building:
        click.echo("the index is being made anew: this may be too little", err=True)
    for one in found:
        told = [one["case"] or "-", one["title"] or one["subject"], *one["stands"]]
        click.echo(f"{one['at'][:10]}  {one['kind']:8} {'  '.join(told)}")
    if not found:
        click.echo("nothing that you may see fits", err=True)


@search.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@AS_JSON
@guarded
def rebuild(folder: Path, *, as_json: bool) -> None:
    """Make the index of the node in FOLDER anew from what it holds; the node may run meanwhile."""
    from rich.progress import Progress

    from comity.node.core.django_setup import use_node
    from comity.node.operations.migrate import migrate

    use_node(folder)
    migrate()
    from comity.node.search.reindex import rebuild as make

    with Progress(disable=as_json, transient=True) as bar:
        task = bar.add_task("index", total=None)
        made = make(lambda done, total: bar.update(task, completed=done, total=total))
    if as_json:
        show({"documents": made})
    else:
        click.echo(f"in the index: {counted(made, 'document')}")

"""The search from the command line, and making its index anew on the node's machine."""

from pathlib import Path
from typing import Any

import click

from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.groups import HELP_NAMES, Group
from comity.cli.office import Api, node_command
from comity.cli.options import FOLDER, MOST, named_state


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
    "--state", default="", callback=named_state, help="Only with this State: two letters."
)
@click.option("--measure", default="", help="Only where this is asked, such as stored-data.")
@click.option("--stands", default="", help="Only cases and items in this state.")
@click.option("--since", default="", help="From this day: 2026-01-31.")
@click.option("--until", default="", help="To this day.")
@MOST
@node_command
def find(
    api: Api,
    words: tuple[str, ...],
    *,
    kind: str | None,
    since: str,
    until: str,
    most: int,
    **narrowed: str,
) -> Answer:
    """Search for WORDS, best match first, then newest."""
    wanted = {**narrowed, "q": " ".join(words), "kind": kind or ""}
    wanted |= {name: day for name, day in (("since", since), ("until", until)) if day}
    found = api.first(most, "/search", "found", **wanted)
    building = ["the index is being made anew: this may be too little"] * found["building"]
    none = "nothing that you may see fits"
    return Answer(found, map(_line, found["found"]), notes=building, none=none)


def _line(one: dict[str, Any]) -> str:
    told = [one["case"] or "-", one["title"] or one["subject"], *one["stands"]]
    return f"{one['at'][:10]}  {one['kind']:8} {'  '.join(told)}"


@search.command()
@click.argument("folder", type=FOLDER)
@local_command
def rebuild(folder: Path, *, as_json: bool) -> Answer:
    """Rebuild the search index of the node in FOLDER."""
    from rich.progress import Progress

    from comity.node.core.django_setup import use_node
    from comity.node.operations.migrate import migrate

    use_node(folder)
    migrate()
    from comity.node.search.reindex import rebuild as make

    with Progress(disable=as_json, transient=True) as bar:
        task = bar.add_task("index", total=None)
        made = make(lambda done, total: bar.update(task, completed=done, total=total))
    return Answer({"documents": made}, [f"in the index: {counted(made, 'document')}"])

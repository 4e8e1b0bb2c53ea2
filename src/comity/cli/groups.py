"""Groups of commands: whole summaries in the help, and what was meant where a name is wrong."""

import difflib
import re
from collections.abc import Iterable
from typing import Final

import click

_FEW: Final = 12
"""Names that are told at once; of more, the help tells."""
HELP_NAMES: Final = ("-h", "--help")
_SENTENCE: Final = re.compile(r"(?<=[.?!])\s+(?=[A-Z`\"-])")


def summary(command: click.Command) -> str:
    """Return the first sentence of a command's help, whole."""
    paragraph = (command.short_help or command.help or "").strip().split("\n\n")[0]
    return _SENTENCE.split(" ".join(paragraph.split()), maxsplit=1)[0]


def unknown(name: str, known: Iterable[str]) -> str:
    """Return what is said of a name that no command has: the names like it, else all if few."""
    names = sorted(known)
    alike = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    if alike:
        told = f" Did you mean {' or '.join(repr(one) for one in alike)}?"
    else:
        told = f" There are: {', '.join(names)}." if 0 < len(names) <= _FEW else ""
    return f"No such command {name!r}.{told}"


class Group(click.Group):
    """A group whose help cuts no summary, and that knows near names."""

    group_class = type  # groups made by a group are such groups too

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that a name has.

        Raises:
            click.UsageError: none has it; names like it are told.
        """
        name = args[0] if args else ""
        if not ctx.resilient_parsing and not name.startswith("-"):
            known = self.list_commands(ctx)
            if name not in known:
                ctx.fail(unknown(name, known))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the whole first sentence of each."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, summary(one)) for name, one in found if one is not None and not one.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

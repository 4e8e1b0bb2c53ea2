"""Write docs/reference/cli.md from the help of every command."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from comity.cli import main

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "cli.md"
HEAD = """# Commands

This page is written by `make reference` from the commands' own help; do not edit it by hand.

Results go to standard output, errors and progress to standard error. Exit status: 0 done; 1 a check
failed or the world refused; 2 misuse; 70 this program failed, which says nothing of what it was
given; 130 interrupted by Ctrl-C. `comity verify` has more: 3 origin not proved, or a key that the
trust file does not vouch for; 4 statements of parties do not fit together; 5 a claim that
`--require` names is not proved. With `--json` an error of any kind is
`{"error": {"code", "detail", "next", "why"}}` on standard output. Characters that steer a terminal
or turn the direction of a line are written as JSON does, `\\u202e`.
"""
_WIDTH = 96


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command with its full name, groups before what is in them."""
    yield from _under(main, "comity", None)


def _under(
    command: click.Command, name: str, parent: click.Context | None
) -> Iterator[tuple[str, click.Command, click.Context]]:
    context = click.Context(
        command,
        info_name=name.rsplit(maxsplit=1)[-1],
        parent=parent,
        max_content_width=_WIDTH,
        **command.context_settings,
    )
    context.terminal_width = _WIDTH
    # click keeps the option of who asked first: it may be a test that calls one command alone
    command._help_option = None  # noqa: SLF001
    yield name, command, context
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None:
                yield from _under(found, f"{name} {below}", context)


def page() -> str:
    """Return the page's text."""
    parts = [HEAD]
    for name, command, context in commands():
        parts.append(f"\n## `{name}`\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    text = page()
    if sys.argv[1:] == ["--check"]:
        sys.exit(PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")

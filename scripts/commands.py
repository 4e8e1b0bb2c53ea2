"""Write docs/reference/cli/ from the help of every command, one page a group, with an index."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from comity.cli import _COMMANDS, _GROUPS, main

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference" / "cli"
HEAD = """# Commands

These pages are written by `make reference` from the commands' own help; do not edit them by hand.

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


def pages() -> dict[str, str]:
    """Return every page by its file's name."""
    told: dict[str, list[str]] = {}
    for name, command, context in commands():
        first = name.split()[1] if " " in name else ""
        help_ = command.get_help(context).rstrip()
        told.setdefault(first, []).append(f"\n## `{name}`\n\n```text\n{help_}\n```\n")
    index, found = [HEAD], {}
    for title, names in _GROUPS.items():
        file = f"{title.lower().replace(' ', '-')}.md"
        index.append(f"\n## [{title}]({file})\n\n")
        index += [
            f"- [`comity {one}`]({file}#comity-{one}): {_COMMANDS[one][1]}\n"
            for one in names.split()
        ]
        body = "".join(part for one in names.split() for part in told[one])
        found[file] = f"# Commands: {title.lower()}\n\n[All commands](README.md)\n{body}"
    index.append("".join(told[""]))
    return {"README.md": "".join(index), **found}


if __name__ == "__main__":
    made = pages()
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    if sys.argv[1:] == ["--check"]:
        sys.exit(there != made)
    FOLDER.mkdir(exist_ok=True)
    for name in there.keys() - made.keys():
        (FOLDER / name).unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")

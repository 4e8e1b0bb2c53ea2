"""What documents say about commands, codes and decisions exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from scripts.commands import commands
from tests.conftest import REPOSITORY
from tests.walks import every

COMMANDS = {name: command for name, command, _ in commands()}
PAGES = sorted(
    path
    for path in (*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md"))
    if path.parent.name != "cli"
)
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(comity [^`]+)`")
_HEREDOC = re.compile(r"<<'?END'?\n.*?^END$", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"(?<![\w/.-])comity (?=[a-z-])")


def typed(text: str) -> Iterator[list[str]]:
    """Yield the words of every command line that a page shows, from the word comity on."""
    lines = [
        line for block in _BLOCK.findall(text) for line in _HEREDOC.sub("", block).splitlines()
    ]
    for line in (*lines, *_INLINE.findall(text)):
        for call in _CALL.split(line.split(" # ")[0])[1:]:
            ended = re.split(r"[|;)>]|2>|&&", call)[0]
            try:
                yield shlex.split(ended)
            except ValueError:
                yield ended.split()


def wrong(words: list[str]) -> str:
    """Return what is wrong with a command line, empty if nothing is."""
    name, rest = "comity", list(words)
    while rest and isinstance(COMMANDS.get(f"{name} {rest[0]}"), click.Command):
        name = f"{name} {rest.pop(0)}"
    command = COMMANDS[name]
    default = getattr(command, "default", "")
    if default and rest and not rest[0].startswith("-"):
        command = COMMANDS[f"{name} {default}"]
    if isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        return f"{name} has no {rest[0]}"
    known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    unknown = [w for w in rest if w.startswith("-") and w != "-" and w.split("=")[0] not in known]
    return f"{name} has no {unknown}" if unknown else ""


def shown(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


@every("path", PAGES, ids=shown)
def test_every_command_line_in_a_document_exists(path: Path) -> None:
    found = [wrong(words) for words in typed(path.read_text(encoding="utf-8"))]
    assert [said for said in found if said] == []


def test_an_invented_command_or_option_would_be_seen() -> None:
    page = "```sh\ncomity brew tea\nx=$(comity run --hot DIR)\ncomity run DIR\n```\n`comity tea`"
    found = [wrong(words) for words in typed(page)]
    assert found == ["comity has no brew", "comity run has no ['--hot']", "", "comity has no tea"]


def test_the_index_of_decisions_lists_every_record_with_its_title() -> None:
    folder = REPOSITORY / "docs" / "adr"
    text = (folder / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \[(\d{4})\]\((\S+)\) (.*)$", text, re.MULTILINE)
    assert listed == [
        (path.name[:4], path.name, path.read_text("utf-8").splitlines()[0][len("# 0000. ") :])
        for path in sorted(folder.glob("[0-9]*.md"))
    ]


@pytest.mark.parametrize("kind", ["tutorial", "how-to", "reference", "explanation"])
def test_every_page_is_reached_from_the_index_of_its_kind(kind: str) -> None:
    folder = REPOSITORY / "docs" / kind
    index = (folder / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([a-z-]+\.md)\)", index))
    assert linked == {path.name for path in folder.glob("[!R]*.md")}


def test_the_page_of_the_architecture_names_every_room_and_no_other() -> None:
    text = (REPOSITORY / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (REPOSITORY / "src" / "comity").glob("*/__init__.py")}
    assert set(re.findall(r"^\| `([a-z]+)` \|", text, re.MULTILINE)) == rooms


def test_the_changelog_counts_the_guides_that_there_are() -> None:
    text = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    guides = [p for p in (REPOSITORY / "docs" / "how-to").glob("*.md") if p.name != "README.md"]
    assert re.findall(r"(\d+) guides", text) == [str(len(guides))]

"""Every command speaks JSON to programs, but for those whose output has a form of its own."""

import click
from scripts.commands import commands
from tests.walks import every

SILENT = {
    "comity age decrypt": "its output is the file that was encrypted",
    "comity age encrypt": "its output is an age file",
    "comity demo": "it tells a story to a person",
    "comity law export": "--format json is its JSON",
    "comity run": "it serves until it is ended",
    "comity sbom": "its output is CycloneDX, which is JSON",
    "comity setup": "it serves a browser until that is done",
}
"""Commands without ``--json``, and why."""

LEAVES = {name: command for name, command, _ in commands() if not isinstance(command, click.Group)}


def speaks(command: click.Command) -> bool:
    return any("--json" in one.opts for one in command.params)


@every("name", sorted(LEAVES))
def test_a_command_takes_json_or_stands_here_with_its_reason(name: str) -> None:
    assert speaks(LEAVES[name]) != (name in SILENT), SILENT.get(name, "give it --json")


def test_no_reason_is_kept_for_a_command_that_is_gone() -> None:
    assert set(SILENT) <= set(LEAVES)


@every("name", sorted(set(LEAVES) - set(SILENT)))
def test_what_takes_json_hands_it_to_the_command(name: str) -> None:
    """An option that no code reads would be a promise that nothing keeps."""
    (option,) = [one for one in LEAVES[name].params if "--json" in one.opts]
    assert isinstance(option, click.Option)
    assert option.is_flag
    assert not option.hidden
    assert option.name == "as_json", "by this name errors are told as JSON too"

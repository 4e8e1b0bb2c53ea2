"""Commands that a page or guide prints, read as the command line would read them."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from comity.cli import main

AT_NODE = {"COMITY_NODE": "http://127.0.0.1:8700", "COMITY_TOKEN_FILE": __file__}


def check_typed(words: list[str]) -> dict[str, object]:
    """Raise `click.UsageError` unless a command takes these words; return what it would be given.

    Args:
        words: what stands behind ``comity``.
    """
    found: click.Command = main
    left = words
    while isinstance(found, click.Group) and left:
        _, following, left = found.resolve_command(click.Context(found), left)
        assert following is not None
        found = following
    with pytest.MonkeyPatch.context() as patch:
        for name, value in AT_NODE.items():
            patch.setenv(name, value)
        return dict(found.make_context(" ".join(words), left).params)


def typed_by(
    script: str, folder: Path, answers: Mapping[str, str] | None = None
) -> list[list[str]]:
    """Run a shell block with a `comity` that notes its words; return them, call by call.

    Args:
        script: a block of a guide.
        folder: empty; the block runs in it.
        answers: what the command prints, by its first two words.
    """
    notes = folder / "calls"
    notes.mkdir()
    cases = "".join(f"  '{key}') echo '{told}' ;;\n" for key, told in (answers or {}).items())
    stub = folder / "stub"
    stub.mkdir()
    command = stub / "comity"
    command.write_text(
        "#!/bin/sh\n"
        f"file={notes}/$(ls {notes} | wc -l | xargs printf %04d)\n"
        'for word in "$@"; do printf "%s\\0" "$word"; done > "$file"\n'
        f'case "$1 $2" in\n{cases}  *) ;;\nesac\n'
    )
    command.chmod(0o755)
    environment = {**os.environ, "PATH": f"{stub}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script], cwd=folder, env=environment,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [one.read_text("utf-8").split("\0")[:-1] for one in sorted(notes.iterdir())]

"""What the tests of `comity law` share: the command itself, and the treaty of the how-to."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from tests.conftest import REPOSITORY

from comity.cli import main

PAGE = (REPOSITORY / "docs" / "how-to" / "add-an-instrument.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
KEY = "ruritania-2019"


def law(*words: object, stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> Result:
    """Run `comity law` as it is installed."""
    return CliRunner().invoke(main, ["law", *map(str, words)], input=stdin, env=env)


NOT_JUDGED = 3
"""The status of a check where nobody verified a rule, as with those that ship."""


def told(*words: object, status: int | None = None, stdin: bytes | None = None) -> dict[str, Any]:
    """Return the JSON that a command prints; it ends with a status."""
    if status is None:
        status = NOT_JUDGED if words[0] == "check" else 0
    result = law(*words, "--json", stdin=stdin)
    assert result.exit_code == status, result.output
    value: dict[str, Any] = json.loads(result.stdout)
    return value


def own_law(folder: Path) -> Path:
    """Make the folder of the how-to, with its request beside it."""
    laws = folder / "our-law"
    (laws / KEY / "words").mkdir(parents=True)
    (laws / KEY / "instrument.toml").write_text(BLOCKS[0], encoding="utf-8")
    (laws / KEY / "words" / "en.toml").write_text(BLOCKS[1], encoding="utf-8")
    (folder / "request.toml").write_text(BLOCKS[2], encoding="utf-8")
    return laws

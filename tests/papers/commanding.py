"""Running `comity paper` in tests: its answer, and the paper whose digest it tells."""

import hashlib
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from comity.cli.court.paper import paper


def run(*words: object) -> Result:
    return CliRunner().invoke(paper, [str(word) for word in words])


def made(*words: object) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    assert hashlib.sha256(Path(told["file"]).read_bytes()).hexdigest() == told["sha256"]
    return told

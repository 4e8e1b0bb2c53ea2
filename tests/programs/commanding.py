"""Commands run in this process, against the node in it."""

import json
from collections.abc import Callable
from typing import Any

from click.testing import Result

type Run = Callable[..., Result]
"""Who runs it, the words, and what is typed where the command asks."""


def read(result: Result) -> Any:
    """Return what a command that succeeded says as JSON."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)

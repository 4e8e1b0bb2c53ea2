"""What the guides of operation print, taken out to be run."""

import re

from tests.conftest import REPOSITORY

GUIDES = REPOSITORY / "docs" / "how-to"


def lines_of(guide: str) -> list[str]:
    """Return the shell lines of a guide, in order."""
    text = (GUIDES / guide).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]

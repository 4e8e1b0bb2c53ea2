"""Stories for the tests: the harbour, one event of every kind, and how to spoil it."""

import re
from functools import cache
from pathlib import Path

from comity.drills.making import Story, make, parse_story

PATH = Path(__file__).parent / "data" / "harbour.toml"
TEXT = PATH.read_text("utf-8")
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "make-exhibits.md"


@cache
def harbour() -> Story:
    return parse_story(TEXT.encode(), file="harbour.toml")


@cache
def exhibits() -> dict[str, bytes]:
    return dict(make(harbour()))


def changed(old: str, new: str) -> str:
    """Return the harbour with one piece replaced; the piece has to be there."""
    assert old in TEXT, f"the story does not hold {old!r}"
    return TEXT.replace(old, new, 1)


def told(text: str) -> Story:
    return parse_story(text.encode(), file="harbour.toml")


def of_the_guide() -> str:
    """Return the story that the guide tells, its three parts put together."""
    return "\n".join(re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)[:3])

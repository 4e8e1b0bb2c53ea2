"""Scripts of one page do not meet: each has names of its own."""

import re
from pathlib import Path

import comity.node

NODE = Path(comity.node.__file__).parent
OWN = re.compile(r"<script\b[^>]*'desk/\w+\.js'[^>]*>")


def own_scripts() -> list[str]:
    found = (OWN.findall(path.read_text("utf-8")) for path in NODE.rglob("*.html"))
    return [tag for tags in found for tag in tags]


def test_each_script_of_ours_is_a_module() -> None:
    """A name declared twice in the one room of classic scripts stops the second script whole."""
    tags = own_scripts()
    assert len(tags) > 5
    assert [tag for tag in tags if 'type="module"' not in tag] == []

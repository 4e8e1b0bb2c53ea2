"""Every page is of one of five types: list, thing, form, report, wizard."""

import re
from pathlib import Path
from typing import Final

NODE: Final = Path(__file__).parents[2] / "src" / "comity" / "node"
TYPES: Final = {"web/list.html", "web/thing.html", "web/form.html", "setup/frame.html"}
"""What a template extends. A report is a list of parts, and a wizard has one frame."""
OWN: Final = {
    "case_file", "compose", "duty", "health", "law", "statistics", "watch", "work", "web",
    "my_work",
}  # fmt: skip
"""Packages whose pages are laid out by hand: the desk, the case, drafts, charts."""
SINGLE: Final = {
    "exercise/hall.html",  # a screen that spectators see from afar
    "exercise/room.html",  # two columns that bring themselves up to date
    "treaties/all.html", "treaties/grid.html", "treaties/state.html",  # pictures of relations
    "operations/echo/page.html",  # a step of the set-up, shown alone
    "operations/broken.html",  # says that nothing else works
    "setup/frame.html", "setup/paper.html", "setup/sheet.html",
}  # fmt: skip
"""Pages that are alone of their kind."""
_EXTENDS: Final = re.compile(r'{% extends "([^"]+)" %}')


def pages() -> dict[str, str]:
    """Return each template that is a whole page, and what it extends."""
    found = {}
    for path in NODE.rglob("templates/**/*.html"):
        name = path.as_posix().partition("/templates/")[2]
        package = path.relative_to(NODE).parts[0]
        named = _EXTENDS.match(path.read_text("utf-8"))
        if named and package not in OWN:
            found[name] = named[1]
    return found


def test_every_page_is_of_one_of_five_types() -> None:
    other = {name for name, base in pages().items() if base not in TYPES}
    assert {name for name in other if not any(name.endswith(one) for one in SINGLE)} == set()


def test_a_page_has_no_second_title_row() -> None:
    found = []
    for path in NODE.rglob("templates/**/*.html"):
        text = path.read_text("utf-8")
        named = _EXTENDS.match(text)
        if named and named[1] in TYPES - {"setup/frame.html"} and "<h1" in text:
            found.append(path.name)
    assert found == []

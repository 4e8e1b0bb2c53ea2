"""What a tutorial or a how-to emphasises is the name of something that the program shows."""

import ast
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from tests.conftest import REPOSITORY
from tests.desk.by_pages import UnknownStepError, steps

from comity.node.core.label_files import FILES

DOCS: Final = tuple(
    path
    for part in ("tutorial", "how-to")
    for path in sorted((REPOSITORY / "docs" / part).glob("*.md"))
)
PROGRAM: Final = REPOSITORY / "src" / "comity"
_BLOCK: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_TYPED: Final = re.compile(r"`[^`\n]*`")
_EMPHASISED: Final = re.compile(r"\*\*([^*\n]+)\*\*|(?<![*\w])\*([^*\s][^*\n]*?)\*(?![*\w])")
_TAGS: Final = re.compile(r"{%[^%]*%}|<[^>]*>")
PLAYED: Final = frozenset({"by-pages.md", "exercise-this-afternoon.md", "set-up-a-node.md"})
"""Their numbered lines are played in a browser by other tests, which miss what is not there."""
ELSEWHERE: Final = {
    "exercise-this-afternoon.md": {"First night"},  # title of a scenario
    "train-people.md": {"Question bank"},  # of Moodle
    "translations.md": {"Grounds · Facts"},  # two names that the page joins
    "trusted-time.md": {"root certificate"},
    "verify-in-a-browser.md": {
        "Never put the page into a bundle or beside it",
        "The folder shows no files.",
    },
    "custody.md": {"After you handed it over", "the identity file of the case"},
    "install-offline.md": {"Before you unpack"},
    "open-evidence.md": {"Nothing is said of the rest"},
    "share-a-solution.md": {"not secret"},
    "court-bundle.md": {"What stays visible of a withheld file", "What a verdict cannot tell"},
}
"""Emphasis that names nothing the program shows: leads of a paragraph, and other programs."""


def emphasised(path: Path) -> list[str]:
    """Return what a document emphasises outside the lines that are played."""
    text = _BLOCK.sub("", path.read_text("utf-8"))
    lines = [
        line
        for line in text.splitlines()
        if not (path.name in PLAYED and re.match(r"\d+\. ", line) and _is_step(line))
    ]
    found = _EMPHASISED.findall(_TYPED.sub("", "\n".join(lines)))
    return [bold or italic for bold, italic in found]


def _is_step(line: str) -> bool:
    try:
        return bool(steps(line))
    except UnknownStepError:
        return False


@cache
def shown() -> str:
    """Return every text of the program, small letters, one a line."""
    texts: list[str] = []
    for path in PROGRAM.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        texts += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
    texts += [_TAGS.sub(_kept, path.read_text("utf-8")) for path in PROGRAM.rglob("*.html")]
    texts += _leaves(json.loads((PROGRAM / "verifier" / "words" / "en.json").read_text("utf-8")))
    labels = (path for name in FILES for path in PROGRAM.rglob(name))
    for path in (PROGRAM / "papers" / "words" / "en.toml", *labels):
        texts += _leaves(tomllib.loads(path.read_text("utf-8")))
    return "\n".join(" ".join(text.split()) for text in texts).lower()


def _kept(tag: re.Match[str]) -> str:
    """Return the text that a tag of a template shows, or a blank."""
    quoted = re.match(r"""{% translate (["'])(.*?)\1""", tag[0])
    return quoted[2] if quoted else " "


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _leaves(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _leaves(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.full
def test_what_documents_emphasise_stands_on_a_page() -> None:
    missing = []
    for path in DOCS:
        for name in emphasised(path):
            plain = name.strip('."').lower().removesuffix(" …")
            there = re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", shown())
            if name not in ELSEWHERE.get(path.name, ()) and not there:
                missing.append(f"{path.name}: {name}")
    assert missing == [], "\n".join(missing)


def test_every_exception_is_still_emphasised() -> None:
    found = {path.name: set(emphasised(path)) for path in DOCS}
    stale = {doc: names - found.get(doc, set()) for doc, names in ELSEWHERE.items()}
    assert {doc: names for doc, names in stale.items() if names} == {}

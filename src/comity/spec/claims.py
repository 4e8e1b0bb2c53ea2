"""The registry of claims: what a verdict on a bundle can say, and how surely at most."""

import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

SOURCE: Final = Path("spec", "registry", "claims.toml")
MODULE: Final = Path("src", "comity", "bundle", "ceilings.py")
_WIDTH: Final = 100


def _claims(root: Path) -> list[dict[str, Any]]:
    return list(tomllib.loads((root / SOURCE).read_text(encoding="utf-8"))["claim"])


def claims_table(root: Path) -> str:
    """Return the claims as a table of Markdown.

    Args:
        root: the repository's folder.
    """
    rows = [f"| `{one['name']}` | {one['ceiling']} | {one['says']} |" for one in _claims(root)]
    return "\n".join(["| claim | ceiling | what it says |", "|---|---|---|", *rows])


def ceilings_module(root: Path) -> str:
    """Return the text of the module that holds the ceilings.

    Args:
        root: the repository's folder.
    """
    return "\n".join(_lines(root)) + "\n"


def _lines(root: Path) -> Iterator[str]:
    yield '"""The claims of a verdict, in their order, each with its ceiling (spec 16).'
    yield ""
    yield f"Written by `python -m comity.spec` from {SOURCE.as_posix()}: edit that file."
    yield '"""'
    yield ""
    yield "from collections.abc import Mapping"
    yield "from typing import Final, Literal"
    yield ""
    yield 'type Ceiling = Literal["proved", "attested", "unknown"]'
    yield ""
    yield "CEILINGS: Final[Mapping[str, Ceiling]] = {"
    for one in _claims(root):
        yield f'    "{one["name"]}": "{one["ceiling"]}",'
    yield "}"
    yield ""
    yield "SAYS: Final[Mapping[str, str]] = {"
    for one in _claims(root):
        yield from _said(one["name"], one["says"])
    yield "}"
    yield '"""What each claim says, in a sentence."""'


def _said(name: str, says: str) -> Iterator[str]:
    """Yield an entry of the sentences, in lines of at most 100 characters."""
    whole = f'    "{name}": "{says}",'
    if len(whole) <= _WIDTH:
        yield whole
        return
    yield f'    "{name}": ('
    *most, last = textwrap.wrap(says, _WIDTH - 12)
    yield from (f'        "{line} "' for line in most)
    yield f'        "{last}"'
    yield "    ),"

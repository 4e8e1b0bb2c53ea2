"""The registry of claims: what a verdict on a bundle can say, and how surely at most."""

import json
import re
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
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


# The numbered requirements, read out of the documents of the specification.


DOCUMENT = "[0-9][0-9]-*.md"
_LINE = re.compile(
    r"- `(?P<id>C-(?P<section>\d+(?:\.\d+)?)-\d{2})` (?P<inside>\(inside\) )?(?P<text>.+)"
)
_LEVEL = re.compile(r"\b(MUST NOT|MUST|SHOULD NOT|SHOULD|MAY)\b")


@dataclass(frozen=True)
class Requirement:
    """One rule of the specification.

    Attributes:
        id: its number, such as ``C-8.2-03``.
        section: the section that it stands in, such as ``8.2``.
        level: the words of RFC 2119 in it, one after another; a rule has one.
        document: the file's name below ``spec/``.
        text: the rule.
        inside: it is about the inside of an implementation, which nobody sees from outside.
    """

    id: str
    section: str
    level: str
    document: str
    text: str
    inside: bool = False


def requirements(folder: Path) -> Iterator[Requirement]:
    """Yield the requirements in the order of the documents.

    Args:
        folder: the folder ``spec``.
    """
    for path in sorted(folder.glob(DOCUMENT)):
        for line in path.read_text(encoding="utf-8").splitlines():
            if found := _LINE.fullmatch(line):
                level = ", ".join(_LEVEL.findall(found["text"]))
                yield Requirement(
                    found["id"],
                    found["section"],
                    level,
                    path.name,
                    found["text"],
                    inside=found["inside"] is not None,
                )


def requirements_json(folder: Path) -> str:
    """Return the list of requirements for programs, one a line."""
    rows = [
        {"id": one.id, "level": one.level, "document": one.document, "text": one.text}
        | ({"inside": True} if one.inside else {})
        for one in requirements(folder)
    ]
    lines = ",\n".join(" " + json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n"

"""The numbered requirements, read out of the documents of the specification."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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

"""The Council of Europe's request templates, recognised by their headings; fields are proposed.

Only fields that `data/templates.toml` marks are known to stand in the templates; their wording is
not known here, so the headings are the usual ones, and what is proposed is never taken unread.

Source: Convention on Cybercrime (ETS 185), Articles 29 to 31; T-CY templates of 9 July 2018.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from comity.intake.identifiers_found import MAX_PROPOSALS, Proposal
from comity.intake.original import Text

MAX_VALUE_CHARS: Final = 4_000
MAX_LINES: Final = 20_000
_FEWEST_FIELDS: Final = 4  # different ones, besides the words of treaty and topic
_MAX_HEADING_CHARS: Final = 90
_NUMBERING: Final = re.compile(r"(?:(?:\d{1,2}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s*|[-*•☐☑☒□]\s*){1,4}")
_REMARK: Final = re.compile(r"\s*\([^()]{0,80}\)$")
_SPACES: Final = re.compile(r"\s+")
_SPLIT: Final = re.compile(r"\s*[:：]\s*|\t+|\s{3,}")


@dataclass(frozen=True, slots=True)
class Words:
    """Headings in their plain form, each with what it begins.

    Attributes:
        templates: key to its articles and topics.
        treaty: names of the treaty.
        groups: heading to group.
        fields: heading to field of the whole request.
        members: heading to field inside a group.
        confirmed: fields known to stand in the templates; those inside groups all are.
    """

    templates: Mapping[str, Mapping[str, tuple[str, ...]]]
    treaty: tuple[str, ...]
    groups: Mapping[str, str]
    fields: Mapping[str, str]
    members: Mapping[str, str]
    confirmed: frozenset[str]


@cache
def words() -> Words:
    """Return the headings of the data file."""
    text = resources.files("comity.intake").joinpath("data/templates.toml").read_text("utf-8")
    told: dict[str, Any] = tomllib.loads(text)
    templates = {
        key: {name: tuple(map(_plain, texts)) for name, texts in one.items()}
        for key, one in told["templates"].items()
    }
    return Words(
        templates=templates,
        treaty=tuple(map(_plain, told["treaty"]["names"])),
        groups={_plain(text): key for key, texts in told["groups"].items() for text in texts},
        fields=_headings(told["fields"]),
        members=_headings(told["members"]),
        confirmed=frozenset(key for key, one in told["fields"].items() if one["confirmed"]),
    )


def _headings(told: Mapping[str, Any]) -> dict[str, str]:
    return {_plain(text): key for key, one in told.items() for text in one["headings"]}


def _plain(text: str) -> str:
    """Return a heading without numbering, capitals, remarks and punctuation around it."""
    text = _SPACES.sub(" ", text.replace("’", "'")).strip().casefold()
    numbered = _NUMBERING.match(text)
    text = text[numbered.end() :] if numbered else text
    return _REMARK.sub("", text.rstrip(" :：.-–*")).rstrip(" :：.-–*")


@dataclass(frozen=True, slots=True)
class _Line:
    place: str
    start: int
    text: str


def recognised(texts: Iterable[Text]) -> str | None:
    """Return the key of the template that texts follow, None if they follow none.

    The treaty must be named, the article or the topic, and four different fields.
    """
    texts = tuple(texts)
    known = words()
    letters = _SPACES.sub(" ", " ".join(text.text for text in texts).replace("’", "'")).casefold()
    if not any(name in letters for name in known.treaty):
        return None
    hits = {
        key: sum(letters.count(word) for each in one.values() for word in each)
        for key, one in known.templates.items()
    }
    best = max(hits, key=lambda key: hits[key])
    if not hits[best] or len({one.field for one in _proposals(texts, best)}) < _FEWEST_FIELDS:
        return None
    return best


def proposals(texts: Iterable[Text]) -> tuple[str | None, tuple[Proposal, ...]]:
    """Return the template that texts follow, and what its fields would then say.

    Args:
        texts: of one original.

    Returns:
        the key, and proposals in the order of the text; None and none where no template is
        recognised. That a field is empty is not told: the form may have another wording.
    """
    texts = tuple(texts)
    key = recognised(texts)
    return key, tuple(_proposals(texts, key)) if key else ()


def _proposals(texts: tuple[Text, ...], source: str) -> list[Proposal]:
    found: list[Proposal] = []
    group = ""
    field = ""
    kept: list[_Line] = []
    for line in _lines(texts):
        begun = _heading(line, group)
        if begun is None:
            kept.append(line)
            continue
        found += _made(field, kept, source)
        group, field, rest = begun
        kept = [rest] if rest is not None else []
        if len(found) >= MAX_PROPOSALS:
            return found[:MAX_PROPOSALS]
    return (found + _made(field, kept, source))[:MAX_PROPOSALS]


def _lines(texts: tuple[Text, ...]) -> Iterator[_Line]:
    left = MAX_LINES
    for text in texts:
        start = 0
        for line in text.text.split("\n"):
            left -= 1
            if left < 0:
                return
            yield _Line(text.place, start, line)
            start += len(line) + 1


def _heading(line: _Line, group: str) -> tuple[str, str, _Line | None] | None:
    """Return group, field and the rest of a line that begins one; None if it begins none."""
    text = line.text
    skipped = len(text) - len(text.lstrip())
    split = _SPLIT.search(text, skipped)
    head = text[skipped : split.start()] if split else text[skipped:]
    if len(head) > _MAX_HEADING_CHARS:
        return None
    known, plain = words(), _plain(head)
    rest = _Line(line.place, line.start + split.end(), text[split.end() :]) if split else None
    if plain in known.groups:
        return known.groups[plain], f"{known.groups[plain]}.name", rest
    if group and plain in known.members:
        return group, f"{group}.{known.members[plain]}", rest
    if plain in known.fields:
        return "", known.fields[plain], rest
    return None


def _made(field: str, lines: list[_Line], source: str) -> list[Proposal]:
    """Return the proposal that lines below a heading make, as long as they stand in one text."""
    told = [line for line in lines if line.text.strip()]
    if not field or not told:
        return []
    told = [line for line in told if line.place == told[0].place]
    value = "\n".join(line.text.strip() for line in told)[:MAX_VALUE_CHARS].strip()
    start = told[0].start + len(told[0].text) - len(told[0].text.lstrip())
    end = told[-1].start + len(told[-1].text.rstrip())
    confirmed = field in words().confirmed or "." in field
    return [
        Proposal(
            field=field,
            value=value,
            place=told[0].place,
            start=start,
            end=end,
            source=source,
            is_confirmed=confirmed,
        )
    ]

"""What `comity law` says around the words of the law, in the language that was asked for."""

import functools
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

import click

from comity.files.terminal import steering_stream
from comity.papers.visible import visible

BEGIN: Final = "\ufdd0"
END: Final = "\ufdd1"
"""Noncharacters around what keeps its own direction; printing turns them into isolates (UAX 9)."""
_COMMA: Final = {"ar": "، ", "zh-hans": "，"}
_SEMICOLON: Final = {"ar": "؛ ", "fr": " ; ", "zh-hans": "；"}


@dataclass(frozen=True)
class Frame:
    """The frame words of one language.

    Attributes:
        lang: BCP 47 tag in lower case.
        entries: dotted key -> text, with ``{name}`` where a fact goes.
        mirrored: whether the language runs from right to left.
    """

    lang: str
    entries: Mapping[str, str]
    mirrored: bool

    def __call__(self, key: str, /, **facts: object) -> str:
        """Return a text with its facts in it, each made harmless and keeping its direction."""
        told = {name: self.apart(str(fact)) for name, fact in facts.items()}
        return self.entries[key].format(**told) if told else self.entries[key]

    def apart(self, text: str) -> str:
        """Return a text that keeps its own direction between words of this language."""
        if not self.mirrored:
            return text
        return f"{BEGIN}{text}{END}"

    def code(self, table: str, value: str) -> str:
        """Return the name of a code of a table, or the code where it has none."""
        return self.entries.get(f"{table}.{value}", value.replace("-", " "))

    def listed(self, parts: Iterable[str]) -> str:
        """Return parts as one list with this language's comma."""
        return _COMMA.get(self.lang, ", ").join(parts)

    def joined(self, parts: Iterable[str]) -> str:
        """Return parts one after the other, with this language's semicolon."""
        return _SEMICOLON.get(self.lang, "; ").join(part for part in parts if part)

    def cited(self, cites: tuple[str, ...]) -> str:
        """Return where something stands: ``Art. 42(3)(f), 42(1)``, or the words of a basis."""
        articles = ", ".join(cites)
        numbered = any(cite[:1].isdigit() for cite in cites)
        return self("say.cite", articles=articles) if numbered else self.apart(articles)


def frame(lang: str) -> Frame:
    """Return the frame words of a language; what an added one lacks comes in English, marked."""
    from comity.files.languages import further
    from comity.instruments import LANGUAGES
    from comity.instruments.language_files import FRAME

    if lang in LANGUAGES:
        return _shipped(lang)
    added = further()[lang]
    own = added.entries.get(FRAME, {})
    entries = {key: own.get(key, f"{text} [en]") for key, text in _shipped("en").entries.items()}
    return Frame(lang, entries, added.direction == "rtl")


@functools.cache
def _shipped(lang: str) -> Frame:
    from comity.instruments.toml import parse_toml
    from comity.instruments.words import parse_words

    file = resources.files("comity.cli") / "frame" / f"{lang}.toml"
    entries = parse_words(parse_toml(file.read_bytes()), file=file.name).entries
    return Frame(lang, entries, lang == "ar")


def harmless(text: str) -> str:
    """Return a text for a terminal: nothing invisible, but the isolates that frames put in.

    Only marks that open and close in order become isolates; otherwise all are written out.
    """
    depth, sound = 0, True
    for char in text:
        depth += (char == BEGIN) - (char == END)
        sound = sound and depth >= 0
    if not sound or depth:
        return visible(text)
    pieces = {BEGIN: "\u2068", END: "\u2069"}
    return "".join(pieces.get(char) or visible(char) for char in text)


_NO_WIDTH: Final = 1_000_000
_MOST_WIDTH: Final = 110
_MIRRORED: Final = frozenset({"R", "AL"})
_RIGHT_TO_LEFT: Final = "\u200f"


def folded(line: str, *, indent: int = 0, mark: str = "") -> str:
    """Return a line, on a terminal folded, with what follows a mark indented under it."""
    width = _NO_WIDTH
    if sys.stdout.isatty():
        width = min(_MOST_WIDTH, shutil.get_terminal_size().columns)
    shown = harmless(line)
    if _is_mirrored(line):  # the line runs from right to left; what stands before it stays itself
        mark = f"{_RIGHT_TO_LEFT}{harmless(f'{BEGIN}{visible(mark)}{END}') if mark else ''}"
    first, rest = " " * indent + mark, " " * (indent + len(mark))
    return click.wrap_text(shown, width, first, rest)


def say(line: str, *, indent: int = 0, mark: str = "") -> None:
    """Print a line as `folded` makes it."""
    # what it sets apart was made harmless: its own marks of direction may pass
    click.echo(folded(line, indent=indent, mark=mark), file=steering_stream(sys.stdout))


def _is_mirrored(line: str) -> bool:
    """Tell the direction of a line by its first strong letter that is not set apart (UAX 9)."""
    depth = 0
    for char in line:
        depth += (char == BEGIN) - (char == END)
        kind = unicodedata.bidirectional(char)
        if depth == 0 and kind in {"L", *_MIRRORED}:
            return kind in _MIRRORED
    return False


def head(line: str) -> None:
    """Print the heading of a part."""
    click.echo()
    say(line)

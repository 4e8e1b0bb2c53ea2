"""All instruments, facts and words of some folders, read and checked at once."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from comity.instruments.errors import (
    LawDuplicateError,
    LawFileError,
    LawTextError,
    LawTextMissingError,
)
from comity.instruments.facts import GIVEN, Fact
from comity.instruments.model import Instrument
from comity.instruments.parse import parse_facts, parse_instrument
from comity.instruments.toml import parse_toml
from comity.instruments.words import ENGLISH, Wording, Words, parse_words

MAX_FILES: Final = 1024
MAX_BYTES: Final = 1024 * 1024
MAX_TOTAL_BYTES: Final = 32 * 1024 * 1024
MAX_TEXT: Final = 4000
_NAME: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PATH: Final = re.compile(rf"(?:{_NAME}/)?(?:(?:words|ratification)/)?{_NAME}\.toml")
_WORDS: Final = re.compile(rf"(?:({_NAME})/)?words/({_NAME})\.toml")
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_MAX_NESTING: Final = 32

type Tables = Mapping[str, Any]


class Library:
    """What stands in some layers of files: the shipped one, then an office's own.

    A later layer adds instruments, facts, words and status files; it never replaces a rule.

    Attributes:
        instruments: key to instrument, sorted by key.
        facts: dotted name to fact, those always given among them.

    Source: docs/reference/instruments.md.
    """

    def __init__(self, *layers: Mapping[str, bytes]) -> None:
        """Read the layers; each maps a path such as ``un-2024/words/en.toml`` to bytes.

        Raises:
            InstrumentError: by code, what is wrong first, with file and key.
        """
        self._layers = [_read(layer) for layer in layers]
        self._words: dict[tuple[str, str], Words] = {}
        self.facts: Mapping[str, Fact] = self._facts()
        for path, table in self._each():
            found = _WORDS.fullmatch(path)
            if found:
                self._add_words((found[1] or "", found[2]), table, path)
        self.instruments: Mapping[str, Instrument] = self._instruments()

    def tables(self, path: str) -> tuple[Tables, ...]:
        """Return the TOML tables of a file, one for each layer that has it, unchecked beyond it."""
        return tuple(layer[path] for layer in self._layers if path in layer)

    def paths(self) -> tuple[str, ...]:
        """Return the paths of all files."""
        return tuple(sorted({path for layer in self._layers for path in layer}))

    def languages(self, instrument: str | None) -> tuple[str, ...]:
        """Return the languages in which an instrument, or what all share, has words."""
        return tuple(sorted(lang for key, lang in self._words if key == (instrument or "")))

    def words(self, instrument: str | None, lang: str) -> Words:
        """Return the words of a language; none where it has no file."""
        return self._words.get((instrument or "", lang), Words("", {}))

    def text(self, instrument: str | None, key: str, lang: str) -> Wording:
        """Return a text by its dotted key, ``rules.R-030``; in English where the language lacks it.

        Args:
            instrument: whose words, or None for those all share.
            key: dotted.
            lang: BCP 47 tag in lower case.

        Raises:
            LawTextMissingError: neither that language nor English has it.
        """
        for language in (lang, ENGLISH):
            words = self.words(instrument, language)
            if words.entries.get(key, "").strip():
                return Wording(words.entries[key], words.reviewed_by, language)
        raise LawTextMissingError(f"no text for {key}", file=f"{instrument or ''}/words", key=key)

    # -------------------------------------------------------------- reading

    def _each(self) -> Iterator[tuple[str, Tables]]:
        for layer in self._layers:
            yield from sorted(layer.items())

    def _facts(self) -> dict[str, Fact]:
        found: dict[str, Fact] = {}
        for table in self.tables("facts.toml"):
            for key, fact in parse_facts(table, file="facts.toml").items():
                if key in found:
                    raise _twice("facts.toml", key)
                found[key] = fact
        return {**found, **GIVEN}

    def _add_words(self, place: tuple[str, str], table: Tables, path: str) -> None:
        words = parse_words(table, file=path)
        before = self._words.get(place, Words(words.reviewed_by, {}))
        for key in words.entries:
            if key in before.entries:
                raise _twice(path, key)
        reviewed_by = words.reviewed_by if before.reviewed_by == words.reviewed_by else ""
        self._words[place] = Words(reviewed_by, {**before.entries, **words.entries})

    def _instruments(self) -> dict[str, Instrument]:
        found: dict[str, Instrument] = {}
        for layer in self._layers:
            for path in sorted(layer):
                folder, _, rest = path.partition("/")
                if rest != "instrument.toml":
                    continue
                if folder in found:
                    raise _twice(path, folder)
                found[folder] = parse_instrument(
                    layer[path],
                    folder=folder,
                    facts=self.facts,
                    status=self.tables(f"{folder}/status.toml"),
                )
        return dict(sorted(found.items()))


def _twice(file: str, key: str) -> LawDuplicateError:
    return LawDuplicateError(f"{file}: {key} is there already", file=file, key=key)


def _read(layer: Mapping[str, bytes]) -> dict[str, Tables]:
    if len(layer) > MAX_FILES:
        raise LawFileError(f"more than {MAX_FILES} files", file="", key="")
    if sum(map(len, layer.values())) > MAX_TOTAL_BYTES:
        raise LawFileError(f"more than {MAX_TOTAL_BYTES} bytes in all", file="", key="")
    return {path: read_table(path, data) for path, data in layer.items()}


def read_table(path: str, data: bytes) -> Tables:
    """Return the table of one untrusted TOML file, its texts free of unseen characters.

    Raises:
        LawFileError: a foreign name, too large, or no TOML in UTF-8.
        LawTextError: a text too long, or with a control or bidirectional formatting character.
    """
    if not _PATH.fullmatch(path) or path.startswith("ratification/"):
        raise LawFileError(f"{path[:128]!a}: no name of the format", file=path[:128], key="")
    if len(data) > MAX_BYTES:
        raise LawFileError(f"{path}: more than {MAX_BYTES} bytes", file=path, key="")
    try:
        table = parse_toml(data)
    except ValueError as fault:
        raise LawFileError(f"{path}: {fault}", file=path, key="") from fault
    _check_texts(table, path, "", _MAX_NESTING)
    return table


def _check_texts(value: object, path: str, key: str, depth: int) -> None:
    if isinstance(value, str):
        if len(value) > MAX_TEXT or UNSEEN.search(value):
            raise LawTextError(
                f"{path}: {key!a}: too long, or holds what no eye sees", file=path, key=key
            )
        return
    if depth == 0:
        raise LawFileError(f"{path}: nested too deeply", file=path, key=key)
    if isinstance(value, dict):
        for name, item in value.items():
            _check_texts(name, path, key, depth)
            _check_texts(item, path, name, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item, path, key, depth - 1)

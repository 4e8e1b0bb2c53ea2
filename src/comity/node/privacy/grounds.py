"""Grounds and exemption codes as data: what is shipped, and the office's own codes.

An office's own file is TOML: a table `exemption` for each code, with `code`, `source`, and `words`,
a table of texts by language of which `en` has to be there.
"""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings

from comity.node.cases.privacy_errors import CodesFileError

DELAY: Final = "delay"
MAX_BYTES: Final = 256 * 1024
MAX_CODES: Final = 200
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.()-]{0,19}")
_LANG: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_MAX_WORDS: Final = 300


@dataclass(frozen=True)
class Ground:
    """Why a person is answered less than asked, or told later.

    Attributes:
        code: short name, kept in entries.
        stands_for: decisions for which it may stand, and ``delay``.
        source: the article.
        verified: whether a person compared the citation with an authentic text.
    """

    code: str
    stands_for: frozenset[str]
    source: str
    verified: bool


@dataclass(frozen=True)
class Exemption:
    """Why something of a release is withheld.

    Attributes:
        code: as it stands beside a record.
        key: names the pages' words; empty where the office brings its own.
        source: the article.
        verified: whether a person compared the citation with an authentic text.
        words: language to text, of an office's own code.
    """

    code: str
    key: str
    source: str
    verified: bool
    words: Mapping[str, str] = field(default_factory=dict)

    def in_words(self, lang: str) -> str:
        """Return the office's own words in a language, or in English; empty where there are none.

        Args:
            lang: BCP 47 tag in lower case.
        """
        return self.words.get(lang) or self.words.get("en", "")


@functools.cache
def grounds() -> Mapping[str, Ground]:
    """Return the grounds by code, in the order of the file."""
    rows = _shipped("grounds.toml")["ground"]
    found = {
        row["code"]: Ground(row["code"], frozenset(row["for"]), row["source"], row["verified"])
        for row in rows
    }
    return MappingProxyType(found)


def exemptions() -> Mapping[str, Exemption]:
    """Return the exemption codes by code: what is shipped, then the office's own.

    Raises:
        CodesFileError: the office's file cannot be used; then no code can.
    """
    config = settings.CONFIG
    path = config.exemption_codes_file if config else None
    return MappingProxyType({**_ours(), **(read_codes(path) if path else {})})


def _shipped(name: str) -> dict[str, Any]:
    file = resources.files("comity.node.privacy") / "data" / name
    return tomllib.loads(file.read_text(encoding="utf-8"))


@functools.cache
def _ours() -> Mapping[str, Exemption]:
    return {
        row["code"]: Exemption(row["code"], row["key"], row["source"], row["verified"])
        for row in _shipped("exemptions.toml")["exemption"]
    }


def read_codes(path: Path) -> dict[str, Exemption]:
    """Return the codes of an office's own file.

    Raises:
        CodesFileError: unreadable, too long, a wrong entry, or a code that is shipped already.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise CodesFileError(f"a file of codes has at most {MAX_BYTES} bytes")
        told = tomllib.loads(data.decode("utf-8"))
    except (OSError, ValueError) as fault:
        raise CodesFileError("the file of exemption codes cannot be read") from fault
    rows = told.pop("exemption", None)
    if told or not isinstance(rows, list) or not 1 <= len(rows) <= MAX_CODES:
        raise CodesFileError(f"a file of codes has 1 to {MAX_CODES} tables [[exemption]]")
    found: dict[str, Exemption] = {}
    for number, row in enumerate(rows, start=1):
        one = _own(row, number)
        if one.code in _ours() or one.code in found:
            raise CodesFileError(f"entry {number}: the code is taken", entry=number)
        found[one.code] = one
    return found


def _own(row: Any, number: int) -> Exemption:
    names = {"code", "source", "words"}
    if not isinstance(row, dict) or set(row) != names:
        raise CodesFileError(f"entry {number}: code, source and words, no more", entry=number)
    code, source, words = row["code"], row["source"], row["words"]
    good = (
        isinstance(code, str)
        and _CODE.fullmatch(code)
        and _is_line(source)
        and isinstance(words, dict)
        and "en" in words
        and all(_LANG.fullmatch(lang) and _is_line(text) for lang, text in words.items())
    )
    if not good:
        raise CodesFileError(f"entry {number} breaks its form", entry=number)
    return Exemption(code, "", source, verified=False, words=MappingProxyType(dict(words)))


def _is_line(text: Any) -> bool:
    return isinstance(text, str) and 0 < len(text) <= _MAX_WORDS and text.isprintable()

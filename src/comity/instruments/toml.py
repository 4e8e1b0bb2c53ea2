"""TOML from other people: read in a time that grows with its length, and in one encoding."""

import codecs
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from comity.instruments.errors import InstrumentError, LawDuplicateError, LawMemberError

MAX_DOTS: Final = 100
"""Dots in one key. The parser's time grows with their square; a reverse IPv6 name has 33."""

_PASSED: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|'
    r"'''(?:[^']|'(?!''))*+(?:''')?|"
    r'"(?:[^"\\\n]|\\.)*+"?|'
    r"'[^'\n]*+'?|"
    r"#[^\n]*",
    re.DOTALL,
)
_DOTTED: Final = re.compile(
    rf"(?<![\w.-])[\w-]++[ \t]*+(?:\.[ \t]*+[\w-]++[ \t]*+){{{MAX_DOTS + 1}}}"
)
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def unmarked(data: bytes) -> bytes:
    """Return the bytes without the mark that some editors put before UTF-8.

    Raises:
        ValueError: the mark of another encoding stands there.
    """
    if data.startswith(_UTF_16):
        raise ValueError("the file is in UTF-16; save it as UTF-8")
    return data.removeprefix(codecs.BOM_UTF8)


def parse_toml(data: bytes) -> dict[str, Any]:
    """Return the table of untrusted bytes, whose number the caller has bounded.

    Raises:
        ValueError: no TOML in UTF-8, a key of more than 100 dots, or nested too deeply.

    Source: TOML 1.0.0, "Keys".
    """
    text = unmarked(data).decode("utf-8")
    bare = _PASSED.sub(lambda found: "s" if found[0][0] in "\"'" else "", text)
    if _DOTTED.search(bare):
        raise ValueError(f"a key has more than {MAX_DOTS} dots")
    try:
        return tomllib.loads(text)
    except RecursionError as fault:
        raise ValueError("nested too deeply") from fault


# Reading one TOML table of exactly the members that the format lists.


KEY: Final = re.compile(r"[A-Za-z0-9]+([-_.:()][A-Za-z0-9]+)*\)?")
_MAX_KEY: Final = 64
_MAX_LIST: Final = 256


class Table:
    """A table whose members are taken one by one; `done` refuses what nobody took.

    Attributes:
        file: where it stands, for errors.
        key: which it is, for errors.
        whole: the table as it stands.
    """

    def __init__(self, value: object, *, file: str, key: str) -> None:
        self.file = file
        self.key = key
        if not isinstance(value, dict):
            raise self.fault("is no table")
        self.whole: Mapping[str, Any] = value
        self._left: dict[str, Any] = dict(value)

    def fault(self, message: str, kind: type[InstrumentError] = LawMemberError) -> InstrumentError:
        """Return an error that names this place."""
        return kind(f"{self.file}: {self.key}: {message}", file=self.file, key=self.key)

    def take(self, name: str) -> Any:
        """Return a member of whatever kind, or None."""
        return self._left.pop(name, None)

    def rest(self) -> dict[str, Any]:
        """Return the members that nobody took yet, and take them."""
        taken, self._left = self._left, {}
        return taken

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text that is not empty, or the default where the member is not there."""
        value = self.take(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise self.fault(f"{name} is a text")
        return value

    def name(self, name: str = "key") -> str:
        """Return a text that may be a key."""
        value = self.text(name)
        if len(value) > _MAX_KEY or not KEY.fullmatch(value):
            raise self.fault(f"{name} is no key: {value[:_MAX_KEY]!a}")
        return value

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """Return one of the choices."""
        value = self.text(name, default)
        if value not in choices:
            raise self.fault(f"{name} is one of: {', '.join(choices)}")
        return value

    def flag(self, name: str) -> bool:
        """Return true or false; false where the member is not there."""
        value = self._left.pop(name, False)
        if not isinstance(value, bool):
            raise self.fault(f"{name} is true or false")
        return value

    def number(self, name: str) -> int | None:
        """Return a whole number from 0, or None where the member is not there."""
        value = self.take(name)
        if value is not None and (type(value) is not int or value < 0):
            raise self.fault(f"{name} is a whole number")
        return value

    def day(self, name: str) -> date | None:
        """Return a date, or None where the member is not there."""
        value = self.take(name)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.fault(f"{name} is a date")
        return value

    def texts(self, name: str, choices: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts, each once; empty where the member is not there."""
        value = self._left.pop(name, [])
        if not isinstance(value, list) or len(value) > _MAX_LIST:
            raise self.fault(f"{name} is a list of at most {_MAX_LIST}")
        if not all(isinstance(item, str) and item for item in value):
            raise self.fault(f"{name} is a list of texts")
        if choices and set(value) - set(choices):
            raise self.fault(f"{name} holds what is none of: {', '.join(choices)}")
        if len(set(value)) != len(value):
            raise self.fault(f"{name} names something twice", LawDuplicateError)
        return tuple(value)

    def cites(self) -> tuple[str, ...]:
        """Return ``cite``, one or several, at least one."""
        value = self._left.get("cite")
        if isinstance(value, str):
            return (self.text("cite"),)
        cites = self.texts("cite")
        if not cites:
            raise self.fault("cite names where it stands")
        return cites

    def done(self) -> None:
        """Refuse members that nobody took."""
        if self._left:
            raise self.fault(f"unknown member {min(self._left)[:_MAX_KEY]!a}")


def rows(value: object, name: str, *, file: str) -> list[Table]:
    """Return the tables of a list ``[[name]]``, each named by its key or its place."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise LawMemberError(f"{file}: {name} is a list of tables", file=file, key=name)
    return [
        Table(item, file=file, key=f"{name} {_shown(item, number)}")
        for number, item in enumerate(value, 1)
    ]


def _shown(item: object, number: int) -> str:
    key = item.get("key") if isinstance(item, Mapping) else None
    return key if isinstance(key, str) and KEY.fullmatch(key[:_MAX_KEY]) else f"no. {number}"

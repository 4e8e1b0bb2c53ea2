"""Small parsers that entries, State records, and trust files share."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from comity.canonical import MemberError, parse_time

type Kinds = Mapping[str, type | tuple[type, ...]]
"""Member names to the JSON kinds they may have, as `comity.canonical.members` takes them."""

MAX_TEXT = 4096  # characters
MAX_VERSION = 1_000_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_SLUG = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_MAX_NAME = 64


def language(value: object) -> str:
    """Return a BCP 47 tag (RFC 5646 section 2.1, shape only)."""
    if not isinstance(value, str) or len(value) > _MAX_NAME or not _LANGUAGE.fullmatch(value):
        raise MemberError("expected a BCP 47 language tag")
    return value


def slug(value: object) -> str:
    """Return a short lower-case name such as ``preservation`` or ``un-2024``."""
    if not isinstance(value, str) or len(value) > _MAX_NAME or not _SLUG.fullmatch(value):
        raise MemberError("expected a short lower-case name")
    return value


def line(value: object, *, most: int = MAX_TEXT) -> str:
    """Return a string without control characters."""
    if not isinstance(value, str) or not value or len(value) > most or not value.isprintable():
        raise MemberError(f"expected a line of 1 to {most} printable characters")
    return value


def optional_time(value: object) -> datetime | None:
    """Return a time or None."""
    return None if value is None else parse_time(value)


def number(value: Any, *, least: int, most: int = MAX_VERSION) -> int:
    """Return an integer within its bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise MemberError(f"expected an integer from {least} to {most}")
    return value

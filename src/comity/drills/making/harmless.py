"""What a story may hold at all: reserved addresses and names, nothing that a machine would run."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Final

from comity.drills.errors import (
    DrillError,
    DrillStoryAddressError,
    DrillStoryHarmError,
    DrillTextError,
)
from comity.drills.making.kinds import ENDINGS
from comity.drills.texts import check_exhibit
from comity.instruments.table import Table

RANGES: Final = tuple(
    ipaddress.IPv4Network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
)
"""RFC 5737."""
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.){1,5}(?:example|test)")
_MAIL: Final = re.compile(r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+){0,5}@(.+)")
_MAX_LINE: Final = 150
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ENCODED: Final = re.compile(r"%(?:[01][0-9a-f]|3c|3e|7f)", re.IGNORECASE)
NAMES: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "key": (
        re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,7}"),
        "small letters, digits and hyphens, since a file will bear it",
    ),
    "agent": (
        re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./;:()_,+-]{0,149}"),
        "what a browser calls itself: letters, digits, spaces and ./;:()_,+-",
    ),
    "user": (re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+){0,5}"), "letters, digits, . _ -"),
    "path": (
        re.compile(r"/[A-Za-z0-9/._~%?=&+,:@-]{0,200}"),
        "a path from / of at most 200 letters, digits and /._~%?=&+,:@-",
    ),
    "folder": (
        re.compile(r"[A-Za-z0-9]{1,20}(?:[ _-][A-Za-z0-9]{1,20}){0,2}(?:/[A-Za-z0-9]{1,20}){0,3}"),
        "names of folders with / between them",
    ),
    "program": (
        re.compile(r"/[A-Za-z0-9/._ =:@,+-]{1,200}"),
        "a whole path and plain words, without signs of a shell",
    ),
    "amount": (re.compile(r"[1-9][0-9]{0,8}\.[0-9]{2}"), "a sum such as 48200.00"),
    "currency": (re.compile(r"[A-Z]{3}"), "three capitals"),
    "reference": (re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+){0,7}"), "letters, digits, - _"),
    "name": (
        re.compile(
            rf"[A-Za-z0-9]{{1,30}}(?:[ _-][A-Za-z0-9]{{1,30}}){{0,3}}\.(?:{'|'.join(ENDINGS)})"
        ),
        f"a file's name that ends in one of {', '.join(ENDINGS)}: text that nothing runs",
    ),
}
_MAX_NAME: Final = 210


def refused(kind: type[DrillError], row: Table, why: str) -> DrillError:
    """Return an error that names a place."""
    return kind(f"{row.file}: {row.key}: {why}", file=row.file, key=row.key)


def is_address(row: Table, name: str, value: str) -> str:
    """Return an IPv4 address of a range for documentation, not the first or last of it."""
    try:
        found = ipaddress.IPv4Address(value)
    except ValueError:
        found = None
    inside = [one for one in RANGES if found in one] if found else []
    if not inside or found in {inside[0].network_address, inside[0].broadcast_address}:
        told = f"{name} is an address of {', '.join(map(str, RANGES))} (RFC 5737)"
        raise refused(DrillStoryAddressError, row, told)
    return value


def is_host(row: Table, name: str, value: str) -> str:
    """Return a name under .example or .test."""
    if len(value) > _MAX_NAME or not _HOST.fullmatch(value):
        told = f"{name} is a name in small letters under .example or .test (RFC 2606)"
        raise refused(DrillStoryAddressError, row, told)
    return value


def is_mail(row: Table, value: str) -> str:
    """Return an address of mail at a reserved name."""
    found = _MAIL.fullmatch(value[:_MAX_NAME])
    if not found:
        raise refused(DrillStoryAddressError, row, "mail is an address such as a.b@fund.example")
    is_host(row, "mail", found[1])
    return value


def check_line(row: Table, name: str, value: str) -> str:
    """Return one line of plain text."""
    if len(value) > _MAX_LINE or _CONTROL.search(value) or value != value.strip():
        raise row.fault(f"{name} is one line of at most {_MAX_LINE} characters")
    return check_plain(row, name, value)


def check_plain(row: Table, name: str, value: str) -> str:
    """Return a text, of however many lines, that no page could run and that eyes can see."""
    try:
        check_exhibit(value, file=row.file)
    except DrillTextError as fault:
        told = f"{name} holds markup, a script, or what no eye sees"
        raise refused(DrillTextError, row, told) from fault
    return value


def check_name(row: Table, name: str, value: str) -> str:
    """Return a value in the narrow form that members of this name have."""
    form, told = NAMES[name]
    if len(value) > _MAX_NAME or not form.fullmatch(value):
        kind = DrillStoryHarmError if name in {"name", "program"} else None
        if kind:
            raise refused(kind, row, f"{name} is {told}")
        raise row.fault(f"{name} is {told}")
    if name == "path" and _ENCODED.search(value):
        raise refused(DrillStoryHarmError, row, f"{name} holds an encoded sign of markup")
    return value

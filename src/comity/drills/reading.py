"""A scenario's files, read at once into a `model.Scenario`; what they mean together is `lint`'s."""

import binascii
import functools
import hashlib
import re
import zlib
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from comity.drills.errors import DrillFileError
from comity.drills.model import ORIGINAL_ENDING, Exhibit, Plan, Scenario
from comity.drills.parse import FILE, parse_plan
from comity.drills.texts import check_exhibit, check_text, parse_texts
from comity.instruments.toml import parse_toml, unmarked

# The bytes of an exhibit: a text, or an original that the scenario keeps packed.


MAX_ORIGINAL_BYTES: Final = 16 * 1024 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
_KEPT: Final = 16  # exhibits of a megabyte or two, unpacked once and not at every look


def exhibit_bytes(scenario: Scenario, exhibit: Exhibit) -> bytes | None:
    """Return the bytes that a team gets; None if they are missing or not those of the digest."""
    if exhibit.form == "text":
        return scenario.files.get(exhibit.files[0])
    packed = scenario.files.get(exhibit.original)
    data = None if packed is None else unpack(packed)
    return data if data is not None and _digest(data) == exhibit.digest else None


def exhibit_digest(scenario: Scenario, exhibit: Exhibit) -> str | None:
    """Return ``sha256:...`` of the bytes that a team gets, or None if there are none."""
    data = exhibit_bytes(scenario, exhibit)
    return None if data is None else _digest(data)


def exhibit_text(scenario: Scenario, exhibit: Exhibit) -> str:
    """Return all text of an exhibit that a tool shows; what is no text is replaced."""
    parts = [scenario.files.get(name, b"").decode("utf-8", "replace") for name in exhibit.files]
    return "\n".join(parts)


def exhibit_name(exhibit: Exhibit) -> str:
    """Return the name under which a team gets an exhibit, ``wire.pcap``; it names no folder."""
    return exhibit.original.removesuffix(ORIGINAL_ENDING) or exhibit.files[0]


@lru_cache(maxsize=_KEPT)
def unpack(packed: bytes) -> bytes | None:
    """Return what stands in an original's file; None if it is no gzip in Base64, or too large."""
    try:
        reader = zlib.decompressobj(_GZIP)
        data = reader.decompress(
            b64decode(b"".join(packed.split()), validate=True), MAX_ORIGINAL_BYTES + 1
        )
    except (binascii.Error, zlib.error):
        return None
    is_whole = reader.eof and not reader.unused_data and len(data) <= MAX_ORIGINAL_BYTES
    return data if is_whole else None


@lru_cache(maxsize=_KEPT)
def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


MAX_FILES: Final = 64
MAX_BYTES: Final = 512 * 1024
MAX_TOTAL_BYTES: Final = 4 * 1024 * 1024
NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
TEXTS: Final = re.compile(r"texts/([a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2})\.toml")
EXHIBITS: Final = re.compile(r"exhibits/([a-z0-9]+(?:[-_.][a-z0-9]+){0,6}\.(?:txt|gz\.b64))")
_MAX_NESTING: Final = 8
_PLANS, _LANGUAGES = 16, 64
"""How many are remembered: pages read the same files again and again."""


def read_scenario(name: str, files: Mapping[str, bytes]) -> Scenario:
    """Return a scenario of its files.

    Args:
        name: of its folder.
        files: path in the folder, ``texts/en.toml``, to bytes; untrusted.

    Raises:
        DrillError: the first thing that breaks the format, with file and key.

    Source: docs/reference/scenarios.md.
    """
    check_files(name, files)
    plan = read_plan(name, files)
    texts = {
        found[1]: read_texts(path, files[path])
        for path in sorted(files)
        if (found := TEXTS.fullmatch(path))
    }
    exhibits = {
        found[1]: read_exhibit(path, files[path])
        for path in sorted(files)
        if (found := EXHIBITS.fullmatch(path))
    }
    return Scenario(plan=plan, texts=texts, files=exhibits, digest=edition(files))


def check_files(name: str, files: Mapping[str, bytes]) -> None:
    """Refuse names, numbers and sizes beyond the format.

    Raises:
        DrillFileError: which.
    """
    if not NAME.fullmatch(name[:65]):
        raise _fault(name[:64], "the folder's name is small letters, digits and hyphens")
    if FILE not in files:
        raise _fault(FILE, "is not there; it says what happens when")
    if len(files) > MAX_FILES:
        raise _fault(name, f"more than {MAX_FILES} files")
    if sum(map(len, files.values())) > MAX_TOTAL_BYTES:
        raise _fault(name, f"more than {MAX_TOTAL_BYTES} bytes in all")
    for path, data in files.items():
        if path != FILE and not any(form.fullmatch(path) for form in (TEXTS, EXHIBITS)):
            told = "scenario.toml, texts/en.toml, exhibits/x.txt, exhibits/x.img.gz.b64"
            raise _fault(path[:128], f"no file of the format: {told}")
        if len(data) > MAX_BYTES:
            raise _fault(path, f"more than {MAX_BYTES} bytes")


def read_plan(name: str, files: Mapping[str, bytes]) -> Plan:
    """Return what scenario.toml says.

    Raises:
        DrillError: the first thing that breaks the format.
    """
    plan = _plan(files[FILE])
    if plan.name != name:
        raise _fault(FILE, f"name is {name}, as the folder is called")
    return plan


def name_in(files: Mapping[str, bytes]) -> str:
    """Return the name that scenario.toml says.

    Raises:
        DrillError: the first thing that breaks the format.
    """
    return _plan(files[FILE]).name


@functools.lru_cache(maxsize=_PLANS)
def _plan(data: bytes) -> Plan:
    table = _table(FILE, data)
    _check_strings(table, "", _MAX_NESTING)
    return parse_plan(table)


def read_texts(path: str, data: bytes) -> dict[str, str]:
    """Return the texts of one language.

    Raises:
        DrillError: the first thing that breaks the format.
    """
    return dict(_texts(path, data))


@functools.lru_cache(maxsize=_LANGUAGES)
def _texts(path: str, data: bytes) -> Mapping[str, str]:
    return parse_texts(_table(path, data), file=path)


def read_exhibit(path: str, data: bytes) -> bytes:
    """Return the bytes of an exhibit, as they stand, once they are seen to be of its kind.

    Raises:
        DrillError: a text that is no UTF-8 or has a line that a page could run, or an original
            that cannot be unpacked.
    """
    if path.endswith(ORIGINAL_ENDING):
        if unpack(data) is None:
            most = f"at most {MAX_ORIGINAL_BYTES} bytes"
            raise _fault(path, f"is no file of {most}, packed by gzip and written in Base64")
        return data
    try:
        check_exhibit(unmarked(data).decode("utf-8"), file=path)
    except ValueError as fault:
        raise _fault(path, f"no text in UTF-8: {fault}") from fault
    return data


def edition(files: Mapping[str, bytes]) -> str:
    """Return the digest that names an edition: SHA-256 over path, length and bytes of each file."""
    state = hashlib.sha256()
    for path in sorted(files):
        state.update(f"{path}\0{len(files[path])}\0".encode())
        state.update(files[path])
    return f"sha256:{state.hexdigest()}"


def _table(path: str, data: bytes) -> dict[str, Any]:
    try:
        return parse_toml(data)
    except ValueError as fault:
        raise _fault(path, str(fault)) from fault


def _check_strings(value: object, key: str, depth: int) -> None:
    if depth == 0:
        raise _fault(FILE, "nested too deeply")
    if isinstance(value, str):
        check_text(value, file=FILE, key=key)
    elif isinstance(value, dict):
        for name, item in value.items():
            check_text(name, file=FILE, key=key)
            _check_strings(item, str(name), depth - 1)
    elif isinstance(value, list):
        for item in value:
            _check_strings(item, key, depth - 1)


def _fault(file: str, text: str) -> DrillFileError:
    return DrillFileError(f"{file}: {text}", file=file, key="")

"""An Outlook message, and what other files of the same container are.

Imported only where the extra ``intake`` is installed.

Source: MS-OXMSG sections 2.1 to 2.4; MS-OXPROPS for the numbers of properties; MS-CFB.
"""

import struct
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Final

import olefile

from comity.intake.budget import Budget, Found
from comity.intake.errors import OriginalMalformedError
from comity.intake.html_text import html_text
from comity.intake.mail_headers import claims
from comity.intake.mail_parts import parsed
from comity.intake.original import MAX_CLAIM_CHARS, MAX_DEPTH, Claim
from comity.intake.safe_text import decoded, shown_name

PROPERTIES: Final = "__properties_version1.0"
_MAX_STREAM_BYTES: Final = 32 * 1024 * 1024
_MAX_ENTRIES: Final = 20_000
_CODE_PAGES: Final = ("3FDE0003", "3FFD0003")  # of the body, of the strings
_PAGES: Final = {65001: "utf-8", 20866: "koi8-r", 28591: "iso-8859-1", 936: "gbk", 932: "cp932"}
_SUBMITTED: Final = "00390040"
_CLAIMED: Final = (
    ("from", ("0C1A", "5D01", "0C1F")),
    ("to", ("0E04",)),
    ("cc", ("0E03",)),
    ("subject", ("0037",)),
    ("message-id", ("1035",)),
    ("reply-to", ("0050",)),
)

type Path = tuple[str, ...]


def opened(data: bytes) -> olefile.OleFileIO:
    """Return the container.

    Raises:
        OriginalMalformedError: none.
    """
    try:
        ole = olefile.OleFileIO(BytesIO(data))
        if len(ole.listdir(streams=True, storages=True)) > _MAX_ENTRIES:
            raise OriginalMalformedError("the container has more entries than are read")
    except (ImportError, MemoryError, OriginalMalformedError):
        raise
    except Exception:  # noqa: BLE001 - olefile has no one error for hostile bytes
        raise OriginalMalformedError("the container cannot be read") from None
    return ole


def ole_kind(data: bytes) -> tuple[str, set[str]]:
    """Return what a container is by its entries, and its cautions.

    Raises:
        OriginalMalformedError: it cannot be read.
    """
    paths = [tuple(path) for path in opened(data).listdir(streams=True, storages=True)]
    names = {part.lower() for path in paths for part in path}
    warnings = {"macro"} if names & {"macros", "_vba_project_cur", "vba"} else set()
    if "objectpool" in names or any(name.startswith("\x01ole10native") for name in names):
        warnings.add("embedded-files")
    if "encryptedpackage" in names:
        return "office-encrypted", warnings | {"encrypted"}
    if (PROPERTIES,) in paths:
        return "msg", warnings
    return "doc" if ("WordDocument",) in paths else "ole", warnings


class _Storage:
    """One message or attachment inside the container."""

    def __init__(self, ole: olefile.OleFileIO, path: Path, warnings: set[str]) -> None:
        self._ole = ole
        self.path = path
        self.warnings = warnings
        self.names = {
            tuple(entry)[len(path)]
            for entry in ole.listdir(streams=True, storages=True)
            if len(entry) > len(path) and tuple(entry)[: len(path)] == path
        }
        self.fixed = self._fixed()
        page = next((self.fixed[code] for code in _CODE_PAGES if code in self.fixed), b"\0" * 8)
        number = struct.unpack("<I", page[:4])[0]
        self.charset = _PAGES.get(number, f"cp{number}" if number else "")

    def stream(self, name: str) -> bytes | None:
        """Return a stream's bytes, None if there is none that can be read."""
        if name not in self.names:
            return None
        try:
            with self._ole.openstream([*self.path, name]) as stream:
                data: bytes = stream.read(_MAX_STREAM_BYTES + 1)
        except (ImportError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - olefile has no one error for hostile bytes
            self.warnings.add("malformed")
            return None
        if len(data) > _MAX_STREAM_BYTES:
            self.warnings.add("truncated")
        return data[:_MAX_STREAM_BYTES]

    def text(self, number: str) -> str:
        """Return a property that is text, "" if there is none."""
        wide = self.stream(f"__substg1.0_{number}001F")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self.stream(f"__substg1.0_{number}001E")
        if narrow is None:
            return ""
        text, is_clean = decoded(narrow, self.charset)
        if not is_clean:
            self.warnings.add("bad-charset")
        return text.rstrip("\0")

    def binary(self, number: str) -> bytes | None:
        """Return a property that is bytes."""
        return self.stream(f"__substg1.0_{number}0102")

    def _fixed(self) -> dict[str, bytes]:
        data = self.stream(PROPERTIES) or b""
        head = 32 if not self.path else 24 if self.path[-1].startswith("__substg") else 8
        return {
            f"{struct.unpack_from('<I', data, at)[0]:08X}": data[at + 8 : at + 16]
            for at in range(head, len(data) - 15, 16)
        }


def read(data: bytes, budget: Budget) -> Found:
    """Return what an Outlook message says.

    Args:
        data: untrusted.
        budget: counted down.

    Raises:
        OriginalMalformedError: it cannot be read.
    """
    return _message(opened(data), (), budget, depth=0)


def _message(ole: olefile.OleFileIO, path: Path, budget: Budget, *, depth: int) -> Found:
    found = Found()
    storage = _Storage(ole, path, found.warnings)
    found.values["claims"] = _claims(storage, found)
    kind = storage.text("001A").upper()
    if ".SMIME" in kind:
        found.warnings.add("signed-not-checked" if "MULTIPARTSIGNED" in kind else "encrypted")
    plain = storage.text("1000")
    found.say(budget, "text-plain", plain)
    _say_html(storage, budget, found, has_plain=bool(plain.strip()))
    for number, name in enumerate(sorted(storage.names), 1):
        if name.startswith("__attach_version1.0_"):
            _attach(ole, (*path, name), budget, found, number=number, depth=depth)
    return found


def _say_html(storage: _Storage, budget: Budget, found: Found, *, has_plain: bool) -> None:
    raw = storage.binary("1013")
    source = decoded(raw, storage.charset)[0] if raw is not None else storage.text("1013")
    if source.strip():
        text, warnings = html_text(source)
        found.warnings |= warnings
        found.say(budget, "text-html", text)
        if not has_plain:
            found.warnings.add("html-only")
    elif not has_plain and storage.binary("1009") is not None:  # compressed RTF alone
        found.warnings.add("not-read")


def _claims(storage: _Storage, found: Found) -> tuple[Claim, ...]:
    headers = storage.text("007D")
    if headers.strip():
        told, cautions = claims(parsed(headers.strip().encode("utf-8", "replace") + b"\n\n"))
        found.warnings |= cautions
        if told:
            return told
    made = []
    for name, numbers in _CLAIMED:
        texts = list(dict.fromkeys(filter(None, map(storage.text, numbers))))
        if texts:
            joined = f"{texts[0]} <{texts[1]}>" if len(texts) > 1 else texts[0]
            value, cautions = shown_name(joined, MAX_CLAIM_CHARS // 10)
            found.warnings |= cautions
            made.append(Claim(name=name, value=value))
    if _SUBMITTED in storage.fixed:
        made += _date(storage.fixed[_SUBMITTED])
    return tuple(made)


def _date(filetime: bytes) -> list[Claim]:
    """Return a time in hundreds of nanoseconds since 1601, UTC; nothing if it is none."""
    try:
        ticks = struct.unpack("<Q", filetime)[0]
        at = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
    except (OverflowError, struct.error):
        return []
    return [Claim(name="date", value=at.strftime("%Y-%m-%dT%H:%M:%SZ"))]


def _attach(
    ole: olefile.OleFileIO, path: Path, budget: Budget, found: Found, *, number: int, depth: int
) -> None:
    storage = _Storage(ole, path, found.warnings)
    name = storage.text("3707") or storage.text("3704") or f"attachment {number}"
    inner = "__substg1.0_3701000D"
    if inner in storage.names and storage.binary("3701") is None:
        if depth >= MAX_DEPTH:
            found.warnings.add("nested-too-deep")
        elif budget.take_attachment():
            inside = _message(ole, (*path, inner), budget, depth=depth + 1)
            found.messages.append((name, _bytes_of(ole, (*path, inner)), inside))
        return
    data = storage.binary("3701")
    if data is None:
        found.warnings.add("not-read")
        return
    found.parts.append((name, storage.text("370E"), data))


def _bytes_of(ole: olefile.OleFileIO, path: Path) -> bytes:
    """Return the streams below a storage, one after the other by name."""
    pieces = []
    for entry in sorted(ole.listdir()):
        if tuple(entry[: len(path)]) == path:
            with suppress(Exception), ole.openstream(entry) as stream:  # as it can be read
                pieces.append(stream.read(_MAX_STREAM_BYTES))
    return b"".join(pieces)

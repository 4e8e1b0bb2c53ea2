r"""Which names a payload file may have, and what becomes of the others.

The rule: a component is kept if it is the same harmless text on every system a court may use.
That is UTF-8 in NFC, at most 255 bytes, no control, format (bidi, zero width), private or
unassigned character, no line or paragraph separator, none of ``" * / : < > ? \ | %``, no space or
full stop at its end, no device name of Windows. Any other component is written with ``_`` for what
is not allowed, and ``~`` and 16 hex digits of the SHA-256 of its original bytes; the original
bytes stand in ``metadata/package.json``.

Source: spec 15.1; RFC 8493 section 2.1.3 and 6.1; Microsoft "Naming Files, Paths, and Namespaces".
"""

import hashlib
import re
import unicodedata

from comity.canonical import b64
from comity.evidence.package_errors import PackageDuplicateError, PackageNameError

MAX_COMPONENT_BYTES = 255
MAX_PATH_BYTES = 4000  # PATH_MAX of Linux is 4096, and a folder comes before it
MAX_PARTS = 100  # deeper trees are laid flat, so that every tool can unpack them
PAYLOAD = "data/"
_PLAIN = re.compile(r"[A-Za-z0-9_\-~+=,@#&()\[\]{}!$'^`;][A-Za-z0-9_\-.~+=,@#&()\[\]{}!$'^`; ]*")
_FORBIDDEN = frozenset('"*/:<>?\\|%')
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_DEVICES = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE
)


def _allowed(char: str) -> bool:
    return char not in _FORBIDDEN and unicodedata.category(char) not in _REFUSED_CATEGORIES


def is_safe_component(text: str) -> bool:
    """Tell whether a name part may stand in a payload path as it is."""
    if not text or text[-1] in ". " or text[0] == " " or _DEVICES.fullmatch(text):
        return False
    if len(text) > MAX_COMPONENT_BYTES:
        return False
    if _PLAIN.fullmatch(text):
        return True
    return (
        all(map(_allowed, text))
        and unicodedata.is_normalized("NFC", text)
        and len(text.encode("utf-8")) <= MAX_COMPONENT_BYTES
    )


def safe_component(name: bytes, *, distinct: bool = False) -> str:
    """Return the payload form of one original name part.

    Args:
        name: the bytes the file system gave.
        distinct: mark it with its digest even if it is safe, because another file has the name.
    """
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if not distinct and is_safe_component(text) and (text.isascii() or _assigned(text)):
        return text
    shown = unicodedata.normalize("NFC", name.decode("utf-8", "replace"))
    kept = "".join(c if c.isascii() and _allowed(c) else "_" for c in shown).strip(". ")
    stem, dot, suffix = kept.rpartition(".")
    if not dot or not stem or not 0 < len(suffix) <= 16:
        stem, dot, suffix = kept, "", ""
    return f"{stem[:100] or '_'}~{hashlib.sha256(name).hexdigest()[:16]}{dot}{suffix}"


def _assigned(text: str) -> bool:
    """Tell whether this Python knows every character; another one may know more."""
    return all(unicodedata.category(char) != "Cn" for char in text)


def check_payload_path(path: str) -> str:
    """Return the path of a payload file if it keeps the rule.

    Raises:
        PackageNameError: absolute, escaping, not below ``data/``, or any part that is not safe. The
            error shows the name with its dangerous characters escaped.
    """
    parts = path.split("/")
    if (
        parts[0] != "data"
        or not 2 <= len(parts) <= MAX_PARTS
        or not all(map(is_safe_component, parts[1:]))
        or len(path.encode("utf-8", "replace")) > MAX_PATH_BYTES
    ):
        raise PackageNameError(f"the name {path[:200]!r} may not stand in a package")
    return path


def fold(path: str) -> str:
    """Return what two paths share if a system that ignores case takes them for one file."""
    return path if path.islower() and path.isascii() else _fold_text(path)


def _fold_text(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


class NameSet:
    """The names used so far, in a few dozen bytes each, so that 200,000 of them fit.

    Files and the folders they imply share one space: a name is taken for a file once, for a folder
    in one spelling.
    """

    def __init__(self) -> None:
        self._used: dict[bytes, bytes] = {}
        self._last_folder = ""

    def claim(self, path: str) -> bool:
        """Take a file's path; False if it, a look-alike, or a part of it as a file, is taken."""
        folder = path.rpartition("/")[0]
        if folder != self._last_folder and not self._claim_folder(folder):
            return False
        key = _key(fold(path))
        if key in self._used:
            return False
        self._used[key] = b""
        return True

    def claim_folder(self, folder: str) -> bool:
        """Take a folder's path for its only visit; False if it, or a look-alike, is taken."""
        key = _key(fold(folder))
        if key in self._used:
            return False
        self._used[key] = _key(folder)
        return True

    def _claim_folder(self, folder: str) -> bool:
        self._last_folder = ""
        place = folder
        while place:
            key, spelling = _key(fold(place)), _key(place)
            if self._used.setdefault(key, spelling) != spelling:
                return False
            place = place.rpartition("/")[0]
        self._last_folder = folder
        return True

    def claim_or_raise(self, path: str) -> None:
        """Take a file's path; `PackageDuplicateError` if it cannot be had."""
        if not self.claim(path):
            raise PackageDuplicateError(
                f"the name {path[:200]!r} is taken, or was used in other case or as a folder",
                path=path,
            )


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


def original_value(name: bytes) -> dict[str, str]:
    """Return the JSON form of an original name: ``{"text"}`` if UTF-8, else ``{"bytes"}``."""
    try:
        return {"text": name.decode("utf-8")}
    except UnicodeDecodeError:
        return {"bytes": b64(name)}

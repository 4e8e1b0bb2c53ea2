"""The kind of a file, told by its content; what the name says is only compared with it.

Source: the formats' own first bytes (PDF: ISO 32000-1 section 7.5.2; PNG, JPEG, TIFF, RTF, ZIP, OLE
compound files: MS-CFB section 2.2; TNEF: MS-OXTNEF section 2.1.3.2).
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    Attributes:
        what: for people.
        endings: names of such a file usually end in one of these.
    """

    what: str
    endings: tuple[str, ...] = ()


KINDS: Final = {
    "doc": Kind("Word document of the old kind", ("doc", "dot")),
    "docm": Kind("Word document with macros", ("docm", "dotm")),
    "docx": Kind("Word document", ("docx", "dotx")),
    "eml": Kind("e-mail", ("eml", "mht", "mhtml", "txt")),
    "gif": Kind("GIF picture", ("gif",)),
    "html": Kind("HTML page", ("html", "htm", "xhtml")),
    "jpeg": Kind("JPEG picture", ("jpg", "jpeg", "jpe")),
    "msg": Kind("Outlook message", ("msg", "oft")),
    "odf": Kind("OpenDocument file", ("odt", "ods", "odp")),
    "office-encrypted": Kind("Office document under a password", ("docx", "xlsx", "pptx", "docm")),
    "ole": Kind("file of an old Office program", ("xls", "ppt", "msi", "doc")),
    "pdf": Kind("PDF", ("pdf",)),
    "png": Kind("PNG picture", ("png",)),
    "program": Kind("program", ("exe", "dll", "scr", "com", "elf", "so")),
    "rtf": Kind("rich text", ("rtf", "doc")),
    "text": Kind("plain text", ("txt", "csv", "log", "md", "json", "xml", "asc", "ics", "vcf")),
    "tiff": Kind("TIFF picture", ("tif", "tiff")),
    "tnef": Kind("Outlook's own attachment", ("dat", "tnef")),
    "unknown": Kind("file of a kind that is not recognised"),
    "xlsx": Kind("Excel workbook", ("xlsx", "xlsm", "xltx")),
    "zip": Kind("ZIP archive", ("zip", "jar", "apk", "pptx", "pptm")),
}
"""Key to what it is."""

_SIGNS: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"{\\rtf", "rtf"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_HEAD_BYTES: Final = 64 * 1024
_PDF_BYTES: Final = 1024  # readers look for the sign so far
_FIELD: Final = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:")
_MAIL_FIELDS: Final = frozenset(
    {
        *(b"bcc", b"cc", b"date", b"delivered-to", b"dkim-signature", b"from", b"message-id"),
        *(b"mime-version", b"received", b"reply-to", b"return-path", b"sender", b"subject", b"to"),
    }
)
_UNIX_FROM: Final = re.compile(rb"From [^\r\n]{1,500}\r?\n")
_LOOSE: Final = re.IGNORECASE | re.DOTALL
_HTML: Final = re.compile(rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html)\b", _LOOSE)
_ENDING: Final = re.compile(r"\.([A-Za-z0-9]{1,8})[\s.]*$")
_PROGRAM_ENDINGS: Final = frozenset(
    {"bat", "cmd", "hta", "js", "jse", "lnk", "ps1", "vbe", "vbs", "wsf"}
)


def sniff(data: bytes) -> str:
    """Return the kind that the first bytes tell: key of `KINDS`.

    ``ole`` and ``zip`` are containers; who reads the inside tells them better.
    """
    for sign, kind in _SIGNS:
        if data.startswith(sign):
            return kind
    head = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")
    if b"%PDF-" in data[:_PDF_BYTES]:
        return "pdf"
    if is_mail(head):
        return "eml"
    if _HTML.match(head):
        return "html"
    return "text" if _is_text(data) else "unknown"


def is_mail(head: bytes) -> bool:
    """Tell whether bytes begin with header fields, at least two of which belong to mail."""
    head = head.lstrip(b"\r\n")
    start = _UNIX_FROM.match(head)
    found = set()
    for line in head[start.end() if start else 0 :].splitlines()[:200]:
        if not line.strip():
            break
        if line[:1] in b" \t":
            continue
        field = _FIELD.match(line)
        if field is None:
            break
        found.add(field[1].lower())
    return len(found & _MAIL_FIELDS) >= 2


def _is_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    head = data[:_HEAD_BYTES]
    return not any(byte in head for byte in b"\0\x01\x02\x03\x04\x05\x06\x0e\x0f")


def name_differs(name: str, kind: str) -> bool:
    """Tell whether a name promises another kind of file than it is.

    A name without a known ending promises nothing; one of a program always differs.
    """
    found = _ENDING.search(name)
    if found is None or kind == "unknown":
        return False
    ending = found[1].lower()
    if ending in _PROGRAM_ENDINGS:
        return True
    known = {one for each in KINDS.values() for one in each.endings}
    return ending in known and ending not in KINDS[kind].endings

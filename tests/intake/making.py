"""Originals made for tests: small files of each kind, honest and hostile, written byte by byte."""

import io
import struct
import zipfile
import zlib
from base64 import encodebytes
from collections.abc import Mapping, Sequence
from typing import Final

CORE: Final = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/'
    '2006/main"><w:body>{}</w:body></w:document>'
)
RELATIONS: Final = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships">{}</Relationships>'
)
TEMPLATE: Final = (
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/attachedTemplate" Target="https://example.org/t.dotm" TargetMode="External"/>'
)
LINK: Final = (
    '<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/hyperlink" Target="https://example.org/" TargetMode="External"/>'
)


def mail(*lines: str, body: str = "Hello.\n") -> bytes:
    """An e-mail with a sender, a subject and what else is asked for."""
    return head(*lines) + b"\r\n" + body.encode("utf-8")


def head(*lines: str) -> bytes:
    """The header fields of an e-mail that go on."""
    fields = ("From: Anna <anna@point.example>", "Subject: Request 17", *lines)
    return "".join(f"{field}\r\n" for field in fields).encode("utf-8")


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "b1") -> bytes:
    """A part that holds others."""
    mark = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode()
    return head + b"".join(mark + b"\n" + part + b"\n" for part in parts) + mark + b"--\n"


def part(data: bytes, kind: str = "text/plain", *fields: str) -> bytes:
    """One part with its bytes as they are."""
    head = "\n".join((f"Content-Type: {kind}", *fields))
    return head.encode("utf-8", "surrogateescape") + b"\n\n" + data


def attached(data: bytes, name: str, kind: str = "application/octet-stream") -> bytes:
    """One attachment."""
    fields = (
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
    )
    return part(encodebytes(data), kind, *fields)


def nested(levels: int) -> bytes:
    """A message of multiparts in multiparts, each of which is well formed."""
    head = "".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n'
        for level in range(levels)
    )
    tail = "".join(f"\n--b{level}--\n" for level in reversed(range(levels)))
    return f"From: a@b.example\nTo: c@d.example\n{head}\nthe end{tail}".encode()


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def paragraph(text: str) -> str:
    """One paragraph of a Word document."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(*texts: str, members: Mapping[str, bytes] | None = None, raw: str = "") -> bytes:
    """A Word document of paragraphs."""
    body = CORE.format("".join(map(paragraph, texts)) + raw).encode()
    return zipped(
        {"[Content_Types].xml": b"<Types/>", "word/document.xml": body, **(members or {})}
    )


def bomb(size_bytes: int) -> bytes:
    """A Word document whose text unpacks to so many bytes."""
    return docx(members={"word/footnotes.xml": b" " * size_bytes})


LAUGHS: Final = b"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">%s]><w>&a9;</w>""" % b"".join(
    b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10 if level else b"&a;" * 10)
    for level in range(10)
)


def png(width: int, height: int) -> bytes:
    """A PNG's beginning."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(
        ">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0
    )


def jpeg(width: int, height: int) -> bytes:
    """A JPEG's beginning."""
    return b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0" + struct.pack(">HBHH", 11, 8, height, width)


def tiff(width: int, height: int) -> bytes:
    """A TIFF's beginning, big-endian."""
    entries = struct.pack(">HHIHH", 256, 3, 1, width, 0) + struct.pack(">HHII", 257, 4, 1, height)
    return b"MM\0*" + struct.pack(">IH", 8, 2) + entries


def pdf(
    pages: Sequence[str],
    *,
    catalog: str = "",
    objects: Sequence[bytes] = (),
) -> bytes:
    """A PDF with one text on each page; more objects begin at number 4 + 2 * pages."""
    first = 4
    bodies = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        f"<</Type/Pages/Count {len(pages)}/Kids[".encode()
        + b" ".join(b"%d 0 R" % (first + 2 * at) for at in range(len(pages)))
        + b"]>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for at, text in enumerate(pages):
        shown = zlib.compress(_shown(text))
        bodies.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (first + 2 * at + 1)
        )
        bodies.append(stream(shown, b"/Filter/FlateDecode"))
    return _numbered([*bodies, *objects])


def stream(data: bytes, told: bytes = b"") -> bytes:
    """A stream object."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), told, data)


def _shown(text: str) -> bytes:
    lines = []
    for line in text.split("\n"):
        safe = line.encode("cp1252", "replace")
        for char in (b"\\", b"(", b")"):
            safe = safe.replace(char, b"\\" + char)
        lines.append(b"(" + safe + b") Tj T*")
    return b"BT /F 10 Tf 12 TL 40 760 Td " + b"\n".join(lines) + b" ET"


def _numbered(bodies: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    begin = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, begin)
    return bytes(out)


def pdf_with_file(name: str, data: bytes) -> bytes:
    """A PDF of one page with one file inside."""
    told = b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F 7 0 R>>>>" % (name.encode(), name.encode())
    names = f"/Names<</EmbeddedFiles<</Names[({name}) 6 0 R]>>>>"
    return pdf(["A page."], catalog=names, objects=[told, stream(data, b"/Type/EmbeddedFile")])

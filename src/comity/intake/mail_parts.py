"""The parts of an e-mail, taken apart without recursion: few, not deep, each byte once.

The standard library reads header fields and transfer encodings here; boundaries are found by this
module, because the library's own parser goes as deep as a message tells it to.

Source: RFC 2046 section 5.1.1 (boundaries), RFC 5322 section 2.1 (header fields).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from typing import Final

MAX_PARTS: Final = 500
MAX_NESTING: Final = 16
MAX_HEADER_BYTES: Final = 256 * 1024
_MAX_BOUNDARY_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One part that holds no others.

    Attributes:
        message: its header fields, and its body as the standard library keeps it.
        inside: types of the multiparts around it, from the outermost.
    """

    message: EmailMessage
    inside: tuple[str, ...]


@dataclass
class Taken:
    """What was met on the way.

    Attributes:
        warnings: codes.
        kinds: content types of the multiparts.
    """

    warnings: set[str]
    kinds: set[str]


def header_end(data: bytes) -> int:
    """Return where the body begins, after the first empty line; the length if there is none."""
    ends = [
        at + len(mark) for mark in (b"\n\n", b"\n\r\n", b"\r\r") if (at := data.find(mark)) >= 0
    ]
    return min(ends, default=len(data))


def parsed(data: bytes) -> EmailMessage:
    """Return header fields, as far as they are bounded, and the body untouched."""
    end = header_end(data)
    head = data[: min(end, MAX_HEADER_BYTES)]
    parser = BytesHeaderParser(policy=default)
    if end > MAX_HEADER_BYTES:
        head = head[: head.rfind(b"\n") + 1] + b"\n"
    return parser.parsebytes(head + data[end:])


def leaves(data: bytes, taken: Taken) -> Iterator[Part]:
    """Yield the parts that hold no others, in their order.

    Args:
        data: a message or a part.
        taken: told of what was met.
    """
    waiting: list[tuple[bytes, tuple[str, ...]]] = [(data, ())]
    seen = 0
    while waiting:
        part, inside = waiting.pop()
        seen += 1
        if seen > MAX_PARTS:
            taken.warnings.add("too-many-parts")
            return
        message = parsed(part)
        kind = content_type(message)
        if not kind.startswith("multipart/"):
            yield Part(message, inside)
            continue
        taken.kinds.add(kind)
        boundary = parameter(message, "boundary")
        if len(inside) >= MAX_NESTING:
            taken.warnings.add("nested-too-deep")
            continue
        if not boundary or len(boundary) > _MAX_BOUNDARY_CHARS:
            taken.warnings.add("malformed")
            yield Part(message, inside)
            continue
        pieces = _pieces(part[header_end(part) :], boundary, taken)
        waiting += [(piece, (*inside, kind)) for piece in reversed(pieces)]


def _pieces(body: bytes, boundary: str, taken: Taken) -> list[bytes]:
    """Return the pieces between the lines of a boundary."""
    mark = b"--" + boundary.encode("utf-8", "surrogateescape")
    found: list[bytes] = []
    begun: int | None = None
    at = 0
    while at <= len(body):
        hit = body.find(mark, at)
        if hit < 0:
            break
        stop = body.find(b"\n", hit)
        stop = len(body) if stop < 0 else stop
        rest = body[hit + len(mark) : stop].rstrip(b" \t\r")
        at = stop + 1
        if (hit and body[hit - 1 : hit] != b"\n") or rest not in {b"", b"--"}:
            continue
        if begun is not None:
            found.append(_before_line_end(body[begun:hit]))
        begun = None if rest else stop + 1
        if rest:
            return found
        if len(found) > MAX_PARTS:
            break
    taken.warnings.add("malformed")  # no end line
    if begun is not None:
        found.append(body[begun:])
    return found


def _before_line_end(piece: bytes) -> bytes:
    return piece.removesuffix(b"\n").removesuffix(b"\r")


def content_type(message: EmailMessage) -> str:
    """Return the type that a part says it has, ``text/plain`` where it says none that is one."""
    try:
        return message.get_content_type().lower()
    except Exception:  # noqa: BLE001 - the header parser has no one error for hostile fields
        return "application/octet-stream"


def parameter(message: EmailMessage, name: str, header: str = "content-type") -> str:
    """Return a parameter of a header field, "" if there is none that can be read."""
    try:
        found = message.get_param(name, "", header=header)
        text = found[2] if isinstance(found, tuple) else found
        return str(text)
    except Exception:  # noqa: BLE001 - as above
        return ""


def file_name(message: EmailMessage) -> str:
    """Return the name that a part says it has, "" if it says none."""
    try:
        return str(message.get_filename("") or "")
    except Exception:  # noqa: BLE001 - as above
        return ""


def is_attachment(message: EmailMessage) -> bool:
    """Tell whether a part says that it is to be kept beside the text."""
    try:
        return str(message.get_content_disposition() or "") == "attachment"
    except Exception:  # noqa: BLE001 - as above
        return True


def body(message: EmailMessage) -> tuple[bytes, bool]:
    """Return the bytes of a part without its transfer encoding, and whether that held."""
    try:
        data = message.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - as above
        data = None
    if isinstance(data, bytes):
        return data, not message.defects
    raw = message.get_payload()
    return (raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""), False

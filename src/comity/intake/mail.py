"""An e-mail: header fields as claimed, its text, and what is attached.

Source: RFC 5322; RFC 2045 to 2049; RFC 8551 (S/MIME), RFC 3156 (OpenPGP), both unchecked here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import getaddresses
from typing import Final

from comity.intake.original import MAX_CLAIM_CHARS, MAX_CLAIMS, Claim
from comity.intake.plain import html_text
from comity.intake.safe_text import Budget, Found, decoded, shown_name

# The header fields of an e-mail as claims: whoever sent it could write any of them.
#
# Source: RFC 5322 section 3.6 (which may stand once), RFC 6376 section 3.5 (DKIM-Signature).


TOLD: Final = (
    *("from", "sender", "reply-to", "to", "cc", "date", "subject", "message-id", "in-reply-to"),
    *("references", "return-path", "received", "authentication-results", "dkim-signature"),
    *("x-mailer", "user-agent", "importance", "x-priority"),
)
_ONCE: Final = ("from", "sender", "reply-to", "to", "cc", "date", "subject", "message-id")
_PARSED_CHARS: Final = 4_000  # the library's structured parser is quadratic in places
_SPACES: Final = re.compile(r"\s+")


def claims(message: EmailMessage) -> tuple[tuple[Claim, ...], set[str]]:
    """Return the header fields that are told, in their order, and the cautions they deserve."""
    found: list[Claim] = []
    cautions: set[str] = set()
    for name, raw in _fields(message):
        if name not in TOLD or len(found) >= MAX_CLAIMS:
            continue
        if name == "dkim-signature":
            cautions.add("signed-not-checked")
            found.append(Claim(name=name, value="present, not checked"))
            continue
        value, cautions_of = shown_name(_decoded(message, name, raw), MAX_CLAIM_CHARS // 10)
        cautions |= cautions_of
        found.append(Claim(name=name, value=value))
    names = [claim.name for claim in found]
    if any(names.count(name) > 1 for name in _ONCE):
        cautions.add("repeated-header")
    if _answers_elsewhere(found):
        cautions.add("reply-elsewhere")
    return tuple(found), cautions


def _fields(message: EmailMessage) -> list[tuple[str, str]]:
    return [(name.lower(), str(value)) for name, value in message.raw_items()]


def _decoded(message: EmailMessage, name: str, raw: str) -> str:
    """Return a field's value with encoded words decoded, or as written where that fails."""
    text = _SPACES.sub(" ", _as_utf8(raw))
    if len(text) > _PARSED_CHARS:
        return text
    try:
        return str(message.policy.header_fetch_parse(name, text))
    except Exception:  # noqa: BLE001 - the header parser has no one error for hostile fields
        return text


def _as_utf8(raw: str) -> str:
    """Return a field whose bytes outside ASCII are UTF-8 as RFC 6532 lets them be."""
    try:
        return raw.encode("ascii", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return raw


def _answers_elsewhere(found: list[Claim]) -> bool:
    froms, replies = (
        _domains([claim.value for claim in found if claim.name == name])
        for name in ("from", "reply-to")
    )
    return bool(froms and replies and not replies <= froms)


def _domains(values: list[str]) -> set[str]:
    try:
        addresses = getaddresses(values)
    except Exception:  # noqa: BLE001 - as above
        return set()
    return {address.rpartition("@")[2].lower() for _name, address in addresses if "@" in address}


# The parts of an e-mail, taken apart without recursion: few, not deep, each byte once.
#
# The standard library reads header fields and transfer encodings here; boundaries are found by this
# module, because the library's own parser goes as deep as a message tells it to.
#
# Source: RFC 2046 section 5.1.1 (boundaries), RFC 5322 section 2.1 (header fields).


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


_ENCRYPTED: Final = ("application/pgp-encrypted", "multipart/encrypted")
_SIGNED: Final = ("multipart/signed", "application/pkcs7-signature", "application/pgp-signature")
_SMIME: Final = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_MESSAGES: Final = ("message/rfc822", "message/global")


def read(data: bytes, budget: Budget) -> Found:
    """Return what an e-mail says.

    Args:
        data: untrusted; header fields, an empty line, a body.
        budget: counted down.
    """
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if data.startswith(b"From ") and b"\n" in data:  # as an mbox begins a message
        data = data[data.index(b"\n") + 1 :]
    found = Found()
    found.values["claims"], found.warnings = claims(parsed(data))
    taken = Taken(found.warnings, set())
    html: list[tuple[int, str]] = []
    plain = 0
    for number, part in enumerate(leaves(data, taken), 1):
        kind = content_type(part.message)
        _look(kind, part, found)
        if not is_attachment(part.message) and not file_name(part.message):
            if kind == "text/plain":
                plain += _say(part, budget, found, number)
                continue
            if kind == "text/html":
                html.append((number, _letters(part, found)))
                continue
        _attach(kind, part, found, number)
    _say_html(html, budget, found, plain=plain)
    found.warnings |= {"encrypted"} if taken.kinds & set(_ENCRYPTED) else set()
    found.warnings |= {"signed-not-checked"} if taken.kinds & set(_SIGNED) else set()
    return found


def _look(kind: str, part: Part, found: Found) -> None:
    if kind in _SMIME:
        signed = parameter(part.message, "smime-type").lower() == "signed-data"
        found.warnings.add("signed-not-checked" if signed else "encrypted")
    elif kind in _ENCRYPTED:
        found.warnings.add("encrypted")
    elif kind in _SIGNED:
        found.warnings.add("signed-not-checked")


def _letters(part: Part, found: Found) -> str:
    data, is_whole = body(part.message)
    if not is_whole:
        found.warnings.add("malformed")
    text, is_clean = decoded(data, parameter(part.message, "charset"))
    if not is_clean:
        found.warnings.add("bad-charset")
    return text


def _say(part: Part, budget: Budget, found: Found, number: int) -> int:
    before = len(found.texts)
    found.say(budget, _place("text-plain", number), _letters(part, found))
    return len(found.texts) - before


def _say_html(html: list[tuple[int, str]], budget: Budget, found: Found, *, plain: int) -> None:
    if html and not plain:
        found.warnings.add("html-only")
    for number, source in html:
        text, warnings = html_text(source)
        found.warnings |= warnings
        found.say(budget, _place("text-html", number), text)


def _place(kind: str, number: int) -> str:
    return kind if number == 1 else f"{kind}-{number}"


def _attach(kind: str, part: Part, found: Found, number: int) -> None:
    data, is_whole = body(part.message)
    if not is_whole:
        found.warnings.add("malformed")
    name = file_name(part.message)
    if not name:
        name = f"part {number}" + (".eml" if kind in _MESSAGES else "")
    if data or file_name(part.message):
        found.parts.append((name, kind, data))

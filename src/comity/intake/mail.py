"""An e-mail: header fields as claimed, its text, and what is attached.

Source: RFC 5322; RFC 2045 to 2049; RFC 8551 (S/MIME), RFC 3156 (OpenPGP), both unchecked here.
"""

from typing import Final

from comity.intake.budget import Budget, Found
from comity.intake.html_text import html_text
from comity.intake.mail_headers import claims
from comity.intake.mail_parts import (
    Part,
    Taken,
    body,
    content_type,
    file_name,
    is_attachment,
    leaves,
    parameter,
    parsed,
)
from comity.intake.safe_text import decoded

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

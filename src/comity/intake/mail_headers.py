"""The header fields of an e-mail as claims: whoever sent it could write any of them.

Source: RFC 5322 section 3.6 (which may stand once), RFC 6376 section 3.5 (DKIM-Signature).
"""

import re
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Final

from comity.intake.original import MAX_CLAIM_CHARS, MAX_CLAIMS, Claim
from comity.intake.safe_text import shown_name

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

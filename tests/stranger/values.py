"""Values of the wire: RFC 8785, digests, base64url, times (spec 3 and 4)."""

import base64
import binascii
import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any, NoReturn

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32
PARTY = re.compile(r"[a-z]{2}/[a-z0-9]+(-[a-z0-9]+)*")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class RefusedError(Exception):
    """Somebody else's bytes break a rule; `code` is the word of spec section 14."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


def refuse(code: str, why: str = "") -> NoReturn:
    """Refuse."""
    raise RefusedError(code, why)


def demand(holds: object, code: str, why: str = "") -> None:
    """Refuse unless a rule holds."""
    if not holds:
        refuse(code, why)


# ------------------------------------------------------------------ RFC 8785


def encode(value: Any) -> bytes:
    """Return the canonical form."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if text.isascii() or max(text) <= "\uffff":
        return text.encode()
    return _text(value).encode()  # names are in the order of UTF-16


def _text(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def decode(data: bytes, *, most: int = 4 * 1024 * 1024) -> Any:
    """Return the value of canonical bytes, or refuse by the codes of spec section 3."""
    demand(len(data) <= most, "oversize")
    demand(depth_of(data) <= MAX_DEPTH, "too-deep")
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_no, parse_constant=_no
        )
        again = encode(value)
    except (UnicodeError, ValueError) as fault:
        raise RefusedError("not-canonical", "no JSON of this protocol") from fault
    demand(again == data, "not-canonical", "another form of it is canonical")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    demand(len(found) == len(pairs), "duplicate-member")
    return found


def _integer(text: str) -> int:
    value = int(text)
    demand(abs(value) <= MAX_INTEGER and text != "-0", "not-canonical", "an integer out of range")
    return value


def _no(text: str) -> NoReturn:
    refuse("not-canonical", "a fraction")


def depth_of(data: bytes) -> int:
    """Return how deep arrays and objects are nested in JSON text."""
    bare = re.sub(rb'"(?:[^"\\]|\\.)*"', b'""', data)
    deepest = depth = 0
    for byte in bare:
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    return deepest


# ------------------------------------------------------------------ digests


def digest(domain: str, data: bytes) -> bytes:
    """Return the digest of data in a domain (spec 4)."""
    return hashlib.sha256(b"comity/1/" + domain.encode() + b"\0" + data).digest()


def digest_text(domain: str, data: bytes) -> str:
    """Return a digest as it stands in JSON."""
    return "sha256:" + digest(domain, data).hex()


def commitment(section: dict[str, Any]) -> str:
    """Return the commitment to a section (spec 6)."""
    return digest_text("section", unb64(section["salt"]) + encode(section["value"]))


# ------------------------------------------------------------------ small things


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: Any) -> bytes:
    """Return the bytes of base64url in its only canonical spelling."""
    demand(isinstance(text, str), "base64-malformed")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as fault:
        raise RefusedError("base64-malformed") from fault
    demand(b64(data) == text, "base64-malformed")
    return data


def time_of(text: Any) -> datetime:
    """Return a moment."""
    demand(isinstance(text, str) and TIME.fullmatch(text), "time-malformed")
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as fault:
        raise RefusedError("time-malformed") from fault


def time_text(moment: datetime) -> str:
    """Return how a moment is written."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def members(value: Any, names: str, code: str = "member-malformed") -> dict[str, Any]:
    """Return an object that has exactly these members."""
    if not isinstance(value, dict) or set(value) != set(names.split()):
        refuse(code, f"not exactly the members {names}")
    return value


def new_id(moment: datetime, noise: bytes) -> str:
    """Return a UUIDv7 (RFC 9562 section 5.7) from ten random bytes."""
    number = int(moment.timestamp() * 1000) << 80 | int.from_bytes(noise[:10])
    number = number & ~(0xF << 76) | 7 << 76
    number = number & ~(0x3 << 62) | 2 << 62
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

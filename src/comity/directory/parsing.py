"""Small parsers that entries, State records, and trust files share."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast
from urllib.parse import urlsplit

from comity.canonical import MemberError, members, parse_time
from comity.directory.errors import EntryMalformedError

type Kinds = Mapping[str, type | tuple[type, ...]]
"""Member names to the JSON kinds they may have, as `comity.canonical.members` takes them."""

MAX_TEXT = 4096  # characters
MAX_VERSION = 1_000_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_SLUG = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_MAX_NAME = 64


def language(value: object) -> str:
    """Return a BCP 47 tag (RFC 5646 section 2.1, shape only)."""
    if not isinstance(value, str) or len(value) > _MAX_NAME or not _LANGUAGE.fullmatch(value):
        raise MemberError("expected a BCP 47 language tag")
    return value


def slug(value: object) -> str:
    """Return a short lower-case name such as ``preservation`` or ``un-2024``."""
    if not isinstance(value, str) or len(value) > _MAX_NAME or not _SLUG.fullmatch(value):
        raise MemberError("expected a short lower-case name")
    return value


def line(value: object, *, most: int = MAX_TEXT) -> str:
    """Return a string without control characters."""
    if not isinstance(value, str) or not value or len(value) > most or not value.isprintable():
        raise MemberError(f"expected a line of 1 to {most} printable characters")
    return value


def optional_time(value: object) -> datetime | None:
    """Return a time or None."""
    return None if value is None else parse_time(value)


def number(value: Any, *, least: int, most: int = MAX_VERSION) -> int:
    """Return an integer within its bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise MemberError(f"expected an integer from {least} to {most}")
    return value


# Where and how a party is reached.


type EndpointKind = Literal["url", "outbound-only", "by-document"]

KINDS: Final = ("url", "outbound-only", "by-document")
_MAX_URL = 512
_MAX_CERTIFICATE = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A party's address.

    Attributes:
        kind: ``url``; ``outbound-only`` (the node polls and pushes); ``by-document`` (no node).
        url: https, or http towards a loopback address; only with kind ``url``.
        tls_certificate: standard base64 of the one DER certificate that is trusted there.

    Source: spec 12.3 and 13.2.
    """

    kind: EndpointKind
    url: str | None = None
    tls_certificate: str | None = None

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {"kind": self.kind, "tls_certificate": self.tls_certificate, "url": self.url}


def parse_endpoint(value: object) -> Endpoint:
    """Return the endpoint of an untrusted JSON value.

    Raises:
        PeerError: an unknown kind, plain HTTP beyond loopback, or a URL with user, query or
            fragment.
    """
    absent = type(None)
    fields = members(value, {"kind": str, "tls_certificate": (str, absent), "url": (str, absent)})
    if fields["kind"] not in KINDS:
        raise EntryMalformedError("unknown kind of endpoint")
    kind = cast("EndpointKind", fields["kind"])
    url, certificate = fields["url"], fields["tls_certificate"]
    if (kind == "url") != (url is not None):
        raise EntryMalformedError("an endpoint has a URL exactly when it is of kind url")
    if url is not None:
        _check_url(line(url, most=_MAX_URL))
    if certificate is not None:
        if url is None:
            raise EntryMalformedError("a certificate without a URL")
        _check_certificate(certificate)
    return Endpoint(kind=kind, url=url, tls_certificate=certificate)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as fault:
        raise EntryMalformedError("the endpoint's URL is not one") from fault
    if not host or not url.isascii() or parts.username is not None or parts.password is not None:
        raise EntryMalformedError("the endpoint's URL needs a host and no user")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise EntryMalformedError("the endpoint's URL has a query or fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise EntryMalformedError("plain HTTP is for loopback addresses only")


def is_loopback(host: str) -> bool:
    """Tell whether a name or address is that of this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_certificate(text: str) -> None:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise EntryMalformedError("the certificate is not base64") from fault
    if not 1 <= len(data) <= _MAX_CERTIFICATE or base64.b64encode(data).decode() != text:
        raise EntryMalformedError("the certificate is empty, too long, or spelt another way")

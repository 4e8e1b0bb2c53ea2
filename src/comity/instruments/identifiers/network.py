"""Identifiers of the internet: IP address, domain, URL, e-mail, MAC address."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

import idna
from stdnum import mac as macs

from comity.instruments.identifiers.errors import (
    DomainError,
    EmailError,
    IpError,
    MacError,
    UrlError,
)
from comity.instruments.identifiers.fields import Given, Parsed, known_fields, moment
from comity.instruments.identifiers.text import isolated, text_notices

MAX_URL_CHARS: Final = 2048
MAX_DOMAIN_CHARS: Final = 253
MAX_LABEL_CHARS: Final = 63

_IP_ADVICE: Final = "write one address, as 203.0.113.9 or 2001:db8::1, and its port beside it"
_BLOCKS: Final = tuple(
    (ip_network(block), code)
    for block, code in (
        ("100.64.0.0/10", "ip-shared"),  # RFC 6598
        ("10.0.0.0/8", "ip-private"),  # RFC 1918
        ("172.16.0.0/12", "ip-private"),
        ("192.168.0.0/16", "ip-private"),
        ("fc00::/7", "ip-private"),  # RFC 4193
        ("127.0.0.0/8", "ip-loopback"),
        ("::1/128", "ip-loopback"),
        ("192.0.2.0/24", "ip-documentation"),  # RFC 5737
        ("198.51.100.0/24", "ip-documentation"),
        ("203.0.113.0/24", "ip-documentation"),
        ("2001:db8::/32", "ip-documentation"),  # RFC 3849
        ("3fff::/20", "ip-documentation"),  # RFC 9637
        ("169.254.0.0/16", "ip-link-local"),  # RFC 3927
        ("fe80::/10", "ip-link-local"),
        ("224.0.0.0/4", "ip-multicast"),
        ("ff00::/8", "ip-multicast"),
        ("::ffff:0:0/96", "ip-mapped"),
        ("0.0.0.0/8", "ip-reserved"),
        ("198.18.0.0/15", "ip-reserved"),  # RFC 2544, tests of equipment
        ("240.0.0.0/4", "ip-reserved"),
        ("::/128", "ip-reserved"),
    )
)


# ------------------------------------------------------------------ IP address


def split_ip(text: str) -> dict[str, object]:
    """Return address, port and time of ``203.0.113.9:443 2026-11-24T09:00:00Z``."""
    address, _, time = text.strip().partition(" ")
    given: dict[str, object] = {"time": time} if time else {}
    if address.startswith("["):
        address, _, port = address[1:].partition("]")
        if port and not port.startswith(":"):
            raise IpError("IP address", "something stands after ]", _IP_ADVICE)
        given |= {"port": port[1:]} if port else {}
    elif address.count(":") == 1:
        address, _, port = address.partition(":")
        given["port"] = port
    return {"address": address, **given}


def parse_ip(given: Given) -> Parsed:
    """Return an address in its shortest form, with port and time if they are given.

    Source: RFC 5952 (text of IPv6); RFC 6302 section 2 (what a server's log must tell);
    RFC 6598 (shared addresses); RFC 6890 (special addresses).
    """
    address = address_of(given.text("address"))
    port = given.number("port")
    if port is not None and not 0 < port < 1 << 16:
        raise IpError("IP address", "the port is not between 1 and 65535", _IP_ADVICE)
    time = moment(given.text("time")) if given.has("time") else None
    codes = address_notices(address)
    if port is None and address.version == 4:
        codes.append("ip-port-missing")
    if time is None:
        codes.append("ip-time-missing")
    host = f"[{address}]" if address.version == 6 and port is not None else str(address)
    text = (host if port is None else f"{host}:{port}") + (f" {time}" if time else "")
    fields = known_fields(address=str(address), port=port, time=time)
    return Parsed(fields, text, isolated(text, technical=True), codes)


def address_of(text: str) -> IPv4Address | IPv6Address:
    """Return a single address without zone.

    Raises:
        IpError: it is none; numbers with a leading zero are refused, for some read them as octal.
    """
    if "/" in text:
        raise IpError("IP address", "it is a range of addresses", _IP_ADVICE)
    try:
        if "%" in text:
            raise ValueError
        return ip_address(text)
    except ValueError as fault:
        raise IpError("IP address", "not an address that can be read", _IP_ADVICE) from fault


def address_notices(address: IPv4Address | IPv6Address) -> list[str]:
    """Return the codes of what is special about an address."""
    codes = [code for block, code in _BLOCKS if address in block]
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return codes + (address_notices(mapped) if mapped else [])


# ------------------------------------------------------------------ domain

_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
_DOTS: Final = re.compile("[.\u3002\uff0e\uff61]")
_DOMAIN_ADVICE: Final = "write the name alone, as example.org, or its form that begins with xn--"
_SPECIAL: Final = re.compile(
    r"(?:.*\.)?(?:test|example|invalid|localhost|local|onion|alt|internal|home\.arpa"
    r"|example\.(?:com|net|org))"
)


def parse_domain(given: Given) -> Parsed:
    """Return a domain name in lower case and ASCII; shown with its letters beside.

    Source: RFC 5890 to 5893 (IDNA 2008), Unicode Technical Standard 46 (mapping), RFC 1035 section
    2.3.4 (lengths), RFC 6761, 7686, 8375 and 9476 (special names).
    """
    name, codes = domain_of(given.text("domain"))
    return Parsed({"domain": name}, name, domain_display(name), codes)


def domain_of(text: str) -> tuple[str, list[str]]:
    """Return a name in its ASCII form and the codes of warnings.

    Raises:
        DomainError: it is none.
    """
    labels = _DOTS.split(text.strip())
    if len(labels) > 1 and not labels[-1]:
        labels.pop()  # the root's dot
    codes: list[str] = []
    name = ".".join(_ascii_label(label, codes) for label in labels)
    if len(name) > MAX_DOMAIN_CHARS:
        raise DomainError("domain", "it is too long", _DOMAIN_ADVICE)
    last = name.rpartition(".")[2]
    if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        raise DomainError("domain", "it ends in a number", "use the type for IP addresses")
    if "." not in name:
        codes.append("domain-single")
    if _SPECIAL.fullmatch(name):
        codes.append("domain-special")
    return name, codes + text_notices(domain_letters(name), technical=True)


def _ascii_label(label: str, codes: list[str]) -> str:
    name = label.lower()
    if not label.isascii():
        try:
            mapped = idna.uts46_remap(label, std3_rules=True, transitional=False)
            name = idna.alabel(mapped).decode("ascii")
        except (UnicodeError, IndexError, ValueError) as fault:
            why = "it holds letters that names of domains may not have"
            raise DomainError("domain", why, _DOMAIN_ADVICE) from fault
    if not _LABEL.fullmatch(name) or len(name) > MAX_LABEL_CHARS:
        raise DomainError("domain", "a part of it is malformed", _DOMAIN_ADVICE)
    if name.startswith("xn--") and _unicode_label(name) is None:
        codes.append("domain-labels")
    if "_" in name:
        codes.append("domain-underscore")
    return name


def _unicode_label(label: str) -> str | None:
    try:
        return idna.ulabel(label)
    except (UnicodeError, IndexError, ValueError):
        return None


def domain_letters(name: str) -> str:
    """Return a name in its own letters, parts that IDNA 2008 does not allow left as they are."""
    return ".".join(_unicode_label(label) or label for label in name.split("."))


def domain_display(name: str) -> str:
    """Return a name safe to show: in its letters, and in ASCII beside if that differs."""
    return _beside(domain_letters(name), name)


def _beside(letters: str, ascii_form: str) -> str:
    shown = isolated(letters, technical=True)
    if letters == ascii_form:
        return shown
    return f"{shown} ({isolated(ascii_form, technical=True)})"


# ------------------------------------------------------------------ URL and e-mail

_URL: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<user>[^/?#@]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]]+)(?::(?P<port>[0-9]{0,5}))?"
    r"(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.ASCII,
)
_URL_ADVICE: Final = "write it with scheme and host, as https://example.org/page"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_URL_CHARS: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%"
)
_NOT_IN_URLS: Final = frozenset(' "<>\\^`{|}')


def parse_url(given: Given) -> Parsed:
    """Return a URL with scheme and host in lower case, other letters than ASCII percent-encoded.

    The path stays as it is: to a server, two spellings may be two places.

    Source: RFC 3986 section 3 and 6.2.2 (syntax, normal form); RFC 3987 section 3.1 (mapping).
    """
    text = given.text("url", most=MAX_URL_CHARS)
    found = _URL.fullmatch(text)
    if found is None:
        raise UrlError("URL", "it has no scheme or no host", _URL_ADVICE)
    if _NOT_IN_URLS & set(text):
        why = "it holds a character that must be percent-encoded"
        raise UrlError("URL", why, "copy it anew from the address bar")
    scheme = found["scheme"].lower()
    host, codes = _url_host(found["host"])
    user = "" if found["user"] is None else _escaped(found["user"]) + "@"
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 0 < port < 1 << 16:
        raise UrlError("URL", "the port is not between 1 and 65535", _URL_ADVICE)
    at = "" if port is None or port == _DEFAULT_PORTS.get(scheme) else f":{port}"
    rest = "".join(_escaped(found[part] or "") for part in ("path", "query", "fragment"))
    slash = "/" if found["path"] is None and scheme in _DEFAULT_PORTS else ""
    url = f"{scheme}://{user}{host}{at}{slash}{rest}"
    if len(url) > MAX_URL_CHARS:
        raise UrlError("URL", "it is too long", f"write at most {MAX_URL_CHARS} characters")
    if user:
        codes.append("url-name-before-host")
    shown = _beside(f"{scheme}://{user}{domain_letters(host)}{at}{slash}{rest}", url)
    return Parsed({"url": url}, url, shown, codes + text_notices(text))


def _url_host(text: str) -> tuple[str, list[str]]:
    if text.startswith("["):
        address = address_of(text[1:-1])
        return f"[{address}]", address_notices(address)
    if re.fullmatch(r"[0-9.]+", text, re.ASCII):
        address = address_of(text)
        return str(address), address_notices(address)
    return domain_of(text)


def _escaped(text: str) -> str:
    """Percent-encode what is not ASCII; write the digits of escapes in capitals."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise UrlError("URL", "a % begins no escape", "copy it anew from the address bar")
    encoded = "".join(
        char if char in _URL_CHARS else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in text
    )
    return _ESCAPE.sub(lambda escape: escape[0].upper(), encoded)


_LOCAL: Final = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*|\"([^\"\\\x00-\x1f]|\\[^\x00-\x1f])*\""
)
_EMAIL_ADVICE: Final = "write one address alone, as name@example.org"
MAX_LOCAL_BYTES: Final = 64


def parse_email(given: Given) -> Parsed:
    """Return an address whose domain is in ASCII; the part before ``@`` stays as written.

    Source: RFC 5321 sections 2.4, 4.1.2 and 4.5.3.1 (grammar, letter case, lengths);
    RFC 6531 section 3.3 (other letters than ASCII).
    """
    local, at, domain = given.text("email").rpartition("@")
    if not at:
        raise EmailError("e-mail", "it has no @", _EMAIL_ADVICE)
    if not _LOCAL.fullmatch(local) or len(local.encode()) > MAX_LOCAL_BYTES:
        raise EmailError("e-mail", "the part before @ is malformed", _EMAIL_ADVICE)
    host, codes = domain_of(domain)
    text = f"{local}@{host}"
    if not local.isascii():
        codes.append("email-local-letters")
    shown = _beside(f"{local}@{domain_letters(host)}", text)
    return Parsed({"email": text}, text, shown, codes + text_notices(local, technical=True))


# ------------------------------------------------------------------ MAC address

_DOTTED_MAC: Final = re.compile(r"([0-9a-f]{4})\.([0-9a-f]{4})\.([0-9a-f]{4})", re.IGNORECASE)
_PLAIN_MAC: Final = re.compile(r"[0-9a-f]{12}", re.IGNORECASE)
_MAC: Final = re.compile(r"[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}", re.IGNORECASE)


def parse_mac(given: Given) -> Parsed:
    """Return a 48-bit MAC address as ``d0:50:99:84:a2:a0``.

    Source: IEEE 802 section 8.2.2 (the bits for group and local addresses).
    """
    text = given.text("mac")
    dotted = _DOTTED_MAC.fullmatch(text)
    plain = "".join(dotted.groups()) if dotted else text
    if _PLAIN_MAC.fullmatch(plain):
        plain = ":".join(plain[place : place + 2] for place in range(0, 12, 2))
    if not _MAC.fullmatch(plain):
        raise MacError(
            "MAC address", "not six pairs of hex digits", "write it as d0:50:99:84:a2:a0"
        )
    text = macs.validate(plain, validate_manufacturer=False)
    codes = []
    if macs.is_multicast(text):
        codes.append("mac-group")
    elif macs.is_locally_administered(text):
        codes.append("mac-local")
    return Parsed({"mac": text}, text, isolated(text, technical=True), codes)

"""The ways out for notices, as settings say: a mail server, a webhook; checked before any use."""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from comity.canonical import MisuseError, OperationError

MAIL: Final = "mail"
WEBHOOK: Final = "webhook"
SCREEN: Final = "screen"
CHANNELS: Final = (SCREEN, MAIL, WEBHOOK)
LEAST_KEY_BYTES: Final = 32
_MOST_SECRET_BYTES: Final = 4096
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}")
_HOST: Final = re.compile(r"[A-Za-z0-9.:-]{1,253}")


class NoticeAddressError(MisuseError, code="notice-address"):
    """An e-mail address for notices is none, or holds what a header must not."""


class NoticeSecretError(OperationError, code="notice-secret"):
    """A password or key for notices cannot be read, is too short, or others may read its file."""


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed in.

    Attributes:
        host, port: of the server.
        tls: ``starttls``, ``tls``, or ``none`` on loopback only.
        user: name to sign in with, or empty.
        password_file: file of mode 0600 whose first line is the password.
        sender: address in From.
    """

    host: str
    port: int
    tls: str
    user: str
    password_file: Path | None
    sender: str


@dataclass(frozen=True, kw_only=True)
class Hook:
    """Where a gateway for short messages or voice takes orders.

    Attributes:
        url: HTTPS, or HTTP on loopback.
        key_file: file of mode 0600 with the key of the signature, at least 32 bytes.
    """

    url: str
    key_file: Path


@dataclass(frozen=True)
class Channels:
    """What is set up; None where it is not."""

    mail: MailServer | None = None
    hook: Hook | None = None

    def has(self, channel: str) -> bool:
        """Tell whether a channel can carry anything."""
        ways = {SCREEN: True, MAIL: self.mail is not None, WEBHOOK: self.hook is not None}
        return ways.get(channel, False)


def parse_address(text: object) -> str:
    """Return an e-mail address of plain ASCII, without a name.

    Raises:
        NoticeAddressError: it is none; what was given is not repeated.
    """
    if not isinstance(text, str) or not _ADDRESS.fullmatch(text) or ".." in text:
        raise NoticeAddressError("an address is written name@host, in ASCII, without a name before")
    return text


def channels_of(values: dict[str, Any], folder: Path) -> Channels:
    """Return the channels that settings describe.

    Args:
        values: the members ``smtp_*`` and ``webhook_*`` of ``node.toml``; missing ones are empty.
        folder: to which file names are relative.

    Raises:
        ValueError: a member is wrong; its name is the text.
        NoticeAddressError: the sender is no address.
    """
    mail = hook = None
    if values.get("smtp_host"):
        mail = _mail(values, folder)
    if values.get("webhook_url"):
        key = values.get("webhook_key_file")
        if not is_safe(values["webhook_url"]):
            raise ValueError("webhook_url")
        if type(key) is not str or not key:
            raise ValueError("webhook_key_file")
        hook = Hook(url=values["webhook_url"], key_file=folder / key)
    return Channels(mail, hook)


def _mail(values: dict[str, Any], folder: Path) -> MailServer:
    host, port = values["smtp_host"], values.get("smtp_port", 587)
    tls, user = values.get("smtp_tls", "starttls"), values.get("smtp_user", "")
    password = values.get("smtp_password_file", "")
    if type(host) is not str or not _HOST.fullmatch(host):
        raise ValueError("smtp_host")
    if type(port) is not int or not 1 <= port <= 65535:
        raise ValueError("smtp_port")
    if tls not in {"starttls", "tls"} and not (tls == "none" and host in _LOOPBACK):
        raise ValueError("smtp_tls")
    if type(user) is not str or type(password) is not str or bool(user) != bool(password):
        raise ValueError("smtp_user")
    return MailServer(
        host=host,
        port=port,
        tls=tls,
        user=user,
        password_file=folder / password if password else None,
        sender=parse_address(values.get("smtp_from")),
    )


def is_safe(url: object) -> bool:
    """Tell whether an address is HTTPS, or HTTP on loopback, and holds no password."""
    if type(url) is not str or len(url) > 500 or not url.isascii() or not url.isprintable():
        return False
    parts = urlsplit(url)
    if parts.username or parts.password or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def read_secret(path: Path) -> bytes:
    """Return the first line of a file that only its owner may read.

    Raises:
        NoticeSecretError: it cannot be had.
    """
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise NoticeSecretError("others may read a file of notices: chmod 600")
            found = file.read(_MOST_SECRET_BYTES).splitlines()
    except OSError as fault:
        raise NoticeSecretError("a password or key for notices cannot be read") from fault
    if not found or not found[0]:
        raise NoticeSecretError("a file of a password or key for notices is empty")
    return found[0]

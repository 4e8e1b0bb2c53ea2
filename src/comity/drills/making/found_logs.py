"""Traces read back out of logs; nothing is asked of what wrote them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from comity.drills.making.kinds import SAYS
from comity.drills.making.spelling import MONTHS, stamp
from comity.drills.making.told import Trace

_COMBINED: Final = re.compile(
    r"([\d.]+) - (\S+) \[(\d{2})/([A-Z][a-z]{2})/(\d{4}):(\d{2}):(\d{2}):(\d{2}) \+0000\] "
    r'"([A-Z]+) (\S+) HTTP/1\.1" (\d{3}) (\d+|-) "-" "([^"]*)"'
)
_SYSLOG: Final = re.compile(
    r"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) \S+ (\S+) (\d+|-) - - (.+)"
)
_SSH: Final = re.compile(
    r"(Accepted|Failed) password for (?:invalid user )?(\S+) from ([\d.]+) port (\d+) ssh2"
)
_IMAP: Final = re.compile(r"login: \S+ \[([\d.]+)\] (\S+) plaintext\+TLS User logged in")
_IMAP_REFUSED: Final = re.compile(
    r"badlogin: \S+ \[([\d.]+)\] plaintext (\S+) SASL\(-13\): authentication failure: .+"
)
_SUBMITTED: Final = re.compile(
    r"([0-9A-F]+): client=\S+\[([\d.]+)\], sasl_method=PLAIN, sasl_username=(\S+)"
)
_SUDO: Final = re.compile(r"(\S+) : TTY=\S+ ; PWD=\S+ ; USER=root ; COMMAND=(.+)")
_CRON: Final = re.compile(r"\((\S+)\) CMD \((.+)\)")


def found_in_web_log(data: bytes) -> Iterator[Trace]:
    """Yield what a log in the combined format shows.

    Raises:
        ValueError: a line of another format.
    """
    for line in data.decode().splitlines():
        found = _COMBINED.fullmatch(line)
        if not found:
            raise ValueError(f"no line of the combined format: {line[:40]!a}")
        client, user, day, month, year, hour, minute, second, *rest = found.groups()
        method, path, status, size, agent = rest
        at = datetime(
            int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second),
            tzinfo=UTC,
        )  # fmt: skip
        if agent == SAYS:
            continue
        named, sized = user.replace("-", "", user == "-"), "0" if size == "-" else size
        yield "visit", stamp(at), client, named, method, path, status, sized, agent


def found_in_auth_log(data: bytes) -> Iterator[Trace]:
    """Yield what a log in frames of syslog shows.

    Raises:
        ValueError: a line of another format, or of a program that none of these logs has.
    """
    for line in data.decode().splitlines():
        frame = _SYSLOG.fullmatch(line)
        if not frame:
            raise ValueError(f"no line of RFC 5424: {line[:40]!a}")
        _, at, program, _, text = frame.groups()
        if program == "exercise" or text.startswith("pam_unix("):
            continue
        form = _IMAP_REFUSED if text.startswith("badlogin") else _BY_PROGRAM.get(program)
        found = form.fullmatch(text) if form else None
        if not found:
            raise ValueError(f"no line that {program[:40]!a} writes")
        parts = found.groups()
        if program == "sshd":
            did, user, client, port = parts
            kind = "sign-in" if did == "Accepted" else "sign-in-failed"
            yield kind, at, "shell", user, client, port
        elif program == "cyrus/imaps":
            client, user = parts
            kind = "sign-in" if form is _IMAP else "sign-in-failed"
            yield kind, at, "mail", user, client, ""
        elif program == "postfix/submission/smtpd":
            queue, client, user = parts
            yield "mail", at, queue, user, client
        else:
            yield "program", at, *parts


_BY_PROGRAM: Final = {
    "sshd": _SSH,
    "cyrus/imaps": _IMAP,
    "postfix/submission/smtpd": _SUBMITTED,
    "sudo": _SUDO,
    "CRON": _CRON,
}

"""Traces read back out of a mailbox, by Python's own reader of mail."""

import re
from collections.abc import Iterator
from datetime import UTC
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Final

from comity.drills.making.spelling import stamp
from comity.drills.making.told import Trace, digest

_NEEDED: Final = ("Date", "From", "To", "Subject", "Message-ID")
_BEGIN: Final = re.compile(rb"^From \S+@\S+ [A-Z][a-z]{2} .*\n", re.MULTILINE)
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_CAME_FROM: Final = re.compile(r"\(\S+ \[([\d.]+)\]\)")


def found_in_mailbox(data: bytes) -> Iterator[Trace]:
    """Yield what a mailbox shows.

    Raises:
        ValueError: no mailbox, or a mail that breaks the format.
    """
    for raw in mails_in(data):
        message = message_from_bytes(raw, policy=policy.default)
        yield from _message(message)


def mails_in(data: bytes) -> Iterator[bytes]:
    """Yield the mails of a mailbox, their lines as they were before the mailbox quoted them.

    Raises:
        ValueError: no mailbox.
    """
    before, *parts = _BEGIN.split(data)
    if before:
        raise ValueError("no mailbox")
    for part in parts:
        yield _QUOTED.sub(rb"\1", part.removesuffix(b"\n"))


def _message(message: EmailMessage) -> Iterator[Trace]:
    if message.defects:
        raise ValueError(f"a mail with a defect: {type(message.defects[0]).__name__}")
    if any(name not in message for name in _NEEDED):
        raise ValueError("a mail without a header that every mail has")
    number = str(message["Message-ID"]).strip("<>")
    body = message.get_body(("plain",))
    if body is None:
        raise ValueError("a mail without text")
    text = str(body.get_content()).rstrip("\n")
    hops = []
    for one in message.get_all("Received", []):
        came = _CAME_FROM.search(str(one))
        hops.append(came[1] if came else "")
    yield (
        "mail",
        stamp(parsedate_to_datetime(str(message["Date"])).astimezone(UTC)),
        number,
        ", ".join(one.addr_spec for one in message["From"].addresses),
        ", ".join(one.addr_spec for one in message["To"].addresses),
        str(message["Subject"]),
        digest(text.encode()),
        *hops,
    )
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise ValueError("an attachment that is no file")  # noqa: TRY004 - the mail's fault
        yield "attachment", number, part.get_filename() or "", digest(content)

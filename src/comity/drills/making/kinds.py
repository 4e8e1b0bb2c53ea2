"""The words of a story: kinds of events with their members, services, and exhibits to make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SERVICES: Final[Mapping[str, int]] = {"web": 80, "shell": 22, "mail": 993}
"""What a machine can serve, and at which port one signs in."""
SUBMISSION_PORT: Final = 587


@dataclass(frozen=True)
class Happens:
    """One kind of event.

    Attributes:
        must: members that it has.
        may: members that it can have.
        serves: what the machine `on` has to serve; empty for any machine.
    """

    must: tuple[str, ...]
    may: tuple[str, ...] = ()
    serves: str = ""


EVENTS: Final[Mapping[str, Happens]] = {
    "sign-in": Happens(("by", "from", "on"), ("service",)),
    "sign-in-failed": Happens(("from", "on"), ("by", "user", "service")),
    "mail-sent": Happens(("by", "from", "on", "to", "subject", "text"), ("file",), "mail"),
    "page-opened": Happens(("from", "on", "path"), ("by", "status", "title"), "web"),
    "file-taken": Happens(("from", "on", "file"), ("by", "path", "folder"), "web"),
    "program-run": Happens(("on", "program"), ("by",)),
    "payment": Happens(("by", "from", "on", "amount", "currency", "reference", "payee"), (), "web"),
    "file-saved": Happens(("on", "file"), ("folder",)),
    "file-deleted": Happens(("on", "file"), ("folder",)),
}

FORMS: Final[Mapping[str, tuple[str, str, str]]] = {
    "web-log": ("text", ".log", "the web server's log, combined format"),
    "auth-log": ("text", ".log", "sign-ins, mail received and programs run: RFC 5424 lines"),
    "mailbox": ("mailbox", ".mbox", "mails sent and received, mbox with RFC 5322 messages"),
    "disk": ("disk", ".img", "a FAT12 volume with folders, times and deleted files"),
    "capture": ("capture", ".pcap", "its network traffic, libpcap format with Ethernet frames"),
    "history": ("history", ".sqlite", "its browser's history, in the shape of Chromium's"),
}
"""Kind of an exhibit to: form in a scenario, ending of its file, what it is."""
STATUSES: Final = (200, 302, 303, 401, 403, 404, 500)
ENDINGS: Final = ("csv", "eml", "ics", "json", "log", "md", "txt")
"""Files are text that nothing runs."""
LOGIN: Final = "/login"
DOWNLOADS: Final = "Downloads"
AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
SAYS: Final = "Exercise: nothing in this is real."
"""What every exhibit says where its format has a place for it."""

"""All text of an exhibit that a person finds in it with the right tool."""

from email import message_from_bytes, policy
from typing import Final

from comity.drills.making.agree import traces
from comity.drills.making.found_disk import files_of
from comity.drills.making.found_mail import mails_in

_LOGS: Final = frozenset({"web-log", "auth-log"})


def legible(kind: str, data: bytes) -> str:
    """Return the text of an exhibit: of a log its lines, of others what they hold and show.

    Args:
        kind: one of `kinds.FORMS`.
        data: as it was made.
    """
    whole = data.decode("utf-8", "replace")
    if kind in _LOGS:
        return whole
    parts = traces(kind, data)
    if kind == "mailbox":
        for raw in mails_in(data):
            message = message_from_bytes(raw, policy=policy.default)
            parts += [f"{name}: {value}" for name, value in message.items()]
            for part in message.walk():
                if part.get_content_maintype() == "text":
                    parts.append(str(part.get_content()))
    elif kind == "disk":
        parts += [file.data.decode("utf-8", "replace") for file in files_of(data)]
    elif kind == "capture":
        parts.append(whole)
    return "\n".join(parts)

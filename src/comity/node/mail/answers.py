"""Values that answers about mail and letters hold."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from comity.docket import Item
from comity.node.mail import mailbox
from comity.node.mail.mailbox import Mail
from comity.node.models import Officer
from comity.node.sensitive import redaction

_HIDDEN: Final = ("name", "sender")
_SAID: Final = ("name", "channel", "sender", "authority", "dated", "received_at")


def mail_for(officer: Officer, item: str, *, at: datetime) -> Mail:
    """Return a piece of mail as somebody may see it: a browser, only after a reason.

    Args:
        officer: who reads.
        item: of the mail.
        at: this node's clock.

    Raises:
        DocketItem.DoesNotExist, Original.DoesNotExist: no such mail here.
    """
    found = mailbox.mail_named(item)
    if not redaction.by_session(officer):
        return whole(found)
    return mailbox.opened_for(found, user=officer.user.get_username(), at=at)


def whole(mail: Mail) -> Mail:
    """Return a piece of mail as a program reads it; of abuse material it opens nothing."""
    return replace(mail, opened=True)


def mail_value(mail: Mail) -> dict[str, Any]:
    """Return a piece of mail as the API gives it."""
    told = mail.told
    return {
        "item": mail.item.id,
        "state": mail.item.state,
        "case": mail.item.case,
        "original": mail.original.digest,
        **{name: told.get(name) for name in _SAID},
        **(dict.fromkeys(_HIDDEN, "") if mail.hidden else {}),
        "size_bytes": mail.original.size_bytes,
        "transcript": mail.item.said("mail.transcribed").get("transcript"),
    }


def letter_value(item: Item) -> dict[str, Any]:
    """Return a letter as the API gives it."""
    record = item.said("letter.posted")["record"]
    return {"item": item.id, "case": item.case, "state": item.state, "record": record}

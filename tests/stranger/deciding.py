"""What becomes of a parcel that was opened: the steps of spec 6 to 9, in their order."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.stranger.approvals import check_approvals
from tests.stranger.directory import Directory
from tests.stranger.editions import Editions, is_private, knowing, type_of
from tests.stranger.message import Message, read_message
from tests.stranger.suites import verify_jws
from tests.stranger.tables import check_section
from tests.stranger.values import RefusedError, commitment, decode, demand, members, time_of, unb64

AHEAD = timedelta(minutes=5)
MAX_PARCEL_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Decision:
    """A message whose author is certain.

    Attributes:
        message: it.
        known: size of our checkpoint that its author knows, or None.
        sections: values by name; empty where it is refused.
        code: why it is refused, or nothing.
        salted: the sections as they came, with their salts.
    """

    message: Message
    known: int | None
    sections: dict[str, Any]
    code: str = ""
    salted: dict[str, Any] = field(default_factory=dict)


def decide(
    data: bytes, directory: Directory, *, us: str, now: datetime, known: Editions | None = None
) -> Decision:
    """Decide about an opened parcel.

    Raises:
        RefusedError: nobody can be named for it: an error is the answer, not a receipt.
    """
    parcel = members(decode(data, most=MAX_PARCEL_BYTES), "known message sections")
    message = read_message(parcel["message"], known)
    value, tree = message.value, parcel["known"]
    demand(tree is None or (type(tree) is int and tree >= 0), "member-malformed")
    demand(isinstance(parcel["sections"], dict), "member-malformed")
    lacks = value["conversation"] is None and value["edition"] not in (known or knowing())
    demand(not lacks, "edition-unknown")
    demand(us in value["members"] and us != message.author, "not-for-us")
    demand(time_of(value["sent_at"]) <= now + AHEAD, "sent-ahead")
    find = directory.signer(message.author, use="message", at=now)
    verify_jws(message.envelope, thing="message", mode=directory.mode, find=find)
    try:
        sections = _sections(value, parcel["sections"], known)
        late = may_wait(sections.get("request"))
        check_approvals(value, directory, at=now, late_allowed=late, known=known)
    except RefusedError as fault:
        return Decision(message, tree, {}, fault.code, parcel["sections"])
    return Decision(message, tree, sections, salted=parcel["sections"])


def _sections(
    value: dict[str, Any], given: dict[str, Any], known: Editions | None
) -> dict[str, Any]:
    demand(set(given) == set(value["body"]), "section-mismatch")
    for name, section in given.items():
        members(section, "salt value", "section-mismatch")
        demand(len(unb64(section["salt"])) == 32, "section-mismatch")
        demand(commitment(section) == value["body"][name], "section-mismatch", name)
    row = type_of(value, known)
    demand(row is not None, "type-unknown")
    listed = row.sections if row else {}
    own = {name for name in given if is_private(name) and is_private(value["type"])}
    due = {name for name, always in listed.items() if always}
    demand(due <= set(given) <= set(listed) | own, "body-malformed")
    for name in set(given) - own:
        check_section(name, given[name]["value"])
    return {name: section["value"] for name, section in given.items()}


def may_wait(request: Any) -> bool:
    """Tell whether the second approval of a request may follow."""
    if request is None:
        return False
    return request["measure"] in {"preservation", "emergency"} or request["urgency"] == "emergency"

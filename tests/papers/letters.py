"""Records of letters: messages of two parties in memory, signed by the real rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from tests.bundle.parties import MODE, VN, ZA, directory, officer
from tests.bundle.stories import Story
from tests.exchange.makers import section
from tests.papers.makers import AT, SYSTEM

from comity.canonical import state_of
from comity.exchange import Message
from comity.exchange.approvals import SECTION, TYPE
from comity.keys import Jws
from comity.papers.letter import letter_pdf
from comity.papers.letter_record import LetterRecord, read_letter_record, write_letter_record

REQUEST: dict[str, Any] = {
    "measure": "preservation",
    "basis": [
        {"instrument": "un-2024", "article": "42", "status": "signed-not-in-force"},
        {"instrument": "Hiệp định 2019", "article": "7 (2)", "status": "in-force"},
    ],
    "urgency": "urgent",
    "reference": "VN-2026/17",
    "confidential": True,
    "links": [],
}
SUBJECT: dict[str, Any] = {
    "description": {"lang": "vi", "text": "Hộp thư và nhật ký truy cập của tài khoản dưới đây."},
    "accounts": [
        {"service": "mail.example", "identifier": "dawn@mail.example"},
        {"service": "chat.example", "identifier": "+84 90 000 0000"},
    ],
    "period": {"start": "2026-01-05T00:00:00Z", "end": "2026-02-20T12:30:00Z"},
}
GROUNDS: dict[str, Any] = {
    "offence": {"lang": "vi", "text": "Lừa đảo chiếm đoạt tài sản, Điều 174 Bộ luật Hình sự"},
    "facts": {
        "lang": "vi",
        "text": "Ngày 5 tháng 1, một thư giả mạo ngân hàng được gửi cho 300 người.\n"
        "Tiền được chuyển trong cùng ngày.",
    },
    "necessity": {"lang": "vi", "text": "Nhật ký bị xóa sau 90 ngày."},
}
AUTHORITY: dict[str, Any] = {
    "name": "Viện kiểm sát nhân dân",
    "title": "Kiểm sát viên",
    "contact": "+84 24 0000 0000, point@vks.example",
}
REASONS: dict[str, Any] = {
    "reasons": {"lang": "en", "text": "The court allows the order for the first account only."},
    "grounds": ["disproportionate"],
    "domestic_order": "Order 44/2026",
    "review_by": "2026-06-01T00:00:00Z",
}


def asked(story: Story, **changes: Any) -> Message:
    """Let vn/contact-point ask, with every section that a request may have but a key."""
    sections = {
        "request": REQUEST,
        "subject": SUBJECT,
        "grounds": GROUNDS,
        "authority": AUTHORITY,
    }
    return story.say(VN, "request.submitted", **sections | changes)


def record_data(story: Story, message: Message, **changes: Any) -> bytes:
    """Return the record of a message of a story; members may be replaced."""
    receipts = [
        receipt
        for node in story.nodes.values()
        for receipt in node.receipts
        if message.record.encode() in receipt.payload
    ]
    unique = {receipt.record: receipt for receipt in receipts}
    known = directory()
    parts: dict[str, Any] = {
        "receipts": list(unique.values()),
        "states": _states(known, [VN, ZA]),
        "entries": [e.jws for party in (VN, ZA) for e in known.versions(party)],
    }
    told = story.nodes[message.draft.author]
    sections = told.sections[message.content]
    later = next((one for one in told.messages if one.draft.type == TYPE), None)
    if later is not None:
        parts["countersigned"] = (later.envelope, told.sections[later.content])
    return write_letter_record(message.envelope, sections, **parts | changes)


def _states(known: Any, parties: Sequence[str]) -> list[Jws]:
    return [s.jws for party in parties for s in known.state_records(state_of(party))]


def record_of(**changes: Any) -> LetterRecord:
    """Return the record of a request."""
    story = Story()
    return read_letter_record(record_data(story, asked(story, **changes)))


def signed_once(*, countersigned: bool = False, by: str = "approver") -> LetterRecord:
    """Return the record of a request that went with one signature, and of the second one's."""
    story = Story()
    message = asked(story, roles=["author"])
    if countersigned:
        draft = message.draft
        given = officer(VN, by).approve(
            draft, mode=MODE, role=by, expires_at=draft.sent_at + timedelta(hours=8)
        )
        story.say(
            VN, TYPE, conversation=message.content, about=message.content, roles=[],
            sections={SECTION: section(SECTION, {"approval": given})},
        )  # fmt: skip
    return read_letter_record(record_data(story, message))


@cache
def request_record() -> LetterRecord:
    return record_of()


def answer_record(kind: str, **values: Any) -> LetterRecord:
    """Return the record of an answer to a request that is acknowledged or accepted."""
    story = Story()
    opening = asked(story)
    story.say(ZA, "request.acknowledged", conversation=opening.content)
    if kind in {"request.executed", "request.executed-in-part"}:
        story.say(ZA, "request.accepted", conversation=opening.content)
    author = VN if kind in {"request.status-asked", "request.withdrawn"} else ZA
    message = story.say(author, kind, conversation=opening.content, **values)
    return read_letter_record(record_data(story, message))


def letter(record: LetterRecord | None = None, *languages: str) -> bytes:
    """Return a letter, in English unless said."""
    return letter_pdf(record or request_record(), languages or ("en",), made_at=AT, fonts=SYSTEM)


def altered(record: LetterRecord, **changes: Any) -> LetterRecord:
    """Return a record as a forger would have it."""
    return replace(record, **changes)

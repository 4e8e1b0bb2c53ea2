"""Facts of the papers that an office signs by hand."""

from typing import Any

from tests.papers.letters import request_record
from tests.papers.makers import AT, ROOT, SYSTEM

from comity.papers.execution_record import ExecutionFacts, execution_record_pdf, read_execution
from comity.papers.letter_record import LetterRecord
from comity.papers.note_verbale import NoteVerbale, note_verbale_pdf
from comity.papers.records_certificate import RecordsCertificate, records_certificate_pdf

OFFICIAL = ("note-verbale", "records-certificate", "execution-record")
TITLES = {
    "note-verbale": "verbale.title",
    "records-certificate": "records.title",
    "execution-record": "executed.title",
}
SENDER = {
    "en": "The Embassy of the Socialist Republic of Viet Nam",
    "fr": "L'Ambassade de la République socialiste du Viet Nam",
    "ar": "سفارة جمهورية فييت نام الاشتراكية",
}
ADDRESSEE = {
    "en": "the Ministry of Foreign Affairs of the Republic of South Africa",
    "fr": "au Ministère des affaires étrangères de la République sud-africaine",
    "ar": "وزارة خارجية جمهورية جنوب أفريقيا",
}
FACTS = """
mode = "live"
authority = "National Prosecuting Authority"
order = "Order 44/2026"
place = "12 Harbour Road, Cape Town"
began = "2026-03-02T07:10:00Z"
ended = "2026-03-02T11:45:00Z"
remarks = { lang = "ar", text = "طلب ممثل المزود نسخة من الأمر." }

[[present]]
name = "Thandi Nkosi"
capacity = "Prosecutor"

[[present]]
name = "محمد علي"
capacity = "ممثل المزود"

[[steps]]
item = "Mailbox dawn@mail.example"
result = "done"
how = { lang = "en", text = "Exported, and copied twice." }

[[steps.things]]
name = "mailbox.pst"
sha256 = "sha256:6465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818283"

[[steps]]
item = "Access logs"
result = "not-done"
how = { lang = "en", text = "The provider keeps none." }
"""


def note_of(record: LetterRecord | None = None, **changes: Any) -> NoteVerbale:
    facts: dict[str, Any] = {
        "record": record or request_record(),
        "sender": SENDER,
        "addressee": ADDRESSEE,
    }
    return NoteVerbale(**facts | changes)


def certificate_of(**changes: Any) -> RecordsCertificate:
    facts: dict[str, Any] = {
        "files": [("mailbox.pst", ROOT), ("logs/2026.csv", bytes(32))],
        "custodian": "Nguyễn Thị An",
        "position": None,
        "body": "mail.example Ltd",
        "reference": "VN-2026/17",
        "mode": "live",
    }
    return RecordsCertificate(**facts | changes)


def execution_of(text: str = FACTS) -> ExecutionFacts:
    return read_execution(text.encode())


def official(paper: str, *languages: str, facts: Any = None, **more: Any) -> bytes:
    """Return one of the three papers."""
    langs = languages or ("en",)
    if paper == "note-verbale":
        return note_verbale_pdf(facts or note_of(), langs, made_at=AT, fonts=SYSTEM)
    if paper == "records-certificate":
        return records_certificate_pdf(facts or certificate_of(), langs, made_at=AT, fonts=SYSTEM)
    told = {"record": None} | more
    return execution_record_pdf(
        facts or execution_of(), langs, made_at=AT, fonts=SYSTEM, record=told["record"]
    )

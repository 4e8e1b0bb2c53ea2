"""Facts that papers are made of, and other people's eyes to read a PDF with."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.conftest import needs

from comity.bundle.claims import Claim
from comity.bundle.statement import Withheld
from comity.bundle.verdict import Finding, Outcome, Report, Status, Verdict
from comity.evidence.custody import EMPTY, Event, append
from comity.evidence.custody_event import Related
from comity.evidence.limits import Limit
from comity.evidence.passport import (
    LogEntry,
    Passport,
    PassportEvent,
    PassportPackage,
    Retention,
)
from comity.papers.courier import HandOver, courier_pdf
from comity.papers.cover import cover_pdf
from comity.papers.label import Label, Sheet, label_pdf
from comity.papers.passport import passport_pdf
from comity.papers.typeset import FontPlaces
from comity.papers.verdict import Checked, verdict_pdf
from comity.papers.words import words
from comity.verifier.preface import JudgedBy
from comity.verifier.speech import Speech

AT = datetime(2026, 3, 1, 3, 4, 5, tzinfo=UTC)
EXHIBIT = "019ca756-a780-7a72-aa38-a93417c6f9f8"
PARENT = "019ca756-a780-7a72-aa38-a93417c6f9f9"
ROOT = bytes(range(100, 132))
SYSTEM = FontPlaces()
PAPERS = ("label", "courier", "passport", "cover", "verdict")


def label_of(**changes: Any) -> Label:
    facts: dict[str, Any] = {
        "exhibit": EXHIBIT,
        "root": ROOT,
        "seal_number": "B 0048812",
        "case": "2026-000017",
        "party": "vn/contact-point",
        "description": "Ổ cứng 2 TB",
        "mode": "live",
    }
    return Label(**facts | changes)


def hand_over_of(**changes: Any) -> HandOver:
    facts: dict[str, Any] = {
        "exhibit": EXHIBIT,
        "root": ROOT,
        "seal_number": "B 0048812",
        "case": "2026-000017",
        "sender": "vn/contact-point",
        "addressee": "za/central-authority",
        "courier": None,
        "medium": "Ổ cứng 2 TB",
        "mode": "live",
    }
    return HandOver(**facts | changes)


def chain_of(reasons: Sequence[tuple[str, str]]) -> tuple[PassportEvent, ...]:
    """Return events with these names and reasons; what is not attested is proved."""
    head, found = EMPTY, []
    for number, (event, reason) in enumerate(reasons):
        made, head = append(
            head,
            exhibit=EXHIBIT,
            event=event,
            at=AT + timedelta(minutes=number),
            party="vn/contact-point",
            by="officer-7f3a",
            reason=reason,
            place="Hà Nội",
            digest_before=ROOT,
            digest_after=ROOT,
            related=Related(exhibit=PARENT, name="/mail/inbox") if event == "extracted" else None,
        )
        found.append(_judged(made))
    return tuple(found)


def _judged(event: Event) -> PassportEvent:
    entry = LogEntry(party="vn/contact-point", epoch=1, index=event.number, at=event.at)
    if event.attested:
        return PassportEvent(event=event, status="attested", logs=())
    return PassportEvent(event=event, status="proved", logs=(entry,))


def limit_of(**changes: str) -> Limit:
    facts = {
        "by": "za/central-authority",
        "kind": "use-limitation",
        "lang": "en",
        "source": "sha256:" + "ab" * 32,
        "standing": "accepted",
        "text": "Only in the proceedings named.",
    }
    return Limit(**facts | changes)


def passport_of(*reasons: tuple[str, str], **changes: Any) -> Passport:
    package = PassportPackage(
        root=ROOT,
        size_bytes=2_199_023_255_552,
        files=20_431,
        recipients=("age1" + "q" * 58,),
        sealed_at=AT,
        language="vi",
        description="Ổ cứng 2 TB",
        destroyed=False,
    )
    life = reasons or (
        ("acquired", "Seized with warrant 12/2026"),
        ("sealed", "For hand-over"),
        ("held", "Court order 44/2026"),
        ("extracted", "The mail store"),
        ("offered", "Request of 1 March"),
    )
    facts: dict[str, Any] = {
        "exhibit": EXHIBIT,
        "case": "2026-000017",
        "packages": (package,),
        "events": chain_of(life),
        "retention": Retention(name="B-10", until=AT + timedelta(days=3650)),
        "made_by": "vn/contact-point",
        "generated_at": AT,
        "mode": "live",
        "limits": (limit_of(),),
    }
    return Passport(**facts | changes)


def looked_at(number: int) -> dict[str, int]:
    """Return facts for what a step looked at."""
    names = re.findall(r"\{(\w+)\}", Speech("en").word(f"summary-{number}"))
    return dict.fromkeys(names, number)


def report_of(verdict: Verdict = "intact", **changes: Any) -> Report:
    status: Status = "unpinned" if verdict == "unpinned" else "passed"
    steps = [
        Outcome(number, f"step {number}", status, f"{number} things", (), looked_at(number))
        for number in range(1, 12)
    ]
    if verdict == "damaged":
        finding = Finding("bundle-file-changed", "data/bundle.json", "its bytes are others")
        steps[0] = replace(steps[0], status="failed", findings=(finding,))
    by = ("vn/contact-point",)
    claims = (
        Claim("message-signed", "proved", by, {"path": "data/messages/m.json"}),
        Claim("sent-at", "attested", by, {"time": "2026-03-01T03:05:00Z"}),
        Claim("not-invented-together", "unknown"),
    )
    digest = "sha256:" + ROOT.hex()
    facts: dict[str, Any] = {
        "verdict": verdict,
        "steps": tuple(steps),
        "claims": claims,
        "exporter": "vn/contact-point",
        "exported_at": "2026-03-01T15:00:00Z",
        "mode": "live",
        "heads": {digest: {"vn/contact-point": {"content": digest, "sequence": 3}}},
        "custody": {EXHIBIT: {"count": 4, "digest": digest}},
        "states": {},
        "times": {},
        "withheld": {
            "data/sections/grounds.json": Withheld("Names a source", "Order 12/2026"),
            "data/receipts/r.json": Withheld("not received"),
        },
    }
    return Report(**facts | changes)


JUDGED = JudgedBy("00" * 32, ("vn", "za"))


def checked_of(report: Report | None = None, *, judged: JudgedBy | None = JUDGED) -> Checked:
    return Checked(report=report or report_of(), statement=ROOT, judged=judged)


def make(
    paper: str,
    lang: str = "en",
    facts: Any = None,
    *,
    fonts: FontPlaces = SYSTEM,
    sheet: Sheet = "a6",
) -> bytes:
    """Return one of the papers."""
    told = words(lang)
    if paper == "label":
        return label_pdf(facts or label_of(), told, sheet=sheet, made_at=AT, fonts=fonts)
    if paper == "courier":
        return courier_pdf(facts or hand_over_of(), told, made_at=AT, fonts=fonts)
    if paper == "passport":
        return passport_pdf(facts or passport_of(), told, made_at=AT, fonts=fonts)
    made = cover_pdf if paper == "cover" else verdict_pdf
    return made(facts or checked_of(), told, made_at=AT, fonts=fonts)


def text_of(pdf: bytes, folder: Path, *, layout: bool = False) -> str:
    """Return the text as poppler reads it, without bidi marks and places to break."""
    file = folder / "read.pdf"
    file.write_bytes(pdf)
    options = ["-layout"] if layout else []
    run = subprocess.run([needs("pdftotext"), *options, file, "-"], check=True, capture_output=True)
    return re.sub("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", run.stdout.decode())


def flat(text: str) -> str:
    """Return a text with every run of blanks as one."""
    return " ".join(text.split())

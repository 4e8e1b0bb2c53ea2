"""Checking a letter: its record by a trust file, then its pages against the record.

The record decides. What a person sees on the page is only shown to be the record's if the pages
made from it again, by this program, are the same bytes; other fonts or another version make other
bytes of the same words, so a difference is "not proved" and not "failed".
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from comity.bundle.known import Known, Listed, judge
from comity.canonical import ComityError, PeerError, encode, state_of
from comity.directory import TrustFile
from comity.exchange import Message, read_countersignature, verify_message
from comity.exchange.accept import late_allowed
from comity.exchange.approvals import check_approvals
from comity.exchange.receipts import check_receipt
from comity.papers.letter import letter_pdf
from comity.papers.letter_record import Countersigned, Inside, LetterRecord
from comity.papers.typeset import FontPlaces
from comity.papers.visible import visible

type Word = Literal["proved", "attested", "unknown", "not-proved", "failed"]
type Verdict = Literal["proved", "consistent", "failed"]

MAX_LETTER_BYTES: Final = 32 * 1024 * 1024


@dataclass(frozen=True)
class Said:
    """One finding.

    Attributes:
        word: how far it holds.
        what: part of the letter: signature, approvals, receipt, pages, translation, time, delivery.
        text: in words, English.
        code: error code if it failed; else empty.
    """

    word: Word
    what: str
    text: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What the findings about a paper come to.

    Attributes:
        findings: in the order of the checks.
    """

    findings: tuple[Said, ...]

    @property
    def verdict(self) -> Verdict:
        """``proved`` if nothing failed and nothing stayed open."""
        words = {said.word for said in self.findings}
        if "failed" in words:
            return "failed"
        return "consistent" if "not-proved" in words else "proved"

    @property
    def exit_status(self) -> int:
        """Return 0 proved, 1 failed, 3 consistent."""
        return {"proved": 0, "failed": 1, "consistent": 3}[self.verdict]


@dataclass(frozen=True, kw_only=True)
class LetterVerdict(Judged):
    """What was found of a letter.

    Attributes:
        author: the party in ``from``.
        type: of the message.
        digest: content digest text.
        code: to be read aloud.
        mode: ``live`` or ``exercise``, as the message says.
    """

    author: str
    type: str
    digest: str
    code: str
    mode: str


def check_letter(
    pdf: bytes, inside: Inside, *, trust: TrustFile | None, now: datetime, fonts: FontPlaces
) -> LetterVerdict:
    """Return what a letter is worth.

    Args:
        pdf: the letter.
        inside: the file taken out of it.
        trust: from outside the letter, or None.
        now: this moment, aware UTC.
        fonts: where fonts are looked for, to make the pages again.
    """
    record, draft = inside.record, inside.record.message.draft
    known = _known(record, trust, now)
    findings = [*_signed(record, known, trust, now), _pages(pdf, inside, fonts)]
    findings += [
        Said(
            "attested",
            "translation",
            f"{visible(item.made_by)} answers for {item.section} in {item.lang}; no signature"
            " covers it",
        )
        for item in inside.translations
    ]
    findings += [
        Said("attested", "time", f"{draft.author} says that it signed at {draft.sent_at:%FT%TZ}"),
        Said("unknown", "delivery", "who printed, signed by hand, sent or received this paper"),
    ]
    return LetterVerdict(
        author=draft.author,
        type=draft.type,
        digest=record.message.content,
        code=record.code,
        mode=record.mode,
        findings=tuple(findings),
    )


def _known(record: LetterRecord, trust: TrustFile | None, now: datetime) -> Known:
    return judge(
        {f"states/{at}": encode(item.value) for at, item in enumerate(record.states)},
        {f"entries/{at}": encode(item.value) for at, item in enumerate(record.entries)},
        trust=trust,
        mode=record.mode,
        now=now,
    )


def _signed(
    record: LetterRecord, known: Known, trust: TrustFile | None, now: datetime
) -> list[Said]:
    message, draft = record.message, record.message.draft
    listed = Listed(known.directory, draft.sent_at)
    found: list[Said] = []
    if trust is not None and trust.mode != record.mode:
        return [Said("failed", "signature", f"the trust file is not {record.mode}", "mode")]
    try:
        verify_message(message, listed, proved_at=draft.sent_at)
    except PeerError as fault:
        return [Said("failed", "signature", str(fault), fault.code)]
    receipts = _receipts(record, known)
    moments = [at for at, said in receipts if at is not None and said.word == "proved"]
    found.append(_origin(record, known, min(moments, default=now)))
    try:
        approved = check_approvals(
            message.approvals,
            draft,
            listed,
            proved_at=draft.sent_at,
            late_allowed=late_allowed(record.bodies),
        )
    except PeerError as fault:
        return [*found, Said("failed", "approvals", str(fault), fault.code)]
    word: Word = "not-proved" if state_of(draft.author) in known.unpinned else "proved"
    told = f"{len(approved.approvals)} officers"
    if approved.second_due_hours is not None and record.countersigned is None:
        told += " (a second one is due)"
    if record.countersigned is not None:
        try:
            told += f", countersigned by {_countersigner(record.countersigned, message, known)}"
        except PeerError as fault:
            return [*found, Said("failed", "approvals", str(fault), fault.code)]
    found.append(Said(word, "approvals", told))
    return [*found, *(said for _, said in receipts)]


def _countersigner(later: Countersigned, message: Message, known: Known) -> str:
    """Return who gave the second signature, once it is good for the message.

    Raises:
        PeerError: by code, why it is not.
    """
    draft = later.message.draft
    listed = Listed(known.directory, draft.sent_at)
    verify_message(later.message, listed, proved_at=draft.sent_at)
    given = read_countersignature(
        {"approval": later.approval}, message, listed, by=draft, proved_at=draft.sent_at
    )
    return visible(given.officer)


def _origin(record: LetterRecord, known: Known, proved_at: datetime) -> Said:
    author = record.message.draft.author
    if state_of(author) in known.unpinned:
        return Said("not-proved", "signature", f"no trust file vouches for the keys of {author}")
    try:
        verify_message(record.message, known.directory, proved_at=proved_at)
    except PeerError as fault:
        told = f"the key of {author} does not count any more, and nothing dates the signature"
        return Said("not-proved", "signature", told, fault.code)
    return Said("proved", "signature", f"{author} signed it, by your trust file")


def _receipts(record: LetterRecord, known: Known) -> list[tuple[datetime | None, Said]]:
    """Return each receipt's time, if a party of another State gave it, and what it is worth."""
    found: list[tuple[datetime | None, Said]] = []
    author = state_of(record.message.draft.author)
    for envelope in record.receipts:
        try:
            checked = check_receipt(envelope, record.message, known.directory, known=None).receipt
        except ComityError as fault:
            found.append((None, Said("failed", "receipt", str(fault), fault.code)))
            continue
        state = state_of(checked.addressee)
        told = f"{checked.addressee} recorded it at {checked.received_at:%FT%TZ}, by its clock"
        word: Word = "attested" if state in known.unpinned else "proved"
        found.append(
            (checked.received_at if state != author else None, Said(word, "receipt", told))
        )
    return found


def _pages(pdf: bytes, inside: Inside, fonts: FontPlaces) -> Said:
    try:
        again = letter_pdf(
            inside.record,
            inside.languages,
            made_at=inside.made_at,
            fonts=fonts,
            translations=inside.translations,
        )
    except ComityError as fault:
        told = f"the pages cannot be made again here: {fault}"
        return Said("not-proved", "pages", told, fault.code)
    if again == pdf:
        return Said("proved", "pages", "they are, byte for byte, those made from the record")
    return Said(
        "not-proved",
        "pages",
        "they are not those that this program makes from the record: changed, signed, or made by"
        " another version or with other fonts; believe the record, printed anew",
    )

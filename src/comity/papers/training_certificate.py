"""A certificate of training as a paper: who, for what, until when, and how to check it.

The signed credential goes inside the PDF; the pages are made from it and from nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from comity.bundle.known import Known, Listed, judge
from comity.canonical import ComityError, PeerError, state_of
from comity.directory import TrustFile
from comity.keys import Jws
from comity.keys.jws import parse_compact
from comity.papers.bilingual import bilingual_pdf, sides_of
from comity.papers.blocks import Block, Value, boxed, digest, identifier, own
from comity.papers.letter_check import Judged, Said
from comity.papers.translations import spoken_code
from comity.papers.typeset import Attached, FontPlaces
from comity.papers.visible import visible
from comity.papers.words import Words
from comity.training.certificates import Checked, check
from comity.training.credential import TrainingCertificate, parse_certificate
from comity.training.errors import TrainingModeError
from comity.training.record import INSIDE, Inside, TrainingRecord

_COMMAND: Final = "comity verify FILE.pdf --trust TRUST.json --status LIST.json"
_FUNCTION: Final = "training.function_of."


def training_certificate_pdf(
    record: TrainingRecord, languages: Sequence[str], *, made_at: datetime, fonts: FontPlaces
) -> bytes:
    """Return the certificate as PDF (PDF/A-2a and PDF/UA-1) with its credential inside.

    No signature is checked.

    Args:
        record: the file of the certificate.
        languages: one, or two side by side.
        made_at: aware UTC time that the paper says it was made at.
        fonts: where fonts are looked for.

    Raises:
        PeerError: the credential is no certificate of training.
        PaperContentError: other languages than one or two.
        FontMissingError, TypesettingError: as `typeset`.
    """
    sides = sides_of(languages)
    found = parse_certificate(parse_compact(record.credential).payload)
    inside = Inside(record=record, languages=tuple(languages), made_at=made_at)
    code = spoken_code(record.digest)

    def said(key: str, text: str) -> Block:
        return sides.said(f"training.{key}", text)

    def date(key: str, at: datetime) -> Block:
        return sides.coded(f"training.{key}", lambda _: own(f"{at:%Y-%m-%d}"))

    blocks = [
        sides.paragraph("training.intro"),
        said("name", found.name),
        sides.coded("training.function", lambda told: _function(told, found)),
        said("course", found.title),
        said("criteria", found.criteria),
        said("authority", found.authority),
        sides.identifiers("training.party", found.party),
        date("valid_from", found.valid_from),
        date("valid_until", found.valid_until),
        sides.heading("training.check"),
        sides.paragraph("training.check_text", keep=True),
        boxed(identifier(_COMMAND)),
        sides.identifiers("training.code", code),
        sides.coded("training.digest", lambda _: digest(record.digest)),
        sides.key("training.id", found.id),
        sides.paragraph("training.limits"),
    ]
    return bilingual_pdf(
        sides,
        title="training.title",
        footer=sides.words[0]("training.footer", code=code),
        mode=found.mode,
        blocks=blocks,
        made_at=made_at,
        fonts=fonts,
        attached=(
            Attached(
                name=INSIDE,
                text=inside.encode().decode("utf-8"),
                type="application/json",
                description=sides.words[0]("training.inside"),
            ),
        ),
    )


def _function(told: Words, found: TrainingCertificate) -> Value:
    """Return a function in words where the papers have them, else as the credential says it."""
    words = told.entries.get(f"{_FUNCTION}{found.function}")
    return own(words) if words else identifier(found.function)


# What a certificate of training is worth: proved, attested or unknown, finding by finding.
#
# The credential decides. What stands on the pages of a PDF is only shown to be the credential's if
# the pages made from it again are the same bytes.


@dataclass(frozen=True, kw_only=True)
class TrainingVerdict(Judged):
    """What was found of a certificate.

    Attributes:
        certificate: what its credential says; proved only as far as the findings say.
        code: to be read aloud.
    """

    certificate: TrainingCertificate
    code: str


def check_training(
    record: TrainingRecord,
    *,
    trust: TrustFile | None,
    now: datetime,
    status: TrainingRecord | None = None,
) -> TrainingVerdict:
    """Return what the file of a certificate is worth.

    Args:
        record: untrusted.
        trust: from elsewhere, or None. Its mode is the mode that is wanted.
        now: our clock, aware UTC.
        status: the authority's list of withdrawn certificates, untrusted, or None.

    Raises:
        PeerError: the credential is no certificate of training.
    """
    found = parse_certificate(parse_compact(record.credential).payload)
    code = spoken_code(record.digest)
    if trust is not None and trust.mode != found.mode:
        told = f"the certificate is of {found.mode}, the trust file of {trust.mode}"
        failed = Said("failed", "mode", told, TrainingModeError.code)
        return TrainingVerdict(certificate=found, code=code, findings=(failed,))
    records = [record] if status is None else [record, status]
    known = judge(
        _by_bytes(one for item in records for one in item.states),
        _by_bytes(one for item in records for one in item.entries),
        trust=trust,
        mode=found.mode,
        now=now,
    )
    text = None if status is None else status.credential
    findings = _findings(record.credential, found, known, text, now)
    return TrainingVerdict(certificate=found, code=code, findings=findings)


def check_training_pdf(
    pdf: bytes,
    inside: Inside,
    *,
    trust: TrustFile | None,
    now: datetime,
    fonts: FontPlaces,
    status: TrainingRecord | None = None,
) -> TrainingVerdict:
    """Return what a PDF of a certificate is worth: its credential, and its pages.

    Raises:
        PeerError: as `check_training`.
    """
    told = check_training(inside.record, trust=trust, now=now, status=status)
    pages = _pages(pdf, inside, fonts)
    return replace(told, findings=(*told.findings, pages))


def _by_bytes(records: Iterable[Jws]) -> dict[str, bytes]:
    """Return records under names of their own, each once: two files may bring the same one."""
    unique = dict.fromkeys(one.record for one in records)
    return {f"records/{at:04d}": data for at, data in enumerate(unique)}


def _findings(
    credential: str, found: TrainingCertificate, known: Known, status: str | None, now: datetime
) -> tuple[Said, ...]:
    listed = Listed(known.directory, now)
    try:
        checked = check(credential, listed, mode=found.mode, now=now, status=status)
    except PeerError as fault:
        return (Said("failed", "certificate", str(fault), fault.code),)
    return (
        _signed(credential, found, known, status, now),
        Said(
            "proved",
            "dates",
            f"valid from {found.valid_from:%Y-%m-%d} to {found.valid_until:%Y-%m-%d}",
        ),
        _withdrawn(checked),
        Said(
            "attested",
            "training",
            f"{visible(found.authority)} says that {visible(found.name)} passed"
            f" {visible(found.title)} and may act as {found.function}",
        ),
        Said(
            "unknown", "person", "whether who shows it bears that name: compare an identity paper"
        ),
    )


def _signed(
    credential: str, found: TrainingCertificate, known: Known, status: str | None, now: datetime
) -> Said:
    if state_of(found.party) in known.unpinned:
        told = f"no trust file vouches for the keys of {found.party}"
        return Said("not-proved", "signature", told)
    try:
        check(credential, known.directory, mode=found.mode, now=now, status=status)
    except PeerError as fault:
        told = f"a key of {found.party} does not count any more, and nothing dates the signature"
        return Said("not-proved", "signature", told, fault.code)
    return Said("proved", "signature", f"{found.party} signed it, by your trust file")


def _withdrawn(checked: Checked) -> Said:
    if checked.listed_at is None:
        told = "nobody knows here whether it was withdrawn; ask its authority for the list"
        return Said("unknown", "withdrawn", told)
    return Said(
        "proved", "withdrawn", f"not withdrawn by the list made at {checked.listed_at:%FT%TZ}"
    )


def _pages(pdf: bytes, inside: Inside, fonts: FontPlaces) -> Said:
    try:
        again = training_certificate_pdf(
            inside.record, inside.languages, made_at=inside.made_at, fonts=fonts
        )
    except ComityError as fault:
        told = f"the pages cannot be made again here: {fault}"
        return Said("not-proved", "pages", told, fault.code)
    if again == pdf:
        return Said("proved", "pages", "they are, byte for byte, those made from the credential")
    return Said(
        "not-proved",
        "pages",
        "they are not those that this program makes from the credential: changed, signed, or made"
        " by another version or with other fonts; believe the credential, printed anew",
    )

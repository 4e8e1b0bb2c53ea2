"""The custody passport for people: every event of one exhibit's life, with what is proved of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from comity.canonical import parse_digest
from comity.evidence.custody import Event
from comity.evidence.limits import Limit
from comity.evidence.passport import LogEntry, Passport, PassportEvent, PassportPackage
from comity.papers.blocks import (
    Block,
    Page,
    Value,
    digest,
    facts,
    grouped,
    heading,
    identifier,
    items,
    own,
    paragraph,
    said,
    several,
    steps,
    strong,
    table,
)
from comity.papers.errors import PaperContentError
from comity.papers.label import SHORT_ROOT_BYTES
from comity.papers.typeset import FontPlaces, typeset_page
from comity.papers.visible import MAX_TEXT_CHARS
from comity.papers.words import Words, shown_time

MAX_PRINTED_EVENTS: Final = 2000  # some 200 pages; the file of the passport has all
MAX_PRINTED_LIMITS: Final = 500
_COMMAND: Final = "comity verify BUNDLE --trust TRUST-FILE"


def passport_pdf(
    passport: Passport, words: Words, *, made_at: datetime, fonts: FontPlaces
) -> bytes:
    """Return a passport as PDF.

    Args:
        passport: parsed, so its chain holds; what it says of logs is its author's word.
        words: of the paper's language.
        made_at: aware UTC time, when this paper is made.
        fonts: where fonts are looked for.

    Raises:
        PaperContentError: more events than are printed, a text too long, or an event called proved
            without a log that holds it, which is what the word means on this paper.
        FontMissingError, TypesettingError: as `typeset`.
    """
    if len(passport.events) > MAX_PRINTED_EVENTS:
        raise PaperContentError(f"at most {MAX_PRINTED_EVENTS} events are printed")
    for item in passport.events:
        if item.status == "proved" and not item.logs:
            raise PaperContentError(f"event {item.event.number} is called proved, but by no log")
    made = words("common.made", at=shown_time(made_at))
    page = Page(
        title=words("passport.title"),
        banner=words("common.exercise") if passport.mode == "exercise" else None,
        footer=f"{words('passport.footer', exhibit=passport.exhibit)} · {made}",
        blocks=(
            paragraph(words("passport.intro")),
            _facts(passport, words),
            *_packages(passport, words),
            *_limits(passport, words),
            *_lineage(passport, words),
            *_chain(passport, words),
            *_words(words),
        ),
    )
    return typeset_page(page, words, made_at=made_at, fonts=fonts)


def _facts(passport: Passport, words: Words) -> Block:
    last = passport.chain[-1]
    retention = own(words("common.not_stated"))
    if passport.retention is not None:
        until = words("passport.retention_until", at=shown_time(passport.retention.until))
        retention = several(_said(passport.retention.name, "retention", words), own(until))
    return facts(
        (words("common.exhibit"), identifier(passport.exhibit)),
        (words("common.case"), _said(passport.case or "", "case", words)),
        (words("passport.party"), identifier(passport.made_by)),
        (words("passport.written"), identifier(shown_time(passport.generated_at))),
        (
            words("passport.head"),
            several(own(words("passport.head_value", count=last.number)), digest(last.digest())),
        ),
        (words("passport.hold"), _holds(passport, words)),
        (words("passport.retention"), retention),
    )


def _holds(passport: Passport, words: Words) -> Value:
    standing = [
        strong(words("passport.hold_stands", at=shown_time(event.at), number=event.number))
        for event in passport.holds
    ]
    return several(*standing) if standing else own(words("passport.hold_none"))


def _packages(passport: Passport, words: Words) -> Iterator[Block]:
    yield heading(words("passport.packages"))
    if not passport.packages:
        yield paragraph(words("common.none"))
    for package in passport.packages:
        yield _package(package, words)


def _package(package: PassportPackage, words: Words) -> Block:
    sealed = own(words("common.not_stated"))
    if package.sealed_at is not None:
        sealed = identifier(shown_time(package.sealed_at))
    rows = [
        (words("common.root"), digest(package.root)),
        (words("common.description"), _said(package.description, "description", words)),
        (words("passport.size"), own(words("passport.bytes", count=package.size_bytes))),
        (words("passport.files"), own(str(package.files))),
        (words("passport.sealed_at"), sealed),
        (words("passport.recipients"), several(*map(identifier, package.recipients))),
    ]
    if package.destroyed:
        rows.append((words("event.destroyed"), strong(words("status.attested"))))
    return facts(*rows)


def _limits(passport: Passport, words: Words) -> Iterator[Block]:
    yield heading(words("passport.limits"))
    if not passport.limits:
        yield paragraph(words("passport.limits_none"))
    else:
        yield table(
            [words(f"passport.limit_{name}") for name in ("kind", "text", "standing")],
            [3, 8, 4],
            [_limit(limit, words) for limit in passport.limits[:MAX_PRINTED_LIMITS]],
        )
    if len(passport.limits) > MAX_PRINTED_LIMITS:
        raise PaperContentError(f"at most {MAX_PRINTED_LIMITS} conditions of use are printed")
    yield paragraph(words("passport.limits_onward"))


def _limit(limit: Limit, words: Words) -> list[Value]:
    return [
        own(words(f"limit.{limit.kind}")),
        several(
            *_long(limit.text, words),
            _short(words("passport.limit_source"), parse_digest(limit.source)),
        ),
        several(strong(words(f"limit.{limit.standing}")), identifier(limit.by)),
    ]


def _long(text: str, words: Words) -> Iterator[Value]:
    """Yield a text that may be longer than one field of a paper."""
    for start in range(0, max(len(text), 1), MAX_TEXT_CHARS):
        yield _said(text[start : start + MAX_TEXT_CHARS], "condition", words)


def _lineage(passport: Passport, words: Words) -> Iterator[Block]:
    found = [(event, words("passport.gave")) for event in passport.taken_out]
    if passport.taken_from is not None:
        found.insert(0, (passport.taken_from, words("passport.taken_from")))
    if not found:
        return
    yield heading(words("passport.lineage"))
    yield table(
        [words("common.event"), words("passport.relation"), words("passport.part")],
        [0, 5, 4],
        [
            [
                own(str(event.number)),
                several(own(relation), identifier(event.related.exhibit)),
                _said(event.related.name or "", "part", words),
            ]
            for event, relation in found
            if event.related is not None
        ],
    )


def _chain(passport: Passport, words: Words) -> Iterator[Block]:
    yield heading(words("passport.chain"))
    yield table(
        [words(f"passport.{name}") for name in ("number", "when", "what", "who", "status")],
        [0, 3, 6, 5, 5],
        [_row(item, words) for item in passport.events],
    )


def _row(item: PassportEvent, words: Words) -> list[Value]:
    event = item.event
    certificate = own(words("passport.no_certificate"))
    if event.certificate is not None:
        certificate = _short(words("passport.certificate"), event.certificate)
    return [
        own(str(event.number)),
        identifier(shown_time(event.at)),
        several(*_what(event, words)),
        several(
            identifier(event.party),
            _said(event.by, "officer", words),
            certificate,
            *([] if event.place is None else [_said(event.place, "place", words)]),
        ),
        several(strong(words(f"status.{item.status}")), *_logs(item, words)),
    ]


def _what(event: Event, words: Words) -> Iterator[Value]:
    yield strong(words(f"event.{event.event}"))
    yield _said(event.reason, "reason", words)
    if event.digest_before is not None and event.digest_before == event.digest_after:
        yield _short(words("passport.unchanged"), event.digest_before)
        return
    for name, value in (("before", event.digest_before), ("after", event.digest_after)):
        if value is not None:
            yield _short(words(f"passport.{name}"), value)


def _short(name: str, value: bytes) -> Value:
    return several(own(name), identifier(f"{grouped(value[:SHORT_ROOT_BYTES])[0]} ..."))


def _logs(item: PassportEvent, words: Words) -> Iterator[Value]:
    if not item.logs:
        yield own(words("passport.no_log"))
    for entry in item.logs:
        yield from _log(entry, words)


def _log(entry: LogEntry, words: Words) -> Iterator[Value]:
    yield identifier(entry.party)
    yield own(words("passport.log_place", epoch=entry.epoch, index=entry.index))
    yield identifier(shown_time(entry.at))


def _words(words: Words) -> Iterator[Block]:
    yield heading(words("passport.words"))
    yield items(
        *(own(words(f"passport.words_{word}")) for word in ("proved", "attested", "unknown"))
    )
    yield heading(words("passport.check"))
    yield steps(
        several(own(words("passport.check_1")), identifier(_COMMAND)),
        own(words("passport.check_2")),
    )


def _said(text: str, field: str, words: Words) -> Value:
    """Return what somebody else wrote, or that nothing was."""
    return said(text, field) if text.strip() else own(words("common.not_stated"))

"""The first page of a court bundle: what a check of it found, in the reader's language.

What a check says of a file is translated where a sentence of ours fits it; a line that stays in
English says that it does.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from comity.bundle.verdict import Outcome, Report
from comity.canonical import parse_digest
from comity.papers.blocks import (
    Block,
    Page,
    Value,
    digest,
    facts,
    heading,
    identifier,
    own,
    paragraph,
    said,
    several,
    steps,
    strong,
    table,
)
from comity.papers.typeset import FontPlaces, typeset_page
from comity.papers.verdict import (
    Checked,
    about_blocks,
    banner_of,
    checked_facts,
    claim_blocks,
    footer_of,
    sentence,
    speech_of,
    verdict_box,
)
from comity.papers.words import Words

MAX_LINES: Final = 200  # of each list; the rest is counted, and `comity verify --json` has it
_COMMAND: Final = "comity verify BUNDLE --trust TRUST-FILE"


def cover_pdf(checked: Checked, words: Words, *, made_at: datetime, fonts: FontPlaces) -> bytes:
    """Return the cover as PDF.

    Args:
        checked: the bundle.
        words: of the paper's language.
        made_at: aware UTC time, when it was checked.
        fonts: where fonts are looked for.

    Raises:
        FontMissingError, TypesettingError: as `typeset`.
    """
    return typeset_page(_page(checked, words, made_at), words, made_at=made_at, fonts=fonts)


def _page(checked: Checked, words: Words, made_at: datetime) -> Page:
    report = checked.report
    blocks = (
        paragraph(words("cover.intro")),
        verdict_box(checked, words),
        facts(*checked_facts(checked, words, made_at)),
        *about_blocks(checked, words),
        *_failures(report, words),
        *claim_blocks(report, words),
        *_withheld(report, words),
        *_steps(report, words),
        *_heads(report, words),
        *_check(words),
    )
    return Page(
        title=words("cover.title"),
        banner=banner_of(checked, words),
        footer=footer_of("cover.footer", checked, words, made_at),
        blocks=blocks,
    )


def _failures(report: Report, words: Words) -> Iterator[Block]:
    speech = speech_of(words)
    found = [(step, finding) for step in report.steps for finding in step.findings]
    if not found:
        return
    rows = [
        [
            own(_title(step, words)),
            identifier(finding.path),
            several(sentence(speech.detail(finding.reason)), identifier(finding.code)),
        ]
        for step, finding in found[:MAX_LINES]
    ]
    yield heading(words("cover.failures"))
    yield table([words("cover.step"), words("cover.where"), words("cover.why")], [2, 3, 4], rows)
    yield from _more(len(found), words)


def _steps(report: Report, words: Words) -> Iterator[Block]:
    speech = speech_of(words)
    yield heading(words("cover.steps"))
    yield table(
        [
            words("passport.number"),
            words("cover.step"),
            words("cover.found"),
            words("cover.result"),
        ],
        [0, 5, 4, 2],
        [
            [
                own(str(step.number)),
                own(_title(step, words)),
                sentence(speech.summary(step.number, step.looked_at)),
                strong(speech.word(f"status-{step.status}")),
            ]
            for step in report.steps
        ],
    )


def _title(step: Outcome, words: Words) -> str:
    return words(f"cover.title_of.{step.number}")


def _heads(report: Report, words: Words) -> Iterator[Block]:
    if report.first_failure is not None:
        return  # what a damaged bundle is complete up to is not known
    rows: list[list[Value]] = []
    for conversation, heads in report.heads.items():
        for party, head in sorted(heads.items()):
            place = own(words("cover.message_number", number=head["sequence"]))
            name = _named(words("cover.conversation"), conversation)
            rows.append([several(name, identifier(party)), place, _digest(head["content"])])
    for exhibit, head in report.custody.items():
        place = own(words("cover.event_number", number=head["count"]))
        rows.append([_named(words("common.exhibit"), exhibit), place, _digest(head["digest"])])
    yield heading(words("cover.heads"))
    if not rows:
        yield paragraph(words("cover.heads_none"))
        return
    yield paragraph(words("cover.heads_text"))
    head = [words("cover.path"), words("cover.found"), words("cover.head_digest")]
    yield table(head, [5, 2, 5], rows[:MAX_LINES])
    yield from _more(len(rows), words)


def _named(name: str, of: str) -> Value:
    if of.startswith("sha256:"):
        return several(own(name), _digest(of))
    return several(own(name), identifier(of))


def _digest(text: str | None) -> Value:
    return own("") if text is None else digest(parse_digest(text), groups_a_line=4)


def _withheld(report: Report, words: Words) -> Iterator[Block]:
    yield heading(words("cover.withheld"))
    if not report.withheld:
        yield paragraph(words("cover.withheld_none"))
        return
    rows = [
        [
            identifier(path),
            _said(found.reason),
            own(words("common.none")) if found.decision is None else _said(found.decision),
        ]
        for path, found in list(report.withheld.items())[:MAX_LINES]
    ]
    yield paragraph(words("cover.withheld_text"))
    yield table(
        [words("cover.path"), words("common.reason"), words("cover.decision")], [4, 3, 3], rows
    )
    yield from _more(len(report.withheld), words)


def _check(words: Words) -> Iterator[Block]:
    yield heading(words("cover.check"))
    yield steps(
        own(words("cover.check_1")),
        several(own(words("cover.check_2")), identifier(_COMMAND)),
        own(words("cover.check_3")),
        own(words("cover.check_4")),
    )


def _more(count: int, words: Words) -> Iterator[Block]:
    if count > MAX_LINES:
        yield paragraph(words("common.and_more", count=count - MAX_LINES))


def _said(text: str) -> Value:
    return said(text, "reason")

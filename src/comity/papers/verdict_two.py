"""The verdict on two court bundles of one case as one paper: what each shows, and both together.

The sentences are those of the command (`comity.verifier.speech`), as in `comity.papers.verdict`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from comity import __version__
from comity.bundle.claims import WORDS, Group
from comity.bundle.compare import Comparison
from comity.bundle.verdict import Report
from comity.papers.blocks import (
    Block,
    Page,
    Value,
    boxed,
    digest,
    facts,
    heading,
    identifier,
    own,
    paragraph,
    small_items,
    strong,
)
from comity.papers.fonts import FontPlaces
from comity.papers.times import shown_time
from comity.papers.typeset import typeset_on_one
from comity.papers.verdict import Checked, banner_of, meaning_of, sentence, speech_of
from comity.papers.words import Words
from comity.verifier.preface import about_lines, vouching_lines
from comity.verifier.speech import MOST, Speech

_GROUPS_A_LINE: Final = 16
_OF_TWO: Final = ("only-in-one", "left-out")
"""Claims that name a message each."""


def comparison_pdf(
    found: Comparison,
    both: tuple[Checked, Checked],
    words: Words,
    *,
    made_at: datetime,
    fonts: FontPlaces,
    required: tuple[str, ...] = (),
) -> bytes:
    """Return the verdict on two bundles as PDF.

    Args:
        found: what comparing them found.
        both: the bundles, in its order.
        words: of the paper's language.
        made_at: aware UTC time, when they were checked.
        fonts: where fonts are looked for.
        required: sentences about what was required to be proved and is not.

    Raises:
        FontMissingError, TypesettingError: as `typeset`.
    """
    blocks = (
        paragraph(words("verdict.intro_two")),
        _box(found, both, speech_of(words), required),
        facts(*_facts(both, words, made_at)),
        *_about(both, speech_of(words)),
        *_together(found, speech_of(words)),
        *(block for one in both for block in _each(one.report, speech_of(words))),
        paragraph(speech_of(words).word("together-each")),
    )
    page = Page(
        title=words("verdict.title_two"),
        banner=next((text for one in both if (text := banner_of(one, words))), None),
        footer=f"{words('verdict.title_two')} · {words('common.made', at=shown_time(made_at))}",
        blocks=blocks,
        dense=True,
    )
    return typeset_on_one(page, words, made_at=made_at, fonts=fonts)


def _box(
    found: Comparison, both: tuple[Checked, Checked], speech: Speech, required: tuple[str, ...]
) -> Block:
    """Return the verdict on both, that on each, and where something failed first."""
    values = [strong(speech.word(found.heading))]
    for one in both:
        word = speech.word(one.report.heading)
        values.append(sentence(_of(one.report, speech, word)))
        if one.report.first_failure is not None:
            values += meaning_of(one, speech)
    return boxed(*values, *(sentence(line.strip()) for line in required))


def _of(report: Report, speech: Speech, told: str) -> str:
    """Return what is told of one bundle, after its exporter."""
    return speech.line_of("named", name=speech.party(report.exporter or "?"), value=told)


def _facts(
    both: tuple[Checked, Checked], words: Words, made_at: datetime
) -> Iterator[tuple[str, Value]]:
    for one in both:
        report, none = one.report, own(words("common.none"))
        told = f"{report.exporter or '?'}, {report.exported_at or '?'}"
        yield words("cover.exporter"), identifier(told)
        statement = one.statement
        yield (
            words("cover.statement"),
            none if statement is None else digest(statement, groups_a_line=_GROUPS_A_LINE),
        )
    judged = both[0].judged
    trust = own(words("cover.trust_none"))
    if judged is not None:
        trust = digest(bytes.fromhex(judged.sha256), groups_a_line=_GROUPS_A_LINE)
    yield words("cover.trust"), trust
    program = f"{shown_time(made_at)}, Comity {__version__}"
    yield words("cover.checked_at"), identifier(program)


def _about(both: tuple[Checked, Checked], speech: Speech) -> Iterator[Block]:
    """Yield what the bundles are about: what both say once, the rest with whose bundle says it."""
    mine, theirs = (list(about_lines(one.report, speech)) for one in both)
    lines = [line for line in mine if line in theirs]
    for one, told in zip(both, (mine, theirs), strict=True):
        lines += [_of(one.report, speech, line) for line in told if line not in lines]
    judged, report = both[0].judged, both[0].report
    if lines:
        lines.insert(0, speech.word("about-text"))
    if judged is None:
        lines.append(speech.word("witnesses-unset"))
    else:
        lines += vouching_lines(report, judged, speech)
    yield heading(speech.word("about"))
    yield small_items(*map(sentence, lines))


def _together(found: Comparison, speech: Speech) -> Iterator[Block]:
    yield heading(speech.word("together"))
    lines = []
    nothing = "together-damaged" if found.failed else "nothing"
    for word in WORDS:
        for line, group in speech.lines(found.groups, word):
            text = speech.named(speech.word(f"word-{word}"), line)
            lines.append(f"{text} {_messages(group, speech)}".rstrip())
    yield small_items(*map(sentence, lines or [speech.word(nothing)]))


def _messages(group: Group | None, speech: Speech) -> str:
    """Return the messages that stand in one bundle only, or that one left out."""
    if group is None or group.name not in _OF_TWO:
        return ""
    told = [
        speech.head(str(one.facts["party"]), int(one.facts["sequence"]))
        for one in group.claims[:MOST]
    ]
    if len(group.claims) > MOST:
        told.append(speech.say("more", count=len(group.claims) - MOST))
    return f"({speech.joined('semicolon', told)})"


def _each(report: Report, speech: Speech) -> Iterator[Block]:
    """Yield the claims of one bundle line by line, under the five words."""
    for word in WORDS:
        lines = [line for line, _ in speech.lines(report.groups, word)]
        if lines or word == "proved":
            yield heading(_of(report, speech, speech.word(f"word-{word}")))
            yield small_items(*map(sentence, lines or [speech.word("nothing")]))

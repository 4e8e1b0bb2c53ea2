"""The verdict on a court bundle on one page: what is proved, and whose word the rest is.

The sentences are those of the page that checks a bundle (`comity.verifier.speech`), so that paper,
command and page say the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
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
    grouped,
    heading,
    identifier,
    own,
    paragraph,
    small_items,
    strong,
)
from comity.papers.label import SHORT_ROOT_BYTES
from comity.papers.typeset import FontPlaces, typeset_on_one
from comity.papers.visible import breakable, visible
from comity.papers.words import Words, shown_time
from comity.verifier.preface import JudgedBy, about_lines, custody_lines, vouching_lines
from comity.verifier.speech import MOST, Speech
from comity.verifier.tables import LANGUAGES, added_files

_GROUPS_A_LINE: Final = 16
_DIGEST_CHARS: Final = 80  # a digest with its name and marks: whole on a line, so copied whole
_ISOLATES: Final = "\u2068\u2069"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A bundle that was checked, and by what.

    Attributes:
        report: what the check found.
        statement: SHA-256 of ``data/bundle.json``, which names every other file; None if there is
            no such plain file, so that the bundle is damaged.
        judged: by which trust file, or None if there was none.
        required: sentences about what was required to be proved and is not.
    """

    report: Report
    statement: bytes | None
    judged: JudgedBy | None
    required: tuple[str, ...] = ()


def verdict_pdf(checked: Checked, words: Words, *, made_at: datetime, fonts: FontPlaces) -> bytes:
    """Return the verdict as PDF.

    Args:
        checked: the bundle.
        words: of the paper's language.
        made_at: aware UTC time, when it was checked.
        fonts: where fonts are looked for.

    Raises:
        FontMissingError, TypesettingError: as `typeset`.
    """
    told = checked_facts(checked, words, made_at, groups_a_line=_GROUPS_A_LINE)
    blocks = (
        paragraph(words("verdict.intro")),
        verdict_box(checked, words),
        facts(*told, (words("verdict.program"), identifier(f"Comity {__version__}"))),
        *about_blocks(checked, words),
        *claim_blocks(checked.report, words),
        *custody_blocks(checked.report, words),
    )
    page = Page(
        title=words("verdict.title"),
        banner=banner_of(checked, words),
        footer=footer_of("verdict.footer", checked, words, made_at),
        blocks=blocks,
        dense=True,
    )
    return typeset_on_one(page, words, made_at=made_at, fonts=fonts)


def speech_of(words: Words) -> Speech:
    """Return the sentences in a paper's language; English where an office has added that one."""
    return Speech(words.lang if words.lang in LANGUAGES else "en")


def banner_of(checked: Checked, words: Words) -> str | None:
    """Return that this is an exercise, if it is."""
    return words("common.exercise") if checked.report.mode == "exercise" else None


def footer_of(key: str, checked: Checked, words: Words, made_at: datetime) -> str:
    """Return the foot of each page: which bundle this is of, and when it was made."""
    short = words("common.none")
    if checked.statement is not None:
        short = " ".join(grouped(checked.statement[:SHORT_ROOT_BYTES]))
    return f"{words(key, short=short)} · {words('common.made', at=shown_time(made_at))}"


def verdict_box(checked: Checked, words: Words) -> Block:
    """Return the verdict, what it means, and where something failed first."""
    speech = speech_of(words)
    required = (sentence(line.strip()) for line in checked.required)
    verdict = strong(speech.word(checked.report.heading))
    return boxed(verdict, *meaning_of(checked, speech), *required)


def meaning_of(checked: Checked, speech: Speech) -> list[Value]:
    """Return what a verdict means, and where something failed first."""
    report = checked.report
    added, only = added_files(report)
    meaning = speech.verdict(
        report.verdict,
        first=report.leading,
        exporter=report.exporter,
        trusted=checked.judged is not None,
        unverified=report.heading == "not-verified",
        other_mode=report.other_mode,
        added=only,
    )
    values = [sentence(meaning)]
    if report.leading is not None:
        _, finding = report.leading
        values.append(identifier(finding.path))
        values.append(sentence(speech.detail(finding.reason)))
    values += [
        sentence(speech.line_of("unlike-trust", state=speech.party(one)))
        for one in report.unlike_trust
    ]
    if added:
        values.append(sentence(speech.line_of("added-files", names=speech.listed(added))))
    return values


def checked_facts(
    checked: Checked, words: Words, made_at: datetime, *, groups_a_line: int = 8
) -> tuple[tuple[str, Value], ...]:
    """Return who exported the bundle and when, and by what it was checked."""
    report = checked.report
    unstated = own(words("common.not_stated"))
    statement = own(words("common.none"))
    if checked.statement is not None:
        statement = digest(checked.statement, groups_a_line=groups_a_line)
    trust = own(words("cover.trust_none"))
    if checked.judged is not None:
        trust = digest(bytes.fromhex(checked.judged.sha256), groups_a_line=groups_a_line)
    return (
        (
            words("cover.exporter"),
            sentence(speech_of(words).party(report.exporter)) if report.exporter else unstated,
        ),
        (
            words("cover.exported_at"),
            identifier(report.exported_at) if report.exported_at else unstated,
        ),
        (words("cover.statement"), statement),
        (words("cover.trust"), trust),
        (words("cover.checked_at"), identifier(shown_time(made_at))),
    )


def about_blocks(checked: Checked, words: Words) -> Iterator[Block]:
    """Yield what the bundle is about, and how many witnesses have to agree, and which."""
    report, speech = checked.report, speech_of(words)
    lines = list(about_lines(report, speech))
    if lines:
        yield heading(speech.word("about"))
        lines.insert(0, speech.word("about-text"))
    if checked.judged is None:
        lines.append(speech.word("witnesses-unset"))
    else:
        lines += vouching_lines(report, checked.judged, speech)
    yield small_items(*map(sentence, lines))


def claim_blocks(report: Report, words: Words) -> Iterator[Block]:
    """Yield the claims line by line, under the five words."""
    speech = speech_of(words)
    for word in WORDS:
        name = speech.word(f"word-{word}")
        lines = [sentence(line) for line, _ in speech.lines(report.groups, word)]
        if word == "unknown":
            lines.append(own(speech.word("unknown-general")))
        if lines:
            yield heading(f"{name}. {speech.word(f'word-{word}-text')}")
            yield small_items(*lines)
        else:
            yield heading(f"{name} – {speech.word('nothing')}")


def custody_blocks(report: Report, words: Words) -> Iterator[Block]:
    """Yield the chain of custody of each exhibit, event by event."""
    speech = speech_of(words)
    chains = list(custody_lines(report, speech))
    if chains:
        yield heading(f"{speech.word('custody-list')}. {speech.word('custody-list-text')}")
    for exhibit, rows in chains:
        yield small_items(*map(sentence, (exhibit, *rows)))


def sentence(text: str) -> Value:
    """Return a sentence; what no font has in a fact of the bundle is written out."""
    shown = "".join(char if char in _ISOLATES else visible(char) for char in text)
    return own(breakable(shown, most=_DIGEST_CHARS))


# The verdict on two court bundles of one case as one paper: what each shows, and both together.
#
# The sentences are those of the command (`comity.verifier.speech`), as in `comity.papers.verdict`.


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

"""The verdict on a court bundle as text, in the sentences of the page that checks one."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import click

from comity.bundle.claims import WORDS, Claim, Group
from comity.bundle.verdict import Finding, Outcome, Report
from comity.files.terminal import safe_text, steering_stream
from comity.verifier.added import added_files
from comity.verifier.preface import JudgedBy, about_lines, custody_lines, judged_lines
from comity.verifier.speech import MOST, Speech, shown

_WIDTH: Final = 22
_ISOLATES: Final = re.compile("([\u2068\u2069])")


def print_lines(told: Iterable[str]) -> None:
    """Print sentences of `Speech` with the marks by which it keeps facts in their own direction.

    Such a mark of the bundle is written out by then; any other character that hides is, here. A
    stream that has no such mark does without.
    """
    stream = steering_stream(sys.stdout)
    marked = (stream.encoding or "utf-8").lower() in {"utf-8", "utf8"}
    for line in told:
        if marked:
            parts = _ISOLATES.split(line)  # texts, and the marks between them
            click.echo("".join(p if at % 2 else safe_text(p) for at, p in enumerate(parts)), stream)
        else:
            click.echo(_ISOLATES.sub("", line))


def lines(
    report: Report, speech: Speech, lacking: Sequence[str] = (), *, judged: JudgedBy | None
) -> Iterator[str]:
    """Yield a report as text: verdict, case, claims, what is withheld, steps, heads.

    Args:
        report: the verdict.
        speech: the words.
        lacking: lines about claims that are required to be proved, and are not.
        judged: by which trust file, or None.
    """
    yield from _verdict(report, speech, trusted=judged is not None)
    yield from judged_lines(report, judged, speech)
    yield from lacking
    yield ""
    yield from _about(report, speech)
    yield ""
    for word in WORDS:
        yield f"{speech.word(f'word-{word}')}. {speech.word(f'word-{word}-text')}"
        told = list(speech.lines(report.groups, word))
        for line, group in told:
            yield f"  {line}"
            if group is not None:
                yield from details(group, speech)
        if word == "unknown":
            yield f"  {speech.word('unknown-general')}"
        elif not told:
            yield f"  {speech.word('nothing')}"
        yield ""
    yield from _custody(report, speech)
    if report.withheld:
        yield speech.word("withheld")
        yield from _few(
            [speech.withheld(path, w.reason, w.decision) for path, w in report.withheld.items()],
            speech,
            "  ",
        )
        yield ""
    yield speech.word("steps")
    for step in report.steps:
        yield from _step(step, speech)
    yield from _heads(report, speech)


def _custody(report: Report, speech: Speech) -> Iterator[str]:
    chains = list(custody_lines(report, speech))
    if not chains:
        return
    yield f"{speech.word('custody-list')}. {speech.word('custody-list-text')}"
    for exhibit, rows in chains:
        yield f"  {exhibit}"
        yield from (f"    {row}" for row in rows)
    yield ""


def _about(report: Report, speech: Speech) -> Iterator[str]:
    yield speech.word("about")
    told = list(about_lines(report, speech))
    yield speech.word("about-text") if told else f"  {speech.word('nothing')}"
    yield from (f"  {line}" for line in told)


def meaning(report: Report, speech: Speech, *, trusted: bool) -> Iterator[str]:
    """Yield what a verdict means, what failed and where, and whose keys are not those pinned."""
    first, (added, only) = report.leading, added_files(report)
    yield speech.verdict(
        report.verdict,
        first=first,
        exporter=report.exporter,
        trusted=trusted,
        unverified=report.heading == "not-verified",
        other_mode=report.other_mode,
        added=only,
    )
    if first is not None:
        _, finding = first
        yield f"  {_finding(finding, speech)}"
    for state in report.unlike_trust:
        yield speech.line_of("unlike-trust", state=speech.party(state))
    if added:
        yield speech.line_of("added-files", names=speech.listed(added))


def _verdict(report: Report, speech: Speech, *, trusted: bool) -> Iterator[str]:
    yield speech.word(report.heading)
    yield from meaning(report, speech, trusted=trusted)
    unpinned = {party for group in report.groups if _unpinned(group) for party in group.by}
    if trusted and unpinned:
        yield speech.line_of("unpinned-states", states=speech.names(sorted(unpinned)))
    exported = speech.line_of(
        "exported",
        party=speech.party(report.exporter or "?"),
        time=speech.fact(report.exported_at or "?"),
    )
    mode = f" ({speech.word(report.mode)})" if report.mode else ""
    yield f"{exported}{mode}"


def _unpinned(group: Group) -> bool:
    return (group.name, group.word) == ("party-keys", "attested")


def details(group: Group, speech: Speech) -> Iterator[str]:
    """Yield what stands under a line: states, or statements side by side, each with its file."""
    if group.name == "state":
        told = [
            speech.named(str(one.facts["conversation"]), speech.state(str(one.facts["main"])))
            for one in group.claims
        ]
        yield from _few(told, speech, "    ")
    if group.name in ("only-in-one", "left-out"):
        told = [
            f"{message_of(one, speech)} [{shown(str(one.facts['path']))}]" for one in group.claims
        ]
        yield from _few(told, speech, "    ")
    said = [one for claim in group.claims for one in claim.statements]
    yield from _few([f"{speech.statement(one)} [{shown(one.path)}]" for one in said], speech)


def message_of(claim: Claim, speech: Speech) -> str:
    """Return the message that a claim about two bundles is about."""
    facts = claim.facts
    return speech.head(str(facts["party"]), int(facts["sequence"]))


def _step(step: Outcome, speech: Speech) -> Iterator[str]:
    status = speech.word(f"status-{step.status}")
    title = speech.word(f"title-{step.number}")
    yield f"  {step.number:>2}  {status:<{_WIDTH}}  {title}"
    yield f"      {speech.summary(step.number, step.looked_at)}"
    yield from _few([_finding(one, speech) for one in step.findings], speech, "      ")


def _finding(finding: Finding, speech: Speech) -> str:
    """Return where something does not hold, and what that is."""
    return speech.named(finding.path, speech.detail(finding.reason))


def _heads(report: Report, speech: Speech) -> Iterator[str]:
    if report.first_failure is not None or not (report.heads or report.custody):
        return  # what failed may be what a head rests on
    yield ""
    yield speech.word("heads")
    for conversation, heads in report.heads.items():
        for party, head in sorted(heads.items()):
            place = speech.head(party, head["sequence"])
            yield f"  {speech.named(conversation, place)}, {head['content']}"
    for exhibit, head in report.custody.items():
        yield f"  {speech.say('exhibit', exhibit=exhibit, count=head['count'])}, {head['digest']}"


def _few(told: Sequence[str], speech: Speech, indent: str = "    ") -> Iterator[str]:
    yield from (f"{indent}{text}" for text in told[:MOST])
    if len(told) > MOST:
        yield f"{indent}{speech.say('more', count=len(told) - MOST)}"

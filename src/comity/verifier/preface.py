"""What stands above the claims of a verdict: what the bundle is about, and by what it was judged.

``js/preface.js`` is its counterpart in the page: both say it in the same sentences.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from comity.bundle.about import Condition, Matter, Piece
from comity.bundle.layout import Kind, row_of
from comity.bundle.verdict import Report
from comity.verifier.speech import MOST, Speech

_TOLD_BY: Final = (
    Kind.STATEMENT,
    Kind.MESSAGE,
    Kind.SECTION,
    Kind.RECEIPT,
    Kind.STATE,
    Kind.ENTRY,
)
"""Files out of which it is read what a bundle is about, and whose keys vouch for it."""
MOST_CHARS: Final = 200
"""Of what a party writes; the bundle has all of it."""
MOST_OF_CONDITION: Final = 2_000
"""Of a condition of use, whose end may bind as its beginning does."""
MOST_EVENTS: Final = 200
"""Of a chain of custody; the bundle and JSON have all of them."""
_LONG: Final = re.compile(r"[0-9a-f]{32,}")
_SHORT_ROOT: Final = 16  # hex digits, as papers show a root


@dataclass(frozen=True)
class JudgedBy:
    """The trust file of a verdict.

    Attributes:
        sha256: of the file as it was given, in hex.
        states: for whose keys it vouches, sorted.
    """

    sha256: str
    states: tuple[str, ...]

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {"sha256": self.sha256, "states": list(self.states)}


def about_lines(report: Report, speech: Speech) -> Iterator[str]:
    """Yield what a bundle is about: parties, conversations, conditions, exhibits, and what is not.

    Args:
        report: the verdict.
        speech: the words of a language.
    """
    about = report.about
    if any(_spoils_list(one.path) for step in report.steps for one in step.findings):
        yield speech.word("about-incomplete")
    if about.parties:
        yield speech.line_of("about-parties", parties=speech.names(about.parties))
    yield from _some([_matter(one, speech) for one in about.matters], speech)
    if about.matters and not about.conditions:
        yield speech.word("condition-none")
    several = len(about.matters) > 1
    conditions = [_condition(one, speech, several=several) for one in about.conditions]
    yield from _some(conditions, speech)
    yield from _some([_piece(one, speech) for one in about.exhibits], speech)
    yield from _some(list(_withheld(report, speech)), speech)


def _spoils_list(path: str) -> bool:
    """Tell whether a finding about a file may leave out a part of what a bundle is about."""
    row = row_of(path)
    return row is not None and row.kind in _TOLD_BY


def custody_lines(report: Report, speech: Speech) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each exhibit with the events of its chain, in order: what, when, by whom, whose word.

    After a failed step nothing is yielded: what failed may be what a chain rests on.
    """
    if report.first_failure is not None:
        return
    chains: dict[str, list[str]] = {}
    for one in report.claims:
        if one.name == "custody-event":
            row = speech.custody(one, one.word, one.by)
            chains.setdefault(str(one.facts["exhibit"]), []).append(row)
    for exhibit, rows in chains.items():
        if len(rows) > MOST_EVENTS:
            rows[MOST_EVENTS:] = [speech.say("more", count=len(rows) - MOST_EVENTS)]
        yield speech.say("custody-of", exhibit=exhibit), tuple(rows)


def judged_lines(report: Report, judged: JudgedBy | None, speech: Speech) -> Iterator[str]:
    """Yield by which trust file a bundle was judged, and how many witnesses have to agree."""
    if judged is None:
        yield speech.word("trust-none")
        yield speech.word("witnesses-unset")
        return
    yield speech.say("trust-used", digest=judged.sha256)
    yield from vouching_lines(report, judged, speech)


def vouching_lines(report: Report, judged: JudgedBy, speech: Speech) -> Iterator[str]:
    """Yield for which States a trust file vouches, and how many witnesses have to agree."""
    listed = speech.names(judged.states) if judged.states else speech.word("none")
    yield speech.line_of("trust-vouches", states=listed)
    told = [
        speech.line_of(
            "witness-of", name=speech.fact(one["name"]), state=speech.party(one["state"])
        )
        for one in report.witnesses["counted"]
    ]
    yield speech.line_of(
        "witnesses-due",
        count=speech.fact(report.witnesses["due"]),
        names=speech.fact(len(told)) if told else speech.word("none"),
    )
    yield from _some(told, speech)


def _matter(matter: Matter, speech: Speech) -> str:
    told = {"type": speech.name_of("type", matter.type), "by": speech.fact(matter.by)}
    if matter.measure:
        told["measure"] = speech.name_of("measure", matter.measure)
        parts = [speech.line_of("about-request", **told)]
    else:
        parts = [speech.line_of("about-opened", **told)]
    parts += [
        speech.say("about-reference", by=one.by, text=clipped(one.text))
        for one in matter.references[:MOST]
    ]
    if matter.text:
        parts.append(speech.say("about-words", by=matter.by, text=clipped(matter.text)))
    parts.append(speech.say("about-conversation", conversation=short_root(matter.conversation)))
    return " ".join(parts)


def _condition(one: Condition, speech: Speech, *, several: bool) -> str:
    told = {"kind": speech.name_of("condition-kind", one.kind or "other")}
    told["by"] = speech.fact(one.by)
    if one.text:
        text = speech.fact(clipped(one.text, MOST_OF_CONDITION))
        parts = [speech.line_of("condition-text", text=text, **told)]
    else:
        parts = [speech.line_of("condition-bare" if one.here else "condition-gone", **told)]
    if one.text or not one.here:  # a request that is to be kept confidential asks for no answer
        parts.append(speech.word(f"condition-{one.standing}"))
    if several:
        short = short_root(one.conversation)
        parts.append(speech.say("about-conversation", conversation=short))
    return " ".join(parts)


def _piece(piece: Piece, speech: Speech) -> str:
    text = clipped(piece.text)
    parts = [
        speech.say("about-exhibit", exhibit=piece.exhibit, by=piece.by, text=text),
        speech.say(
            "about-package",
            root=piece.root.removeprefix("sha256:"),
            files=piece.files,
            size=piece.size,
        ),
        speech.word(f"package-{piece.package}"),
    ]
    if piece.sha256:
        same = piece.sha256 == piece.listed and piece.package == "here"
        parts.append(speech.say("about-sum" if same else "about-sum-here", sum=piece.sha256))
    if piece.sha256 and piece.listed not in ("", piece.sha256):
        parts.append(speech.say("about-sum-listed", sum=piece.listed))
    if piece.opened:
        parts.append(speech.word(f"opened-{piece.opened}"))
    if piece.names:
        parts.append(speech.line_of("about-names", names=_listed(piece.names, speech)))
    return " ".join(parts)


def _withheld(report: Report, speech: Speech) -> Iterator[str]:
    """Yield what is withheld, by reason and decision, in the exporter's words."""
    groups: dict[tuple[str, str | None], list[str]] = {}
    for path, why in report.withheld.items():
        groups.setdefault((why.reason, why.decision), []).append(_name_of(path))
    for (reason, decision), names in groups.items():
        told: Mapping[str, str] = {
            "by": speech.fact(report.exporter or "?"),
            "names": _listed(names, speech),
            "reason": speech.fact(clipped(reason)),
        }
        if decision is None:
            yield speech.line_of("withheld-told", **told)
        else:
            decided = speech.fact(clipped(decision))
            yield speech.line_of("withheld-decided", decision=decided, **told)


def _listed(names: Sequence[str], speech: Speech) -> str:
    return speech.listed(names) if names else speech.word("none")


def _name_of(path: str) -> str:
    """Return the name of what is withheld, without the digests that say where it stands."""
    name = path.rpartition("/")[2].removesuffix(".json")
    return _LONG.sub(lambda found: f"{found[0][:_SHORT_ROOT]}…", name)


def short_root(digest: str) -> str:
    """Return the beginning of a digest, in groups that two people can compare aloud."""
    digits = digest.removeprefix("sha256:")[:_SHORT_ROOT]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def clipped(text: str, most: int = MOST_CHARS) -> str:
    """Return a text of a party, not longer than a line or two, or than is said."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _some(lines: Sequence[str], speech: Speech) -> Iterator[str]:
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield speech.say("more", count=len(lines) - MOST)

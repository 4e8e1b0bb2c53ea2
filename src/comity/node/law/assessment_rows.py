"""What the law says, in an officer's words and language, for the pages and the API."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.files.instruments import library as laws
from comity.instruments import Finding, Ground, Instrument, Library, Override
from comity.node.core.formats import comma
from comity.node.core.law_library import lawbook
from comity.node.core.node import Node
from comity.node.law import assessment
from comity.node.law.facts_from_conversation import told_in
from comity.node.law.facts_from_messages import READABLE
from comity.node.law.wording import Said, say
from comity.node.models import Conversation, DraftRow
from comity.node.web import labels as web_labels

OUTCOME: Final = {
    "ready": _("Ready: no rule is against it."),
    "ready-with-warnings": _("Ready, with warnings."),
    "not-sendable": _("Blocked by a confirmed rule."),
    assessment.NOT_JUDGED: _("Not judged: no verified rule covers this."),
}
RECEIVED: Final = {
    "ready": _("By the rules nothing is missing."),
    "ready-with-warnings": _("Review these points before you decide."),
    "not-sendable": _("A confirmed rule blocks this request."),
    assessment.NOT_JUDGED: _("Not judged: no verified rule covers this."),
}
KIND: Final[Mapping[assessment.BreachKind, Any]] = {
    "objection": _("Objection:"),
    "condition": _("Condition:"),
    "reminder": _("Reminder:"),
}


@dataclass(frozen=True)
class Line:
    """One finding.

    Attributes:
        key, digest: of the rule.
        said: what is wrong and what to do.
        cite: articles, as ``42(3)(f), 42(1)``.
        effective: ``block``, ``warn`` or ``ask``.
        kind: what a breach is, a key of `KIND`.
        verified: whether two people confirmed the rule.
        unread: facts that no field of a message can say, to be looked for in its text.
        labels: their names in words.
        overridden: the decision that took the block away, or None.
    """

    key: str
    digest: str
    said: Said
    cite: str
    effective: str
    kind: assessment.BreachKind
    verified: bool
    unread: tuple[str, ...]
    labels: tuple[Said, ...]
    overridden: Override | None

    @property
    def kind_word(self) -> str:
        """Return what it is called before its text."""
        return str(KIND[self.kind])


@dataclass(frozen=True)
class Question:
    """A fact that would settle some rules.

    Attributes:
        key: of the fact.
        said: the question.
        cite: articles of the rules.
        own: whether an officer may answer it here; else the message itself has to say it.
    """

    key: str
    said: Said
    cite: str
    own: bool


@dataclass(frozen=True)
class Part:
    """What one instrument says.

    Attributes:
        title: of the instrument.
        judged: False where it has no such measure.
        lines: breaches, those that block first.
        questions: what is still open.
        clear: rules that the facts at hand satisfy.
    """

    title: Said
    judged: bool
    lines: tuple[Line, ...]
    questions: tuple[Question, ...]
    clear: tuple[Line, ...] = ()

    @property
    def unreviewed(self) -> bool:
        """Return whether wording stands in it that nobody reviewed."""
        texts = [self.title, *(question.said for question in self.questions)]
        texts += [said for line in self.lines for said in (line.said, *line.labels)]
        texts += [line.said for line in self.clear]
        return not all(said.reviewed for said in texts)


@dataclass(frozen=True)
class View:
    """What a page shows.

    Attributes:
        outcome: code of the whole.
        first: the first line, in words.
        parts: by instrument.
        unheld: names of instruments that we do not hold.
        edition: ``same``, ``other`` or empty.
        wrong: what keeps the law from being read, or empty.
        uncited: keys of instruments with an article that they do not have.
    """

    outcome: str
    first: str
    parts: tuple[Part, ...] = ()
    unheld: tuple[str, ...] = ()
    edition: str = ""
    wrong: str = ""
    uncited: tuple[tuple[str, str], ...] = ()

    @property
    def points(self) -> tuple[tuple[Part, Line], ...]:
        """Return all breaches with their instruments."""
        return tuple((part, line) for part in self.parts for line in part.lines)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many breaches are of each kind."""
        return Counter(line.kind for _part, line in self.points)

    @property
    def unjudged(self) -> int:
        """Return how much of it was not judged: rules, measures and instruments."""
        parts = sum(not part.judged for part in self.parts)
        return len(self.questions) + parts + len(self.unheld)

    @property
    def unreviewed(self) -> bool:
        """Return whether wording stands in it that nobody reviewed."""
        return any(part.unreviewed for part in self.parts)

    @property
    def questions(self) -> tuple[tuple[Part, Question], ...]:
        """Return all that is still open, with the instruments that ask."""
        return tuple((part, one) for part in self.parts for one in part.questions)

    @property
    def clear(self) -> tuple[tuple[Part, Line], ...]:
        """Return all rules that are satisfied as far as they were judged."""
        return tuple((part, line) for part in self.parts for line in part.clear)


def of_draft(node: Node, row: DraftRow) -> View | None:
    """Return what is said of a draft, or None if its type is not judged."""
    try:
        return _view(node, assessment.check_draft(node, row), OUTCOME)
    except ComityError as fault:
        return View("", "", wrong=web_labels.fault(fault.code))


@dataclass(frozen=True)
class Consult:
    """A rule by which the other side is to be spoken with before a decision.

    Attributes:
        said: what it says.
        title: of the instrument, in short.
        cite: its articles.
    """

    said: Said
    title: Said
    cite: str


def consult_first(node: Node, row: Conversation, message_type: str) -> tuple[Consult, ...]:
    """Return the rules that ask for consultation before a decision, where none took place yet."""
    if message_type not in {"request.refused", "request.postponed", "request.accepted-in-part"}:
        return ()
    if "decision.consulted" in told_in(row.digest):
        return ()
    try:
        library, held = lawbook(node.config).library, assessment.instruments_of(node, row)
    except ComityError:  # the draft's page says so
        return ()
    measures = assessment.measures_of(row.type, row.measure)
    found = []
    for one in held:
        measure = next((name for name in measures if one.provides(name)), None)
        if measure is None:
            continue
        for rule in one.rules.values():
            if not rule.applies(measure, "decide"):
                continue
            if "decision.consulted" not in rule.when.facts():
                continue
            title = say(library, one.key, "instrument.short")
            said = say(library, one.key, f"rules.{rule.key}")
            found.append(Consult(said, title, comma().join(rule.cite)))
    return tuple(found)


def of_received(node: Node, row: Conversation) -> View | None:
    """Return what is said of a request that came in, or None if it is none."""
    try:
        return _view(node, assessment.check_received(node, row), RECEIVED)
    except ComityError as fault:
        return View("", "", wrong=web_labels.fault(fault.code))


def of_check(node: Node, check: assessment.Check) -> View | None:
    """Return what is said of a request that was judged already."""
    return _view(node, check, RECEIVED)


def proposal(node: Node, row: Conversation) -> tuple[str, str]:
    """Return a text that asks for what the rules miss, and the language it is in.

    It is in the page's language if everything is, else in English; the officer edits it.
    """
    view = of_received(node, row)
    points = view.points if view else ()
    lang = writing(get_language() or "en")
    if any(said.lang for part, line in points for said in (part.title, line.said)):
        lang = "en"
    with translation.override(lang if lang == "en" else get_language()):
        view = of_received(node, row)
        lines = [
            f"- {line.said.text} ({cited(part.title.text, line.cite)})"
            for part, line in (view.points if view else ())
        ]
    return "\n".join(lines), lang


def writing(lang: str) -> str:
    """Return the language of a text as forms name it: ``zh`` for ``zh-hans``."""
    return lang.partition("-")[0].lower()


def _view(node: Node, check: assessment.Check | None, first: dict[str, Any]) -> View | None:
    if check is None:
        return None
    library = lawbook(node.config).library
    return View(
        outcome=check.outcome,
        first=str(first[check.outcome]),
        parts=tuple(_part(library, part) for part in check.parts),
        unheld=check.unheld,
        edition=check.edition,
        uncited=check.uncited,
    )


def _part(library: Library, part: assessment.Checked) -> Part:
    key = part.instrument.key
    breaches = [finding for finding in part.told if finding.outcome == "breach"]
    return Part(
        title=say(library, key, "instrument.title"),
        judged=part.judgement is not None,
        lines=tuple(_line(library, part, finding) for finding in breaches),
        questions=tuple(_questions(library, part)),
        clear=tuple(
            _line(library, part, finding)
            for finding in (part.judgement.findings if part.judgement else ())
            if finding.outcome == "clear"
        ),
    )


def _line(library: Library, part: assessment.Checked, finding: Finding) -> Line:
    rule, unread = finding.rule, part.unread(finding)
    return Line(
        key=rule.key,
        digest=rule.digest,
        said=say(library, part.instrument.key, f"rules.{rule.key}"),
        cite=comma().join(rule.cite),
        effective=finding.effective,
        kind=part.kind(finding),
        verified=finding.verified,
        unread=unread,
        labels=tuple(say(library, None, f"facts.{name}.label") for name in unread),
        overridden=finding.overridden,
    )


def _questions(library: Library, part: assessment.Checked) -> Iterator[Question]:
    """Yield each missing fact once, with the articles of all the rules that want it."""
    cites: dict[str, dict[str, None]] = {}
    for finding in part.told:
        for fact in finding.missing:
            cites.setdefault(fact, {}).update(dict.fromkeys(finding.rule.cite))
    for fact, articles in cites.items():
        asked = say(library, None, f"facts.{fact}.ask")
        yield Question(fact, asked, comma().join(articles), fact not in READABLE)


def told_facts(node: Node, row: DraftRow) -> list[tuple[Said, Said]]:
    """Return the facts that officers added to a draft: label, and what they said."""
    given = row.law.get("facts", {})
    if not given:
        return []
    library = lawbook(node.config).library
    found = []
    for name, value in sorted(given.items()):
        values = value if isinstance(value, list) else [value]
        texts = [_told(library, name, one) for one in values]
        reviewed = all(one.reviewed for one in texts)
        told = Said(comma().join(one.text for one in texts), "", reviewed=reviewed)
        found.append((say(library, None, f"facts.{name}.label"), told))
    return found


def _told(library: Library, name: str, value: Any) -> Said:
    if library.facts[name].values:
        return say(library, None, f"codes.{name}.{value}")
    if isinstance(value, bool):
        return Said(gettext("yes") if value else gettext("no"), "", reviewed=True)
    return Said(str(value), "", reviewed=True)  # an officer's, or a number


def grounds(
    library: Library, instruments: tuple[Instrument, ...], measures: tuple[str, ...], kind: str
) -> tuple[list[tuple[str, SafeString]], bool]:
    """Return the grounds to choose from, and whether all their wording is reviewed.

    A choice is how the ground travels, and what it says with its article.

    Args:
        library: of the instruments.
        instruments: on which the request rests.
        measures: that may be meant, in order; the first that an instrument has counts.
        kind: ``refuse`` or ``postpone``; what is no ground is never among them.
    """
    found, reviewed = [], True
    for one in instruments:
        measure = next((name for name in measures if one.provides(name)), None)
        for ground in one.grounds.values():
            fits = measure is not None and {"*", measure} & set(ground.measures)
            if ground.kind == kind and fits:
                texts = _texts(library, one, ground)
                found.append((f"{one.key} {ground.key}", _choice(*texts, ground)))
                reviewed = reviewed and all(said.reviewed for said in texts)
    return found, reviewed


def ground(instrument: str, key: str) -> Said | None:
    """Return what a ground of a shipped instrument says, with its article; None if unknown."""
    library = laws()
    one = library.instruments.get(instrument)
    if one is None or key not in one.grounds:
        return None
    text, short = _texts(library, one, one.grounds[key])
    told = f"{text.text} ({cited(short.text, ', '.join(one.grounds[key].cite))})"
    return Said(told, text.lang, reviewed=text.reviewed and short.reviewed)


def _texts(library: Library, one: Instrument, ground: Ground) -> tuple[Said, Said]:
    """Return what a ground says, and the short name of its instrument."""
    text = say(library, one.key, f"grounds.{ground.key}")
    return text, say(library, one.key, "instrument.short")


def _choice(text: Said, short: Said, ground: Ground) -> SafeString:
    """Return a ground for a list, its articles left to right in every language."""
    if not ground.cite:
        return format_html("{} ({})", text.text, short.text)
    articles, word = comma().join(ground.cite), gettext("Article")
    return format_html('{} ({}, {} <bdi dir="ltr">{}</bdi>)', text.text, short.text, word, articles)


def cited(title: str, articles: str) -> str:
    """Return an instrument with its articles, in the page's language."""
    if not articles:
        return title
    return f"{title}, {gettext('Article %(number)s') % {'number': articles}}"

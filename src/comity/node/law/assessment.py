"""What the law says of a draft, or of a request that came in.

Findings stay in this office: nothing of them is written into a message.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, Literal

from comity.canonical import parse_time
from comity.exchange import KNOWN, MOVES
from comity.exchange.approvals import stricter
from comity.exchange.moves import UNKNOWN
from comity.instruments import (
    OUTCOMES,
    Finding,
    Instrument,
    Judgement,
    Override,
    check_facts,
    judge,
)
from comity.node.cases import paper_conversations
from comity.node.cases.conversations import opening_of
from comity.node.core.clock import now
from comity.node.core.law_library import lawbook
from comity.node.core.node import Node
from comity.node.law import rights_check_facts
from comity.node.law.facts_from_conversation import onward_told, told_in
from comity.node.law.facts_from_messages import CHANNELS, DECISIONS, NODE, READABLE, Said, facts_of
from comity.node.models import Conversation, DraftRow, MessageRow, SectionRow

STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "request.submitted": ("draft",),
    "request.amended": ("draft",),
    "request.extension-asked": ("draft",),
    "request.clarification-asked": ("decide",),
    "request.not-competent": ("decide",),
    "request.forwarded": ("decide",),
    "request.accepted": ("decide",),
    "request.accepted-in-part": ("decide",),
    "request.refused": ("decide",),
    "request.postponed": ("decide",),
    "preservation.confirmed": ("answer",),
    "request.extended": ("answer",),
    "request.executed-in-part": ("execute", "answer"),
    "request.executed": ("execute", "answer"),
    "evidence.offered": ("answer",),
    "request.released": ("release",),
    "request.withdrawn": ("release",),
    "request.closed": ("close",),
}
"""Type of message to the steps at which it is judged; no rule speaks about other types."""
NOT_JUDGED: Final = "not-judged"
"""The outcome where no rule was asked: not the same as that none is against it."""

_MEASURES: Final = {
    "search": ("stored-data",),
    "emergency": ("emergency", "emergency-disclosure"),
}
_EXTENSION: Final = frozenset({"request.extension-asked", "request.extended"})
_REQUEST: Final = ("request.submitted", "request.amended")
_PRESERVED: Final = {"preservation.confirmed": "preservation", "request.extended": "extension"}


type BreachKind = Literal["objection", "condition", "reminder"]


@dataclass(frozen=True)
class Checked:
    """One instrument on which a request rests, and what its rules say.

    Attributes:
        instrument: as we hold it.
        judgement: the findings, or None where the instrument has no such measure.
        known: the facts that were judged, by dotted name.
    """

    instrument: Instrument
    judgement: Judgement | None
    known: Mapping[str, Any]

    @property
    def told(self) -> tuple[Finding, ...]:
        """Return the findings that say something: what blocks, then warnings, then questions."""
        findings = self.judgement.findings if self.judgement else ()
        found = [finding for finding in findings if finding.effective != "none"]
        return tuple(sorted(found, key=lambda f: _ORDER.index(f.effective)))

    def kind(self, finding: Finding) -> BreachKind:
        """Return what a breach is.

        It objects to what is said; or it asks for what is not said yet, as a condition of the step
        where the rule holds it, else as a reminder.
        """
        silent = finding.rule.when.facts() - set(self.known)
        if all(name.startswith("item.") for name in silent):
            return "objection"
        return "condition" if finding.effective == "block" else "reminder"

    def unread(self, finding: Finding) -> tuple[str, ...]:
        """Return the facts of a breach that no field of a message can say: people must look."""
        if finding.outcome != "breach":
            return ()
        silent = finding.rule.when.facts() - set(self.known) - READABLE
        return tuple(sorted(name for name in silent if not name.startswith("item.")))


_ARTICLE: Final = re.compile(r"(?:Art(?:icle|\.)?\s*)?([0-9]{1,4})(?:\s*\(.*)?", re.IGNORECASE)
_ORDER: Final = ("block", "warn", "ask")


@dataclass(frozen=True)
class Check:
    """All that is said of one message.

    Attributes:
        step: at which it was judged, or several, joined by a comma; empty where no rule was asked.
        parts: one for each instrument that the request rests on and that we hold.
        unheld: names of those that we do not hold.
        edition: ``same`` or ``other`` than the asking side's, or empty where it names none.
        uncited: instruments of the basis with the article they are cited by and do not have.
    """

    step: str
    parts: tuple[Checked, ...]
    unheld: tuple[str, ...]
    edition: str = ""
    uncited: tuple[tuple[str, str], ...] = ()

    @property
    def outcome(self) -> str:
        """Return the worst outcome of the parts, or `NOT_JUDGED` where no rule was asked."""
        judged = (part.judgement for part in self.parts if part.judgement)
        found = [one.outcome for one in judged if one.findings]
        return max(found, key=OUTCOMES.index, default=NOT_JUDGED)


_NOTHING: Final = Check("", (), ())


# ------------------------------------------------------------------ drafts


def check_draft(node: Node, row: DraftRow) -> Check:
    """Return what the law says of a draft if it were sent now.

    Its outcome is `NOT_JUDGED` where no rule speaks about its type.

    Raises:
        LawFolderError, InstrumentError, ReviewError: the office's law cannot be read.
    """
    steps = STEPS.get(row.type, ())
    if not steps:
        return _NOTHING
    sections = {name: section["value"] for name, section in row.sections.items()}
    request: Mapping[str, Any] = sections
    asker, asked, until = node.party, "", None
    told: dict[str, Any] = {}
    if row.conversation:
        opened = Conversation.objects.get(digest=row.conversation)
        stored = _stored(opened, _written(opened))
        asker, until = opened.opener, _preserved_until(stored)
        request = _standing(stored) | _amending(row.type, sections)
        told = told_in(row.conversation)
    if "offer" in sections and (passed := onward_told(node, row)):
        told, steps = told | passed, (*steps, "transfer")
    asked = next(party for party in row.fields["members"] if party != asker)
    pinned = KNOWN.get(row.fields.get("edition")) or KNOWN.newest
    move = pinned.row(row.type) or UNKNOWN
    floor = stricter(move.floor, node.directory.policy(node.party, row.type))
    said = Said(
        asker=asker,
        asked=asked,
        type=row.type,
        sections=sections,
        request=request,
        officers=floor.author + floor.approver,
        preserved_until=until,
        at=now(),
        own={**row.law.get("facts", {}), **screened_by(row)},
        told=told,
    )
    return _check(node, said, steps, overrides=overrides_of(row)) or _NOTHING


def check_answers(
    node: Node, *, to: str, message_type: str, sections: Mapping[str, Any]
) -> tuple[Checked, ...]:
    """Return what the law says of a request that is being written: what is empty says nothing.

    Args:
        node: this node.
        to: the party that is asked.
        message_type: of the request.
        sections: what was written so far, in the shape of the sections.

    Raises:
        LawFolderError, InstrumentError, ReviewError: the office's law cannot be read.
    """
    said = Said(
        asker=node.party,
        asked=to,
        type=message_type,
        sections=sections,
        request=sections,
        at=now(),
    )
    held = _held(node, sections["request"])
    return tuple(_judged(node, one, said, STEPS[message_type], overrides=()) for one in held)


def facts_stated(node: Node, row: DraftRow) -> frozenset[str]:
    """Return the names of the facts that a draft states: in its sections, or beside them.

    Raises:
        LawFolderError, InstrumentError, ReviewError: the office's law cannot be read.
    """
    parts = (part.known for part in check_draft(node, row).parts)
    known = {**row.law.get("facts", {}), **{k: v for part in parts for k, v in part.items()}}
    return frozenset(name for name, value in known.items() if value not in (None, "", []))


def screened_by(row: DraftRow) -> dict[str, Any]:
    """Return what the signed rights check of a request says for the draft of a decision."""
    return rights_check_facts.facts_about(row.conversation) if row.type in DECISIONS else {}


def holds_back(node: Node, row: DraftRow) -> bool:
    """Tell whether a confirmed rule, not overridden, stands against sending a draft.

    Raises:
        LawFolderError, InstrumentError, ReviewError: the office's law cannot be read.
    """
    return check_draft(node, row).outcome == "not-sendable"


def overrides_of(row: DraftRow) -> tuple[Override, ...]:
    """Return the overrides that are kept with a draft."""
    return tuple(
        Override(one["rule"], one["by"], parse_time(one["at"]), one["reasons"])
        for one in row.law.get("overrides", [])
    )


# ------------------------------------------------------------------ requests that came in


def check_received(node: Node, conversation: Conversation) -> Check | None:
    """Return what the law says of a request that this office received; None if it is none.

    Raises:
        LawFolderError, InstrumentError, ReviewError: the office's law cannot be read.
    """
    if conversation.opener == node.party or conversation.type != "request.submitted":
        return None
    written = _written(conversation)
    request = _standing(_stored(conversation, written))
    if "request" not in request:  # erased
        return None
    said = Said(
        asker=conversation.opener,
        asked=node.party,
        type="request.submitted",
        sections=request,
        request=request,
        received=not conversation.paper,
        channel=_channel(written) if conversation.paper else NODE,
        at=now(),
    )
    named = None if conversation.paper else opening_of(conversation.digest).instrument
    return _check(node, said, ("receive",), named=named)


# ------------------------------------------------------------------ judging


def edition_of(node: Node, request: Mapping[str, Any]) -> str | None:
    """Return the edition of the first instrument of a request's basis that we hold, or None."""
    return next((one.digest for one in _held(node, request)), None)


def instruments_of(node: Node, conversation: Conversation) -> tuple[Instrument, ...]:
    """Return the instruments that a request rests on, as far as we hold them."""
    request = _standing(_stored(conversation, _written(conversation))).get("request")
    return _held(node, request) if request else ()


def _held(node: Node, request: Mapping[str, Any]) -> tuple[Instrument, ...]:
    book = lawbook(node.config)
    names = dict.fromkeys(one["instrument"] for one in request["basis"])
    return tuple(found for name in names if (found := book.instrument(name)))


def measures_of(message_type: str, measure: str) -> tuple[str, ...]:
    """Return the measures of instruments that a measure of the protocol may be, in order."""
    if message_type in _EXTENSION:
        return (f"{measure}-extension",)
    return _MEASURES.get(measure, (measure,))


def _check(
    node: Node,
    said: Said,
    steps: tuple[str, ...],
    *,
    overrides: Iterable[Override] = (),
    named: str | None = None,
) -> Check | None:
    request = said.request.get("request")
    if request is None:
        return None
    held = _held(node, request)
    parts = tuple(_judged(node, found, said, steps, overrides=tuple(overrides)) for found in held)
    known = {one.key for one in held}
    names = dict.fromkeys(one["instrument"] for one in request["basis"])
    unheld = tuple(name for name in names if name not in known)
    edition = "" if named is None else "same" if named in {h.digest for h in held} else "other"
    return Check(", ".join(steps), parts, unheld, edition, _uncited(held, request["basis"]))


def _uncited(
    held: Iterable[Instrument], basis: Iterable[Mapping[str, Any]]
) -> tuple[tuple[str, str], ...]:
    """Return each basis whose article the instrument does not have, as far as a number says it."""
    articles = {one.key: one.articles for one in held}
    found = dict.fromkeys((one["instrument"], one["article"]) for one in basis)
    return tuple(
        (key, cited)
        for key, cited in found
        if key in articles
        and (named := _ARTICLE.fullmatch(cited.strip()))
        and named[1] not in articles[key]
        and any(article.isdigit() for article in articles[key])
    )


def _judged(
    node: Node,
    instrument: Instrument,
    said: Said,
    steps: tuple[str, ...],
    *,
    overrides: tuple[Override, ...],
) -> Checked:
    book = lawbook(node.config)
    asked = measures_of(said.type, said.request["request"]["measure"])
    measure = next((one for one in asked if instrument.provides(one)), None)
    facts = facts_of(said, instrument, book.library, node.directory)
    if measure is None:
        return Checked(instrument, None, facts)
    judgements = [
        judge(
            book.library,
            instrument,
            measure=measure,
            step=step,
            facts=facts,
            verified=book.verified(),
            overrides=overrides,
        )
        for step in steps
    ]
    known = {**check_facts(facts, book.library.facts), "measure": measure, "step": steps[0]}
    return Checked(instrument, _joined(judgements), known)


def _joined(judgements: list[Judgement]) -> Judgement:
    """Return judgements of one message at several steps as one; a rule is told once."""
    findings = {one.rule.key: one for judged in judgements for one in judged.findings}
    outcome = max((one.outcome for one in judgements), key=OUTCOMES.index)
    return replace(judgements[0], findings=tuple(findings.values()), outcome=outcome)


# ------------------------------------------------------------------ what a conversation says


type _Stored = list[tuple[str, dict[str, Any]]]


def _written(conversation: Conversation) -> Sequence[paper_conversations.Written]:
    """Return what of a conversation was written down from paper."""
    return paper_conversations.transcripts(conversation.digest) if conversation.paper else ()


def _stored(conversation: Conversation, written: Sequence[paper_conversations.Written]) -> _Stored:
    """Return what took effect in a conversation, oldest first: type and sections."""
    rows = MessageRow.objects.filter(conversation=conversation.digest, standing="applied")
    wanted = list(rows.filter(type__in=(*_REQUEST, *_PRESERVED)).order_by("recorded_at", "index"))
    sections: dict[str, dict[str, Any]] = {row.record: {} for row in wanted}
    for one in SectionRow.objects.filter(record__in=sections, salt__isnull=False):
        sections[one.record][one.name] = one.value
    found = [((row.epoch, row.index), row.type, sections[row.record]) for row in wanted]
    if written:
        found += [
            ((one.row.epoch, one.row.index), one.value["type"], one.value["sections"])
            for one in written
            if one.value["type"] in (*_REQUEST, *_PRESERVED)
        ]
        found.sort(key=itemgetter(0))
    return [(message_type, said) for _, message_type, said in found]


def _channel(written: Sequence[paper_conversations.Written]) -> str:
    """Return by which way a request on paper came, in the words of the law's facts."""
    return CHANNELS.get(written[0].value["channel"], "post") if written else "post"


def _standing(stored: _Stored) -> dict[str, Any]:
    """Return the request as it stands: what an amendment says anew replaces what was said."""
    found: dict[str, Any] = {}
    for message_type, sections in stored:
        if message_type in _REQUEST:
            found |= _amending(message_type, sections)
    return found


def _amending(message_type: str, sections: Mapping[str, Any]) -> dict[str, Any]:
    names = MOVES["request.submitted"].sections if message_type in _REQUEST else ()
    return {name: value for name, value in sections.items() if name in names}


def _preserved_until(stored: _Stored) -> datetime | None:
    for message_type, sections in reversed(stored):
        section = _PRESERVED.get(message_type)
        if section in sections:
            return parse_time(sections[section]["until"])
    return None

"""A round table from its messages: who comes, who agreed to which minutes, what is to be done.

Legality of a message is the type table's alone. What breaks a rule of this module is therefore no
reason to refuse a message: it changes nothing here, and is listed, to be shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

type Coming = Literal["comes", "does-not-come", "unknown", ""]
type Said = Literal["agreed", "objected", ""]
type Standing = Literal["agreed", "objected", "open", "unknown"]
type ActionState = Literal["open", "under-way", "done", "not-done"]
type Why = Literal["no-such", "foreign", "replaced"]

_AGREED, _OBJECTED = "table.minutes-agreed", "table.minutes-objected"
ENDED: Final = frozenset({"done", "not-done"})
"""States of an action in which nothing remains to be done."""


@dataclass(frozen=True)
class TableMessage:
    """One message that took effect.

    Attributes:
        content: its content digest.
        author: party.
        type: of the message.
        about: content digest of the message that it answers, or None.
        sections: name to checked value, of those that are here.
    """

    content: str
    author: str
    type: str
    about: str | None
    sections: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a member answered last; ``by`` is empty if it has not."""

    party: str
    answer: Coming = ""
    by: str = ""


@dataclass(frozen=True)
class Word:
    """What a member said last of minutes.

    Attributes:
        party: the member.
        word: ``agreed``, ``objected``, or empty.
        by: content digest of the message; the proposal itself for whoever called.
        counts: whether the minutes wait for it: it said it comes before they were proposed.
    """

    party: str
    word: Said
    by: str
    counts: bool


@dataclass(frozen=True)
class Action:
    """What a party is to do, and what it said of it last; ``by`` says in which message."""

    number: int
    what: str
    party: str
    due_by: str
    state: ActionState
    by: str

    @property
    def open(self) -> bool:
        """Tell whether something remains to be done."""
        return self.state not in ENDED


@dataclass(frozen=True)
class Minutes:
    """Minutes that were proposed, and how far they are agreed.

    Attributes:
        by: content digest of the proposal.
        standing: ``agreed``, ``objected``, ``open``, or ``unknown`` where an answer was erased.
        words: of each member, in the order of the members.
        items: as proposed; empty if they were erased.
        actions: by number.
    """

    by: str
    standing: Standing
    words: tuple[Word, ...]
    items: tuple[Mapping[str, Any], ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Misfit:
    """Something said that does not fit, and changed nothing.

    Attributes:
        number: of the item or action, or None.
        why: ``no-such`` number; an action of or a report by a ``foreign`` party; said of minutes
            that were ``replaced``.
        by: content digest of the message.
    """

    number: int | None
    why: Why
    by: str


@dataclass(frozen=True)
class Table:
    """A round table as its messages have it; minutes in merged order."""

    answers: tuple[Answer, ...] = ()
    minutes: tuple[Minutes, ...] = ()
    misfits: tuple[Misfit, ...] = ()

    @property
    def agreed(self) -> Minutes | None:
        """Return the minutes that count: the last that were agreed."""
        return next((one for one in reversed(self.minutes) if one.standing == "agreed"), None)

    @property
    def pending(self) -> Minutes | None:
        """Return the newest minutes if they are not agreed; those agreed before count on."""
        newest = self.minutes[-1] if self.minutes else None
        return newest if newest is not None and newest.standing != "agreed" else None


def table_of(messages: Iterable[TableMessage], *, members: Iterable[str], caller: str) -> Table:
    """Return what a round table has come to.

    Args:
        messages: those that took effect, in merged order. A section that is not here, because it
            was erased or withheld, says nothing.
        members: of the conversation.
        caller: author of the opening.

    Source: spec/07-types.md section 7.5.
    """
    run = _Run(tuple(members), caller)
    for message in messages:
        run.take(message)
    return Table(
        tuple(run.answers[party] for party in run.members if party != caller),
        tuple(run.minutes(one) for one in run.proposals.values()),
        tuple(run.misfits),
    )


@dataclass
class _Proposal:
    """Minutes under way: what was said of them until now."""

    by: str
    coming: Mapping[str, Coming]
    items: tuple[Mapping[str, Any], ...]
    actions: dict[int, Action]
    words: dict[str, tuple[Said, str]] = field(default_factory=dict)


class _Run:
    """The working memory of one run; lives only inside `table_of`."""

    def __init__(self, members: tuple[str, ...], caller: str) -> None:
        self.members = members
        self.caller = caller
        self.answers = {party: Answer(party) for party in members}
        self.agenda: frozenset[int] | None = None
        self.proposals: dict[str, _Proposal] = {}
        self.misfits: list[Misfit] = []

    def take(self, message: TableMessage) -> None:
        """Let one message count."""
        sections = message.sections
        if message.type == "table.called":
            table = sections.get("table")
            self.agenda = frozenset(row["number"] for row in table["agenda"]) if table else None
        elif message.type == "table.answered":
            said: Coming = sections.get("table-answer", {}).get("answer", "unknown")
            self.answers[message.author] = Answer(message.author, said, message.content)
        elif message.type == "table.minutes-proposed":
            self._propose(message)
        elif message.type in (_AGREED, _OBJECTED):
            self._judge(message)
        elif message.type == "table.action-reported" and "action-report" in sections:
            self._report(message, sections["action-report"])

    def _propose(self, message: TableMessage) -> None:
        minutes = message.sections.get("minutes", {})
        items = tuple(minutes.get("items", ()))
        if self.agenda is not None:
            unknown = [row["number"] for row in items if row["number"] not in self.agenda]
            self.misfits += [Misfit(number, "no-such", message.content) for number in unknown]
        actions: dict[int, Action] = {}
        for row in minutes.get("actions") or ():
            if row["party"] in self.members:
                actions[row["number"]] = Action(**row, state="open", by=message.content)
            else:
                self.misfits.append(Misfit(row["number"], "foreign", message.content))
        coming = {party: answer.answer for party, answer in self.answers.items()}
        self.proposals[message.content] = _Proposal(message.content, coming, items, actions)

    def _judge(self, message: TableMessage) -> None:
        newest = next(reversed(self.proposals), None)
        if message.about is None or message.about != newest:
            self.misfits.append(Misfit(None, "replaced", message.content))
            return
        word: Said = "agreed" if message.type == _AGREED else "objected"
        self.proposals[newest].words[message.author] = (word, message.content)

    def _report(self, message: TableMessage, said: Mapping[str, Any]) -> None:
        proposal = self.proposals.get(message.about or "")
        number = said["number"]
        known = proposal.actions.get(number) if proposal else None
        if proposal is None or known is None:
            self.misfits.append(Misfit(number, "no-such", message.content))
        elif known.party != message.author:
            self.misfits.append(Misfit(number, "foreign", message.content))
        else:
            proposal.actions[number] = Action(
                number, known.what, known.party, known.due_by, said["state"], message.content
            )

    def minutes(self, one: _Proposal) -> Minutes:
        """Return minutes with the word of each member."""
        words = []
        for party in self.members:
            if party == self.caller:
                words.append(Word(party, "agreed", one.by, counts=True))
                continue
            word, by = one.words.get(party, ("", ""))
            words.append(Word(party, word, by, counts=one.coming[party] == "comes"))
        return Minutes(
            one.by,
            self._standing(one),
            tuple(words),
            one.items,
            tuple(one.actions[number] for number in sorted(one.actions)),
        )

    def _standing(self, one: _Proposal) -> Standing:
        said = {party: one.words.get(party, ("", ""))[0] for party in one.coming}
        comes = [said[party] for party, answer in one.coming.items() if answer == "comes"]
        unread = [said[party] for party, answer in one.coming.items() if answer == "unknown"]
        if "objected" in comes:
            return "objected"
        if any(word != "agreed" for word in comes):
            return "open"
        if any(word != "agreed" for word in unread):
            return "unknown"
        return "agreed" if comes or unread else "open"

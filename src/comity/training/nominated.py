"""People whom another State nominated, into a cohort; and what it is answered.

Each person of the message is taken, put on the waiting list, or told why not; nobody is declined
by a program.

Source: spec/07-types.md (``training.nominated``, ``training.answered``);
docs/reference/training.md, "Nominations".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from comity.canonical import state_of
from comity.instruments.library import UNSEEN
from comity.training.cohort import OUTCOMES, Cohort, Member, Nomination
from comity.training.columns import normal, tag_of
from comity.training.enrolment import MAX_CELL, Person, RowProblem
from comity.training.errors import NominationError, NominationOpenError
from comity.training.model import Course
from comity.training.row import KEY, MAX_KEY

_SHORT: Final = slice(7, 15)
"""Of a digest ``sha256:...``: enough to tell messages apart for an eye."""


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """A person as the message names it, untrusted."""

    number: int
    name: str
    function: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the organiser says about those who do not fit by themselves.

    Attributes:
        places: how many people of this conversation are taken; None: all.
        function: for whoever has none that is a key; empty: they are told.
        language: for whoever has none of the course; empty: they are told.
        also: numbers taken although somebody of that name is there already.
    """

    places: int | None = None
    function: str = ""
    language: str = ""
    also: Collection[int] = ()


@dataclass(frozen=True, kw_only=True)
class Nominated:
    """What a message came to.

    Attributes:
        problems: their line is the person's number in the message.
    """

    cohort: Cohort
    nomination: Nomination
    added: int
    problems: tuple[RowProblem, ...]


def reference_of(party: str, content: str, number: int) -> str:
    """Return what a nominated person is called in the cohort: ``za-1a2b3c4d-2``."""
    return f"{state_of(party)}-{content[_SHORT]}-{number}"


def take_nominations(
    cohort: Cohort,
    course: Course,
    message: Nomination,
    nominees: Sequence[Nominee],
    wish: Wish,
) -> Nominated:
    """Return the cohort with those of a message in it who fit.

    The same message again takes further people from its waiting list, or those who fit by now, and
    changes nothing for those who were decided.

    Args:
        cohort: of that course.
        course: as it is now.
        message: who nominated, and in which message; its outcomes are not read.
        nominees: of the message.
        wish: of the organiser.
    """
    before = cohort.nominations.get(message.content)
    outcomes: dict[int, str | None] = dict(before.outcomes) if before else {}
    names = {normal(one.who.name) for one in cohort.members.values()}
    room = None if wish.places is None else wish.places - _given(cohort, message)
    people: list[Person] = []
    problems: list[RowProblem] = []
    for one in nominees:
        if outcomes.get(one.number) in {"accepted", "declined"}:
            continue
        made = _person(one, message, course, wish, names)
        if isinstance(made, RowProblem):
            problems.append(made)
            outcomes.setdefault(one.number, None)
        elif room is not None and len(people) >= room:
            outcomes[one.number] = "waiting-list"
        else:
            outcomes[one.number] = "accepted"
            names.add(normal(made.name))
            people.append(made)
    nomination = replace(message, outcomes=dict(sorted(outcomes.items())))
    return Nominated(
        cohort=cohort.with_people(people).with_nomination(nomination),
        nomination=nomination,
        added=len(people),
        problems=tuple(problems),
    )


def with_outcomes(cohort: Cohort, content: str, outcomes: Mapping[int, str]) -> Cohort:
    """Return the cohort in which the organiser has decided about some people of a message.

    Whoever is not accepted any more leaves the cohort.

    Raises:
        NominationError: no such message or person; somebody is accepted who was not taken, or
            leaves after having done something.
    """
    nomination = nomination_of(cohort, content)
    members: dict[str, Member] = dict(cohort.members)
    for number, outcome in outcomes.items():
        if number not in nomination.outcomes or outcome not in OUTCOMES:
            raise NominationError(
                f"{number}: not in that message, or none of {', '.join(OUTCOMES)}"
            )
        key = normal(reference_of(nomination.party, content, number))
        if outcome == "accepted":
            if key not in members:
                raise NominationError(f"{number}: take the person into the cohort first")
            continue
        member = members.pop(key, None)
        if member is not None and member != Member(who=member.who):
            raise NominationError(f"{number}: results or certificates of this person are there")
    changed = replace(nomination, outcomes={**nomination.outcomes, **outcomes})
    return replace(cohort, members=members).with_nomination(changed)


def answers(cohort: Cohort, content: str) -> dict[str, Any]:
    """Return section ``nomination-answers`` for a message.

    Raises:
        NominationError: no such message.
        NominationOpenError: about somebody nothing is decided.
    """
    nomination = nomination_of(cohort, content)
    undecided = [str(number) for number, said in nomination.outcomes.items() if said is None]
    if undecided:
        raise NominationOpenError(f"nothing is decided about {', '.join(undecided)}")
    told = [
        {"number": number, "outcome": outcome}
        for number, outcome in sorted(nomination.outcomes.items())
    ]
    return {"answers": told, "note": None}


def nomination_of(cohort: Cohort, content: str) -> Nomination:
    """Return the nomination of a message, by its content digest.

    Raises:
        NominationError: nobody of it was taken into this cohort.
    """
    found = cohort.nominations.get(content)
    if found is None:
        known = ", ".join(cohort.nominations) or "none"
        raise NominationError(f"the cohort has no such message; it has {known}")
    return found


def _given(cohort: Cohort, message: Nomination) -> int:
    return sum(
        outcome == "accepted"
        for one in cohort.nominations.values()
        if one.conversation == message.conversation
        for outcome in one.outcomes.values()
    )


def _person(
    one: Nominee, message: Nomination, course: Course, wish: Wish, names: Collection[str]
) -> Person | RowProblem:
    fault = next(_faults(one, course, wish, names), None)
    if fault is not None:
        return RowProblem(one.number, *fault)
    return Person(
        person=reference_of(message.party, message.content, one.number),
        name=" ".join(one.name.split()),
        function=_function(one, wish),
        language=_language(one, course, wish),
    )


def _faults(
    one: Nominee, course: Course, wish: Wish, names: Collection[str]
) -> Iterator[tuple[str, str]]:
    if not one.name.strip() or len(one.name) > MAX_CELL or UNSEEN.search(one.name):
        yield "row-text", f"the name has over {MAX_CELL} characters, or one that no eye sees"
    if not _function(one, wish):
        yield "row-function", "the function is no key; name one for these with --function"
    if not _language(one, course, wish):
        told = "the course is not in that language; name another for these with --language"
        yield "row-language", told
    if normal(one.name) in names and one.number not in wish.also:
        told = f"somebody of that name is in the cohort; another person: --also {one.number}"
        yield "row-repeated", told


def _function(one: Nominee, wish: Wish) -> str:
    key = normal(one.function).replace(" ", "-")
    return key if len(key) <= MAX_KEY and KEY.fullmatch(key) else wish.function


def _language(one: Nominee, course: Course, wish: Wish) -> str:
    found = tag_of(one.language)
    return found if found in course.languages else wish.language

"""The file of a cohort: who takes a course together, by when, and what each has done for it.

The office keeps it as it keeps any list of its staff; nothing of it is sent, and nobody signed it.

Source: docs/reference/training.md, "A cohort".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    decode,
    encode,
    members,
    parse_digest,
    parse_id,
    parse_party,
    parse_time,
    time_text,
)
from comity.instruments.library import UNSEEN
from comity.training.columns import normal
from comity.training.enrolment import MAX_CELL, MAX_ROWS, Person
from comity.training.errors import CohortError, CohortFullError
from comity.training.model import LANGUAGES
from comity.training.row import KEY, MAX_KEY
from comity.training.standing import Attempt, Exercised

MAX_COHORT_BYTES: Final = 64 * 1024 * 1024
OUTCOMES: Final = ("accepted", "declined", "waiting-list")
_MOST: Final = 500
_NONE: Final = type(None)


@dataclass(frozen=True)
class Held:
    """A certificate that somebody of the cohort was given."""

    id: str
    valid_until: datetime


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody in a cohort.

    Attributes:
        who: reference, name, function, language.
        lessons: keys of those that were taken.
        attempts, exercises, certificates: in the order in which they came in.
    """

    who: Person
    lessons: frozenset[str] = frozenset()
    attempts: tuple[Attempt, ...] = ()
    exercises: tuple[Exercised, ...] = ()
    certificates: tuple[Held, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Nomination:
    """A message by which another State nominated people, and what became of each.

    Attributes:
        party: who nominated.
        conversation, content: digests of the conversation and of the message.
        outcomes: number of the person -> accepted, waiting-list or declined; None: not decided.
    """

    party: str
    conversation: str
    content: str
    outcomes: Mapping[int, str | None]


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """People who take a course together.

    Attributes:
        course: key of the course.
        begins_at, due_at: aware UTC; whoever has not passed by the second is late.
        members: by reference, case and width left out, in the order in which they came.
        nominations: by content digest.
    """

    course: str
    begins_at: datetime
    due_at: datetime
    members: Mapping[str, Member] = field(default_factory=dict)
    nominations: Mapping[str, Nomination] = field(default_factory=dict)

    def with_people(self, people: Iterable[Person]) -> "Cohort":
        """Return the cohort with people in it; who is there already keeps what was done.

        A name, function or language that changed is the new one's.

        Raises:
            CohortFullError: more than 20,000 people.
        """
        found = dict(self.members)
        for one in people:
            key = normal(one.person)
            found[key] = replace(found[key], who=one) if key in found else Member(who=one)
        if len(found) > MAX_ROWS:
            raise CohortFullError(f"a cohort has at most {MAX_ROWS} people")
        return replace(self, members=found)

    def with_members(self, changed: Mapping[str, Member]) -> "Cohort":
        """Return the cohort with members in place of those of the same key."""
        return replace(self, members={**self.members, **changed})

    def with_nomination(self, nomination: Nomination) -> "Cohort":
        """Return the cohort with a nomination in place of one of the same message."""
        found = {**self.nominations, nomination.content: nomination}
        return replace(self, nominations=found)

    def encode(self) -> bytes:
        """Return the cohort as a file."""
        return encode(
            {
                "begins_at": time_text(self.begins_at),
                "course": self.course,
                "due_at": time_text(self.due_at),
                "nominations": [_nomination(one) for one in self.nominations.values()],
                "people": [_member(one) for one in self.members.values()],
                "protocol": PROTOCOL,
            }
        )


def parse_cohort(data: bytes) -> Cohort:
    """Return the cohort of a file, untrusted.

    Raises:
        PeerError: it is none.
    """
    fields = members(
        decode(data, max_bytes=MAX_COHORT_BYTES),
        {
            "begins_at": str,
            "course": str,
            "due_at": str,
            "nominations": list,
            "people": list,
            "protocol": str,
        },
    )
    begins, due = parse_time(fields["begins_at"]), parse_time(fields["due_at"])
    if fields["protocol"] != PROTOCOL or not _is_key(fields["course"]) or begins >= due:
        raise CohortError("no cohort, of another protocol, or due before it begins")
    if max(len(fields["people"]), len(fields["nominations"])) > MAX_ROWS:
        raise CohortError(f"a cohort has at most {MAX_ROWS} people")
    people = [_read_member(one) for one in fields["people"]]
    named = [_read_nomination(one) for one in fields["nominations"]]
    made = Cohort(
        course=fields["course"],
        begins_at=begins,
        due_at=due,
        members={normal(one.who.person): one for one in people},
        nominations={one.content: one for one in named},
    )
    if (len(made.members), len(made.nominations)) != (len(people), len(named)):
        raise CohortError("somebody, or a nomination, stands twice")
    return made


def _is_key(value: str) -> bool:
    return len(value) <= MAX_KEY and KEY.fullmatch(value) is not None


def _member(one: Member) -> dict[str, Any]:
    return {
        "attempts": [
            {"at": time_text(each.at), "percent": each.percent, "version": each.version}
            for each in one.attempts
        ],
        "certificates": [
            {"id": each.id, "valid_until": time_text(each.valid_until)} for each in one.certificates
        ],
        "exercises": [
            {
                "at": time_text(each.at),
                "edition": each.edition,
                "percent": each.percent,
                "scenario": each.scenario,
                "team": each.team,
            }
            for each in one.exercises
        ],
        "function": one.who.function,
        "language": one.who.language,
        "lessons": sorted(one.lessons),
        "name": one.who.name,
        "person": one.who.person,
    }


def _read_member(value: object) -> Member:
    lists = dict.fromkeys(("attempts", "certificates", "exercises", "lessons"), list)
    texts = dict.fromkeys(("function", "language", "name", "person"), str)
    found = members(value, {**lists, **texts})
    if any(len(found[name]) > _MOST for name in lists):
        raise CohortError(f"somebody has more than {_MOST} lines of one kind")
    for name in ("name", "person"):
        _text(found[name])
    if not _is_key(found["function"]) or found["language"] not in ("", *LANGUAGES):
        raise CohortError("somebody's function is no key, or the language none of the seven")
    if not all(isinstance(one, str) and _is_key(one) for one in found["lessons"]):
        raise CohortError("somebody took a lesson that is no key")
    return Member(
        who=Person(**{name: found[name] for name in texts}),
        lessons=frozenset(found["lessons"]),
        attempts=tuple(map(_read_attempt, found["attempts"])),
        exercises=tuple(map(_read_exercise, found["exercises"])),
        certificates=tuple(map(_read_held, found["certificates"])),
    )


def _read_attempt(value: object) -> Attempt:
    found = members(value, {"at": str, "percent": int, "version": int})
    if not 1 <= found["version"] <= 10_000:
        raise CohortError("an attempt is of no version")
    percent = _percent(found["percent"])
    return Attempt(version=found["version"], percent=percent, at=parse_time(found["at"]))


def _read_exercise(value: object) -> Exercised:
    found = members(
        value, {"at": str, "edition": str, "percent": int, "scenario": str, "team": str}
    )
    if not _is_key(found["scenario"]):
        raise CohortError("an exercise is of no scenario")
    return Exercised(
        scenario=found["scenario"],
        edition=_text(found["edition"]),
        team=_text(found["team"]),
        percent=_percent(found["percent"]),
        at=parse_time(found["at"]),
    )


def _read_held(value: object) -> Held:
    found = members(value, {"id": str, "valid_until": str})
    return Held(parse_id(found["id"]), parse_time(found["valid_until"]))


def _nomination(one: Nomination) -> dict[str, Any]:
    return {
        "content": one.content,
        "conversation": one.conversation,
        "outcomes": [
            {"number": number, "outcome": outcome} for number, outcome in one.outcomes.items()
        ],
        "party": one.party,
    }


def _read_nomination(value: object) -> Nomination:
    found = members(value, {"content": str, "conversation": str, "outcomes": list, "party": str})
    outcomes: dict[int, str | None] = {}
    for one in found["outcomes"]:
        row = members(one, {"number": int, "outcome": (str, _NONE)})
        if row["outcome"] not in (None, *OUTCOMES) or row["number"] in outcomes:
            raise CohortError("a nomination has no outcome that there is, or stands twice")
        outcomes[row["number"]] = row["outcome"]
    for name in ("content", "conversation"):
        parse_digest(found[name])
    return Nomination(
        party=parse_party(found["party"]),
        conversation=found["conversation"],
        content=found["content"],
        outcomes=outcomes,
    )


def _text(value: str) -> str:
    if not value.strip() or len(value) > MAX_CELL or UNSEEN.search(value):
        raise CohortError(f"a text is empty, over {MAX_CELL} characters, or holds what no eye sees")
    return value


def _percent(value: int) -> int:
    if not 0 <= value <= 100:
        raise CohortError("a percent is from 0 to 100")
    return value

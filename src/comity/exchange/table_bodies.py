"""What the sections of round tables may say (spec 7.5): one strict model a section."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from comity.exchange.values import (
    Ascending,
    Digest,
    Language,
    Model,
    Number,
    Party,
    Short,
    Text,
    Time,
)

# What the sections of assistance between States may say (spec 7.4): one strict model a section.


type Topic = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=1, max_length=64)
]
"""A key of the law as data; a receiver refuses none that it does not know."""


def _distinct(topics: list[str]) -> list[str]:
    """Refuse a topic that comes twice."""
    if len(set(topics)) != len(topics):
        raise PydanticCustomError("doubled", "a topic comes twice")
    return topics


type Topics = Annotated[
    list[Topic],
    Field(min_length=1, max_length=16, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_distinct),
]
type Form = Literal[
    "training", "expertise", "equipment", "software", "documents", "funds", "visit", "other"
]
MAX_SOLUTION_BYTES = 32 * 1024 * 1024


class Part(Model):
    """Another conversation this one goes on from."""

    conversation: Digest


class Need(Model):
    """What a State asks to be helped with."""

    matter: Short
    description: Text
    topics: Topics
    form: Form
    reference: Short
    review_by: Time
    follows: Part | None


class Help(Model):
    """What a State would help with, on which terms, until when it may be taken up."""

    matter: Short
    description: Text
    topics: Topics
    form: Form
    reference: Short
    terms: Text | None
    until: Time | None
    review_by: Time
    follows: Part | None


class Agreement(Model):
    """What two States agreed, and when they look at it again."""

    summary: Text
    under: Short | None
    begins: Time
    ends: Time | None
    review_by: Time


class Progress(Model):
    """How far the assistance is."""

    summary: Text
    review_by: Time | None


class Result(Model):
    """How it ended."""

    outcome: Literal["done", "done-in-part", "not-done"]
    summary: Text


class Complaint(Model):
    """What was not as agreed, and what would mend it."""

    summary: Text
    remedy: Text | None
    answer_by: Time


class Places(Model):
    """Places in a course that one State keeps for another."""

    matter: Short
    description: Text
    topics: Topics
    places: Number
    where: Short
    languages: Annotated[list[Language], Field(min_length=1, max_length=16)]
    begins: Time
    ends: Time
    nominate_by: Time
    requirements: Text | None
    reference: Short


class Nominee(Model):
    """A person that a State nominates: what the organiser needs to know, and no more."""

    number: Number
    name: Short
    function: Short
    language: Language


class Nominations(Model):
    """Whom a State nominates."""

    nominees: Ascending[Nominee]
    note: Text | None


class AnsweredNominee(Model):
    """What became of one nomination."""

    number: Number
    outcome: Literal["accepted", "waiting-list", "declined"]


class NominationAnswers(Model):
    """What became of the nominations."""

    answers: Ascending[AnsweredNominee]
    note: Text | None


class Solution(Model):
    """A solution that is offered: its file, and what its author signed of it (spec 19)."""

    digest: Digest
    size_bytes: Annotated[int, Field(ge=1, le=MAX_SOLUTION_BYTES)]
    statement: dict[str, Any]


class Withdrawal(Model):
    """The signed statement by which a solution is withdrawn (spec 19.4)."""

    statement: dict[str, Any]


ASSISTANCE_SECTIONS: dict[str, type[Model]] = {
    "agreement": Agreement,
    "complaint": Complaint,
    "help": Help,
    "need": Need,
    "nomination-answers": NominationAnswers,
    "nominations": Nominations,
    "places": Places,
    "progress": Progress,
    "result": Result,
    "solution": Solution,
    "withdrawal": Withdrawal,
}


class AgendaItem(Model):
    """One item of an agenda, and how long it may take."""

    number: Number
    title: Short
    duration_minutes: Annotated[int, Field(ge=1, le=1440)]


class Document(Model):
    """A document of the table, by the digest of its bytes; how it travels is no part of this."""

    number: Number
    title: Short
    digest: Digest
    language: Language | None


class Table(Model):
    """What a round table is about, when, where, and with which agenda."""

    matter: Short
    description: Text | None
    topics: Topics
    begins: Time
    ends: Time | None
    where: Short
    answer_by: Time
    agenda: Ascending[AgendaItem]
    documents: Ascending[Document] | None
    reference: Short


class TableAnswer(Model):
    """Whether a party comes: how many, in which functions; no names."""

    answer: Literal["comes", "does-not-come"]
    people: Annotated[int, Field(ge=0, le=1000)]
    functions: Annotated[list[Short], Field(max_length=32)]
    note: Text | None


class MinutesItem(Model):
    """What was said to one item of the agenda."""

    number: Number
    text: Text


class Action(Model):
    """What one party does, until when."""

    number: Number
    what: Short
    party: Party
    due_by: Time


class Minutes(Model):
    """The minutes: by item of the agenda, and what follows from them."""

    items: Ascending[MinutesItem]
    actions: Ascending[Action] | None


class ActionReport(Model):
    """How far an action is, as whoever does it says."""

    number: Number
    state: Literal["under-way", "done", "not-done"]
    note: Text | None


TABLE_SECTIONS: dict[str, type[Model]] = {
    "action-report": ActionReport,
    "minutes": Minutes,
    "table": Table,
    "table-answer": TableAnswer,
}

"""What the sections of round tables may say (spec 7.5): one strict model a section."""

from typing import Annotated, Literal

from pydantic import Field

from comity.exchange.assistance_bodies import Topics
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

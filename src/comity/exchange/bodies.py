"""What each section may say: one strict model a section, from which the JSON Schemas come."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAliasType, get_args

from pydantic import AfterValidator, Field, StringConstraints, ValidationError
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from comity.exchange.errors import BodyMalformedError
from comity.exchange.faults import in_words
from comity.exchange.names import CustodyEventName, Kind, Measure
from comity.exchange.table_bodies import ASSISTANCE_SECTIONS, TABLE_SECTIONS
from comity.exchange.values import (
    Ascending,
    Count,
    Digest,
    Id,
    Language,
    Model,
    Number,
    Party,
    Recipient,
    Short,
    Text,
    Time,
)

MEASURES: Final[tuple[str, ...]] = get_args(Measure.__value__)
"""What may be asked, by the keys of the law as data; ``search`` is the protocol's own."""


class Basis(Model):
    """A legal basis as the author asserts it; the status is part of what is said."""

    instrument: Short
    article: Short
    status: Literal["in-force", "signed-not-in-force", "reciprocity", "domestic-law"]


class Link(Model):
    """Another conversation this one belongs with."""

    conversation: Digest
    relation: Literal["preservation", "follows", "parallel", "joint-investigation"]


class Request(Model):
    """What is asked, on which basis, how urgently."""

    measure: Measure
    basis: Annotated[list[Basis], Field(min_length=1, max_length=8)]
    urgency: Literal["normal", "urgent", "emergency"]
    reference: Short
    confidential: bool
    links: Annotated[list[Link], Field(max_length=16)]


def _said(kind: Kind | None) -> Kind:
    """Refuse null: a type that is not said is absent."""
    if kind is None:
        raise PydanticCustomError("null", "a type that is not said is absent")
    return kind


class Account(Model):
    """A service with an identifier there; with a type, in that type's normal form (spec 7.3)."""

    service: Short
    identifier: Short
    type: Annotated[Kind | SkipJsonSchema[None], AfterValidator(_said)] = Field(
        default_factory=lambda: None
    )


class Period(Model):
    """From a moment to a moment."""

    start: Time
    end: Time


class Item(Model):
    """One of the things that are asked (spec 7.2)."""

    number: Number
    description: Text


class Subject(Model):
    """What exactly is asked."""

    description: Text
    accounts: Annotated[list[Account], Field(max_length=500)]
    period: Period | None
    items: Ascending[Item] = Field(default_factory=list)


class Grounds(Model):
    """Why: offence, facts, need."""

    offence: Text
    facts: Text
    necessity: Text


class Authority(Model):
    """The authority that conducts the investigation."""

    name: Short
    title: Short
    contact: Short


class Delivery(Model):
    """To which fresh per-case key evidence is to be sealed."""

    recipient: Recipient


class Note(Model):
    """A text."""

    text: Text


class Acknowledgement(Model):
    """Receipt by a person, with the receiver's reference."""

    reference: Short
    note: Text | None


class Forwarding(Model):
    """Which authority is competent instead."""

    to: Party
    note: Text


class DecidedItem(Model):
    """What is decided on one item."""

    number: Number
    outcome: Literal["accepted", "refused", "postponed"]


class Decision(Model):
    """A decision with its reasons and the domestic act behind it."""

    reasons: Text
    grounds: Annotated[list[Short], Field(max_length=20)]
    domestic_order: Short | None
    review_by: Time | None
    items: Ascending[DecidedItem] = Field(default_factory=list)


class ExecutedItem(Model):
    """What was done about one item."""

    number: Number
    outcome: Literal["done", "nothing-found", "refused"]


class Execution(Model):
    """What was done."""

    summary: Text
    domestic_order: Short | None
    items: Ascending[ExecutedItem] = Field(default_factory=list)


class Extension(Model):
    """Until when."""

    until: Time
    reasons: Text


class Preservation(Model):
    """Data are preserved until a moment, under a domestic order."""

    until: Time
    domestic_order: Short
    holder: Short
    note: Text | None


class Description(Model):
    """What a package is, in a text that always says its language."""

    lang: Language
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class Offer(Model):
    """A sealed package (spec 15.3)."""

    block_size_bytes: Literal[1048576]
    description: Description
    exhibit: Id
    file_list: Digest
    files: Count
    recipients: Annotated[list[Recipient], Field(min_length=1, max_length=32)]
    root: Digest
    sealed_size_bytes: Annotated[int, Field(ge=1, le=2**53 - 1)]
    tag_manifest: Digest


class Related(Model):
    """Another exhibit that a custody event is about."""

    exhibit: Id
    name: Annotated[str, StringConstraints(min_length=1, max_length=4000)] | None


class CustodyEvent(Model):
    """One event of an exhibit's life (spec 15.4)."""

    at: Time
    attested: bool
    by: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    certificate: Digest | None
    digest_after: Digest | None
    digest_before: Digest | None
    event: CustodyEventName
    exhibit: Id
    number: Annotated[int, Field(ge=1, le=100_000)]
    party: Party
    place: Annotated[str, StringConstraints(max_length=200)] | None
    previous: Digest | None
    protocol: Literal["comity/1"]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    related: Related | None


class Custody(Model):
    """An exhibit's custody chain at a hand-over: its head, and the events up to it (spec 15.4)."""

    exhibit: Id
    count: Annotated[int, Field(ge=1, le=1000)]
    digest: Digest
    events: Annotated[list[CustodyEvent], Field(min_length=1, max_length=1000)]


class Condition(Model):
    """One limit on use."""

    kind: Literal["use-limitation", "confidentiality", "return", "destruction", "other"]
    text: Text


class Conditions(Model):
    """The limits on use."""

    conditions: Annotated[list[Condition], Field(min_length=1, max_length=20)]


class Use(Model):
    """A use for which consent is asked, or notice given."""

    purpose: Literal["other-proceedings", "onward-transfer", "exculpatory", "public"]
    to: Party | None
    reasons: Text


class Costs(Model):
    """An estimate; the currency by ISO 4217, the amount in its minor unit."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    amount_minor: Count
    note: Text | None


class Information(Model):
    """Spontaneous information with its handling."""

    summary: Text
    confidential: bool
    purpose_limit: Text | None


class Countersignature(Model):
    """The second signature for an earlier message (spec 9)."""

    approval: dict[str, Any]


SECTIONS: dict[str, type[Model]] = {
    "acknowledgement": Acknowledgement,
    "authority": Authority,
    "conditions": Conditions,
    "costs": Costs,
    "countersignature": Countersignature,
    "custody": Custody,
    "decision": Decision,
    "delivery": Delivery,
    "execution": Execution,
    "extension": Extension,
    "forwarding": Forwarding,
    "grounds": Grounds,
    "information": Information,
    "note": Note,
    "offer": Offer,
    "preservation": Preservation,
    "request": Request,
    "subject": Subject,
    "use": Use,
    **ASSISTANCE_SECTIONS,
    **TABLE_SECTIONS,
}


def in_order(name: str, value: Any) -> Any:
    """Return a section's value with its members in the order of the model, at every depth.

    A value that travelled has its members by the alphabet; people read them in one order in every
    State and on paper. What the model does not know stands last.

    Args:
        name: of the section; one that is not listed is left as it is.
        value: of it, whole or not.
    """
    return _ordered(SECTIONS.get(name), value)


def _ordered(kind: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [_ordered(kind, one) for one in value]
    if not isinstance(value, Mapping):
        return value
    model = _model_in(kind)
    fields = model.model_fields if model else {}
    names = [*(one for one in fields if one in value), *(one for one in value if one not in fields)]
    return {
        one: _ordered(fields[one].annotation if one in fields else None, value[one])
        for one in names
    }


def _model_in(kind: Any) -> type[Model] | None:
    """Return the model that an annotation is about, or None."""
    if isinstance(kind, TypeAliasType):
        return _model_in(kind.__value__)
    if isinstance(kind, type) and issubclass(kind, Model):
        return kind
    return next((found for one in get_args(kind) if (found := _model_in(one))), None)


def check_body(name: str, value: object) -> Model:
    """Return the model of a section's value.

    Args:
        name: of the section; the caller knows it is listed.
        value: untrusted JSON value.

    Raises:
        BodyMalformedError: the first member that breaks the schema, by path, never by value.

    Source: spec/07-types.md; spec/schemas/sections.
    """
    try:
        return SECTIONS[name].model_validate(value)
    except ValidationError as fault:
        faults = fault.errors(include_url=False, include_input=False)
        first = faults[0]
        known = first["loc"][:-1] if first["type"] == "extra_forbidden" else first["loc"]
        path = "/".join(str(part) for part in (name, *known))  # a foreign name is not repeated
        placed = [{**one, "loc": (name, *one["loc"])} for one in faults]
        raise BodyMalformedError(f"{path}: {in_words(first)}", path=path, faults=placed) from None

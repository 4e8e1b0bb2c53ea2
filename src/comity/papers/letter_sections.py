"""How a letter says each section of a message."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from comity.exchange import bodies
from comity.exchange.accept import late_allowed
from comity.exchange.approvals import read_claim
from comity.exchange.values import Model, is_number
from comity.files.instruments import library as laws
from comity.instruments import Library, Wording
from comity.instruments.errors import InstrumentError
from comity.papers.bilingual import Sides
from comity.papers.blocks import (
    Block,
    Value,
    apart,
    identifier,
    line,
    own,
    said,
    said_whole,
    several,
)
from comity.papers.letter_record import LetterRecord
from comity.papers.translations import spoken_code
from comity.papers.visible import visible
from comity.papers.words import Words, shown_time

# Amounts of money as papers show them: a number of minor units written in the currency's own unit.
#
# Source: ISO 4217 list one, column "Mnr unt"; a currency that is not listed here has two decimals.


_NONE: Final = frozenset({
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
    "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
_THREE: Final = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_FOUR: Final = frozenset(["CLF", "UYW"])


def shown_amount(amount_minor: int, currency: str) -> str:
    """Return ``1234.50 EUR``, without marks between thousands: those differ between languages.

    Args:
        amount_minor: 0 or more, in the currency's minor unit.
        currency: three capital letters.
    """
    decimals = _decimals(currency)
    if decimals == 0:
        return f"{amount_minor} {currency}"
    whole, part = divmod(amount_minor, 10**decimals)
    return f"{whole}.{part:0{decimals}d} {currency}"


def _decimals(currency: str) -> int:
    known = ((_NONE, 0), (_THREE, 3), (_FOUR, 4))
    return next((count for names, count in known if currency in names), 2)


# How a letter says what two authorities settle between them: costs, other use, information.


def in_model_order(body: Model, blocks: Mapping[str, Sequence[Block]]) -> list[Block]:
    """Return the blocks of a section in the order of its model, in which the pages show it too.

    Args:
        body: of the section.
        blocks: member to its blocks; what is left out is not shown.
    """
    return [block for name in type(body).model_fields for block in blocks.get(name, ())]


def costs(body: bodies.Costs, sides: Sides, _edition: str | None) -> list[Block]:
    """Return the blocks of an estimate."""
    note = [] if body.note is None else [sides.text("letter.note", body.note)]
    amount = shown_amount(body.amount_minor, body.currency)
    return [sides.identifiers("letter.costs.amount", amount), *note]


def use(body: bodies.Use, sides: Sides, _edition: str | None) -> list[Block]:
    """Return the blocks of a use for which consent is asked."""
    to = [] if body.to is None else [sides.identifiers("letter.use.to", body.to)]
    return [
        sides.word("letter.use.purpose", f"letter.purposes.{body.purpose}"),
        *to,
        sides.text("letter.reasons", body.reasons),
    ]


def information(body: bodies.Information, sides: Sides, _edition: str | None) -> list[Block]:
    """Return the blocks of information that nobody asked for."""
    limit = body.purpose_limit
    confidential = "yes" if body.confidential else "no"
    return in_model_order(
        body,
        {
            "confidential": [sides.word("letter.confidential", f"letter.{confidential}")],
            "purpose_limit": []
            if limit is None
            else [sides.text("letter.information.limit", limit)],
            "summary": [sides.text("letter.information.summary", body.summary)],
        },
    )


type BlocksOf = Callable[[Any, Sides, str | None], list[Block]]

_DIGEST_PREFIX: Final = "sha256:"


def _request(body: bodies.Request, sides: Sides, _edition: str | None) -> list[Block]:
    confidential = "yes" if body.confidential else "no"
    basis = sides.coded(
        "letter.basis", lambda told: apart(*(_basis(item, told) for item in body.basis))
    )
    codes = [spoken_code(_digest(link.conversation)) for link in body.links]
    return in_model_order(
        body,
        {
            "reference": [sides.said("letter.reference", body.reference)],
            "measure": [sides.word("letter.measure", f"letter.measures.{body.measure}")],
            "urgency": [sides.word("letter.urgency", f"letter.urgencies.{body.urgency}")],
            "confidential": [sides.word("letter.confidential", f"letter.{confidential}")],
            "basis": [basis],
            "links": [sides.identifiers("letter.links", *codes)] if codes else [],
        },
    )


def _basis(basis: bodies.Basis, told: Words) -> Value:
    title = _law(basis.instrument, "instrument.title", told.lang) or basis.instrument
    return several(
        said(title, "basis"),
        _article(basis.article, told),
        own(told(f"letter.statuses.{basis.status}")),
    )


def _article(article: str, told: Words) -> Value:
    if not is_number(article):  # it says itself that it is one
        return line(article)
    return own(told("letter.article", article=visible(article)))


def _subject(body: bodies.Subject, sides: Sides, _edition: str | None) -> list[Block]:
    found: dict[str, list[Block]] = {
        "description": [sides.text("common.description", body.description)]
    }
    if body.period is not None:
        found["period"] = [
            sides.identifiers("letter.start", _time(body.period.start)),
            sides.identifiers("letter.end", _time(body.period.end)),
        ]
    if body.accounts:
        rows = [
            (said(account.service, "service"), said_whole(account.identifier, "identifier"))
            for account in body.accounts
        ]
        named = (("letter.service", 2), ("letter.identifier", 3))
        found["accounts"] = [sides.columns(named, rows)]
    if body.items:
        found["items"] = _items(body.items, sides)
    return [sides.heading("letter.subject"), *in_model_order(body, found)]


def _items(items: Sequence[bodies.Item], sides: Sides) -> list[Block]:
    """Return the items, each in its own language; the numbers are what other letters name."""
    found = [sides.heading("letter.items")]
    for item in items:
        found.append(sides.identifiers("letter.item", str(item.number)))
        found.append(sides.text("common.description", item.description))
    return found


def _outcomes(
    items: Sequence[bodies.DecidedItem | bodies.ExecutedItem], sides: Sides
) -> list[Block]:
    """Return what is said of each item, a line each."""

    def told(number: int, outcome: str) -> Callable[[Words], Value]:
        return lambda words: several(
            identifier(str(number)), own(words(f"letter.outcomes.{outcome}"))
        )

    return [sides.coded("letter.item", told(item.number, item.outcome)) for item in items]


def _grounds(body: bodies.Grounds, sides: Sides, _edition: str | None) -> list[Block]:
    return [
        sides.heading("letter.why"),
        sides.text("letter.offence", body.offence),
        sides.text("letter.facts", body.facts),
        sides.text("letter.necessity", body.necessity),
    ]


def _authority(body: bodies.Authority, sides: Sides, _edition: str | None) -> list[Block]:
    return [
        sides.heading("letter.authority"),
        sides.said("letter.authority_name", body.name),
        sides.said("letter.official", body.title),
        sides.said("letter.contact", body.contact),
    ]


def _delivery(body: bodies.Delivery, sides: Sides, _edition: str | None) -> list[Block]:
    return [sides.key("letter.recipient", body.recipient)]


def _decision(body: bodies.Decision, sides: Sides, edition: str | None) -> list[Block]:
    found = [sides.heading("letter.decision"), sides.text("letter.reasons", body.reasons)]
    if body.grounds:
        cited = [(_ground(key, edition), key) for key in body.grounds]

        def grounds_of(told: Words) -> Value:
            named = [_law(*place, told.lang) or key for place, key in cited]
            return several(*(said(text, "grounds") for text in named))

        found.append(sides.coded("letter.grounds", grounds_of))
    if body.domestic_order is not None:
        found.append(sides.said("letter.order", body.domestic_order))
    if body.review_by is not None:
        found.append(sides.identifiers("letter.review_by", _time(body.review_by)))
    return found + _outcomes(body.items, sides)


def _conditions(body: bodies.Conditions, sides: Sides, _edition: str | None) -> list[Block]:
    found = [sides.heading("letter.conditions")]
    for condition in body.conditions:
        found.append(sides.word("letter.condition", f"letter.kinds.{condition.kind}"))
        found.append(sides.text("letter.condition_text", condition.text))
    return found


def _note(body: bodies.Note, sides: Sides, _edition: str | None) -> list[Block]:
    return [sides.text("letter.note", body.text)]


def _acknowledgement(
    body: bodies.Acknowledgement, sides: Sides, _edition: str | None
) -> list[Block]:
    note = [] if body.note is None else [sides.text("letter.note", body.note)]
    return [sides.said("letter.reference", body.reference), *note]


def _forwarding(body: bodies.Forwarding, sides: Sides, _edition: str | None) -> list[Block]:
    return [
        sides.identifiers("letter.forwarded_to", body.to),
        sides.text("letter.note", body.note),
    ]


def _execution(body: bodies.Execution, sides: Sides, _edition: str | None) -> list[Block]:
    order = body.domestic_order
    found = [sides.text("letter.summary", body.summary)]
    if order is not None:
        found.append(sides.said("letter.order", order))
    return found + _outcomes(body.items, sides)


def _extension(body: bodies.Extension, sides: Sides, _edition: str | None) -> list[Block]:
    return [
        sides.identifiers("letter.until", _time(body.until)),
        sides.text("letter.reasons", body.reasons),
    ]


def _preservation(body: bodies.Preservation, sides: Sides, _edition: str | None) -> list[Block]:
    note = [] if body.note is None else [sides.text("letter.note", body.note)]
    return [
        sides.identifiers("letter.until", _time(body.until)),
        sides.said("letter.order", body.domestic_order),
        sides.said("letter.holder", body.holder),
        *note,
    ]


SECTIONS: Final[Mapping[str, BlocksOf]] = {
    "acknowledgement": _acknowledgement,
    "request": _request,
    "subject": _subject,
    "grounds": _grounds,
    "authority": _authority,
    "delivery": _delivery,
    "decision": _decision,
    "conditions": _conditions,
    "forwarding": _forwarding,
    "execution": _execution,
    "extension": _extension,
    "preservation": _preservation,
    "information": information,
    "use": use,
    "costs": costs,
    "note": _note,
}
"""Section name to its blocks, in the order of a letter."""


def _law(instrument: str | None, key: str, lang: str) -> str | None:
    """Return the law's own words, in English with a mark where that language has none.

    None where the instrument has none.
    """
    found = _wording(instrument, key, lang)
    if found is None:
        return None
    return found.text if found.lang == lang else f"{found.text} [{found.lang}]"


def _wording(instrument: str | None, key: str, lang: str) -> Wording | None:
    library = laws()
    if instrument not in library.instruments:
        return None
    try:
        return library.text(instrument, key, lang)
    except InstrumentError:
        return None


def law_unread(bodies_: Mapping[str, Any], lang: str, edition: str | None) -> bool:
    """Return whether a letter in a language shows wording of the law that nobody reviewed.

    Args:
        bodies_: section name to its body.
        lang: of the letter.
        edition: digest of the instrument that the message names, or None.
    """
    request, decision = bodies_.get("request"), bodies_.get("decision")
    named: list[tuple[str | None, str]] = [
        (item.instrument, "instrument.title") for item in (request.basis if request else ())
    ]
    if decision is not None and decision.grounds:
        named += [_ground(key, edition) for key in decision.grounds]
    found = (_wording(instrument, key, lang) for instrument, key in named)
    return any(not one.reviewed_by for one in found if one)


def _ground(ground: str, edition: str | None) -> tuple[str | None, str]:
    """Return whose words say a ground, and their key; it may name its instrument before it."""
    instrument, _space, key = ground.rpartition(" ")
    return instrument or _instrument_of(edition), f"grounds.{key}"


def _instrument_of(edition: str | None) -> str | None:
    """Return the key of the instrument whose edition a message names."""
    library: Library = laws()
    return next((key for key, item in library.instruments.items() if item.digest == edition), None)


def _digest(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix(_DIGEST_PREFIX))


def _time(text: str) -> str:
    """Return a time of the protocol as papers show it, UTC."""
    return text.replace("T", " ").removesuffix("Z")


# What a letter says of the officers' signatures of a message that may go with one (spec 9).
#
# It is what the record claims; whether it holds, ``comity verify`` says.


def signatures(record: LetterRecord, sides: Sides) -> list[Block]:
    """Return that the second signature is still due, or who gave it; nothing where both were there.

    Args:
        record: what the letter is made from.
        sides: the languages of the letter.
    """
    draft, given = record.message.draft, list(map(read_claim, record.message.approvals))
    hours = draft.move.floor.late_hours
    if hours is None or not late_allowed(record.bodies):
        return []
    if any(one is not None and one.role == "approver" for one in given):
        return []
    due = shown_time(draft.sent_at + timedelta(hours=hours))
    later = record.countersigned
    second = None if later is None else read_claim(later.approval)

    def said(told: Words) -> str:
        first = [told("letter.one_signed")] if len(given) == 1 else []
        if later is None or second is None:
            return " ".join([*first, told("letter.countersignature_due", at=due)])
        at = shown_time(later.message.draft.sent_at)
        told_by = told("letter.countersigned_by", officer=visible(second.officer), at=at)
        return " ".join([*first, told_by])

    return [sides.coded("letter.signatures", lambda told: own(said(told)))]

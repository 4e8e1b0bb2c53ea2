"""How a letter says what two authorities settle between them: costs, other use, information."""

from collections.abc import Mapping, Sequence

from comity.exchange import bodies
from comity.exchange.values import Model
from comity.papers.blocks import Block
from comity.papers.letter_sides import Sides
from comity.papers.money import shown_amount


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

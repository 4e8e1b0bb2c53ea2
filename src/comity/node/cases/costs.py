"""What a request costs: each estimate, and the one that stands, agreed or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comity.exchange.conversation import APPLIED
from comity.instruments.amounts import amount_text
from comity.node.cases.queries import Event


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One estimate.

    Attributes:
        message: content digest.
        currency: ISO 4217; empty where it was erased.
        amount_minor: in the smallest unit; None where it was erased.
        agreed: whether the asking side agreed to it.
        superseded: whether a later estimate took its place.
    """

    message: str
    currency: str
    amount_minor: int | None
    agreed: bool
    superseded: bool

    @property
    def amount(self) -> str:
        """Return the amount for people, or an empty text."""
        return "" if self.amount_minor is None else amount_text(self.amount_minor, self.currency)

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "agreed": self.agreed,
            "amount": self.amount,
            "amount_minor": self.amount_minor,
            "currency": self.currency,
            "message": self.message,
            "superseded": self.superseded,
        }


def estimates(
    events: Iterable[Event], tracks: Mapping[str, tuple[str, str]]
) -> tuple[Estimate, ...]:
    """Return the estimates of a conversation in merged order; the last one stands.

    Args:
        events: its timeline.
        tracks: its side tracks, by the message that opened each.
    """
    found = [
        one for one in events if one.row.type == "costs.estimated" and one.row.standing == APPLIED
    ]
    return tuple(
        Estimate(
            message=one.row.content,
            currency=one.sections.get("costs", {}).get("currency", ""),
            amount_minor=one.sections.get("costs", {}).get("amount_minor"),
            agreed=tracks.get(one.row.content, ("", ""))[1] == "agreed",
            superseded=one is not found[-1],
        )
        for one in found
    )

"""The form that goes with a bag: who handed it to whom, and what to do if the seal is broken."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.canonical import Mode, parse_id, parse_party
from comity.papers.blocks import (
    Page,
    boxed,
    digest,
    facts,
    form,
    heading,
    identifier,
    own,
    paragraph,
    said,
    steps,
    strong,
)
from comity.papers.label import MAX_NUMBER_CHARS
from comity.papers.typeset import FontPlaces, typeset_page
from comity.papers.visible import MAX_NAME_CHARS, bounded
from comity.papers.words import Words, shown_time

_BOX_MM: Final = 11  # high enough to sign in


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """What the form says before anybody writes on it.

    Attributes:
        exhibit: UUIDv7.
        root: 32 bytes, the name of the sealed package.
        seal_number: as it stands on the bag's seal.
        case: the sender's own number.
        sender, addressee: parties.
        courier: name of the person or service, or None: to be written in.
        medium: what is in the bag, in words.
        mode: live or exercise.
    """

    exhibit: str
    root: bytes
    seal_number: str
    case: str
    sender: str
    addressee: str
    courier: str | None
    medium: str
    mode: Mode


def courier_pdf(
    hand_over: HandOver, words: Words, *, made_at: datetime, fonts: FontPlaces
) -> bytes:
    """Return the form as PDF.

    Raises:
        PeerError: an identifier is malformed.
        PaperContentError: a text is empty or too long.
        FontMissingError, TypesettingError: as `typeset`.
    """
    return typeset_page(_page(hand_over, words, made_at), words, made_at=made_at, fonts=fonts)


def _page(hand_over: HandOver, words: Words, made_at: datetime) -> Page:
    exhibit = parse_id(hand_over.exhibit)
    return Page(
        title=words("courier.title"),
        banner=words("common.exercise") if hand_over.mode == "exercise" else None,
        footer=" · ".join(
            (
                words("courier.footer", exhibit=exhibit),
                words("common.made", at=shown_time(made_at)),
            )
        ),
        blocks=(
            paragraph(words("courier.intro")),
            _facts(hand_over, words),
            heading(words("courier.hand_over")),
            form(
                ["", *(words(f"courier.{who}") for who in ("handed_over", "carried", "taken"))],
                [(words(f"courier.{what}"), "") for what in ("name", "document", "date")]
                + [
                    (words("courier.seal_read"), ""),
                    (words("courier.intact"), words("courier.yes_no")),
                    (words("courier.signature"), ""),
                ],
                height_mm=_BOX_MM,
            ),
            heading(words("courier.before")),
            steps(*(own(words(f"courier.before_{number}")) for number in range(1, 4))),
            boxed(
                strong(words("courier.broken")),
                *(own(f"{number}. {words(f'courier.broken_{number}')}") for number in range(1, 6)),
            ),
        ),
    )


def _facts(hand_over: HandOver, words: Words) -> dict[str, object]:
    seal = bounded(hand_over.seal_number, "seal number", most=MAX_NUMBER_CHARS)
    case = bounded(hand_over.case, "case", most=MAX_NUMBER_CHARS)
    rows = [
        (words("common.exhibit"), identifier(hand_over.exhibit)),
        (words("common.seal_number"), said(seal, "seal number")),
        (words("common.case"), said(case, "case")),
        (words("common.root"), digest(hand_over.root)),
        (words("courier.medium"), _name(hand_over.medium, "medium")),
        (words("courier.from"), identifier(parse_party(hand_over.sender))),
        (words("courier.to"), identifier(parse_party(hand_over.addressee))),
    ]
    if hand_over.courier is not None:
        rows.append((words("courier.carrier"), _name(hand_over.courier, "courier")))
    return facts(*rows)


def _name(text: str, field: str) -> dict[str, object]:
    return said(bounded(text, field, most=MAX_NAME_CHARS), field)

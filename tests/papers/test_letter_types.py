"""Every message that people may want on paper is a letter, and shows all its sections."""

from pathlib import Path
from typing import Any

import pytest
from tests.bundle.parties import VN, ZA
from tests.bundle.stories import Story
from tests.papers.letters import asked, letter, record_data
from tests.papers.makers import flat, text_of

from comity.exchange.assistance_types import ASSISTANCE_ROWS
from comity.exchange.table_bodies import ASSISTANCE_SECTIONS, TABLE_SECTIONS
from comity.exchange.table_types import TABLE_ROWS
from comity.exchange.types import MOVES
from comity.papers.letter import TYPES
from comity.papers.letter_record import LetterRecord, read_letter_record
from comity.papers.letter_sections import SECTIONS, shown_amount
from comity.papers.words import LANGUAGES, words

NEVER = {
    "evidence.offered", "evidence.received", "evidence.returned", "evidence.destroyed",
    "request.countersigned", "contact.ping", "contact.answered",
    "edition.raised", "edition.accepted",
} | {row.type for row in (*ASSISTANCE_ROWS, *TABLE_ROWS)}  # fmt: skip
NOTE = {"text": {"lang": "en", "text": "The provider deletes on Friday."}}
USE = {
    "purpose": "onward-transfer",
    "to": "un/secretariat",
    "reasons": {"lang": "fr", "text": "Une enquête commune."},
}
COSTS = {"currency": "EUR", "amount_minor": 123450, "note": NOTE["text"]}
INFORMATION = {
    "summary": {"lang": "en", "text": "A list of victims."},
    "confidential": True,
    "purpose_limit": {"lang": "en", "text": "Warning the victims."},
}


def told(kind: str, *before: str, **values: Any) -> LetterRecord:
    """Return the record of a message after those that must come before it."""
    story = Story()
    opening = asked(story)
    last = opening
    for earlier in ("request.acknowledged", *before):
        last = story.say(_author(earlier), earlier, conversation=opening.content)
    about = last.content if kind in {
        "conditions.accepted", "conditions.refused", "use.consent-given", "use.consent-refused",
        "costs.agreed",
    } else None  # fmt: skip
    message = story.say(_author(kind), kind, conversation=opening.content, about=about, **values)
    return read_letter_record(record_data(story, message))


def _author(kind: str) -> str:
    asks = {"conditions.accepted", "conditions.refused", "use.consent-asked", "costs.agreed",
            "request.released", "request.closed"}  # fmt: skip
    return VN if kind in asks else ZA


def test_every_type_is_a_letter_or_has_its_reason_not_to_be() -> None:
    assert set(TYPES) | NEVER == set(MOVES)
    assert not set(TYPES) & NEVER


def test_every_section_of_every_letter_is_shown() -> None:
    assert {name for kind in TYPES for name in MOVES[kind].sections} == set(SECTIONS)
    assert not set(SECTIONS) & (set(ASSISTANCE_SECTIONS) | set(TABLE_SECTIONS))


@pytest.mark.full
@pytest.mark.parametrize(
    ("kind", "before", "values", "wanted"),
    [
        ("request.at-risk", (), {"note": NOTE}, "deletes on Friday"),
        ("confidentiality.cannot-keep", (), {"note": NOTE}, "deletes on Friday"),
        ("request.released", ("preservation.confirmed",), {"note": NOTE}, "deletes on Friday"),
        ("preservation.lapsed", ("preservation.confirmed",), {"note": NOTE}, "deletes on Friday"),
        ("request.closed", ("request.refused",), {"note": NOTE}, "deletes on Friday"),
        ("conditions.accepted", ("conditions.set",), {"note": NOTE}, "deletes on Friday"),
        ("conditions.refused", ("conditions.set",), {"note": NOTE}, "deletes on Friday"),
        ("use.consent-asked", (), {"use": USE}, "un/secretariat"),
        ("use.consent-given", ("use.consent-asked",), {"note": NOTE}, "deletes on Friday"),
        ("use.consent-refused", ("use.consent-asked",), {"note": NOTE}, "deletes on Friday"),
        ("costs.estimated", (), {"costs": COSTS}, "1234.50 EUR"),
        ("costs.agreed", ("costs.estimated",), {"note": NOTE}, "deletes on Friday"),
    ],
)  # fmt: skip
def test_what_two_authorities_settle_is_a_letter(
    kind: str, before: tuple[str, ...], values: dict[str, Any], wanted: str, tmp_path: Path
) -> None:
    read = flat(text_of(letter(told(kind, *before, **values), "en", "fr"), tmp_path))
    assert words("en")(f"letter.title.{kind}") in read
    assert flat(words("fr")(f"letter.title.{kind}")) in read
    assert wanted in read


def test_consent_to_another_use_is_asked_with_purpose_and_reasons(tmp_path: Path) -> None:
    read = flat(text_of(letter(told("use.consent-asked", use=USE), "en", "fr"), tmp_path))
    assert "Onward transfer to another authority" in read
    assert "Transmission à une autre autorité" in read
    assert "Une enquête commune." in read


@pytest.mark.parametrize("kind", ["information.shared", "consultation.note"])
def test_what_nobody_asked_for_is_a_letter(kind: str, tmp_path: Path) -> None:
    story = Story()
    values = {"information": INFORMATION} if kind == "information.shared" else {"note": NOTE}
    message = story.say(VN, kind, **values)
    record = read_letter_record(record_data(story, message))
    read = flat(text_of(letter(record), tmp_path))
    assert words("en")(f"letter.title.{kind}") in read
    assert ("Warning the victims." in read) == (kind == "information.shared")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_purpose_has_its_word(lang: str) -> None:
    for purpose in ("other-proceedings", "onward-transfer", "exculpatory", "public"):
        assert words(lang)(f"letter.purposes.{purpose}")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (123450, "EUR", "1234.50 EUR"), (5, "USD", "0.05 USD"), (0, "CNY", "0.00 CNY"),
        (1500000, "VND", "1500000 VND"), (1, "KWD", "0.001 KWD"), (7, "CLF", "0.0007 CLF"),
        (2**53 - 1, "XXX", "90071992547409.91 XXX"),
    ],
)  # fmt: skip
def test_an_amount_is_shown_in_the_unit_of_its_currency(
    amount: int, currency: str, shown: str
) -> None:
    assert shown_amount(amount, currency) == shown

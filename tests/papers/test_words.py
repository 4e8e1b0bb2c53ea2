"""The fixed words of the papers exist in seven languages, and none lacks one."""

import re

import pytest

from comity.evidence.custody import EVENTS
from comity.evidence.passport import STATUSES
from comity.papers.errors import PaperContentError
from comity.papers.words import LANGUAGES, words

FACT = re.compile(r"\{[a-z]+\}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_the_same_keys(lang: str) -> None:
    assert list(words(lang).entries) == list(words("en").entries)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_takes_the_same_facts_in_every_language(lang: str) -> None:
    for key, text in words("en").entries.items():
        assert sorted(FACT.findall(words(lang)(key))) == sorted(FACT.findall(text)), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_or_left_in_english(lang: str) -> None:
    english = words("en").entries
    same = {key for key, text in words(lang).entries.items() if text == english[key]}
    assert all(text.strip() for text in words(lang).entries.values())
    assert lang == "en" or len(same) <= 12, same  # French keeps "Description" and "Messages"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_event_status_and_step_has_its_word(lang: str) -> None:
    keys = {f"event.{event}" for event in EVENTS} | {f"status.{word}" for word in STATUSES}
    keys |= {f"cover.title_of.{n}" for n in range(1, 12)}
    assert keys <= words(lang).entries.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_proved_attested_and_unknown_are_three_words(lang: str) -> None:
    assert len({words(lang)(f"status.{word}") for word in STATUSES}) == 3


@pytest.mark.parametrize("lang", ["de", "EN", "../en", ""])
def test_a_language_without_words_is_refused(lang: str) -> None:
    with pytest.raises(PaperContentError):
        words(lang)


def test_a_fact_keeps_its_own_direction_in_an_arabic_sentence() -> None:
    assert words("ar")("common.made", at="2026-03-01").count("\u20662026-03-01\u2069") == 1
    assert "\u2066" not in words("en")("common.made", at="2026-03-01")

"""What others wrote is printed in a letter and never obeyed, however long it is."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.papers.letters import AUTHORITY, GROUNDS, REQUEST, SUBJECT, letter, record_of
from tests.papers.makers import text_of
from tests.papers.test_hostile import MARKUP
from tests.walks import sampled

from comity.papers.errors import FontMissingError

pytestmark = pytest.mark.long  # each letter is typeset


def facts(text: str, lang: str = "en") -> dict[str, Any]:
    return GROUNDS | {"facts": {"lang": lang, "text": text}}


@pytest.mark.parametrize("text", sampled(MARKUP, MARKUP[:2]))
def test_markup_is_printed_as_it_stands_in_texts_and_in_names(text: str, tmp_path: Path) -> None:
    record = record_of(
        grounds=facts(text),
        authority=AUTHORITY | {"name": text},
        request=REQUEST | {"basis": [{"instrument": text, "article": text, "status": "in-force"}]},
    )
    read = "".join(text_of(letter(record, "en", "fr"), tmp_path).split())
    assert read.count(text.replace(" ", "")) == 7  # facts once, the others in both languages
    assert "root:" not in read


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_direction_and_other_controls_are_shown_and_not_obeyed(lang: str, tmp_path: Path) -> None:
    text = "account \u202e6202/44\u202c \u2067closed\u2069 \x07 \x1b[31m \ufeffend\u200b"
    reference = "VN\u202e71"
    record = record_of(grounds=facts(text), request=REQUEST | {"reference": reference})
    read = "".join(text_of(letter(record, lang), tmp_path).split())
    for shown in ("⟨U+202E⟩6202/44⟨U+202C⟩", "⟨U+2067⟩", "⟨U+0007⟩", "⟨U+001B⟩", "⟨U+FEFF⟩",
                  "VN⟨U+202E⟩71"):  # fmt: skip
        assert shown in read, shown


def test_lines_stay_lines_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    read = text_of(letter(record_of(grounds=facts("one\r\n\r\n\ntwo\tthree"))), tmp_path)
    assert "one\ntwo three" in read.replace("\n\n", "\n")
    assert "U+000" not in read


def test_a_word_of_three_hundred_letters_stays_on_the_page(tmp_path: Path) -> None:
    name = "W" * 300
    subject = SUBJECT | {"accounts": [{"service": name, "identifier": name}]}
    record = record_of(subject=subject, authority=AUTHORITY | {"name": name})
    for languages in (("en",), ("ar", "en")):
        assert text_of(letter(record, *languages), tmp_path).count("W") >= 300 * (
            2 + len(languages)
        )


@pytest.mark.long
def test_forty_thousand_characters_go_over_several_pages_and_none_is_lost(tmp_path: Path) -> None:
    words = [f"w{number:05d}" for number in range(40_000 // 7)]
    read = text_of(letter(record_of(grounds=facts(" ".join(words))), "ar", "en"), tmp_path)
    assert [word for word in read.split() if word in set(words)] == words
    assert len(read.split("\f")) > 5


def test_one_word_of_forty_thousand_letters_is_printed_whole(tmp_path: Path) -> None:
    assert text_of(letter(record_of(grounds=facts("x" * 40_000))), tmp_path).count("x") >= 40_000


def test_five_hundred_accounts_are_all_in_the_table(tmp_path: Path) -> None:
    rows = [{"service": "s.example", "identifier": f"id{n:03d}@s.example"} for n in range(500)]
    read = text_of(letter(record_of(subject=SUBJECT | {"accounts": rows}), "en", "fr"), tmp_path)
    assert all(row["identifier"] in read for row in rows)


@pytest.mark.parametrize("text", [" ", "\n\n", "\u200b"])
def test_a_text_of_nothing_is_a_letter_without_it(text: str, tmp_path: Path) -> None:
    assert text_of(letter(record_of(grounds=facts(text))), tmp_path)


def test_a_character_without_a_glyph_is_an_error_and_no_empty_box() -> None:
    with pytest.raises(FontMissingError):
        letter(record_of(grounds=facts("\u2fe0\U0002ffff\U00018b00")))


@pytest.mark.parametrize("lang", ["xx", "zzz-Abcdefg", "AR", "en-Latn-x1"])
def test_a_language_nobody_knows_is_printed_as_it_was_said(lang: str, tmp_path: Path) -> None:
    record = record_of(grounds=facts("text", lang))
    assert f"({lang})" in text_of(letter(record), tmp_path)


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(min_size=1, max_size=60))
def test_any_text_gives_a_letter_or_an_error_with_a_code(text: str) -> None:
    try:
        record = record_of(grounds=facts(text))
    except Exception:  # noqa: BLE001 - not a text of the protocol: refused before any letter
        return
    try:
        made = letter(record, "en", "ar")
    except FontMissingError:
        return
    assert made.startswith(b"%PDF-")

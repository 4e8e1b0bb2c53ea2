"""Texts keep to the termbase: messages by name, phrases that may only become fewer."""

import pytest
from scripts import words
from scripts.termbase import LANGUAGES, read_messages, read_phrases, read_terms

from comity.exchange.types import MOVES


def test_every_type_of_message_is_called_what_the_termbase_says() -> None:
    assert set(read_messages()) == set(MOVES)
    assert words.find_renamed_messages() == []


def test_a_file_has_no_more_forbidden_phrases_than_it_is_allowed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["words"])
    code = words.main()
    assert code == 0, capsys.readouterr().out


def test_a_new_phrase_is_found_in_prose_and_in_a_label() -> None:
    found = [one.instead for one in words._judge("x", "Somebody must mend it.", "text", "label")]
    assert found == ["name the role; else someone, no one", "correct"]
    assert list(words._judge("x", "How far it is", "text")) == []
    assert [one.text for one in words._judge("x", "How far it is", "label")] == ["How far it is"]


def test_every_term_that_is_not_confirmed_has_a_word() -> None:
    for entry in read_terms():
        assert entry.unconfirmed <= set(entry.translations), entry.name
    assert set(read_phrases()) == {"text", "label", *LANGUAGES}

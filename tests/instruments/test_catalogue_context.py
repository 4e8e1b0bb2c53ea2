"""A text of the pages with two senses has two translations, told apart by its context."""

import polib
import pytest
from scripts.messages import messages

from comity.instruments.language_files import LanguageError, parse_mo

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
TWO = (
    'msgctxt "button: do it"\nmsgid "Set"\nmsgstr "Definir"\n\n'
    'msgctxt "column"\nmsgid "Set"\nmsgstr "Definido"\n\n'
    'msgid "Set"\nmsgstr "Conjunto"\n'
)


def compiled(text: str) -> bytes:
    made: bytes = polib.pofile(HEAD + text).to_binary()
    return made


def test_each_sense_has_its_own_translation() -> None:
    entries = parse_mo(compiled(TWO), file="pt/django.mo")
    assert {(one.context, one.source, one.texts) for one in entries} == {
        ("button: do it", "Set", ("Definir",)),
        ("column", "Set", ("Definido",)),
        ("", "Set", ("Conjunto",)),
    }


@pytest.mark.parametrize(
    "text",
    [
        'msgctxt "a"\nmsgid "%(n)s days"\nmsgstr "dias"\n',
        'msgctxt "a"\nmsgid "Set"\nmsgstr "<b>x</b>"\n',
    ],
)
def test_a_context_frees_from_no_rule(text: str) -> None:
    with pytest.raises(LanguageError):
        parse_mo(compiled(text), file="pt/django.mo")


def test_the_sources_say_which_sense_they_mean() -> None:
    found = {(context, text) for context, text, _plural in messages()}
    assert {text for context, text in found if not context} & {"Set", "State"} == set()
    assert len([one for one in found if one[1] == "Set"]) == 1
    assert len([one for one in found if one[1] == "State"]) == 1

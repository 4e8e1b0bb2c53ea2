"""A text of the pages with two senses has two translations, told apart by its context."""

import gettext
import io

import polib
import pytest
from scripts.messages import messages

from comity.instruments.catalogue import parse_po, write_mo
from comity.instruments.language_files import LanguageError

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
TWO = (
    'msgctxt "button: do it"\nmsgid "Set"\nmsgstr "Definir"\n\n'
    'msgctxt "column"\nmsgid "Set"\nmsgstr "Definido"\n\n'
    'msgid "Set"\nmsgstr "Conjunto"\n'
)


def test_each_sense_has_its_own_translation() -> None:
    entries = parse_po((HEAD + TWO).encode(), file="pt/django.po")
    assert [one.context for one in entries[1:]] == ["button: do it", "column", ""]
    read = gettext.GNUTranslations(io.BytesIO(write_mo(entries)))
    assert read.pgettext("button: do it", "Set") == "Definir"
    assert read.pgettext("column", "Set") == "Definido"
    assert read.gettext("Set") == "Conjunto"


def test_what_we_write_is_what_other_programs_read() -> None:
    entries = parse_po((HEAD + TWO).encode(), file="pt/django.po")
    theirs = polib.pofile(HEAD + TWO)
    assert {(one.context, one.source) for one in entries if one.source} == {
        (one.msgctxt or "", one.msgid) for one in theirs
    }


@pytest.mark.parametrize(
    "text",
    [
        'msgctxt "a"\nmsgctxt "b\nmsgid "Set"\nmsgstr "x"\n',
        'msgctxt "a"\nmsgid "%(n)s days"\nmsgstr "dias"\n',
        'msgid "Set"\nmsgctxt "a"\nmsgctxt\nmsgstr "x"\n',
    ],
)
def test_a_context_frees_from_no_rule(text: str) -> None:
    with pytest.raises(LanguageError):
        parse_po((HEAD + text).encode(), file="pt/django.po")


def test_the_sources_say_which_sense_they_mean() -> None:
    found = {(context, text) for context, text, _plural in messages()}
    assert {text for context, text in found if not context} & {"Set", "State"} == set()
    assert len([one for one in found if one[1] == "Set"]) == 1
    assert len([one for one in found if one[1] == "State"]) == 1

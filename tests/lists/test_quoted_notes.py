"""What the data of treaties say in English is marked as such on the pages of every language."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.utils.html import escape
from tests.docket.conftest import DeskOffice

from comity.instruments.bases import register_of
from comity.node.core.law_library import lawbook
from comity.node.law.treaty_grid import treaties
from comity.node.models import Officer

pytestmark = pytest.mark.django_db
QUOTED = re.compile(
    r'(?:<span class="quiet">(?P<said>[^<]*)</span> )?'
    r'<span class="quoted" lang="(?P<lang>[\w-]+)" dir="(?P<dir>\w+)">(?P<text>[^<]*)</span>'
)


def texts(office: DeskOffice) -> set[str]:
    """Return the notes, and what reservations and declarations say, of all treaties."""
    library = lawbook(office.node.config).library
    found: set[str] = set()
    for one in treaties(library):
        register = register_of(one)
        assert register is not None
        notices = (notice for row in register.states.values() for notice in row.notices)
        found |= {register.note, *(notice.text for notice in notices)}
    return found - {""}


@pytest.mark.parametrize("lang", ["en", "ar", "zh-hans", "fr", "ru", "es", "vi"])
@pytest.mark.parametrize(
    ("path", "least"),
    [
        ("/treaties?instrument=coe-2001", 10),
        ("/treaties?instrument=un-2024", 1),
        ("/treaties/az", 2),
    ],
)
def test_each_english_text_is_english_left_to_right_and_says_so(
    office: DeskOffice, desk: Callable[[Officer], Client], lang: str, path: str, least: int
) -> None:
    client = desk(office.people["case"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = lang
    page = client.get(path).text
    quoted = [one.groupdict() for one in QUOTED.finditer(page)]
    assert {(one["lang"], one["dir"]) for one in quoted} == {("en", "ltr")}
    assert all(bool(one["said"]) == (lang != "en") for one in quoted)
    assert len(quoted) >= least
    marked = Counter(one["text"] for one in quoted)
    shown = {text: page.count(text) for text in map(escape, texts(office)) if text in page}
    assert shown == marked


def test_a_text_in_another_language_says_which_and_runs_its_own_way() -> None:
    told = {"text": "نص", "lang": "ar", "rtl": ["ar"]}
    made = render_to_string("authorities/treaties/quoted.html", told)
    assert 'lang="ar" dir="rtl">نص' in made
    assert "in the language ar" in made

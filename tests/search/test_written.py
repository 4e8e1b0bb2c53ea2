"""What functions write in place of templates: the choices of a list, and lines of finds."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from comity.node.models import Mark
from comity.node.search.result_rows import Found
from comity.node.templatetags.choices import options
from comity.node.templatetags.finds import find_lines
from comity.node.web.story_names import party_html

AT = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"
FOUND = Found(kind="case", subject="2026-1", case="2026-1", title="", detail="", at=AT,
              stands=("submitted",), measures=("preservation",),
              parties=("vn/contact-point", "za/contact-point"))  # fmt: skip


def line(one: Found, href: str = "/cases/2026-1") -> str:
    with override("en"):
        return find_lines({}, [(one, "Cases", href)])


def test_one_option_is_chosen_and_no_other() -> None:
    made = options([("a", "Alpha"), ("b", "Beta")], "b")
    assert made == '<option value="a">Alpha</option><option value="b" selected>Beta</option>'


def test_languages_say_in_which_language_their_names_are() -> None:
    assert (
        options([("ar", "العربيّة")], lang=True) == '<option value="ar" lang="ar">العربيّة</option>'
    )


def test_what_a_choice_is_called_is_text() -> None:
    made = options([('"><b>', HOSTILE)])
    assert "<script" not in made
    assert '"><b>' not in made


def test_a_case_is_called_by_its_number_or_its_reference() -> None:
    assert '<a href="/cases/2026-1"><bdi dir="ltr">2026-1</bdi></a>' in line(FOUND)
    assert "<bdi>ZA-1</bdi></a>" in line(replace(FOUND, title="ZA-1"))


def test_what_has_no_page_for_the_reader_is_no_link() -> None:
    assert "<a " not in line(replace(FOUND, case="", title="x"), href="")


@pytest.mark.parametrize("kind", ["case", "message", "item", "call", "mail", "exhibit"])
def test_what_others_wrote_is_text_in_every_kind_of_line(kind: str) -> None:
    made = line(replace(FOUND, kind=kind, title=HOSTILE, exhibit="e", stands=(HOSTILE,),
                        parties=(HOSTILE,), measures=(HOSTILE,), detail=HOSTILE))  # fmt: skip
    assert "<script" not in made
    assert "&lt;script" in made


def test_what_is_marked_says_so() -> None:
    marked = replace(FOUND, kind="mail", marks=(Mark(marker="victim-data"),))
    assert "Data of victims" in line(marked)
    assert "Data of victims" not in line(FOUND)


def test_the_state_of_a_find_is_told_in_words_and_what_is_late_is_marked() -> None:
    assert '<span class="state">submitted</span>' not in line(FOUND)
    assert 'class="late"' in line(replace(FOUND, due_at=AT.replace(year=2000)))
    assert 'class="soon"' in line(replace(FOUND, due_at=AT.replace(year=2900)))


def test_each_party_stands_in_a_place_of_its_own() -> None:
    made = line(FOUND)
    for party in FOUND.parties:
        assert made.count(f"<span>{party_html(party)}</span>") == 1

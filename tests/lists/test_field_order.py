"""What a request says stands in one order: where it is written, where it is read, on paper."""

import json
import re
from typing import Any, Final

import pytest
from tests.docket.conftest import text

from comity.canonical import encode
from comity.exchange.bodies import SECTIONS, check_body, in_order
from comity.node.compose.section_rows import tell
from comity.node.web.section_labels import member_label
from comity.papers import letter_sections
from comity.papers.bilingual import Sides
from comity.papers.words import words

BASIS: Final = {"instrument": "untoc-2000", "article": "18", "status": "in-force"}
SAID: Final[dict[str, Any]] = {
    "request": {
        "measure": "stored-data", "basis": [BASIS], "urgency": "urgent", "reference": "VN-1",
        "confidential": True, "links": [],
    },
    "subject": {
        "description": text(), "accounts": [{"service": "x.example", "identifier": "y"}],
        "period": {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"},
        "items": [{"number": 1, "description": text()}],
    },
    "grounds": {"offence": text(), "facts": text(), "necessity": text()},
    "authority": {"name": "Police", "title": "Chief", "contact": "+84 1"},
}  # fmt: skip
LETTER: Final = {
    "measure": "letter.measure", "basis": "letter.basis", "urgency": "letter.urgency",
    "reference": "letter.reference", "confidential": "letter.confidential",
    "description": "common.description", "accounts": "letter.service", "start": "letter.start",
    "items": "letter.items", "offence": "letter.offence", "facts": "letter.facts",
    "necessity": "letter.necessity", "name": "letter.authority_name", "title": "letter.official",
    "contact": "letter.contact",
}  # fmt: skip
"""Member, as pages name it, to the words of a letter."""
PATHS: Final = {"start": "period.start"}


@pytest.mark.parametrize("section", SAID)
def test_asking_and_asked_state_and_paper_name_the_fields_in_one_order(section: str) -> None:
    asking = tell({section: SAID[section]}, "request.submitted", {})
    received = json.loads(encode(SAID[section]))  # members by the alphabet, as they travel
    asked = tell({section: received}, "request.submitted", {})
    assert asked == asking
    shown = [row.label for row in asking]
    called = {one: str(member_label(section, PATHS.get(one, one))) for one in LETTER}
    members = [one for one in LETTER if called[one] in shown]
    on_page = sorted(members, key=lambda one: shown.index(called[one]))
    told = words("en")
    letter = letter_sections.SECTIONS[section](check_body(section, received), Sides([told]), None)
    on_paper = [json.dumps(block, default=str, ensure_ascii=False) for block in letter]
    places = [
        next(n for n, block in enumerate(on_paper) if told(LETTER[one]) in block) for one in on_page
    ]
    assert places == sorted(places), f"the letter names {on_page} in another order"


def test_what_no_model_knows_is_shown_last_and_every_section_has_an_order() -> None:
    assert list(in_order("authority", {"else": 1, "title": "b", "name": "a"})) == [
        "name", "title", "else",
    ]  # fmt: skip
    assert in_order("of another version", {"b": 1, "a": 2}) == {"b": 1, "a": 2}
    for name, model in SECTIONS.items():
        members = dict.fromkeys(sorted(model.model_fields), 0)
        assert list(in_order(name, members)) == list(model.model_fields)


@pytest.mark.parametrize(
    ("article", "on_page", "on_paper"),
    [
        ("18", "Article 18", "Article: 18"),
        ("7 (2)", "Article 7 (2)", "Article: 7 (2)"),
        ("XVI", "Article XVI", "Article: XVI"),
        ("Article 18", "Article 18", "Article 18"),
        ("Art. 18", "Art. 18", "Art. 18"),
        ("第十八条", "第十八条", "第十八条"),
    ],
)
def test_an_article_is_called_one_once_whatever_was_typed(
    article: str, on_page: str, on_paper: str
) -> None:
    request = {**SAID["request"], "basis": [{**BASIS, "article": article}]}
    row = next(one for one in tell({"request": request}, "request.submitted", {})
               if article in one.text)  # fmt: skip
    assert f" · {on_page} · " in f" · {row.text} · "
    body = check_body("request", request)
    blocks = letter_sections.SECTIONS["request"](body, Sides([words("en")]), None)
    texts = json.dumps(blocks, default=str, ensure_ascii=False)
    assert on_paper in re.sub("[\u2066-\u2069]", "", texts)
    assert "Article: Article" not in re.sub("[\u2066-\u2069]", "", texts)

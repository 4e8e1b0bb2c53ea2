"""The glossary: every code has a term in each language, and one term in every part."""

import pytest
from scripts.terms import FOLDER, pages

from comity.exchange.bodies import SECTIONS
from comity.exchange.types import MAIN_STATES, MOVES
from comity.files.instruments import shipped
from comity.instruments import LANGUAGES
from comity.instruments.identifiers import KINDS as IDENTIFIERS
from comity.papers.glossary import KINDS, Term, look_up, others, plain, terms

ALL = terms(shipped())
SHARED = {(term.kind, term.code): term for term in ALL if not term.instrument}


def codes(kind: str) -> set[str]:
    return {term.code for term in ALL if term.kind == kind}


def literals(section: str, field: str) -> set[str]:
    """Return the values that the specification's schema allows for a member."""
    schema = SECTIONS[section].model_json_schema()
    named = schema.get("$defs", {})
    tables = [schema, *named.values()]
    (found,) = [t["properties"][field] for t in tables if field in t.get("properties", {})]
    found = named[found["$ref"].rpartition("/")[2]] if "$ref" in found else found
    return set(found["enum"])


@pytest.mark.parametrize("kind", [kind.key for kind in KINDS])
def test_every_coded_term_is_there_in_every_shipped_language(kind: str) -> None:
    found = [term for term in ALL if term.kind == kind]
    assert found
    assert [
        (term.instrument, term.code, lang)
        for term in found
        for lang in LANGUAGES
        if not term.texts.get(lang, "").strip()
    ] == []


def test_the_codes_are_those_of_the_program() -> None:
    assert codes("messages") == set(MOVES)
    assert codes("states") == set(MAIN_STATES)
    assert codes("identifiers") == set(IDENTIFIERS)
    assert literals("request", "measure") <= codes("measures")
    assert literals("request", "urgency") == codes("urgencies")
    assert literals("conditions", "kind") == codes("conditions")
    assert literals("custody", "event") <= codes("custody")


def test_two_parts_of_the_program_translate_one_code_in_one_way() -> None:
    assert [
        (part, term.kind, term.code, lang)
        for part, term in others()
        for lang in LANGUAGES
        if plain(SHARED[term.kind, term.code].texts[lang]) != plain(term.texts[lang])
    ] == []


def test_the_pages_of_the_glossary_are_what_the_program_has() -> None:
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    assert there == pages(), "run `make reference`"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EXTRADITION", "extradition"),
        ("extradición", "extradition"),
        ("الحِفظ المُعجل للبَيانات", "preservation"),
        ("الكشف المعجل عن بيانات الحركة", "partial-disclosure"),
        ("快速保全数据", "preservation"),
        ("bao quan nhanh du lieu", "preservation"),
        ("ВЫДАЧА", "extradition"),
    ],
)
def test_a_word_in_any_language_finds_the_code(text: str, code: str) -> None:
    found = [term.code for term in look_up(ALL, text) if term.kind == "measures"]
    assert found[:1] == [code]


def test_what_no_term_has_is_not_found() -> None:
    assert look_up(ALL, "zzz-nothing") == []


def test_a_whole_match_comes_before_a_part() -> None:
    terms_ = [
        Term(kind="k", instrument="", code="a", texts={"en": "Data at rest"}),
        Term(kind="k", instrument="", code="b", texts={"en": "Data"}),
    ]
    assert [term.code for term in look_up(terms_, "data")] == ["b", "a"]

"""The way to ratification: what is missing, and a draft that never looks like more."""

from collections.abc import Mapping
from typing import Any

import pytest

from comity.files.instruments import shipped as library
from comity.instruments.errors import InstrumentError
from comity.instruments.ratification import (
    PACK_WORDS,
    AnswersError,
    Pack,
    Ratification,
    RatificationError,
    gaps,
    notification_pack,
    pack_text,
    parse_answers,
    parse_ratification,
    ratification_of,
)
from comity.instruments.state_names import StateNames, state_names

ITEMS: list[dict[str, Any]] = [
    {"key": "access", "cite": ["7(1)"], "kind": "law"},
    {"key": "authority", "cite": ["40(12)"], "kind": "authority"},
    {"key": "tongues", "cite": ["40(13)"], "kind": "notice", "to": "depositary",
     "answer": "languages"},
    {"key": "point", "cite": ["41(1)"], "kind": "notice", "to": "secretariat", "answer": "text"},
    {"key": "basis", "cite": ["37(6)"], "kind": "notice", "to": "depositary", "answer": "text",
     "needed": False},
    {"key": "competence", "cite": ["64"], "kind": "notice", "to": "depositary", "answer": "text",
     "who": "organizations"},
    {"key": "reserve", "cite": ["42(5)"], "kind": "choice", "to": "depositary", "answer": "text"},
]  # fmt: skip
ARTICLES = frozenset({"7", "37", "40", "41", "42", "64"})
NAMES = StateNames({"at": {"en": "Austria"}})


def table(*items: Mapping[str, Any]) -> dict[str, Any]:
    return {"item": [{"confidence": "high", **item} for item in items]}


def words(keys: list[str]) -> dict[str, Any]:
    return {
        "reviewed_by": "",
        "items": {key: f"Do {key}." for key in keys},
        "pack": {word: word.upper() for word in PACK_WORDS},
    }


def read(*items: Mapping[str, Any], **texts: dict[str, Any]) -> Ratification:
    english = texts.pop("en", words([str(item.get("key")) for item in items]))
    return parse_ratification(
        [table(*items)],
        {"en": [english], **{lang: [text] for lang, text in texts.items()}},
        articles=ARTICLES,
        file="ratification.toml",
    )


NEEDS = read(*ITEMS)


def statuses(answers: str) -> dict[str, str]:
    found = gaps(NEEDS, parse_answers(answers.encode(), NEEDS))
    return {gap.item.key: gap.status for gap in found}


def pack(answers: str) -> Pack:
    return notification_pack("un-2024", NEEDS, parse_answers(answers.encode(), NEEDS))


def test_without_answers_everything_is_to_do() -> None:
    assert statuses('state = "at"') == {
        "access": "open",
        "authority": "open",
        "tongues": "open",
        "point": "open",
        "basis": "undecided",
        "competence": "not-needed",
        "reserve": "undecided",
    }


def test_an_organization_declares_its_competence() -> None:
    assert statuses('state = "eu"\norganization = true')["competence"] == "open"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ('[items.access]\ndone = true\nwhere = "Penal Code, section 118a"', "done"),
        ("[items.access]\ndone = true", "open"),
        ('[items.access]\nwhere = "Penal Code, section 118a"', "open"),
        ('[items.tongues]\nlanguages = ["de", "en"]', "done"),
        ('[items.point]\ntext = "Federal Office, at all hours"', "done"),
        ("[items.reserve]\ndeclined = true", "declined"),
        ("[items.basis]\ndeclined = true", "declined"),
        ('[items.reserve]\ntext = "May refuse."', "done"),
    ],
)
def test_an_answer_settles_its_item(answer: str, status: str) -> None:
    key = answer.split(".")[1].split("]", maxsplit=1)[0]
    assert statuses(f'state = "at"\n{answer}')[key] == status


@pytest.mark.parametrize(
    "answers",
    [
        "",
        'state = "AT"',
        'state = "at"\nnation = "at"',
        'state = "at"\norganization = "no"',
        'state = "at"\nitems = 3',
        'state = "at"\n[items.invented]\ntext = "x"',
        'state = "at"\n[items.access]\ntext = "x"',
        'state = "at"\n[items.access]\ndone = "yes"',
        'state = "at"\n[items.access]\ndone = true\nwhere = " "',
        'state = "at"\n[items.tongues]\ntext = "German"',
        'state = "at"\n[items.tongues]\nlanguages = []',
        'state = "at"\n[items.tongues]\nlanguages = [1]',
        'state = "at"\n[items.tongues]\nlanguages = ["German"]',
        'state = "at"\n[items.point]\ndeclined = true',
        'state = "at"\n[items.reserve]\ndeclined = true\ntext = "x"',
    ],
)
def test_answers_are_refused(answers: str) -> None:
    with pytest.raises(AnswersError):
        parse_answers(answers.encode(), NEEDS)


@pytest.mark.parametrize("raw", [b"\xff", b"state", b'state = "a\xe2\x80\xaet"'])
def test_what_is_no_file_of_answers_is_refused(raw: bytes) -> None:
    with pytest.raises(InstrumentError):
        parse_answers(raw, NEEDS)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"cite": ["99"]},
        {"cite": []},
        {"cite": ["seven"]},
        {"kind": "wish"},
        {"confidence": "certain"},
        {"key": "Access!"},
        {"to": "depositary"},
        {"answer": "text"},
        {"needed": False},
        {"colour": "red"},
        {"kind": "notice", "to": "press", "answer": "text"},
        {"kind": "notice", "to": "depositary"},
        {"kind": "choice", "to": "depositary", "answer": "text", "needed": False},
        {"who": "islands"},
    ],
)
def test_an_item_is_refused(spoilt: dict[str, Any]) -> None:
    with pytest.raises(RatificationError):
        read(ITEMS[0] | spoilt)


def test_an_item_twice_is_refused() -> None:
    with pytest.raises(RatificationError):
        read(ITEMS[0], ITEMS[0])


def test_a_text_is_needed_in_english_and_elsewhere_falls_back_to_it() -> None:
    french = words([]) | {"items": {}, "pack": {"title": "TITRE"}}
    found = read(ITEMS[0], fr=french)
    assert (found.text("access", "fr"), found.word("title", "fr")) == ("Do access.", "TITRE")
    with pytest.raises(RatificationError):
        read(ITEMS[0], en=words([]))


def test_a_text_that_belongs_to_nothing_is_refused() -> None:
    with pytest.raises(RatificationError):
        read(ITEMS[0], fr=words(["other"]))


def test_a_pack_lists_what_is_notified_and_what_is_missing() -> None:
    found = pack('state = "at"\n[items.tongues]\nlanguages = ["de"]\n[items.reserve]\ntext = "No."')
    assert [entry.key for entry in found.entries] == ["tongues", "point", "basis", "reserve"]
    assert (found.missing, found.undecided) == (("point",), ("basis",))
    assert found.value()["draft"] is True


def test_a_pack_leaves_out_domestic_law() -> None:
    found = pack('state = "at"\n[items.access]\ndone = true\nwhere = "Penal Code"')
    assert "access" not in {entry.key for entry in found.entries}


def test_a_pack_says_draft_first_and_last_even_when_nothing_is_missing() -> None:
    whole = (
        'state = "at"\n[items.tongues]\nlanguages = ["de"]\n[items.point]\ntext = "Office"\n'
        "[items.basis]\ndeclined = true\n[items.reserve]\ndeclined = true"
    )
    found = pack(whole)
    assert (found.missing, found.value()["draft"]) == ((), True)
    lines = pack_text(found, NEEDS, NAMES, "en").splitlines()
    assert (lines[0], lines[-1]) == ("DRAFT", "DRAFT")


def test_a_pack_as_text_marks_what_is_missing_under_its_article() -> None:
    lines = pack_text(pack('state = "at"'), NEEDS, NAMES, "en").splitlines()
    assert lines[lines.index("ARTICLE 41(1)") + 1] == "    [MISSING] Do point."
    assert lines[lines.index("ARTICLE 42(5)") + 1] == "    [UNDECIDED] Do reserve."
    assert "Austria" in lines


def test_a_pack_as_text_tells_each_recipient_its_own() -> None:
    text = pack_text(pack('state = "at"'), NEEDS, NAMES, "en")
    depositary, secretariat = text.partition("DEPOSITARY")[2].split("SECRETARIAT")
    assert "ARTICLE 41(1)" not in depositary
    assert "ARTICLE 42(5)" in depositary
    assert "ARTICLE 41(1)" in secretariat
    assert "ARTICLE 42(5)" not in secretariat


def test_open_is_what_somebody_still_has_to_do() -> None:
    answers = parse_answers(b'state = "at"\n[items.reserve]\ndeclined = true', NEEDS)
    assert [gap.item.key for gap in gaps(NEEDS, answers) if gap.open] == [
        "access", "authority", "tongues", "point", "basis",
    ]  # fmt: skip


# ------------------------------------------------------------------ what is shipped


def shipped() -> Ratification:
    found = ratification_of(library(), library().instruments["un-2024"])
    assert found is not None
    return found


def test_the_shipped_list_holds_what_a_party_must_notify() -> None:
    """Every row of the profile of a Party: section 2.11 of our notes."""
    told = {cite for item in shipped().items if item.to for cite in item.cite}
    assert told >= {
        "40(12)", "40(13)", "41(1)", "41(2)", "37(19)", "37(6)", "53(7)", "17(2)(d)", "50(5)",
        "7(2)", "9(2)", "11(3)", "23(3)", "42(5)", "63(3)", "64",
    }  # fmt: skip


@pytest.mark.parametrize("article", [str(number) for number in [*range(7, 17), *range(25, 31)]])
def test_the_shipped_list_asks_for_a_law_on_every_offence_and_power(article: str) -> None:
    laws = {cite.partition("(")[0] for item in shipped().items if item.kind == "law"
            for cite in item.cite}  # fmt: skip
    assert article in laws


def test_a_reservation_is_offered_only_where_the_convention_has_a_place_for_one() -> None:
    choices = {cite for item in shipped().items if item.kind == "choice" for cite in item.cite}
    assert choices == {
        "7(2)", "8", "9(2)", "11(3)", "12", "14(3)", "14(4)", "23(3)", "40(12)", "42(5)", "63(3)",
    }  # fmt: skip


def test_the_shipped_list_makes_a_draft_for_a_state_that_has_answered_nothing() -> None:
    needs = shipped()
    answers = parse_answers(b'state = "vn"', needs)
    found = notification_pack("un-2024", needs, answers)
    assert "notify-contact-point" in found.missing
    assert "notify-competence" not in {entry.key for entry in found.entries}
    text = pack_text(found, needs, state_names(library()), "en")
    assert text.startswith("DRAFT")
    assert "Viet Nam" in text


def test_an_instrument_without_a_list_has_none() -> None:
    needs = {key: ratification_of(library(), each) for key, each in library().instruments.items()}
    assert [key for key, found in needs.items() if found] == ["un-2024"]

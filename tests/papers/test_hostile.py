"""Other people's text is data: it is printed, never obeyed."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.papers.makers import (
    SYSTEM,
    checked_of,
    flat,
    hand_over_of,
    label_of,
    make,
    passport_of,
    report_of,
    text_of,
)
from tests.walks import sampled

from comity.bundle.claims import Claim
from comity.bundle.statement import Withheld
from comity.canonical import PeerError
from comity.papers.errors import FontMissingError, PaperContentError

MARKUP = [
    '#read("/etc/passwd")',
    '#eval("1+1")',
    "$ x^2 $",
    "\\ \\u{41} \\#",
    "@label <label>",
    "*bold* _emphasis_ `raw` = heading",
    "// comment /* comment */",
    '#import "@preview/tiaoma:0.3.0"',
    "]}) #panic()",
    '"quoted\\" end',
    "{braces} {0} {at}",
]


@pytest.mark.parametrize("text", sampled(MARKUP, MARKUP[:2]))
def test_markup_in_a_reason_is_printed_as_it_stands(text: str, tmp_path: Path) -> None:
    read = text_of(make("passport", "en", passport_of(("acquired", text))), tmp_path)
    assert text.replace(" ", "") in "".join(read.split())
    assert "root:" not in read


@pytest.mark.parametrize("text", sampled(MARKUP, MARKUP[:2]))
def test_markup_on_a_label_and_a_form_is_printed_as_it_stands(text: str, tmp_path: Path) -> None:
    for paper, facts in (
        ("label", label_of(description=text)),
        ("courier", hand_over_of(medium=text, courier=text)),
    ):
        read = text_of(make(paper, "en", facts), tmp_path)
        assert text.replace(" ", "") in "".join(read.split())


def test_a_direction_override_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    facts = passport_of(("acquired", "case \u202e6202/44\u202c closed"))
    assert "⟨U+202E⟩6202/44⟨U+202C⟩" in flat(text_of(make("passport", "en", facts), tmp_path))


def test_a_word_without_end_stays_on_the_page(tmp_path: Path) -> None:
    facts = passport_of(("acquired", "x" * 4000))
    assert text_of(make("passport", "en", facts), tmp_path).count("x") >= 4000


def test_a_path_and_a_reason_of_a_bundle_are_printed_as_they_stand(tmp_path: Path) -> None:
    path = "data/exhibits/" + "ab" * 32 + '/#read("x")\u202e.pdf'
    report = report_of(withheld={path: Withheld("$why$ #x", "@who")})
    read = "".join(text_of(make("cover", "en", checked_of(report)), tmp_path).split())
    assert '#read("x")⟨U+202E⟩.pdf' in read
    assert "$why$#x" in read


@pytest.mark.parametrize("paper", ["cover", "verdict"])
def test_what_a_claim_tells_is_printed_as_it_stands(paper: str, tmp_path: Path) -> None:
    told = {"outcome": 'refused:#read("x")\u202e\U0001f600\u3164'}
    report = report_of(claims=(Claim("receipt", "attested", ("vn/contact-point",), told),))
    read = "".join(text_of(make(paper, "en", checked_of(report)), tmp_path).split())
    assert '#read("x")\\u{202e}⟨U+1F600⟩⟨U+3164⟩' in read


def test_claims_without_end_stay_on_few_pages(tmp_path: Path) -> None:
    claims = tuple(
        Claim("receipt", "attested", (f"p/n{number}",), {"outcome": f"refused:c{number}"})
        for number in range(5000)
    )
    read = text_of(make("verdict", "en", checked_of(report_of(claims=claims))), tmp_path)
    assert "and 4980 more" in read.replace(",", "")
    assert read.count("\f") <= 2


@pytest.mark.long
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(min_size=1, max_size=60))
def test_any_text_gives_a_paper_or_an_error_with_a_code(text: str) -> None:
    try:
        made = make("passport", "en", passport_of(("acquired", text)), fonts=SYSTEM)
    except (FontMissingError, PaperContentError):
        return
    assert made.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "changes",
    [
        {"exhibit": "019ca756"},
        {"party": "VN/contact"},
        {"seal_number": ""},
        {"seal_number": "x" * 41},
        {"case": " "},
        {"description": "x" * 161},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_label_of_malformed_facts_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises((PeerError, PaperContentError)):
        make("label", "en", label_of(**changes))


@pytest.mark.parametrize(
    "changes",
    [{"sender": "vn"}, {"addressee": "?"}, {"medium": ""}, {"medium": "x" * 201}, {"courier": ""}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_form_of_malformed_facts_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises((PeerError, PaperContentError)):
        make("courier", "en", hand_over_of(**changes))


def test_an_event_is_not_called_proved_without_a_log() -> None:
    first, second, *rest = passport_of().events
    bare = replace(second, status="proved", logs=())
    with pytest.raises(PaperContentError, match="event 2 is called proved"):
        make("passport", "en", passport_of(events=(first, bare, *rest)))


def test_more_events_than_a_paper_holds_are_refused_before_anything_is_set() -> None:
    life = [("acquired", "Seized"), *[("reverified", "Again")] * 2000]
    with pytest.raises(PaperContentError, match="2000"):
        make("passport", "en", passport_of(*life))


def test_more_text_than_a_paper_holds_is_refused_before_anything_is_set() -> None:
    life = [("acquired", "Seized"), *[("reverified", "word " * 800)] * 800]
    with pytest.raises(PaperContentError, match="more text"):
        make("passport", "en", passport_of(*life))


@pytest.mark.full
def test_five_hundred_events_take_seconds(tmp_path: Path) -> None:
    life = [("acquired", "Seized"), *[("reverified", "Again before the hearing")] * 499]
    facts = passport_of(*life)
    began = time.process_time()
    pdf = make("passport", "ar", facts)
    assert time.process_time() - began < 10  # of processor; 0.5 alone
    assert text_of(pdf, tmp_path).count("Again before") == 499

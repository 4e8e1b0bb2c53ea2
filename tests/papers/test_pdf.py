"""Every paper, in every language, is an archivable, accessible and self-contained document.

Judge: poppler.
"""

import re
import subprocess
from pathlib import Path

import pytest
from tests.conftest import needs
from tests.papers.makers import PAPERS, flat, label_of, make, passport_of, report_of, text_of
from tests.papers.makers import checked_of as checked
from tests.walks import in_two_languages

from comity.papers.errors import PaperContentError
from comity.papers.words import LANGUAGES, words

pytestmark = pytest.mark.full

ALL = [(paper, lang) for paper in PAPERS for lang in LANGUAGES]
TITLES = {
    "label": "label.title",
    "courier": "courier.title",
    "passport": "passport.title",
    "cover": "cover.title",
    "verdict": "verdict.title",
}


def judged(tool: str, pdf: bytes, folder: Path, *options: str) -> str:
    (folder / "paper.pdf").write_bytes(pdf)
    command = [needs(tool), *options, str(folder / "paper.pdf")]
    done = subprocess.run(command, check=True, capture_output=True)
    return done.stdout.decode(errors="replace")  # titles of a structure may be UTF-16


@pytest.mark.parametrize(("paper", "lang"), in_two_languages(ALL, fills=2))
def test_a_paper_is_tagged_titled_and_of_its_language(
    paper: str, lang: str, tmp_path: Path
) -> None:
    pdf = make(paper, lang)
    told = dict(
        line.split(":", 1) for line in judged("pdfinfo", pdf, tmp_path).splitlines() if ":" in line
    )
    assert told["Title"].strip() == words(lang)(TITLES[paper])
    assert told["Tagged"].strip() == "yes"
    assert told["JavaScript"].strip() == "no"
    assert told["CreationDate"].strip() == "Sun Mar  1 03:04:05 2026 UTC"
    wanted = {"zh-hans": "zh-CN"}.get(lang, lang)
    assert f"/Lang({wanted})".encode() in pdf
    assert f"<dc:language><rdf:Bag><rdf:li>{wanted}</rdf:li>".encode() in pdf


@pytest.mark.parametrize("paper", PAPERS)
def test_a_screen_reader_finds_one_title_and_headed_tables(paper: str, tmp_path: Path) -> None:
    tags = judged("pdfinfo", make(paper), tmp_path, "-struct").split()
    assert tags.count("H1") == 1
    assert ("Table" in tags) == ("TH" in tags) == (paper not in {"label", "verdict"})
    assert ("Figure:" in tags) == (paper == "label")


@pytest.mark.long
@pytest.mark.parametrize(("paper", "lang"), in_two_languages(ALL, fills=2))
def test_a_paper_says_that_it_is_pdf_a_2a_and_pdf_ua_1(paper: str, lang: str) -> None:
    pdf = make(paper, lang)
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>", pdf)
    assert re.search(rb"<pdfaid:conformance>A</pdfaid:conformance>", pdf)
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", pdf)


@pytest.mark.long
@pytest.mark.parametrize(("paper", "lang"), in_two_languages(ALL, fills=2))
def test_every_font_of_a_paper_is_in_it(paper: str, lang: str, tmp_path: Path) -> None:
    rows = judged("pdffonts", make(paper, lang), tmp_path).splitlines()[2:]
    columns = [re.search(r" (yes|no) (yes|no) (yes|no) +\d+ +0$", row) for row in rows]
    assert rows
    assert {found.groups() if found else None for found in columns} == {("yes", "yes", "yes")}


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_refers_to_nothing_outside(paper: str) -> None:
    pdf = make(paper)
    for word in (b"/URI", b"/EmbeddedFile", b"/JavaScript", b"/Launch", b"/GoToR", b"/XFA"):
        assert word not in pdf, word


@pytest.mark.parametrize("paper", PAPERS)
def test_the_same_facts_give_the_same_bytes(paper: str) -> None:
    assert make(paper, "ar") == make(paper, "ar")


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
def test_a_passport_holds_every_event_with_its_word(lang: str, tmp_path: Path) -> None:
    text = flat(text_of(make("passport", lang), tmp_path))
    told = words(lang)
    for key in ("event.sealed", "event.held", "status.proved", "status.attested"):
        if lang == "ar":
            continue  # read letter by letter below
        assert told(key) in text, key
    for fact in ("Court order 44/2026", "officer-7f3a", "Hà Nội", "019ca756-a780-7a72-aa38-"):
        assert fact in text


ARABIC = {
    "label": "لا تفتح الكيس",
    "courier": "ترافق هذه الاستمارة الكيس المبين أدناه",
    "passport": "جواز العهدة",
    "cover": "من توقيعات المذكورين",
    "verdict": "من توقيعات المذكورين",
}


def unligated(text: str) -> str:
    """Return a text with lam-alef in one order: poppler turns that ligature's two letters round."""
    return re.sub("ل([اأإآ])", r"\1ل", text)


@pytest.mark.parametrize("paper", PAPERS)
def test_arabic_words_are_extracted_in_the_order_they_are_read(paper: str, tmp_path: Path) -> None:
    read = flat(text_of(make(paper, "ar"), tmp_path))
    assert unligated(ARABIC[paper]) in unligated(read)
    assert unligated(ARABIC[paper])[::-1] not in unligated(read)


def test_dates_and_identifiers_are_not_turned_round_in_an_arabic_paper(tmp_path: Path) -> None:
    text = text_of(make("passport", "ar"), tmp_path)
    assert "2026-03-01" in text
    assert "03:06:05 2026" not in text
    assert "019ca756-a780-7a72-aa38-a93417c6f9f8" in text
    assert "6465 6667 6869 6a6b 6c6d 6e6f 7071 7273" in text


@pytest.mark.parametrize(("paper", "facts"), [
    ("label", label_of(mode="exercise")),
    ("passport", passport_of(mode="exercise")),
    ("cover", checked(report_of(mode="exercise"))),
    ("verdict", checked(report_of(mode="exercise"))),
])  # fmt: skip
def test_an_exercise_is_called_one_on_the_paper(paper: str, facts: object, tmp_path: Path) -> None:
    told = words("en")("common.exercise")
    assert told in flat(text_of(make(paper, "en", facts), tmp_path))
    assert told not in flat(text_of(make(paper, "en"), tmp_path))


def test_a_sheet_has_four_labels(tmp_path: Path) -> None:
    text = text_of(make("label", "en", sheet="a4"), tmp_path)
    assert text.count("B 0048812") == 4
    info = judged("pdfinfo", make("label", "en", sheet="a4"), tmp_path)
    assert "(A4)" in info
    assert re.search(r"^Pages: +1$", info, re.MULTILINE)


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
def test_a_label_of_long_texts_fits_on_its_page(lang: str, tmp_path: Path) -> None:
    description = "Laptop computer with charger, taken at the second address, 3rd floor. " * 2
    facts = label_of(
        seal_number="BKA-2026-0048812-77", case="AZ 2026/000017-114 Js", mode="exercise",
        description=description,
    )  # fmt: skip
    pdf = make("label", lang, facts)
    assert re.search(r"^Pages: +1$", judged("pdfinfo", pdf, tmp_path), re.MULTILINE)
    assert flat(text_of(pdf, tmp_path)).count("3rd floor") == 2


def test_texts_that_do_not_fit_on_a_label_are_refused_and_not_cut_off() -> None:
    facts = label_of(seal_number="W" * 40, case="W" * 40, description="W" * 160, mode="exercise")
    with pytest.raises(PaperContentError, match="fit"):
        make("label", "ru", facts)


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
def test_no_event_is_torn_apart_between_two_pages(lang: str, tmp_path: Path) -> None:
    life = [("sealed", f"reason {number}, told at some length so that it takes more than a line")
            for number in range(60)]  # fmt: skip
    pages = text_of(make("passport", lang, passport_of(*life)), tmp_path).split("\f")
    assert len(pages) > 3
    for page in pages:
        assert (
            page.count("reason ")
            == page.count("officer-7f3a")
            == page.count("6465 6667 6869 6a6b ...")
        )


def test_a_passport_prints_the_conditions_of_use_in_every_language(tmp_path: Path) -> None:
    for lang in LANGUAGES:
        read = flat(text_of(make("passport", lang, passport_of()), tmp_path))
        assert "Only in the proceedings named." in read
        assert "za/central-authority" in read
    unlimited = flat(text_of(make("passport", "en", passport_of(limits=())), tmp_path))
    assert "none known" in unlimited
    assert "needs the consent of the State" in unlimited

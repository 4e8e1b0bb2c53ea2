"""Note verbale, records certificate and execution record: archivable, in one language or in two.

Judges: poppler, zbar.
"""

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import REPOSITORY, needs
from tests.papers.letters import request_record
from tests.papers.makers import ROOT, flat, text_of
from tests.papers.officials import (
    ADDRESSEE,
    FACTS,
    OFFICIAL,
    SENDER,
    TITLES,
    certificate_of,
    execution_of,
    note_of,
    official,
)
from tests.papers.test_hostile import MARKUP
from tests.papers.test_pdf import judged, unligated
from tests.walks import in_two_languages, sampled

from comity.papers.errors import PaperContentError
from comity.papers.letter import qr_text
from comity.papers.records_certificate import MAX_CERTIFIED_FILES, STATEMENTS
from comity.papers.words import LANGUAGES, words

pytestmark = pytest.mark.long  # each paper is typeset

PAIRS = [("ar", "en"), ("zh-hans", "fr"), ("en", "ar")]
ALL = [(paper, langs) for paper in OFFICIAL for langs in [*((o,) for o in LANGUAGES), *PAIRS]]


@pytest.mark.parametrize(("paper", "langs"), in_two_languages(ALL, fills=2))
def test_such_a_paper_is_archivable_titled_tagged_and_holds_its_fonts(
    paper: str, langs: tuple[str, ...], tmp_path: Path
) -> None:
    pdf = official(paper, *langs)
    told = dict(
        line.split(":", 1) for line in judged("pdfinfo", pdf, tmp_path).splitlines() if ":" in line
    )
    assert told["Title"].strip() == words(langs[0])(TITLES[paper])
    assert told["Tagged"].strip() == "yes"
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    rows = judged("pdffonts", pdf, tmp_path).splitlines()[2:]
    assert rows
    assert all(re.search(r" yes yes yes +\d+ +0$", row) for row in rows)
    for word in (b"/URI", b"/EmbeddedFile", b"/JavaScript", b"/Launch"):
        assert word not in pdf, word


@pytest.mark.parametrize("paper", OFFICIAL)
def test_both_languages_stand_in_it(paper: str, tmp_path: Path) -> None:
    read = flat(text_of(official(paper, "ar", "fr"), tmp_path))
    assert words("fr")(TITLES[paper]) in read
    assert unligated(words("ar")(TITLES[paper])) in unligated(read)


@pytest.mark.parametrize("paper", OFFICIAL)
def test_the_same_facts_give_the_same_bytes(paper: str) -> None:
    assert official(paper, "ar", "en") == official(paper, "ar", "en")


@pytest.mark.parametrize("paper", OFFICIAL)
@pytest.mark.parametrize("langs", [("en", "en"), ("en", "fr", "ar"), ("de",)], ids="+".join)
def test_other_languages_are_refused(paper: str, langs: tuple[str, ...]) -> None:
    with pytest.raises(PaperContentError):
        official(paper, *langs)


def exercise_of(paper: str) -> Any:
    if paper == "note-verbale":
        return note_of(replace(request_record(), mode="exercise"))
    if paper == "records-certificate":
        return certificate_of(mode="exercise")
    return execution_of(FACTS.replace('"live"', '"exercise"'))


@pytest.mark.parametrize("paper", OFFICIAL)
def test_an_exercise_is_called_one_on_every_page(paper: str, tmp_path: Path) -> None:
    made = text_of(official(paper, "en", "fr", facts=exercise_of(paper)), tmp_path)
    for page in made.rstrip("\f").split("\f"):
        for lang in ("en", "fr"):
            assert flat(words(lang)("common.exercise")) in flat(page)
    assert words("en")("common.exercise") not in flat(text_of(official(paper), tmp_path))


# note verbale


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_note_greets_hands_on_and_closes_in_the_third_person(lang: str, tmp_path: Path) -> None:
    read = flat(text_of(official("note-verbale", lang), tmp_path))
    parts = {
        "en": ("presents its compliments to", "the assurances of its highest consideration"),
        "fr": ("présente ses compliments au Ministère", "sa très haute considération"),
    }
    assert read.count(SENDER[lang]) == 3
    assert read.count(ADDRESSEE[lang]) == 2
    for part in parts[lang]:
        assert part in read


def test_a_note_in_arabic_keeps_the_order_of_names_and_of_the_date(tmp_path: Path) -> None:
    read = unligated(flat(text_of(official("note-verbale", "ar"), tmp_path)))
    assert unligated(f"تهدي {SENDER['ar']} أطيب تحياتها") in read
    assert "2026-03-01" in read
    assert "03:05:00" in read


def test_a_note_names_the_letter_by_code_and_digest_and_nothing_of_its_content(
    tmp_path: Path,
) -> None:
    pdf = official("note-verbale", "en", "fr")
    read = flat(text_of(pdf, tmp_path))
    record = request_record()
    assert record.code in read
    assert record.message.content[7:11] in read
    assert "Request for assistance" in read
    for secret in ("dawn@mail.example", "Hình sự", "VN-2026/17", "Điều 174"):
        assert secret not in read
    assert b"comity-letter.json" not in pdf


def test_a_scanner_reads_the_letters_digest_from_the_note(tmp_path: Path) -> None:
    (tmp_path / "note.pdf").write_bytes(official("note-verbale", "ar", "en"))
    files = [tmp_path / "note.pdf", tmp_path / "page"]
    subprocess.run([needs("pdftoppm"), "-r", "150", "-png", *files], check=True)
    page = max(tmp_path.glob("page*.png"))
    run = subprocess.run([needs("zbarimg"), "-q", "--raw", page], check=True, capture_output=True)
    assert run.stdout.strip() == qr_text(request_record())


def test_a_name_that_was_not_given_is_a_blank_to_write_in(tmp_path: Path) -> None:
    note = note_of(sender={}, addressee={"fr": ADDRESSEE["fr"]})
    read = flat(text_of(official("note-verbale", "en", "fr", facts=note), tmp_path))
    assert "………… presents its compliments to …………" in read
    assert ADDRESSEE["fr"] in read


@pytest.mark.parametrize("name", ["", " ", "x" * 201])
def test_a_note_of_an_empty_or_endless_name_is_refused(name: str) -> None:
    with pytest.raises(PaperContentError, match="sender"):
        official("note-verbale", facts=note_of(sender={"en": name}))


# records certificate


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
def test_a_certificate_lists_each_file_with_its_digest_and_all_statements(
    lang: str, tmp_path: Path
) -> None:
    read = flat(text_of(official("records-certificate", lang), tmp_path))
    for fact in ("mailbox.pst", "logs/2026.csv", "Nguyễn Thị An", "mail.example Ltd",
                 "6465 6667 6869 6a6b", "sha256sum FILE"):  # fmt: skip
        assert fact in read
    solid = "".join(read.split()).replace("-", "")  # poppler drops one at the end of a line
    for number in range(1, STATEMENTS + 1):
        text = "".join(words(lang)(f"records.statement.{number}").split()).replace("-", "")
        assert lang == "ar" or text in solid
    assert f"records.statement.{STATEMENTS + 1}" not in words(lang).entries


def test_what_is_not_known_of_the_custodian_is_a_box_to_write_in(tmp_path: Path) -> None:
    bare = certificate_of(custodian=None, position=None, body=None, reference=None)
    read = flat(text_of(official("records-certificate", facts=bare), tmp_path))
    for key in ("custodian", "position", "body"):
        assert words("en")(f"records.{key}") in read
    assert words("en")("records.reference") not in read


@pytest.mark.parametrize("count", [0, MAX_CERTIFIED_FILES + 1])
def test_a_certificate_about_nothing_or_too_much_is_refused(count: int) -> None:
    files = [(f"f{number}", ROOT) for number in range(count)]
    with pytest.raises(PaperContentError, match="2000"):
        official("records-certificate", facts=certificate_of(files=files))


def test_five_hundred_files_are_all_in_the_certificate(tmp_path: Path) -> None:
    files = [(f"data/f{number:03d}.eml", ROOT) for number in range(500)]
    made = official("records-certificate", "ar", "en", facts=certificate_of(files=files))
    read = text_of(made, tmp_path)
    assert all(name in read for name, _ in files)


# execution record


def test_an_execution_record_says_who_when_where_and_what(tmp_path: Path) -> None:
    read = flat(text_of(official("execution-record", "en", "fr"), tmp_path))
    for fact in ("Thandi Nkosi", "Prosecutor", "محمد علي", "12 Harbour Road, Cape Town",
                 "2026-03-02 07:10:00", "2026-03-02 11:45:00", "Order 44/2026", "not done",
                 "non exécuté", "1. Mailbox dawn@mail.example", "Exported, and copied twice.",
                 "mailbox.pst", "6465 6667 6869 6a6b"):  # fmt: skip
        assert fact in read, fact
    assert read.count("Thandi Nkosi") == 2  # present, and where to sign


def test_with_a_record_it_ends_in_the_code_of_that_message(tmp_path: Path) -> None:
    record = request_record()
    read = flat(text_of(official("execution-record", record=record), tmp_path))
    assert record.code in read
    assert record.code not in flat(text_of(official("execution-record"), tmp_path))


def test_an_exercise_is_not_mixed_with_a_live_message() -> None:
    with pytest.raises(PaperContentError, match="mode"):
        official("execution-record", facts=exercise_of("execution-record"),
                 record=request_record())  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('mode = "live"', 'mode = "test"', "mode"),
        ('result = "done"', 'result = "perhaps"', "steps/0/result"),
        ("2026-03-02T07:10:00Z", "2026-02-30T07:10:00Z", "began"),
        ("2026-03-02T11:45:00Z", "2026-03-02T06:45:00Z", "ended"),
        ("sha256:6465", "6465", "steps/0/things/0/sha256"),
        ('place = "12 Harbour Road, Cape Town"', 'secret = "x"', "place"),
        ('capacity = "Prosecutor"', "capacity = 1", "present/0/capacity"),
        ('name = "Thandi Nkosi"', f'name = "{"x" * 201}"', "present/0/name"),
        ('mode = "live"', "mode = ", "TOML"),
        ('mode = "live"', 'mode = "live"\nunknown = "hidden words"', "the facts"),
    ],
)
def test_facts_that_are_wrong_are_refused_by_path_and_never_by_value(
    old: str, new: str, path: str
) -> None:
    assert old in FACTS
    with pytest.raises(PaperContentError) as fault:
        execution_of(FACTS.replace(old, new))
    assert path in str(fault.value)
    assert "hidden words" not in str(fault.value)


@pytest.mark.parametrize("begin", ["[[present]]", "[[steps]]"])
def test_an_execution_of_nobody_or_of_nothing_is_refused(begin: str) -> None:
    text = "\n\n".join(part for part in FACTS.split("\n\n") if not part.startswith(begin))
    with pytest.raises(PaperContentError):
        execution_of(text)


def test_the_example_of_the_reference_is_read() -> None:
    page = (REPOSITORY / "docs/reference/execution-record.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example
    assert execution_of(example[1]).steps[0].things[0].name == "mailbox.pst"


# what others wrote


@pytest.mark.parametrize("text", sampled(MARKUP, MARKUP[:2]))
def test_markup_is_printed_as_it_stands(text: str, tmp_path: Path) -> None:
    note = note_of(sender={"en": text})
    certificate = certificate_of(custodian=text, files=[(text, ROOT)])
    for paper, facts in (("note-verbale", note), ("records-certificate", certificate)):
        read = "".join(text_of(official(paper, facts=facts), tmp_path).split())
        assert text.replace(" ", "") in read
        assert "root:" not in read


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_direction_controls_are_shown_and_not_obeyed(lang: str, tmp_path: Path) -> None:
    text = "x\u202e6202/44\u202c\u2067"
    facts = FACTS.replace("Thandi Nkosi", text).replace("mailbox.pst", text)
    made = [
        official("note-verbale", lang, facts=note_of(sender={lang: text})),
        official("records-certificate", lang, facts=certificate_of(files=[(text, ROOT)])),
        official("execution-record", lang, facts=execution_of(facts)),
    ]
    for pdf in made:
        assert "x⟨U+202E⟩6202/44⟨U+202C⟩⟨U+2067" in "".join(text_of(pdf, tmp_path).split())


def test_forty_thousand_characters_and_long_words_stay_on_their_pages(tmp_path: Path) -> None:
    facts = FACTS.replace("Exported, and copied twice.", "y" * 40_000)
    facts = facts.replace("Thandi Nkosi", "W" * 200).replace("Order 44/2026", "V" * 300)
    made = official("execution-record", "ar", "en", facts=execution_of(facts))
    read = text_of(made, tmp_path)
    assert read.count("y") >= 40_000
    assert read.count("W") >= 400
    assert read.count("V") >= 600

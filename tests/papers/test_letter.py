"""A letter says on paper, in one language or two, what the signed message says.

Judges: poppler, zbar.
"""

import json
import re
import subprocess
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import needs
from tests.instruments.reviewed import reviewed_library
from tests.papers.letters import (
    AUTHORITY,
    REASONS,
    REQUEST,
    answer_record,
    letter,
    record_of,
    request_record,
    signed_once,
)
from tests.papers.makers import flat, text_of
from tests.papers.test_pdf import judged, unligated
from tests.walks import in_two_languages

from comity.papers.errors import PaperContentError
from comity.papers.letter import TYPES, qr_text
from comity.papers.letter_record import INSIDE, read_inside, read_letter_record
from comity.papers.words import LANGUAGES, shown_time, words

pytestmark = pytest.mark.long  # each letter is typeset; test_pdf.py has a paper of each kind

PAIRS = [("ar", "en"), ("zh-hans", "fr"), ("en", "ar"), ("vi", "ru")]
ALL = [*((lang,) for lang in LANGUAGES), *PAIRS]


def solid(text: str) -> str:
    """Return a text without blanks: lines break anywhere in Chinese and in narrow columns."""
    return unligated("".join(text.split()))


@pytest.mark.parametrize("languages", in_two_languages(ALL), ids="+".join)
def test_a_letter_has_its_code_its_fields_and_what_was_written(
    languages: tuple[str, ...], tmp_path: Path
) -> None:
    record = request_record()
    read = solid(text_of(letter(record, *languages), tmp_path))
    for fact in (
        record.code, "vn/contact-point", "za/central-authority", "VN-2026/17", "2026-02-2012:30:00",
        "dawn@mail.example", "Điều174BộluậtHìnhsự", AUTHORITY["contact"], "Hiệpđịnh2019",
        record.message.content[7:11],
    ):  # fmt: skip
        assert solid(fact) in read, fact
    for lang in languages:
        if lang == "ar":
            continue  # read letter by letter below
        for key in ("title.request.submitted", "measures.preservation", "urgencies.urgent", "why",
                    "check_phone", "statuses.signed-not-in-force"):  # fmt: skip
            assert solid(words(lang)(f"letter.{key}")) in re.sub("\\s", "", read), (lang, key)


@pytest.mark.parametrize("languages", [("ar",), ("ar", "en"), ("en", "ar")], ids="+".join)
def test_arabic_is_read_in_its_order(languages: tuple[str, ...], tmp_path: Path) -> None:
    read = unligated(flat(text_of(letter(None, *languages), tmp_path)))
    assert unligated("التدبير المطلوب") in read
    assert unligated("طلب مساعدة قانونية") in read
    assert request_record().code in read


@pytest.mark.parametrize("languages", in_two_languages(ALL), ids="+".join)
def test_a_letter_is_archivable_tagged_and_of_its_first_language(
    languages: tuple[str, ...], tmp_path: Path
) -> None:
    pdf = letter(None, *languages)
    told = dict(
        line.split(":", 1) for line in judged("pdfinfo", pdf, tmp_path).splitlines() if ":" in line
    )
    assert told["Title"].strip() == words(languages[0])("letter.title.request.submitted")
    assert told["Tagged"].strip() == "yes"
    assert told["JavaScript"].strip() == "no"
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert f"/Lang({ {'zh-hans': 'zh-CN'}.get(languages[0], languages[0]) })".encode() in pdf
    rows = judged("pdffonts", pdf, tmp_path).splitlines()[2:]
    assert rows
    assert all(re.search(r" yes yes yes +\d+ +0$", row) for row in rows)


@pytest.mark.parametrize("languages", [("en",), ("en", "ar")], ids="+".join)
def test_a_screen_reader_finds_one_title_and_each_part_once(
    languages: tuple[str, ...], tmp_path: Path
) -> None:
    tags = judged("pdfinfo", letter(None, *languages), tmp_path, "-struct").split()
    assert tags.count("H1") == 1
    assert tags.count("H2") == 4  # data, why, authority, how to check


def unpacked(pdf: bytes) -> bytes:
    """Return a PDF with its streams as they are before they are packed."""
    found = [pdf]
    for match in re.finditer(rb"stream\r?\n", pdf):
        try:
            found.append(zlib.decompressobj().decompress(pdf[match.end() :]))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_each_part_says_its_language_to_a_screen_reader() -> None:
    pdf = unpacked(letter(None, "zh-hans", "ar"))
    for lang in (b"zh-CN", b"ar", b"vi"):  # vi: what the officer wrote
        assert re.search(rb"/Lang ?\(" + lang + rb"\)", pdf), lang


def test_the_record_is_named_as_the_source_of_the_pages() -> None:
    pdf = letter()
    assert b"/AFRelationship/Source" in pdf
    for word in (b"/URI", b"/JavaScript", b"/Launch", b"/GoToR", b"/XFA"):
        assert word not in pdf, word


@pytest.mark.parametrize("languages", [("en",), ("ar", "fr")], ids="+".join)
def test_any_pdf_reader_takes_the_record_out_of_a_letter(
    languages: tuple[str, ...], tmp_path: Path
) -> None:
    judged("pdfdetach", letter(None, *languages), tmp_path, "-savefile", INSIDE, "-o",
           str(tmp_path / "out.json"))  # fmt: skip
    inside = read_inside((tmp_path / "out.json").read_bytes())
    assert inside.record == request_record()
    assert inside.languages == languages


@pytest.mark.long
@pytest.mark.parametrize("languages", [("en",), ("ar", "zh-hans")], ids="+".join)
def test_a_scanner_reads_the_whole_digest_from_the_page(
    languages: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "letter.pdf").write_bytes(letter(None, *languages))
    subprocess.run(
        [needs("pdftoppm"), "-r", "150", "-png", tmp_path / "letter.pdf", tmp_path / "page"],
        check=True,
    )
    last = max(tmp_path.glob("page*.png"))
    run = subprocess.run([needs("zbarimg"), "-q", "--raw", last], check=True, capture_output=True)
    assert run.stdout.strip() == qr_text(request_record())
    assert request_record().message.content.encode() in run.stdout


DECISIONS = ["request.accepted", "request.accepted-in-part", "request.refused", "request.postponed"]


@pytest.mark.parametrize("kind", DECISIONS)
def test_a_decision_says_which_and_why_and_on_which_request(kind: str, tmp_path: Path) -> None:
    record = answer_record(kind, decision=REASONS)
    read = flat(text_of(letter(record, "fr", "en"), tmp_path))
    for told in (words("fr"), words("en")):
        assert flat(told(f"letter.title.{kind}")) in read
    assert "The court allows the order for the first account only." in read
    assert "Order 44/2026" in read
    assert "disproportionate" in read
    assert request_record().code in read


NOTE = {"text": {"lang": "en", "text": "Six weeks have passed."}}
EXECUTION = {"summary": {"lang": "en", "text": "Disks copied."}, "domestic_order": "Order 9"}


@pytest.mark.parametrize(
    ("kind", "values", "wanted"),
    [
        ("request.status-asked", {"note": NOTE}, "Six weeks have passed."),
        ("request.status-given", {"note": NOTE}, "Six weeks have passed."),
        ("request.executed", {"execution": EXECUTION}, "Disks copied."),
        ("request.executed-in-part", {"execution": EXECUTION}, "Order 9"),
        ("request.clarification-asked", {"note": NOTE}, "Six weeks have passed."),
        ("preservation.confirmed", {}, "Held until"),
    ],
)
def test_a_reminder_and_an_answer_are_letters_too(
    kind: str, values: dict[str, object], wanted: str, tmp_path: Path
) -> None:
    record = answer_record(kind, **values)
    read = flat(text_of(letter(record), tmp_path))
    assert words("en")(f"letter.title.{kind}") in read
    assert wanted in read or kind == "preservation.confirmed"


def test_every_type_and_code_has_its_word_in_every_language() -> None:
    for lang in LANGUAGES:
        for kind in TYPES:
            assert words(lang)(f"letter.title.{kind}")
        for measure in ("preservation", "partial-disclosure", "stored-data", "search", "mla-other",
                        "emergency"):  # fmt: skip
            assert words(lang)(f"letter.measures.{measure}")


def test_the_law_is_named_in_both_languages_and_an_unknown_one_as_it_was_written(
    tmp_path: Path,
) -> None:
    read = flat(text_of(letter(None, "en", "fr"), tmp_path))
    assert "United Nations Convention against Cybercrime" in read
    assert "Convention des Nations Unies contre" in read
    assert read.count("Hiệp định 2019") == 2


@pytest.mark.parametrize("reviewed", [False, True], ids=["unreviewed", "reviewed"])
@pytest.mark.parametrize("languages", [("en",), ("fr", "vi")], ids="+".join)
def test_a_letter_marks_legal_wording_that_no_lawyer_confirmed(
    languages: tuple[str, ...], reviewed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reviewed:
        monkeypatch.setattr("comity.papers.letter_sections.laws", reviewed_library)
    marks = [solid(words(lang)("common.law_unread")) for lang in languages]
    read = solid(text_of(letter(None, *languages), tmp_path))
    assert [read.count(mark) for mark in marks] == [int(not reviewed)] * len(marks)


def test_a_letter_that_shows_no_wording_of_the_law_has_no_mark(tmp_path: Path) -> None:
    note = answer_record("request.status-asked", note={"text": {"lang": "en", "text": "Soon?"}})
    mark = solid(words("en")("common.law_unread"))
    assert mark not in solid(text_of(letter(note), tmp_path))


def test_a_ground_that_names_its_treaty_is_told_in_words(tmp_path: Path) -> None:
    grounds = ["un-2024 37-1", "Section 8 of our own law"]
    record = answer_record("request.refused", decision={**REASONS, "grounds": grounds})
    read = flat(text_of(letter(record), tmp_path))
    assert "The conduct is no offence of the treaty that both States punish." in read
    assert "Section 8 of our own law" in read
    assert "un-2024 37-1" not in read


def test_the_same_record_gives_the_same_bytes() -> None:
    assert letter(None, "ar", "en") == letter(None, "ar", "en")


@pytest.mark.parametrize("languages", [("en", "en"), ("en", "fr", "ar"), ("de",)], ids="+".join)
def test_other_languages_than_one_or_two_known_ones_are_refused(languages: tuple[str, ...]) -> None:
    with pytest.raises(PaperContentError):
        letter(None, *languages)


def test_no_letter_is_made_of_a_message_that_carries_evidence(tmp_path: Path) -> None:
    from tests.bundle.stories import whole_story
    from tests.papers.letters import record_data

    story = whole_story()
    offered = next(
        m for node in story.nodes.values() for m in node.messages
        if m.draft.type == "evidence.offered"
    )  # fmt: skip
    with pytest.raises(PaperContentError, match=r"evidence\.offered"):
        letter(read_letter_record(record_data(story, offered)))


@pytest.mark.long
def test_a_request_of_every_measure_is_a_letter(tmp_path: Path) -> None:
    for measure in ("partial-disclosure", "stored-data", "search", "mla-other", "emergency"):
        record = record_of(request=REQUEST | {"measure": measure})
        assert words("en")(f"letter.measures.{measure}") in flat(text_of(letter(record), tmp_path))


def test_a_record_is_json_that_reads_back_as_it_was_written() -> None:
    record = request_record()
    assert read_letter_record(record.data) == record
    assert set(json.loads(record.data)) == {
        "entries", "message", "protocol", "receipts", "sections", "states",
    }  # fmt: skip


ITEMS = [
    {"number": n, "description": {"lang": "en", "text": t}} for n, t in ((1, "Logs"), (2, "Mail"))
]


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
def test_a_letter_says_what_becomes_of_each_item(lang: str, tmp_path: Path) -> None:
    subject = {"description": ITEMS[0]["description"], "accounts": [], "period": None}
    asked_for = solid(
        text_of(letter(record_of(subject=subject | {"items": ITEMS}), lang), tmp_path)
    )
    assert "Logs" in asked_for
    assert "Mail" in asked_for
    outcomes = [{"number": 1, "outcome": "done"}, {"number": 2, "outcome": "nothing-found"}]
    execution = {"summary": ITEMS[0]["description"], "domestic_order": None, "items": outcomes}
    record = answer_record("request.executed", execution=execution)
    read = solid(text_of(letter(record, lang), tmp_path))
    if lang != "ar":  # its letters are joined otherwise in what is read back
        assert solid(words(lang)("letter.outcomes.nothing-found")) in read
        assert solid(words(lang)("letter.item")) in read


@pytest.mark.parametrize("languages", [("en", "ar"), ("vi", "ru")])
def test_an_identifier_stands_on_one_line(languages: tuple[str, ...], tmp_path: Path) -> None:
    whole = "first.last-archive.2026@mail-relay.capital-region.au.example"
    subject = {
        "description": ITEMS[0]["description"],
        "accounts": [{"service": "Postal relay of the capital region", "identifier": whole}],
        "period": None,
    }
    assert whole in text_of(letter(record_of(subject=subject), *languages), tmp_path)


def test_a_letter_with_one_signature_says_so_and_until_when_the_second_is_due(
    tmp_path: Path,
) -> None:
    record = signed_once()
    due = shown_time(record.message.draft.sent_at + timedelta(hours=24))
    read = flat(text_of(letter(record), tmp_path))
    assert f"One officer has signed. The countersignature is due by {due} (UTC)." in read
    both = flat(text_of(letter(), tmp_path))
    assert "countersignature" not in both.lower()


def test_a_letter_of_a_countersigned_message_says_by_whom_and_when(tmp_path: Path) -> None:
    record = signed_once(countersigned=True)
    assert read_letter_record(record.data) == record
    assert record.countersigned is not None
    at = shown_time(record.countersigned.message.draft.sent_at)
    read = flat(text_of(letter(record), tmp_path))
    assert f"One officer has signed. Countersigned by vn-approver on {at} (UTC, the" in read
    assert "is due by" not in read

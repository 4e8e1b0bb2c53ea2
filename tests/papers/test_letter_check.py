"""A letter is judged by the record inside it; a forged or changed one is never called proved."""

import json
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from tests.bundle.parties import START, VN, YEAR, ZA, trust_file
from tests.bundle.stories import Story
from tests.directory.world import key_set, state_keys
from tests.papers.letters import (
    GROUNDS,
    asked,
    letter,
    record_data,
    record_of,
    request_record,
    signed_once,
)
from tests.papers.makers import AT, SYSTEM

from comity.canonical import PeerError, encode
from comity.directory import TrustFile
from comity.papers.embedded import embedded_file
from comity.papers.errors import LetterRecordError
from comity.papers.letter_check import LetterVerdict, check_letter
from comity.papers.letter_record import (
    INSIDE,
    Inside,
    LetterRecord,
    read_inside,
    read_letter_record,
)
from comity.papers.typeset import FontPlaces

pytestmark = pytest.mark.full  # each letter is typeset

NOW = START + timedelta(hours=6)
TRUST = trust_file()


def judged(
    pdf: bytes,
    inside: Inside | None = None,
    *,
    trust: TrustFile | None = TRUST,
    now: datetime = NOW,
    fonts: FontPlaces = SYSTEM,
) -> LetterVerdict:
    taken = inside or read_inside(embedded_file(pdf, INSIDE))
    return check_letter(pdf, taken, trust=trust, now=now, fonts=fonts)


def words_of(found: LetterVerdict) -> dict[str, str]:
    return {said.what: said.word for said in found.findings}


def inside_of(data: bytes, languages: tuple[str, ...] = ("en",)) -> Inside:
    return Inside(record=read_letter_record(data), languages=languages, made_at=AT)


@pytest.mark.parametrize("languages", [("en",), ("ar", "en")], ids="+".join)
def test_a_true_letter_is_proved_and_says_what_is_not(languages: tuple[str, ...]) -> None:
    found = judged(letter(None, *languages))
    assert (found.verdict, found.exit_status) == ("proved", 0)
    assert words_of(found) == {
        "signature": "proved", "approvals": "proved", "receipt": "proved", "pages": "proved",
        "time": "attested", "delivery": "unknown",
    }  # fmt: skip
    assert found.code == request_record().code


@pytest.mark.parametrize("trust", [None, trust_file("za")], ids=["none", "of another State"])
def test_without_the_authors_pin_the_origin_is_not_proved(trust: TrustFile | None) -> None:
    found = judged(letter(), trust=trust)
    assert (found.verdict, found.exit_status) == ("consistent", 3)
    assert words_of(found)["signature"] == "not-proved"
    assert words_of(found)["approvals"] == "not-proved"


def test_a_receipt_of_a_state_nobody_vouches_for_is_attested_and_dates_nothing() -> None:
    trust = trust_file("vn")
    found = judged(letter(), trust=trust)
    assert (found.verdict, words_of(found)["receipt"]) == ("proved", "attested")
    later = judged(letter(), trust=trust, now=START + 2 * YEAR)
    assert (later.exit_status, words_of(later)["signature"]) == (3, "not-proved")


def test_a_trust_file_that_pins_the_author_to_other_keys_fails() -> None:
    other = TrustFile(mode="live", delegations={"vn": key_set(state_keys("za"))})
    found = judged(letter(), trust=other)
    assert (found.exit_status, words_of(found)["signature"]) == (1, "failed")


def test_pages_with_other_words_than_the_record_are_not_proved() -> None:
    forged = record_of(grounds=GROUNDS | {"facts": {"lang": "en", "text": "Another story"}})
    found = judged(letter(forged), inside_of(request_record().data))
    assert found.exit_status == 3
    assert words_of(found)["pages"] == "not-proved"
    assert words_of(found)["signature"] == "proved"


@pytest.mark.parametrize("at", [0.3, 0.6, 0.99])
def test_pages_with_one_changed_byte_are_not_proved(at: float) -> None:
    pdf = bytearray(letter())
    pdf[int(len(pdf) * at)] ^= 1
    found = judged(bytes(pdf), inside_of(request_record().data))
    assert words_of(found)["pages"] == "not-proved"


def test_what_was_appended_to_a_letter_takes_its_proof_away() -> None:
    pdf = letter()
    found = judged(pdf + b"\n% more", inside_of(request_record().data))
    assert words_of(found)["pages"] == "not-proved"


def changed(data: bytes, *path: str, to: Any) -> bytes:
    value = json.loads(data)
    place = value
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return encode(value)


def test_a_record_with_changed_facts_is_refused_before_anything_else() -> None:
    forged = changed(
        request_record().data, "sections", "grounds", "value", "facts", "text", to="Another story"
    )
    with pytest.raises(PeerError) as fault:
        read_letter_record(forged)
    assert fault.value.code == "section-mismatch"


def test_a_record_without_a_section_is_refused() -> None:
    value = json.loads(request_record().data)
    del value["sections"]["authority"]
    with pytest.raises(PeerError) as fault:
        read_letter_record(encode(value))
    assert fault.value.code == "section-mismatch"


def test_a_changed_signature_fails() -> None:
    value = json.loads(request_record().data)
    signature = value["message"]["signatures"][0]["signature"]
    value["message"]["signatures"][0]["signature"] = ("B" if signature[0] == "A" else "A") + (
        signature[1:]
    )
    inside = inside_of(encode(value))
    found = judged(letter(inside.record), inside)
    assert (found.verdict, found.exit_status) == ("failed", 1)
    assert words_of(found)["signature"] == "failed"


def test_a_record_without_the_authors_entry_fails() -> None:
    inside = inside_of(changed(request_record().data, "entries", to=[]))
    assert judged(letter(inside.record), inside).exit_status == 1


def test_a_receipt_for_another_message_fails() -> None:
    story = Story()
    first, second = asked(story), asked(story)
    others = [r for r in story.nodes[VN].receipts if second.record.encode() in r.payload]
    inside = inside_of(record_data(story, first, receipts=others))
    found = judged(letter(inside.record), inside)
    assert found.exit_status == 1
    assert words_of(found)["receipt"] == "failed"


def test_after_the_keys_time_a_receipt_of_another_state_still_dates_the_signature() -> None:
    later = START + 2 * YEAR
    assert words_of(judged(letter(), now=later))["signature"] == "proved"
    bare = inside_of(changed(request_record().data, "receipts", to=[]))
    found = judged(letter(bare.record), bare, now=later)
    assert (found.exit_status, words_of(found)["signature"]) == (3, "not-proved")


def test_a_trust_file_of_the_other_mode_proves_nothing() -> None:
    exercise = TrustFile(mode="exercise", delegations=TRUST.delegations)
    with_other = judged(letter(), trust=exercise)
    assert with_other.exit_status == 1


@pytest.mark.parametrize(
    "changes",
    [{"languages": []}, {"languages": ["en"] * 3}, {"languages": [1]}, {"made_at": "now"},
     {"record": {}}, {"more": 1}],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_a_malformed_file_inside_is_refused(changes: dict[str, Any]) -> None:
    value = json.loads(embedded_file(letter(), INSIDE)) | changes
    with pytest.raises(PeerError):
        read_inside(encode(value))


@pytest.mark.parametrize("languages", [("xx",), ("en", "en")], ids="+".join)
def test_languages_no_letter_has_leave_the_pages_unproved(languages: tuple[str, ...]) -> None:
    found = judged(letter(), inside_of(request_record().data, languages))
    assert words_of(found)["pages"] == "not-proved"


@pytest.mark.parametrize(
    "pdf",
    [b"", b"%PDF-1.7", b"%PDF-1.7\n" + bytes(1000), letter()[:-200], b"no pdf" * 100],
    ids=["empty", "head", "zeros", "cut", "other"],
)
def test_what_is_no_pdf_is_refused_with_a_code(pdf: bytes) -> None:
    with pytest.raises(LetterRecordError):
        embedded_file(pdf, INSIDE)


def test_another_paper_holds_no_record() -> None:
    from tests.papers.makers import make

    with pytest.raises(LetterRecordError, match="holds 0 files"):
        embedded_file(make("courier"), INSIDE)


def test_a_file_that_unpacks_without_end_is_refused() -> None:
    from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from tests.papers.makers import make

    writer = IncrementalPdfFileWriter(BytesIO(make("courier")))
    stream = EmbeddedFileObject.from_file_data(
        writer, data=bytes(300 * 1024 * 1024), mime_type="application/json"
    )
    spec = FileSpec(file_spec_string=INSIDE, file_name=INSIDE, embedded_data=stream)
    embed_file(writer, spec)
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    assert len(output.getvalue()) < 2 * 1024 * 1024
    with pytest.raises(LetterRecordError):
        embedded_file(output.getvalue(), INSIDE)


def test_the_receipts_party_is_named_with_its_time() -> None:
    found = judged(letter())
    told = next(said.text for said in found.findings if said.what == "receipt")
    assert told.startswith(f"{ZA} recorded it at 2026-03-01T03:")


def test_a_countersignature_in_a_letter_is_judged_with_the_first_signature() -> None:
    def told(record: LetterRecord) -> tuple[str, str, str]:
        found = judged(letter(record))
        assert words_of(found)["pages"] == "proved", "made again, byte for byte"
        said = next(one for one in found.findings if one.what == "approvals")
        return said.word, said.text, said.code

    due = ("proved", "1 officers (a second one is due)", "")
    assert told(signed_once()) == due
    record = signed_once(countersigned=True)
    assert told(record) == ("proved", "1 officers, countersigned by vn-approver", "")
    by_author = told(signed_once(countersigned=True, by="author"))
    assert (by_author[0], by_author[2]) == ("failed", "countersignature-unfit")


def test_a_countersignature_of_another_message_is_in_no_record() -> None:
    value = json.loads(signed_once(countersigned=True).data)
    value["message"] = json.loads(request_record().data)["message"]
    value["sections"] = json.loads(request_record().data)["sections"]
    with pytest.raises(LetterRecordError):
        read_letter_record(encode(value))

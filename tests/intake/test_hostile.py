"""Whatever comes, it is kept and told: nothing but codes comes out, and no reader outlives it."""

import os
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.intake.compound import compound
from tests.intake.making import (
    LAUGHS,
    attached,
    bomb,
    docx,
    head,
    mail,
    multipart,
    nested,
    part,
    pdf,
    pdf_with_file,
    png,
    zipped,
)

from comity.canonical import ComityError
from comity.forensics import isolation
from comity.forensics.errors import ExtraMissingError
from comity.intake import reader, reading
from comity.intake.errors import (
    OriginalAnswerError,
    OriginalEmptyError,
    OriginalTooLargeError,
)
from comity.intake.old_office import PROPERTIES
from comity.intake.original import (
    CAUTIONS,
    MAX_ATTACHMENTS,
    MAX_TEXT_CHARS,
    Original,
    parse_original,
)
from comity.intake.reader import MAX_ORIGINAL_BYTES, READING, read_original
from comity.intake.safe_text import Budget

SEEDS = {
    "docx": docx("One.", members={"word/comments.xml": b"<a/>"}),
    "eml": head() + multipart(part(b"<p>x", "text/html"), attached(png(1, 1), "a.png")),
    "msg": compound({PROPERTIES: bytes(32), "__attach_x": {"a": b"b" * 3000}}),
    "pdf": pdf_with_file("comity-letter.json", b"{}"),
    "rtf": b"{\\rtf1}",
}


def whole(one: Original) -> list[Original]:
    return [one, *(inner for each in one.attachments for inner in whole(each))]


def test_a_thousand_multiparts_in_one_another_are_read_as_far_as_sixteen() -> None:
    found = read_original(nested(1000), "a.eml")
    assert (found.kind, found.warnings) == ("eml", ("nested-too-deep",))
    assert read_original(nested(10), "a.eml").texts[0].text == "the end"


def test_a_thousand_parts_side_by_side_are_read_as_far_as_the_bound() -> None:
    data = head() + multipart(*(attached(b"x", f"{at}.txt") for at in range(1000)))
    found = read_original(data, "a.eml")
    assert len(found.attachments) == MAX_ATTACHMENTS
    assert "too-many-parts" in found.warnings


def test_an_archive_that_unpacks_without_end_is_told_and_not_unpacked() -> None:
    found = read_original(
        docx("One.", members={"word/footnotes.xml": bytes(300 * 1024**2)}), "a.docx"
    )
    assert (found.texts[0].text, found.warnings) == ("One.\n", ("malformed",))
    assert read_original(bomb(100 * 1024**2), "a.docx").size_bytes < 1024**2


def test_entities_are_never_expanded() -> None:
    found = read_original(docx("One.", members={"word/footnotes.xml": LAUGHS}), "a.docx")
    assert ([text.text for text in found.texts], found.warnings) == (["One.\n"], ("malformed",))
    outside = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    found = read_original(zipped({"word/document.xml": outside}), "a.docx")
    assert (found.texts, found.is_read) == ((), False)


def test_xml_that_is_nested_without_end_is_refused() -> None:
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    found = read_original(docx("One.", members={"word/endnotes.xml": deep}), "a.docx")
    assert found.warnings == ("malformed",)


def test_a_text_longer_than_the_bound_is_cut_and_told() -> None:
    found = read_original(mail(body="word " * 1_000_000), "a.eml")
    assert sum(len(text.text) for text in found.texts) <= MAX_TEXT_CHARS
    assert (found.texts[0].is_truncated, found.warnings) == (True, ("truncated",))


def test_the_bound_of_text_holds_for_all_attachments_together() -> None:
    parts = [attached(b"word " * 500_000, f"{at}.txt") for at in range(3)]
    found = read_original(head() + multipart(*parts), "a.eml")
    texts = [text for one in whole(found) for text in one.texts]
    assert sum(len(text.text) for text in texts) <= MAX_TEXT_CHARS
    assert any("truncated" in one.warnings for one in found.attachments)


@pytest.mark.parametrize(
    "name",
    ["a\0b.eml", "\udcff\udcfe.eml", "x" * 10_000, "\u202egpj.exe", "..\\..\\a.eml", "", "\n\n"],
)
def test_a_name_may_be_anything(name: str) -> None:
    found = read_original(mail(), name)
    assert found.is_read
    assert found.name.isprintable() or not found.name
    found.name.encode()


def test_zeros_and_halves_of_pairs_in_text_stay_visible() -> None:
    found = read_original(mail(body="a\0b\x1b[2Jc"), "a.eml")
    assert found.texts[0].text == "a\ufffdb\ufffd[2Jc"
    assert found.warnings == ("control-characters",)
    wide = b"\xff\xfe" + "ab".encode("utf-16-le") + b"\x00\xd8" + "cd".encode("utf-16-le")
    assert "bad-charset" in read_original(wide, "a.txt").warnings


@pytest.mark.parametrize(
    "field",
    [
        "To: " + "(" * 3000,
        "To: " + "<a@b>," * 600,
        "Date: Thu, 99 Foo 99999 99:99:99 +9999",
        "Message-ID: <" + "[" * 2000,
        "Subject: =?utf-8?q?" + "=" * 3000 + "?=",
        "Content-Type: text/plain; charset*0*=x''%FF; charset*=1",
        "Content-Type: multipart/mixed; boundary=" + "x" * 5000,
        "Content-Type: ;;;===",
        "Content-Disposition: attachment; filename*=utf-8''%00%ff; filename=\"",
        "Content-Transfer-Encoding: base64",
        "From: \udcff\udcfe",
    ],
)
def test_a_hostile_header_field_is_a_claim_like_others(field: str) -> None:
    data = head().decode() + field + "\r\n\r\nbody"
    found = read_original(data.encode("utf-8", "surrogateescape"), "a.eml")
    assert (found.kind, found.is_read) == ("eml", True)
    assert "subject" in {claim.name for claim in found.claims}


def test_header_fields_without_end_are_bounded() -> None:
    data = head(*(f"Received: from {at}" for at in range(50_000)))
    found = read_original(data + b"\r\nbody", "a.eml")
    assert len(found.claims) == 200
    assert found.texts[0].text == "body"


@pytest.mark.parametrize("program", ["import os; os.kill(os.getpid(), 11)", "print('no frame')"])
def test_a_reader_that_dies_leaves_the_original_with_its_digest(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(isolation, "_MODULES", (sys.executable, "-c", program))
    found = read_original(mail(), "a.eml")
    assert (found.is_read, found.warnings) == (False, ("not-read", "reader-crash"))
    assert len(found.sha256) == 64


def test_a_reader_that_does_not_end_is_ended() -> None:
    slow = replace(READING, stall_s=0)
    assert read_original(mail(), "a.eml", limits=slow).warnings == ("not-read", "reader-limit")
    small = replace(READING, memory_bytes=128 * 1024**2)
    found = read_original(
        docx(members={"word/comments.xml": bytes(60 * 1024**2)}), "a", limits=small
    )
    assert not found.is_read


def test_the_answer_of_a_reader_that_was_taken_over_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = reading.read(mail(), "a.eml").to_value()
    monkeypatch.setattr(reader, "run_worker", lambda *_: {"original": good | {"sha256": "0" * 64}})
    assert "reader-crash" in read_original(mail(), "a.eml").warnings


@pytest.mark.parametrize(
    "spoilt",
    [
        {"kind": "spell"},
        {"warnings": ["\x1b[2J"]},
        {"sha256": "x"},
        {"pages": -1},
        {"pages": True},
        {"texts": [{"place": "a"}]},
        {"name": "\ud800"},
        {"claims": [{"name": "a", "value": "b" * 9999}]},
        {"is_read": 1},
        {"surplus": 1},
    ],
    ids=str,
)
def test_a_reading_that_is_none_is_refused(spoilt: dict[str, object]) -> None:
    good = reading.read(mail(), "a.eml").to_value()
    assert parse_original(good).to_value() == good
    with pytest.raises(OriginalAnswerError):
        parse_original(good | spoilt)


def test_what_lies_too_deep_in_an_answer_is_refused() -> None:
    value = reading.read(mail(), "a.eml").to_value()
    for _level in range(5):
        value = reading.read(mail(), "a.eml").to_value() | {"attachments": [value]}
    with pytest.raises(OriginalAnswerError):
        parse_original(value)


def test_an_original_has_between_one_byte_and_the_bound() -> None:
    with pytest.raises(OriginalEmptyError):
        read_original(b"", "a.eml")
    with pytest.raises(OriginalTooLargeError):
        read_original(bytes(MAX_ORIGINAL_BYTES + 1), "a.bin")


@pytest.mark.parametrize(("kind", "library"), [("pdf", "pypdf"), ("msg", "olefile")])
def test_without_the_extra_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, kind: str, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ExtraMissingError, match=r"pip install comity\[intake\]"):
        read_original(SEEDS[kind], f"a.{kind}")
    inside = reading.read(head() + multipart(attached(SEEDS[kind], "a")), "a.eml").attachments[0]
    assert {"extra-missing", "not-read"} <= set(inside.warnings)
    assert read_original(mail(), "a.eml").is_read


def test_nothing_of_an_original_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    broken = pdf(["secret"]).replace(b"startxref", b"startxxxx").replace(b"/Kids[", b"/Kids(")
    for name, data in SEEDS.items() | {("broken.pdf", broken)}:
        read_original(data, f"secret.{name}")
    assert capfd.readouterr() == ("", "")


def spoil(data: bytes, draw: st.DataObject) -> bytes:
    spoilt = bytearray(data)
    for _time in range(draw.draw(st.integers(1, 12))):
        at = draw.draw(st.integers(0, len(spoilt) - 1))
        piece = draw.draw(st.binary(min_size=1, max_size=8))
        if draw.draw(st.booleans()):
            spoilt[at : at + len(piece)] = piece
        else:
            del spoilt[at : at + draw.draw(st.integers(1, 64))]
            spoilt = spoilt or bytearray(b"x")
    return bytes(spoilt)


@pytest.mark.parametrize("kind", sorted(SEEDS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_a_damaged_original_gives_a_reading(kind: str, draw: st.DataObject) -> None:
    data = spoil(SEEDS[kind], draw)
    found = reading.read(data, draw.draw(st.text(max_size=20)))
    assert parse_original(found.to_value()) == found
    assert all(set(one.warnings) <= set(CAUTIONS) for one in whole(found))


@settings(max_examples=150, deadline=None)
@given(
    fields=st.lists(st.tuples(st.sampled_from(
        ("Content-Type", "Content-Disposition", "To", "Date", "Subject", "Reply-To")
    ), st.text(max_size=60)), max_size=6),
    body=st.binary(max_size=300),
)  # fmt: skip
def test_any_header_fields_give_a_reading(fields: list[tuple[str, str]], body: bytes) -> None:
    lines = "".join(f"{name}: {value}\n" for name, value in fields)
    data = head() + lines.encode("utf-8", "surrogatepass") + b"\n" + body
    parse_original(reading.read(data, "a.eml").to_value())


def test_errors_of_readers_are_codes() -> None:
    from comity.intake.docx import read

    with pytest.raises(ComityError) as fault:
        read(b"PK\x03\x04" + os.urandom(100), Budget())
    assert fault.value.code == "original-malformed"

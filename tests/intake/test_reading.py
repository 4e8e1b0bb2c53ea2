"""An original is told by its content: kind, claims, texts, attachments, cautions."""

import hashlib
from pathlib import Path

import pytest
from tests.intake.compound import compound
from tests.intake.making import (
    LINK,
    RELATIONS,
    TEMPLATE,
    attached,
    docx,
    head,
    jpeg,
    mail,
    multipart,
    part,
    pdf,
    pdf_with_file,
    png,
    stream,
    tiff,
    zipped,
)
from tests.papers.letters import letter, request_record

from comity.intake.old_office import PROPERTIES
from comity.intake.original import CAUTIONS, Original
from comity.intake.reader import read_original


def places(one: Original) -> list[str]:
    return [text.place for text in one.texts]


def said(one: Original) -> str:
    return "\n".join(text.text for text in one.texts)


# ------------------------------------------------------------------ e-mail


def test_an_e_mail_is_told_with_its_header_fields_as_claims() -> None:
    data = mail(
        "Reply-To: <anna@elsewhere.example>",
        "DKIM-Signature: v=1; d=point.example; b=AAAA",
        "Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0100",
        "Message-ID: <1@point.example>",
        "X-Other: untold",
    )
    found = read_original(data, "request.eml")
    told = {claim.name: claim.value for claim in found.claims}
    assert (found.kind, found.is_read, places(found)) == ("eml", True, ["text-plain"])
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert told["from"] == "Anna <anna@point.example>"
    assert told["dkim-signature"] == "present, not checked"
    assert set(told) == {
        *("from", "reply-to", "dkim-signature", "received", "message-id", "subject"),
    }
    assert found.warnings == ("reply-elsewhere", "signed-not-checked")


def test_attachments_are_read_to_a_depth_of_three() -> None:
    innermost = mail(body="four deep")
    for _level in range(4):
        innermost = head("MIME-Version: 1.0") + multipart(
            part(b"see the attached"), attached(innermost, "inner.eml", "message/rfc822")
        )
    found, depth = read_original(innermost, "outer.eml"), 0
    while found.attachments:
        (found,) = found.attachments
        depth += 1
    assert depth == 3
    assert "nested-too-deep" in found.warnings


def test_a_name_is_made_visible_and_compared_with_the_content() -> None:
    letter = multipart(
        part(b"hello"), attached(b"MZ\x90\0 a program", "invoice\u202etxt.exe\u202c.pdf")
    )
    (inside,) = read_original(head() + letter, "a.eml").attachments
    assert inside.kind == "program"
    assert "\u202e" not in inside.name
    assert "⟨U+202E⟩" in inside.name
    assert {"name-and-kind-differ", "bidi-controls", "hidden-characters"} <= set(inside.warnings)


def test_html_is_read_as_text_and_nothing_is_fetched() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body onload='x()'>"
        "<p>Please <b>preserve</b></p><script>alert(1)</script>"
        "<a href='https://other.example/x'>point.example</a>"
        "<img src='https://track.example/1.gif'><span style='display: none'>unseen</span>"
    )
    data = mail("Content-Type: text/html; charset=utf-8", body=page)
    found = read_original(data, "a.eml")
    assert places(found) == ["text-html"]
    assert "Please preserve" in said(found)
    assert "point.example <https://other.example/x>" in said(found)
    assert "alert" not in said(found)
    assert set(found.warnings) == {
        *("active-content", "external-reference", "hidden-text", "html-only", "tracking-image"),
    }


@pytest.mark.parametrize(
    ("charset", "letters", "text", "warned"),
    [
        ("windows-1251", "Запрос".encode("cp1251"), "Запрос", False),
        ("windows-1256", "طلب".encode("cp1256"), "طلب", False),
        ("iso-2022-jp", "要請".encode("iso-2022-jp"), "要請", False),
        ("utf-8", b"caf\xe9", "caf\ufffd", True),
        ("x-nobody-knows", "café".encode(), "café", True),
        ("unicode_escape", b"\\u0041", "\\u0041", True),
        ("zlib", b"plain", "plain", True),
    ],
)
def test_letters_that_cannot_be_decoded_stay_visible(
    charset: str, letters: bytes, text: str, warned: bool
) -> None:
    begun = mail(f'Content-Type: text/plain; charset="{charset}"', body="")
    found = read_original(begun + letters, "a.eml")
    assert said(found) == text
    assert ("bad-charset" in found.warnings) is warned


def test_an_encrypted_or_signed_mail_is_told_so() -> None:
    sealed = multipart(part(b"Version: 1", "application/pgp-encrypted"), kind="encrypted")
    smime = mail("Content-Type: application/pkcs7-mime; smime-type=enveloped-data", body="MIAG")
    signed = multipart(part(b"hello"), part(b"-", "application/pgp-signature"), kind="signed")
    assert "encrypted" in read_original(head() + sealed, "a.eml").warnings
    assert "encrypted" in read_original(smime, "b.eml").warnings
    assert "signed-not-checked" in read_original(head() + signed, "c.eml").warnings


def test_letters_that_deceive_are_told() -> None:
    found = read_original(mail(body="Write to p\u0430yments. \u202eevil\u202c a\u2063b"), "a.eml")
    assert {"look-alikes", "bidi-controls", "hidden-characters"} <= set(found.warnings)
    honest = "Прошу сохранить данные. \u200fطلب عاجل، رقم 17. 请保存数据。"
    assert read_original(mail(body=honest), "a.eml").warnings == ()


def test_two_senders_in_one_mail_are_told() -> None:
    assert "repeated-header" in read_original(mail("From: b@c.example"), "a.eml").warnings


# ------------------------------------------------------------------ Outlook, old Office


def test_an_outlook_message_is_kept_and_not_read() -> None:
    data = compound({PROPERTIES: bytes(32), "__substg1.0_1000001F": "a".encode("utf-16-le")})
    found = read_original(data, "request.msg")
    assert (found.kind, found.is_read, found.warnings) == ("msg", False, ("not-read",))
    assert found.sha256 == hashlib.sha256(data).hexdigest()


def test_an_office_file_of_the_old_kind_is_kept_and_its_macros_told() -> None:
    data = compound({"WordDocument": b"x" * 5000, "Macros": {"VBA": {"dir": b"x"}}})
    found = read_original(data, "a.doc")
    assert (found.kind, found.is_read, found.warnings) == ("doc", False, ("macro", "not-read"))
    sealed = read_original(compound({"EncryptedPackage": b"x" * 5000}), "a.docx")
    assert (sealed.kind, sealed.warnings) == ("office-encrypted", ("encrypted", "not-read"))


# ------------------------------------------------------------------ PDF


def test_a_pdf_is_read_page_by_page() -> None:
    found = read_original(pdf(["The first page of it.", "The second (last)."]), "a.pdf")
    assert (found.kind, found.pages, places(found)) == ("pdf", 2, ["page-1", "page-2"])
    assert said(found).split() == ["The", "first", "page", "of", "it.", "The", "second", "(last)."]
    assert found.warnings == ()


def test_more_than_two_hundred_pages_are_read() -> None:
    page = "\n".join(f"Line {number} says nothing that matters to anybody." for number in range(60))
    found = read_original(pdf([page] * 230), "a.pdf")
    assert (found.pages, len(found.texts), found.warnings) == (230, 230, ())


@pytest.mark.parametrize(
    ("catalog", "warning"),
    [
        ("/OpenAction<</S/JavaScript/JS(app.alert)>>", "active-content"),
        ("/OpenAction<</S/Launch/F(x.exe)>>", "active-content"),
        ("/AA<</WC<</S/SubmitForm/F(https://a.example)>>>>", "external-reference"),
        ("/AcroForm<</Fields[<</FT/Sig/T(s)>>]>>", "signed-not-checked"),
        ("/AcroForm<</XFA[]>>", "active-content"),
    ],
)
def test_what_a_pdf_would_do_is_told(catalog: str, warning: str) -> None:
    data = pdf(["A page with enough letters."], catalog=catalog)
    assert read_original(data, "a.pdf").warnings == (warning,)


def test_an_action_that_stands_in_an_object_of_its_own_is_found() -> None:
    data = pdf(
        ["A page with enough letters."], objects=[b"<</S/JavaScript/JS 7 0 R>>", stream(b"1")]
    )
    assert read_original(data, "a.pdf").warnings == ("active-content",)


def test_a_scan_is_told_to_have_no_text() -> None:
    assert read_original(pdf(["7"]), "scan.pdf").warnings == ("no-text",)


def test_a_letter_of_ours_is_told_with_its_code() -> None:
    record = request_record()
    found = read_original(letter(record), "letter.pdf")
    assert (found.letter_code, found.warnings) == (record.code, ("embedded-files", "letter-inside"))
    assert record.code in "".join(text.text for text in found.texts)


def test_a_file_that_only_has_the_name_of_a_letters_record_is_told_so() -> None:
    found = read_original(pdf_with_file("comity-letter.json", b'{"a": 1}'), "letter.pdf")
    assert ("letter-broken" in found.warnings, found.letter_code) == (True, None)


# ------------------------------------------------------------------ Word, pictures, the rest


def test_a_word_document_is_read_with_what_it_would_do() -> None:
    relations = {"word/_rels/settings.xml.rels": RELATIONS.format(TEMPLATE + LINK).encode()}
    found = read_original(docx("One.", "Two.", members=relations), "a.docx")
    assert (found.kind, said(found)) == ("docx", "One.\nTwo.\n")
    assert found.warnings == ("external-reference",)
    link = {"word/_rels/document.xml.rels": RELATIONS.format(LINK).encode()}
    assert read_original(docx("One.", members=link), "a.docx").warnings == ()


def test_macros_fields_and_hidden_words_of_a_word_document_are_told() -> None:
    macro = read_original(docx("a", members={"word/vbaProject.bin": b"x"}), "a.docx")
    assert (macro.kind, macro.warnings) == ("docm", ("macro", "name-and-kind-differ"))
    field = '<w:p><w:r><w:instrText> DDEAUTO c:\\\\x "y" </w:instrText></w:r></w:p>'
    assert read_original(docx("a", raw=field), "a.docx").warnings == ("active-content",)
    pages = "<w:p><w:r><w:instrText> PAGE </w:instrText></w:r></w:p>"
    assert read_original(docx("a", raw=pages), "a.docx").warnings == ()
    unseen = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r></w:p>"
    assert read_original(docx("a", raw=unseen), "a.docx").warnings == ("hidden-text",)


@pytest.mark.parametrize(
    ("data", "kind"), [(png(640, 480), "png"), (jpeg(640, 480), "jpeg"), (tiff(640, 480), "tiff")]
)
def test_a_picture_is_told_by_its_pixels_and_has_no_text(data: bytes, kind: str) -> None:
    found = read_original(data, f"scan.{kind}")
    assert (found.kind, found.width, found.height) == (kind, 640, 480)
    assert (found.texts, found.warnings) == ((), ("no-text",))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"{\\rtf1 hello}", "rtf"),
        (zipped({"a.txt": b"x"}), "zip"),
        (zipped({"mimetype": b"x", "content.xml": b"x"}), "odf"),
        (zipped({"xl/workbook.xml": b"x"}), "xlsx"),
        (b"\x78\x9f\x3e\x22rest", "tnef"),
        (b"\0\1\2\3", "unknown"),
    ],
)
def test_what_is_not_read_is_kept_and_told_so(data: bytes, kind: str) -> None:
    found = read_original(data, "file")
    assert (found.kind, found.is_read, found.warnings) == (kind, False, ("not-read",))
    assert found.sha256 == hashlib.sha256(data).hexdigest()


def test_every_caution_says_something_to_an_officer() -> None:
    assert list(CAUTIONS) == sorted(CAUTIONS)
    assert all(text.endswith(".") for text in CAUTIONS.values())


@pytest.mark.long
def test_real_mails_of_other_programs_are_read(shared: Path) -> None:
    folder = shared / "evidence" / "mail" / "eml"
    files = sorted(folder.rglob("*.eml"))
    assert len(files) > 80
    for path in files[::4]:
        assert read_original(path.read_bytes(), path.name).kind in {"eml", "text"}


def test_real_word_documents_are_told(shared: Path) -> None:
    folder = shared / "evidence" / "documents"
    new = read_original((folder / "Document.docx").read_bytes(), "Document.docx")
    old = read_original((folder / "Document.doc").read_bytes(), "Document.doc")
    assert (new.kind, len(new.texts), new.warnings) == ("docx", 1, ())
    assert (old.kind, old.is_read) == ("doc", False)

"""A letter whose writer wants to do harm is read as text, in short time, and asks for nothing."""

import re
import time
from typing import Any

import pytest
from tests.intake.making import nested
from tests.security.conftest import Desk
from tests.security.hostile import MARK, PAYLOAD, alive
from tests.security.test_uploads import hand_in, kept

from comity.node.models import DocketItem, Original

_HTML = (
    f"<html><head><meta http-equiv=refresh content='0;url=https://evil.example/'>"
    f"<base href='https://evil.example/'><style>@import 'https://evil.example/'</style></head>"
    f"<body onload=alert(1)>{PAYLOAD}<img src='https://evil.example/pixel.gif'>"
    f"<form action='https://evil.example/'><input name=password></form>"
    f"<iframe src='https://evil.example/'></iframe><a href='javascript:alert(1)'>x</a></body>"
)


def letter(*fields: str, body: str = "hello", kind: str = "text/plain") -> bytes:
    told = "\r\n".join(("From: a@example.org", "Date: Mon, 23 Nov 2026 10:00:00 +0000", *fields))
    head = f"{told}\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n"
    return (head + body).encode("utf-8", "surrogateescape")


LETTERS: dict[str, bytes] = {
    "html with script and pictures": letter("Subject: x", body=_HTML, kind="text/html"),
    "a payload in each field": letter(
        f"Subject: {PAYLOAD}", f"To: {PAYLOAD}", f"Reply-To: {PAYLOAD}", f"X-Evil: {PAYLOAD}"
    ),
    "line ends in encoded words": letter(
        "Subject: =?utf-8?q?a=0D=0ABcc:_evil@example.org=0D=0A=0D=0A<script>1</script>?="
    ),
    "line ends bare": b"From: a\nSubject: x\rBcc: evil@example.org\r\n\n\rhello",
    "a field of a megabyte": letter("Subject: " + "x" * 1_000_000),
    "a hundred thousand fields": letter(*(f"X-{n}: y" for n in range(100_000))),
    "a field folded ten thousand times": letter("Subject: x" + "\r\n y" * 10_000),
    "nested a thousand times": nested(1000),
    "a boundary of nothing": letter(body="--\r\n--\r\n----", kind="multipart/mixed; boundary="),
    "a boundary that never ends": letter(
        body="--b\r\n" * 50_000, kind='multipart/mixed; boundary="b"'
    ),
    "a charset that is none": b"From: a\nContent-Type: text/plain; charset=../../evil\n\nhello",
    "base64 that is none": letter("Content-Transfer-Encoding: base64", body="=" * 100_000),
    "uuencode": letter(body="begin 644 ../../evil\n" + "M" * 60 + "\nend"),
    "an attachment with a name of a place": letter(
        body='--b\r\nContent-Type: text/html; name="../../evil.html"\r\n'
        'Content-Disposition: attachment; filename="../../evil.html"\r\n\r\n<script>1</script>'
        "\r\n--b--",
        kind='multipart/mixed; boundary="b"',
    ),
    "marks that turn the line round": letter("Subject: \u202e\u2066gpj.exe\u2069"),
    "nothing but nul": b"\x00" * 10_000,
    "a letter in a letter in a letter": letter(
        body="From: b\r\nContent-Type: message/rfc822\r\n\r\n" * 500, kind="message/rfc822"
    ),
}


@pytest.mark.parametrize("what", LETTERS)
def test_it_is_kept_whole_and_shown_as_text(desk: Desk, what: str) -> None:
    before = set(Original.objects.values_list("digest", flat=True))
    began = time.process_time()
    answer = hand_in(desk, "x.eml", "message/rfc822", LETTERS[what])
    assert answer.status_code == 302, answer.content[-2000:]
    assert time.process_time() - began < 30
    row = kept(desk, before)
    assert row is not None
    assert bytes(row.data) == LETTERS[what]
    page = _page(desk, row)
    assert alive(page) == []
    listed = desk.browser("case").get("/mail").content.decode()
    assert "Bcc" not in re.sub(r'value="[^"]*"', "", listed)  # tokens are random letters
    assert len(page) < 1_500_000


def _page(desk: Desk, row: Original) -> str:
    item = DocketItem.objects.get(kind="mail", about=row.digest)
    answer: Any = desk.browser("case").get(f"/mail/{item.item}")
    assert answer.status_code == 200
    assert "evil.example" not in str(answer.headers)
    return str(answer.content.decode())


def test_what_it_says_can_be_read_all_the_same(desk: Desk) -> None:
    before = set(Original.objects.values_list("digest", flat=True))
    hand_in(desk, "x.eml", "message/rfc822", LETTERS["a payload in each field"])
    row = kept(desk, before)
    assert row is not None
    assert MARK in _page(desk, row)

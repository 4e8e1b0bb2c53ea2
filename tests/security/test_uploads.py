"""What somebody hands in is kept as bytes: it is never a page, never run, never unpacked."""

import io
import tarfile
import zipfile
from typing import Any

import pytest
from tests.intake.making import LAUGHS, bomb, docx
from tests.security.conftest import Desk
from tests.security.hostile import alive

from comity.node.models import DocketItem, Original

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"
HTML = b"<!doctype html><script>alert(1)</script>"


def tar(name: str) -> bytes:
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w") as file:
        told = tarfile.TarInfo(name)
        told.size = 4
        file.addfile(told, io.BytesIO(b"evil"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        file.addfile(link)
    return kept.getvalue()


def zipped(name: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, b"evil")
    return kept.getvalue()


FILES = {
    "svg": ("x.svg", "image/svg+xml", SVG),
    "svg named png": ("x.png", "image/png", SVG),
    "html": ("x.html", "text/html", HTML),
    "html named pdf": ("x.pdf", "application/pdf", HTML),
    "pdf and html": ("x.pdf", "text/html", b"%PDF-1.7\n" + HTML),
    "gif and script": ("x.gif", "image/gif", b"GIF89a/*" + HTML + b"*/=1;alert(1)"),
    "xml bomb": ("x.docx", "application/xml", docx("x", members={"word/comments.xml": LAUGHS})),
    "zip bomb": ("x.docx", "application/zip", bomb(200_000_000)),
    "zip slip": ("x.zip", "application/zip", zipped("../../../../evil")),
    "tar slip": ("x.tar", "application/x-tar", tar("../../../../tmp/evil")),
    "absolute": ("x.tar", "application/x-tar", tar("/tmp/evil")),
    "shtml": ("x.shtml", "text/html", b"<!--#exec cmd='id'-->"),
    "mhtml": (
        "x.mht",
        "multipart/related",
        b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + HTML,
    ),
    "xhtml": (
        "x.xhtml",
        "application/xhtml+xml",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><script/></html>",
    ),
}


def hand_in(desk: Desk, name: str, kind: str, data: bytes) -> Any:
    """Post the form that takes an original in, with a name that no library has cleaned."""
    said = {
        "channel": "e-mail", "sender": "x", "received_at": "2026-11-20 10:00",
        "received_at_0": "2026-11-20", "received_at_1": "10:00",
    }  # fmt: skip
    parts = [
        f'--b0und\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in said.items()
    ]
    head = f'--b0und\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    parts += [head.encode(), f"Content-Type: {kind}\r\n\r\n".encode(), data, b"\r\n--b0und--\r\n"]
    return desk.browser("case").generic(
        "POST", "/mail/take-in", b"".join(parts), "multipart/form-data; boundary=b0und"
    )


def kept(desk: Desk, before: set[str]) -> Original | None:
    return Original.objects.exclude(digest__in=before).first()


@pytest.mark.parametrize("what", FILES)
def test_it_comes_back_as_a_file_that_no_browser_shows(desk: Desk, what: str) -> None:
    name, kind, data = FILES[what]
    before = set(Original.objects.values_list("digest", flat=True))
    answer = hand_in(desk, name, kind, data)
    assert answer.status_code == 302, answer.content[-3000:]
    row = kept(desk, before)
    assert row is not None
    assert bytes(row.data) == data
    item = DocketItem.objects.get(kind="mail", about=row.digest)
    client, headers = desk.browser("case"), desk.token("case")
    for back in (
        client.get(f"/originals/{row.digest}"),
        client.get(f"/api/v1/originals/{row.digest}", headers=headers),
    ):
        assert back.status_code == 200
        assert back.content == data
        assert back.headers["Content-Type"] == "application/octet-stream"
        told = back.headers["Content-Disposition"]
        assert told.startswith('attachment; filename="original-')
        assert not told.rstrip('"').endswith((".svg", ".html", ".shtml", ".xhtml", ".mht"))
        assert back.headers["X-Content-Type-Options"] == "nosniff"
        assert back.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "no-store" in back.headers["Cache-Control"]
    page = client.get(f"/mail/{item.item}").content.decode()
    assert alive(page) == []


@pytest.mark.parametrize(
    "name",
    ["../../../../etc/passwd", "..\\..\\x", "a/b/c", "x\r\nSet-Cookie: a=b", 'x"; filename="y.html',
     "<script>alert(1)</script>.eml", "\u202egnp.exe", "x" * 300, "con.eml", ".htaccess",
     "\x00.eml"],
)  # fmt: skip
def test_a_name_is_text_and_never_a_place(desk: Desk, name: str) -> None:
    before = set(Original.objects.values_list("digest", flat=True))
    answer = hand_in(desk, name, "message/rfc822", b"From: a\n\nanother " + name.encode())
    assert answer.status_code in {302, 422, 400}
    row = kept(desk, before)
    if row is None:
        return
    back = desk.browser("case").get(f"/originals/{row.digest}")
    assert back.headers["Content-Disposition"].startswith('attachment; filename="original-')
    assert "Set-Cookie" not in str(back.headers)
    item = DocketItem.objects.get(kind="mail", about=row.digest)
    assert alive(desk.browser("case").get(f"/mail/{item.item}").content.decode()) == []


def test_nothing_is_served_below_static_that_is_not_of_the_program(desk: Desk) -> None:
    client = desk.browser("case")
    for path in (
        "/static/../settings.py", "/static/%2e%2e/settings.py", "/static/..%2fsettings.py",
        "/static/....//settings.py", "/static//etc/passwd", "/static/%2fetc/passwd",
        "/directory/../node.toml", "/directory/%2e%2e/secret", "/log/../secret",
        "/log/live/vn/x/1/tile/../secret",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code in {301, 302, 400, 401, 404}, path
        assert b"SECRET_KEY" not in answer.getvalue()

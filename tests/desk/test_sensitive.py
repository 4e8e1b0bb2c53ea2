"""What is sensitive is hidden by itself, seen only with a reason, and abuse material not at all."""

import base64
import hashlib
import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import PASSWORD, Office, Pair
from tests.desk.test_access import violations
from tests.desk.test_case import accepted_request
from tests.nodes.moving import made_package
from tests.paper.papers import taken_in

from comity.client.api import Api

Image = pytest.importorskip("PIL.Image", reason="the extra previews is not installed")
VICTIM = "Statement of the girl Anna Maria"


def picture() -> bytes:
    made = Image.frombytes("RGB", (300, 200), os.urandom(300 * 200 * 3))
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def brought(office: Office, data: bytes, name: str = "Anna Maria.png") -> dict[str, Any]:
    """Take a picture in as mail that came on paper; return the piece of mail."""
    return taken_in(office, data, name=name, channel="post", sender="Police station 4")


@contextmanager
def browser_client(office: Office, who: str) -> Iterator[httpx.Client]:
    """Sign somebody in as a browser does, without a browser."""
    with httpx.Client(base_url=office.url, timeout=60) as client:
        page = client.get("/sign-in").text
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        data = {"csrfmiddlewaretoken": token, "name": who, "password": PASSWORD}
        assert client.post("/sign-in", data=data).status_code == 302
        yield client


def mark(office: Office, kind: str, name: str, marker: str, who: str = "author") -> None:
    told = {"marker": marker, "reason": "Seen by the examiner"}
    office.ok(who, "POST", f"/sensitive/{kind}/{name}", json=told)


def test_lists_hide_what_is_marked_until_somebody_says_why(
    visit: Callable[..., Page], pair: Pair, tmp_path: Path
) -> None:
    digest, package = accepted_request(pair), made_package(tmp_path, 9000, seed=451)
    offer = {**package.offer, "description": {"lang": "en", "text": VICTIM}}
    session = Api(pair.asked.url, pair.asked.tokens["author"])
    session.upload(digest, offer, package.path, acquired="By order")
    session.close()
    exhibit = str(offer["exhibit"])
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/evidence?exhibit={exhibit}")
    assert VICTIM in page.inner_text("main")
    mark(pair.asked, "exhibit", exhibit, "victim-data")
    for path in (f"evidence?exhibit={exhibit}", f"exhibits/{exhibit}"):
        page.goto(f"{pair.asked.url}/{path}")
        assert VICTIM not in page.content(), path
        assert "Data of victims" in page.inner_text("main")
    page.click("main a:has-text('Show')")
    page.click("main button:has-text('Show names')")
    assert VICTIM not in page.content()  # no reason, nothing to see
    page.fill("#id_reason", "I take the statement again")
    page.click("main button:has-text('Show names')")
    assert VICTIM in page.inner_text("main")
    rows = visit("auditor", asked=True)
    rows.goto(f"{pair.asked.url}/audit?action=sensitive.shown")
    assert exhibit in rows.inner_text("main")
    assert "statement again" not in rows.inner_text("main")  # the audit holds no free text


@pytest.mark.full
def test_a_picture_is_seen_blurred_with_a_reason_by_one_person(
    visit: Callable[..., Page], pair: Pair
) -> None:
    data = picture()
    digest = brought(pair.asked, data)["original"]
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/originals/{digest}/preview")
    assert hashlib.sha256(data).hexdigest() in page.inner_text("main")
    assert hashlib.md5(data, usedforsecurity=False).hexdigest() in page.inner_text("main")
    assert page.locator("main img").count() == 0
    page.click("main form button")
    assert page.locator("main img").count() == 0
    page.fill("#id_reason", "Is it the scan that is missing?")
    page.click("main form button")
    image = page.locator("main img")
    expect(image).to_have_js_property("naturalWidth", 160)
    assert violations(page) == []
    address = str(image.get_attribute("src"))
    page.fill("#id_reason", "It cannot be told apart")
    page.click("main form button")
    expect(page.locator("main img")).to_have_js_property("naturalWidth", 300)
    with browser_client(pair.asked, "examiner") as other:
        assert other.get(address).status_code == 404  # it is for who gave the reason
    with browser_client(pair.asked, "author") as same:
        answer = same.get(address)
        assert answer.headers["content-security-policy"].startswith("sandbox")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "no-store" in answer.headers["cache-control"]
        assert Image.open(io.BytesIO(answer.content)).mode == "L"
        mark(pair.asked, "original", digest, "abuse-material")
        assert same.get(address).status_code == 403  # marked meanwhile


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("a.html", b"<!doctype html><script>alert(1)</script>"),
        ("a.zip", b"PK\x05\x06" + bytes(18)),
        ("a.png", b"GIF89a<script>alert(1)</script>"),
    ],
)
def test_what_is_no_picture_is_a_file_and_nothing_else(pair: Pair, name: str, data: bytes) -> None:
    digest = brought(pair.asked, data + os.urandom(8), name)["original"]
    with browser_client(pair.asked, "author") as client:
        shown = client.get(f"/originals/{digest}/preview").text
        assert "<img" not in shown
        answer = client.get(f"/originals/{digest}")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")


def test_no_page_and_no_call_from_a_browser_gives_a_byte_of_abuse_material(pair: Pair) -> None:
    data = picture()
    mail = brought(pair.asked, data)
    digest = mail["original"]
    mark(pair.asked, "original", digest, "abuse-material")
    needles = (data[100:200], base64.b64encode(data)[120:180], b"data:image")
    with browser_client(pair.asked, "examiner") as client:
        addresses = [
            f"/originals/{digest}",
            f"/originals/{digest}/preview",
            f"/sensitive/original/{digest}",
            f"/sensitive/original/{digest}/show",
            f"/mail/{mail['item']}",
            "/mail?all=1",
            f"/api/v1/originals/{digest}",
            f"/api/v1/mail/{mail['item']}",
        ]
        for address in addresses:
            answer = client.get(address)
            assert not any(needle in answer.content for needle in needles), address
            assert "image/" not in answer.headers["content-type"], address
            assert "<img" not in answer.text, address
        assert client.get(f"/originals/{digest}").status_code == 403
        assert client.get(f"/api/v1/originals/{digest}").json()["code"] == "abuse-material"
        page = client.get(f"/originals/{digest}/preview").text
        token = re.findall('csrfmiddlewaretoken" value="([^"]+)', page)[0]
        told = {"csrfmiddlewaretoken": token, "reason": "Let me see"}
        answer = client.post(f"/originals/{digest}/preview", data=told)
        assert answer.status_code == 403
        assert "<img" not in answer.text
        call = f"/api/v1/originals/{digest}/take-out"
        refused = client.post(call, json={"reason": "x"}, headers={"X-CSRFToken": token})
        assert refused.status_code == 401  # a session is no way in, a token is


def test_an_examiner_takes_it_out_with_a_token_and_a_reason(pair: Pair) -> None:
    data = picture()
    digest = brought(pair.asked, data)["original"]
    mark(pair.asked, "original", digest, "abuse-material")
    call = f"/originals/{digest}/take-out"
    assert pair.asked.call("examiner", "POST", call, json={"reason": ""}).status_code == 422
    assert pair.asked.call("author", "POST", call, json={"reason": "x"}).status_code == 403
    answer = pair.asked.call("examiner", "POST", call, json={"reason": "Report to the hotline"})
    assert answer.content == data
    assert answer.headers["content-disposition"].startswith("attachment;")


def test_the_marker_of_abuse_material_is_lifted_by_another_person(pair: Pair) -> None:
    digest = brought(pair.asked, picture())["original"]
    mark(pair.asked, "original", digest, "abuse-material")
    told = {"marker": "abuse-material", "reason": "A mistake"}
    path = f"/sensitive/original/{digest}/lift"
    assert pair.asked.call("author", "POST", path, json=told).json()["code"] == "mark-own"
    (row,) = pair.asked.ok("examiner", "POST", path, json=told)["marks"]
    assert row["lifted_at"]
    assert pair.asked.call("author", "GET", f"/originals/{digest}").is_success

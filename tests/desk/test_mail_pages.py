"""Mail in a browser: taken in, shown inert, written down beside the original; letters recorded."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.api.nodes import Office, Pair, preservation_request
from tests.desk.moving import choose
from tests.desk.test_access import violations
from tests.paper.papers import SENEGAL, enter_authority, letter, taken_in

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
NASTY = """<html><body><p>Bonjour <script>document.title = 'broken'</script></p>
<img src="http://tracker.example/a.png"><p style="display:none">hidden words</p></body></html>"""


@pytest.fixture(scope="session")
def office(pair: Pair) -> Office:
    """Return an office that knows an authority which writes letters."""
    enter_authority(pair.asking)
    return pair.asking


@pytest.fixture(scope="session")
def asked(office: Office) -> dict[str, str]:
    """Return a request of ours that goes by letter."""
    sent: dict[str, str] = office.say(preservation_request(SENEGAL))
    return sent


@pytest.mark.long
def test_an_officer_takes_in_a_letter_and_writes_it_down_beside_it(
    visit: Callable[..., Page], office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "lettre.eml"
    file.write_bytes(letter())
    page = visit("author")
    page.goto(f"{office.url}/mail/take-in")
    page.set_input_files("#id_file", str(file))
    page.fill("#id_sender", "parquet@justice.example")
    page.click("main form button.primary")
    page.click("a:has-text('Transcribe')")
    page.click("text=Start new request")
    page.click("ul.choose a:has-text('Request')")
    assert "Convention de Budapest" in page.inner_text(".foreign")
    assert page.input_value("#id_request-reference") == ""  # nothing is taken by itself
    page.check("label:has-text('DKR-44/2026')")
    page.check("label:has-text('Escroquerie')")
    page.click("button[name=apply]")
    assert page.input_value("#id_request-reference") == "DKR-44/2026"
    page.fill("#id_subject-description", "Les journaux")
    page.fill("#id_request-article", "29")
    page.select_option("#id_request-measure", "preservation")
    page.select_option("#id_request-instrument", "coe-2001")
    page.select_option("#id_request-urgency", "urgent")
    page.click("button[name=check]")
    told = page.inner_text("main")
    assert "Correct these fields" in told  # a basis has a standing; begun grounds are whole
    page.select_option("#id_request-status", "in-force")
    page.fill("#id_grounds-facts", "Des virements")
    page.fill("#id_grounds-necessity", "Les journaux sont effacés")
    page.click("button[name=check]")
    assert "Nothing is recorded yet" in page.inner_text("main")
    page.click("button:has-text('Record transcription')")
    page.wait_for_url(f"{office.url}/cases/*")
    told = page.inner_text("main")
    assert "Transcribed from paper by author; not proved" in told
    with page.expect_download() as got:
        page.click(".opening .meta >> text=Original")
    assert got.value.path().read_bytes() == letter()


def test_foreign_text_is_shown_inert_with_words_of_warning(
    visit: Callable[..., Page], office: Office
) -> None:
    data = (
        b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n\r\n" + NASTY.encode()
    )
    item = taken_in(office, data, name="invoice\u202egpj.eml")["item"]
    page = visit("author")
    asked_for: list[str] = []
    page.on("request", lambda one: asked_for.append(one.url))
    page.goto(f"{office.url}/mail/{item}")
    assert page.title() != "broken"
    assert all(url.startswith(office.url) for url in asked_for)
    told = page.inner_text("main")
    assert "No image was loaded" in told
    assert "U+202E" in told
    assert "hidden words" in told


@pytest.mark.long
def test_an_answer_is_written_down_from_the_page_of_the_case(
    visit: Callable[..., Page], office: Office, asked: dict[str, str]
) -> None:
    page = visit("author")
    page.goto(f"{office.url}/cases/{asked['case']}")
    page.get_by_role("link", name="Record posting").first.click()
    page.fill("#id_to", "Parquet de Dakar, Dakar")
    page.click("main form button")
    assert "Posted as a letter" in page.inner_text("main")
    choose(page, "a[href$='/arrived']")
    page.fill("#id_known_by", "Accusé de réception")
    page.click("main form button")
    assert "Letter delivered" in page.inner_text("main")
    choose(page, "a[href*='/write-down?conversation=']")
    listed = page.inner_text("main")
    assert "Confirmation of preservation" in listed
    assert "Preservation expired" not in listed  # it fits no state that was reached
    page.click("text=Confirmation of preservation")
    page.fill("#id_preservation-until", "2030-01-01T00:00")
    page.fill("#id_preservation-domestic_order", "TGI Dakar 3/2026")
    page.fill("#id_preservation-holder", "Sonatel")
    page.click("text=Record transcription")
    page.wait_for_url(f"{office.url}/cases/*")
    assert "Preserved" in page.inner_text("section[aria-labelledby=requests]")


def test_a_request_to_an_authority_outside_the_directory_says_what_is_known(
    visit: Callable[..., Page], office: Office
) -> None:
    page = visit("author")
    page.goto(f"{office.url}/new/stored-data?to={SENEGAL}")
    assert page.input_value("#id_request-to") == SENEGAL
    assert "between the two States" in page.inner_text("#group-addressee")
    assert "no entry of this authority" in page.inner_text("#group-addressee .need")


@pytest.mark.long
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390)])
def test_axe_finds_nothing_on_the_pages_of_mail(
    visit: Callable[..., Page], office: Office, asked: dict[str, str], lang: str, width: int
) -> None:
    item = taken_in(office)["item"]
    page = visit("author", lang=lang, width=width)
    digest = asked["conversation"]
    paths = [
        "mail",
        "mail?all=1",
        "mail/take-in",
        f"mail/{item}",
        f"write-down?mail={item}",
        f"write-down?mail={item}&conversation=new",
        f"write-down?mail={item}&conversation=new&type=request.submitted",
        f"write-down?conversation={digest}&type=request.at-risk",
        f"cases/{asked['case']}",
        f"messages/{asked['record']}/posted",
        f"new/stored-data?to={SENEGAL}",
        "outbox",
    ]
    for path in paths:
        page.goto(f"{office.url}/{path}")
        assert page.locator("h1").count() == 1, path
        assert violations(page) == [], path
        assert page.evaluate(FITS), f"{path} scrolls sideways"

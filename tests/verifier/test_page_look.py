"""How the page looks: what stands first, on paper, in forced colours, in each language."""

import re
import subprocess
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.bundle.makers import VN, resigned, short_bundle, trust_file, whole_bundle
from tests.conftest import needs
from tests.verifier.checking import check
from tests.walks import in_two_languages

from comity.bundle import verify
from comity.bundle.claims import WORDS
from comity.bundle.reader import MemoryReader
from comity.verifier.speech import Speech
from comity.verifier.tables import LANGUAGES, words

pytestmark = pytest.mark.long

AXE = Path(__file__).resolve().parents[1] / "desk" / "vendor" / "axe.min.js"


def test_an_exercise_says_so_by_a_word_and_a_frame(page: Page, tmp_path: Path) -> None:
    (tmp_path / "trust.json").write_bytes(replace(trust_file(), mode="exercise").data)
    assert not page.is_visible("#exercise")
    page.set_input_files("#trust", tmp_path / "trust.json")
    expect(page.locator("#exercise")).to_be_visible()
    assert "EXERCISE" in page.inner_text("#exercise")
    assert page.evaluate("getComputedStyle(exercise).borderStyle") == "double"


def exercise_bundle() -> dict[str, bytes]:
    """A bundle whose exporter says that it is of an exercise."""
    return resigned(short_bundle(), lambda told: replace(told, mode="exercise"))


def test_an_exercise_is_said_on_screen_and_on_every_sheet(page: Page, tmp_path: Path) -> None:
    check(page, tmp_path, exercise_bundle(), None)
    said = words("en")
    expect(page.locator("#exercise")).to_be_visible()
    assert page.inner_text("[data-fact=mode] dd") == said["exercise"]
    sheets = printed(page, tmp_path)
    assert len(sheets) > 1
    running = f"{said['exercise']}. {said['exercise-text']}"
    assert [sheet for sheet in sheets if running not in sheet] == []


def test_a_live_bundle_is_not_called_an_exercise(page: Page, tmp_path: Path) -> None:
    check(page, tmp_path, short_bundle(), replace(trust_file(), mode="exercise"))
    expect(page.locator("#exercise")).to_be_hidden()
    assert page.inner_text("[data-fact=mode] dd") == words("en")["live"]


def printed(page: Page, folder: Path) -> list[str]:
    """Print the page, and return the words of each sheet."""
    page.pdf(path=folder / "page.pdf", format="A4")
    command = [needs("pdftotext"), "-layout", str(folder / "page.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [" ".join(sheet.split()) for sheet in text.split("\f") if sheet.strip()]


def test_paper_has_no_controls_and_nothing_is_folded_away(page: Page, tmp_path: Path) -> None:
    check(page, tmp_path, whole_bundle(), trust_file())
    folded = page.locator("#result details:not([open])").count()
    assert folded > 0
    said, sheets = words("en"), " ".join(printed(page, tmp_path))
    for name in ("bundle-help", "check", "print", "save", "another", "language", "own"):
        assert said[name] not in sheets
    assert "data/messages/" in sheets, "a file of a claim"
    assert page.locator("#result details:not([open])").count() == folded, "as it was before"
    page.emulate_media(media="print")
    for control in page.locator("button, input, select, progress").all():
        expect(control).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["desk", "phone"])
def test_the_verdict_is_on_the_first_screen(
    page: Page, tmp_path: Path, lang: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.select_option("#language", lang)
    check(page, tmp_path, whole_bundle(), trust_file())
    assert page.evaluate("scrollY") == 0
    expect(page.locator("#verdict")).to_be_focused()
    for place in (".verdict", ".verdict .primary"):
        box = page.locator(place).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size[1]
    if size[0] > 1000:
        rest, facts = (
            page.locator(f".split > {one}").bounding_box() for one in ("div:last-child", ".facts")
        )
        assert rest is not None
        assert facts is not None
        assert facts["y"] < size[1]
        assert (facts["x"] > rest["x"]) == (lang != "ar"), "at the end of the line"


def test_what_a_court_asks_first_stands_beside_the_verdict(page: Page, tmp_path: Path) -> None:
    check(page, tmp_path, whole_bundle(), trust_file())
    told = {
        row.get_attribute("data-fact"): row.locator("dd").inner_text()
        for row in page.locator("[data-fact]").all()
    }
    assert list(told) == [
        *("subject", "parties", "mode", "trust-file", "exporting", "checking"),
        *("statement-digest", "checked-files"),
    ]
    speech, report = Speech("en"), verify(MemoryReader(whole_bundle()), trust=trust_file())
    assert told["parties"] == speech.names(report.about.parties)
    assert "Viet Nam" in told["parties"]
    assert f"Request, from {VN}" in told["subject"]
    assert sha256(trust_file().data).hexdigest() in told["trust-file"]
    assert told["checked-files"] == speech.summary(1, report.steps[0].looked_at)
    assert re.search(r"Checked at \d{4}-\d\d-\d\dT[\d:]{8}Z", told["checking"])


def test_another_bundle_is_chosen_where_the_first_one_was(page: Page, tmp_path: Path) -> None:
    check(page, tmp_path, short_bundle(), trust_file())
    page.click(f"text={words('en')['another']}")
    expect(page.locator("#folder")).to_be_focused()


def test_forced_colours_keep_shapes_words_and_edges(page: Page, tmp_path: Path) -> None:
    page.emulate_media(forced_colors="active")
    check(page, tmp_path, exercise_bundle(), None)
    shapes = page.evaluate(
        """() => [...document.querySelectorAll(".figures dt")].map((one) =>
          getComputedStyle(one, "::before").content.replaceAll('"', "").slice(0, 1))"""
    )
    assert len(set(shapes)) == len(WORDS), "each word has a shape of its own"
    edges = """(place) => {
      const style = getComputedStyle(document.querySelector(place));
      return [style.borderTopStyle, parseFloat(style.borderTopWidth) > 0];
    }"""
    for place, line in ((".verdict", "solid"), ("#exercise", "double"), (".primary", "solid")):
        assert page.evaluate(edges, place) == [line, True]
    assert page.evaluate("getComputedStyle(exercise).backgroundImage") == "none"
    page.evaluate(AXE.read_text("utf-8") + "; void 0")
    found = page.evaluate("axe.run(document, { runOnly: ['color-contrast'] })")
    assert [v["nodes"][0]["html"] for v in found["violations"]] == []


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
@pytest.mark.parametrize("width", [360, 1100])
def test_axe_finds_nothing_in_any_language(
    page: Page, tmp_path: Path, lang: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.select_option("#language", lang)
    files = {**whole_bundle(), "data/note.txt": b"x"}
    assert check(page, tmp_path, files, trust_file()) == words(lang)["damaged"]
    page.evaluate(AXE.read_text("utf-8") + "; void 0")
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
    assert page.evaluate("document.documentElement.dir") == ("rtl" if lang == "ar" else "ltr")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "nothing runs out of the page"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_have_contrast_in_light_and_dark(
    page: Page, tmp_path: Path, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    check(page, tmp_path, whole_bundle(), None)
    page.evaluate(AXE.read_text("utf-8") + "; void 0")
    rules = "{ runOnly: ['color-contrast'] }"
    found = page.evaluate(f"axe.run(document, {rules})")
    assert [v["nodes"][0]["html"] for v in found["violations"]] == []

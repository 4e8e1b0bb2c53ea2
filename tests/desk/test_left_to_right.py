"""Dates, numbers and addresses keep their order inside what somebody wrote from right to left."""

import pytest
from playwright.sync_api import Browser

from comity.node.templatetags.desk import excerpt
from comity.node.web.text_format import in_order, shown
from comity.papers.blocks import line, said

KEPT = (
    "2026-12-03",
    "03-12-2026",
    "+27 12 393 1000",
    "+27 (12) 393-1000",
    "012 393 1000",
    "40/2026",
    "a.nkosi@mail.example.co.za",
    "https://mail.example.co.za/box/1-2",
)
_RISES = """text => {
  const node = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let whole = "", places = [];
  while (node.nextNode()) {
    for (let at = 0; at < node.currentNode.length; at += 1) {
      const range = document.createRange();
      range.setStart(node.currentNode, at);
      range.setEnd(node.currentNode, at + 1);
      whole += node.currentNode.data[at];
      places.push(range.getBoundingClientRect().left);
    }
  }
  const begin = whole.indexOf(text);
  const found = places.slice(begin, begin + text.length);
  return begin >= 0 && found.every((x, n) => !n || x >= found[n - 1]);
}"""


@pytest.mark.parametrize("kept", KEPT)
def test_a_page_shows_them_from_left_to_right(browser: Browser, kept: str) -> None:
    page = browser.new_page()
    for way in (shown, excerpt):
        html = way(f"أمر الحفظ رقم {kept}، وهاتف الشركة")
        page.set_content(f'<body dir="rtl" style="font-size:8px"><p>{html}</p></body>')
        assert page.evaluate(_RISES, kept), html
    page.close()


@pytest.mark.parametrize("kept", KEPT)
def test_a_paper_sets_them_apart(kept: str) -> None:
    for made in (said, lambda text, _field: line(text)):
        text = made(f"أمر الحفظ رقم {kept}، وهاتف الشركة", "note")["text"].replace("\u200b", "")
        assert f"\u2066{kept}\u2069" in text or "@" in kept


def test_a_text_from_left_to_right_stays_as_it_is() -> None:
    text = "Order 40/2026 of 2026-12-03"
    assert shown(text) == f"<bdi>{text}</bdi>"
    assert said(text, "note")["text"] == text


def test_a_sentence_of_ours_keeps_the_number_of_a_case_in_order() -> None:
    told = in_order("أنت مكلَّف بالقضية 2026-000002.")
    assert '<bdi dir="ltr" class="clock">2026-000002</bdi>' in told
    assert in_order(told) is told

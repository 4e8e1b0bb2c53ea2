"""Charts say what they show, hold nothing hostile, and have no trace of what is suppressed."""

import re
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.figures.charts import Bars, Times, bars, is_drawn, sparkline, times
from comity.figures.hiding import protect
from comity.figures.svg import Drawing, Svg

HOSTILE = '</text><script>alert(1)</script>" onload="x" &amp; \x00\x1b\u202eabc\ud800'
SVG = "{http://www.w3.org/2000/svg}"
NUMBERS = st.one_of(st.none(), st.integers(0, 10**6))
TEXTS = st.one_of(st.just(HOSTILE), st.text(max_size=20))


def read(drawn: Svg) -> Element:
    """Read a drawing as XML, and check what every one of them must be."""
    root = fromstring(drawn)  # noqa: S314 - our own drawing
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label")
    names = {
        "svg", "defs", "pattern", "path", "rect", "circle", "text",
    }  # fmt: skip
    for one in root.iter():
        assert one.tag.removeprefix(SVG) in names
        assert not [key for key in one.attrib if key == "style" or key.startswith("on")]
    return root


@given(st.lists(st.tuples(TEXTS, NUMBERS, NUMBERS), max_size=24), TEXTS, st.booleans())
def test_bars_are_well_formed_whatever_labels_hold(
    rows: list[tuple[str, int | None, int | None]], said: str, rtl: bool
) -> None:
    given_ = [Bars(*row) for row in rows]
    drawn = bars(given_, f"told {said}", pattern="hatch", rtl=rtl)
    assert (drawn is not None) is is_drawn(given_)
    if drawn is not None:
        root = read(drawn)
        assert len(root.findall(f"{SVG}rect")) == sum(
            value is not None for row in given_ for value in (row.first, row.second)
        )


@given(st.lists(NUMBERS, max_size=40), TEXTS, st.booleans())
def test_a_sparkline_is_well_formed(values: list[int | None], said: str, rtl: bool) -> None:
    if drawn := sparkline(values, f"told {said}", rtl=rtl):
        read(drawn)


@given(*[st.integers(0, 10**7)] * 3, TEXTS, st.booleans())
def test_times_lie_within_the_drawing_and_in_order(
    median: int, more: int, target: int, label: str, rtl: bool
) -> None:
    row = Times(
        label=label, median=median, p90=median + more, target=target,
        median_text=label, p90_text=label, target_text=label,
    )  # fmt: skip
    drawn = times([row], "told", rtl=rtl)
    assert drawn is not None
    root = read(drawn)
    dot = root.find(f"{SVG}circle")
    assert dot is not None
    mark = next(one for one in root.findall(f"{SVG}path") if one.get("class") == "pa")
    x, tip = float(dot.get("cx", "")), float(mark.get("d", "")[1:].partition(" ")[0])
    assert 0 <= x <= 560
    assert 0 <= tip <= 560
    assert (tip <= x) if rtl else (x <= tip)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=12))
def test_of_a_suppressed_value_a_drawing_has_one_mark_and_no_trace(
    counts: list[tuple[int, int]],
) -> None:
    (table,) = protect([counts], columns=2, threshold=5)
    shown = [cells[:2] for cells in table.shown()[:-1]]
    known = {value for cells in shown for value in cells if value is not None}
    assume(len(known) < 2 * len(counts))
    rows = [Bars(f"m{number}", *cells) for number, cells in enumerate(shown)]
    drawn = bars(rows, "told", pattern="hatch")
    assume(drawn is not None)
    assert drawn is not None
    root = read(drawn)
    marks = [one.get("d", "") for one in root.findall(f"{SVG}path") if one.get("class") == "un"]
    assert len(marks) == sum(value is None for cells in shown for value in cells)
    heights = {tuple(re.findall(r" ([\d.]+)", mark)) for mark in marks}
    assert len(heights) <= 1, "one height for all"
    axis = [one.get("d", "") for one in root.findall(f"{SVG}path") if one.get("class") == "ax"]
    alone = bars(
        [Bars("m", value, value) for value in known for _ in range(3)], "told", pattern="h"
    )
    if alone is not None:
        again = [one.get("d", "") for one in read(alone).findall(f"{SVG}path")]
        assert axis == [mark for mark in again if mark in axis], "the scale is of what is shown"


def test_few_values_make_no_chart() -> None:
    assert bars([Bars("m", 3, 4), Bars("n", 1, 0)], "told", pattern="hatch") is None
    assert sparkline([1, 2, 3, 4], "told") is None
    assert sparkline([0] * 30, "told") is None
    assert times([], "told") is None


def test_right_to_left_is_drawn_anew_and_text_begins_at_the_right() -> None:
    made = Drawing(100, 20, rtl=True)
    made.rect(0, 0, 10, 5, name="a")
    made.text(0, 10, "سلام")
    root = read(made.finished("told"))
    rect, text = root.find(f"{SVG}rect"), root.find(f"{SVG}text")
    assert rect is not None
    assert text is not None
    assert (rect.get("x"), text.get("x"), text.get("text-anchor")) == ("90", "100", "start")
    assert root.get("direction") == "rtl"


@pytest.mark.parametrize("name", ["style", "script"])
def test_a_hostile_label_makes_no_element(name: str) -> None:
    drawn = bars([Bars(f"<{name}>", n, n) for n in range(9)], f"<{name}>", pattern="hatch")
    assert drawn is not None
    assert f"<{name}" not in drawn

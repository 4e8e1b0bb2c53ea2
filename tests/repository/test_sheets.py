"""No sheet of ours says left or right, nor moves a page by itself under a press."""

import re
from pathlib import Path
from typing import Final

import pytest
from tests.walks import every

SOURCE: Final = Path(__file__).parents[2] / "src" / "comity"
SHEETS: Final = {
    path.relative_to(SOURCE).as_posix(): path
    for path in sorted(SOURCE.rglob("*.css"))
    if "vendor" not in path.parts
}
MOST_BYTES: Final = 48_000
"""Of the one sheet that every page loads."""
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_SIDE: Final = re.compile(r"\b(?:left|right)\b[^;{}]*")
_FOUR: Final = re.compile(
    r"(?<![\w-])(margin|padding|inset|border-width|border-style|border-color|border-radius)"
    r"\s*:\s*((?:[^\s;{}()]+|\w*\([^;{}]*?\))(?:\s+(?:[^\s;{}()]+|\w*\([^;{}]*?\))){3})\s*(?=[;}!])"
)


def sided(sheet: str) -> list[str]:
    """Return what of a sheet stands on one side whatever way its text runs.

    It is any word left or right, as a property or a value, and a shorthand of four values of
    which the second and the fourth, or two corners of one edge, are not the same.
    """
    rules = _COMMENT.sub(" ", sheet)
    found = _SIDE.findall(rules)
    for one in _FOUR.finditer(rules):
        first, second, third, fourth = re.findall(r"\w*\([^;{}]*?\)|[^\s()]+", one[2])
        same = (first, third) == (second, fourth) if "radius" in one[1] else second == fourth
        found += [] if same else [one[0]]
    return found


def test_sheets_of_the_desk_and_of_the_verifier_are_found() -> None:
    assert {"node/static/desk/desk.css", "verifier/page.css"} <= set(SHEETS)


def test_the_sheet_of_all_pages_stays_small() -> None:
    assert SHEETS["node/static/desk/desk.css"].stat().st_size <= MOST_BYTES


def test_no_page_scrolls_on_by_itself_under_a_press() -> None:
    """A button that moves between the press and the release of a pointer loses the click."""
    scripts = [one for one in SOURCE.rglob("*.js") if "vendor" not in one.parts]
    moving = re.compile(r"scroll-behavior\s*:\s*smooth|behavior\s*:\s*[\"']smooth")
    found = [
        one.name for one in (*SHEETS.values(), *scripts) if moving.search(one.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_knows_no_left_and_no_right(name: str) -> None:
    assert sided(SHEETS[name].read_text("utf-8")) == []


@every(
    "spoilt",
    [
        "left: 0", "right:0", "margin-left: 1rem", "padding-right: 1rem", "border-left: 1px solid",
        "text-align: left", "text-align:right", "float: right", "clear: left",
        "border-top-left-radius: 4px", "border-bottom-right-radius: 0", "scroll-margin-left: 1rem",
        "background-position: right center", "transform-origin: top left",
        "background: linear-gradient(to right, red, blue)", "margin: 0 1rem 0 2rem",
        "inset: 0 auto 0 0", "border-radius: 4px 0 0 4px", "padding: 0 calc(1px + 2px) 0 0",
    ],
)  # fmt: skip
@every("name", SHEETS)
def test_a_spoilt_sheet_is_refused(name: str, spoilt: str) -> None:
    sheet = SHEETS[name].read_text("utf-8")
    assert sided(f"{sheet}\n.spoilt {{ {spoilt}; }}\n")
    assert sided(f"{sheet}\n.spoilt{{color:red;{spoilt}}}")


@pytest.mark.parametrize(
    "good",
    [
        "inset-inline-start: 0", "margin-inline: 1rem", "text-align: start", "float: inline-end",
        "border-start-start-radius: 4px", "margin: 0 1rem 2rem 1rem", "border-radius: 4px 4px 0 0",
        "margin: 0 auto", "/* left */ color: red",
    ],
)  # fmt: skip
def test_what_follows_the_text_is_taken(good: str) -> None:
    assert sided(f".good {{ {good}; }}") == []


def test_what_scrolls_sideways_is_reached_by_keyboard() -> None:
    """A table that does not stack on a phone scrolls, so its frame takes the focus (WCAG 2.1.1)."""
    frame = re.compile(r'<div class="scroll"((?: [\w-]+="[^"]*")*)>(<table class="stack[" ])?')
    wrong = [
        path.relative_to(SOURCE).as_posix()
        for path in sorted(SOURCE.rglob("*.html"))
        for told in frame.finditer(path.read_text("utf-8"))
        if not told[2] and 'tabindex="0"' not in told[1]
    ]
    assert wrong == []

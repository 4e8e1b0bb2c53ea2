"""Whatever other people wrote is printed so that nothing in it hides or steers."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.papers.blocks import identifier, said
from comity.papers.errors import PaperContentError
from comity.papers.visible import bounded, breakable, direction, visible

HIDDEN = {
    "\u202e": "a right-to-left override",
    "\u2066": "an isolate",
    "\u200b": "a zero-width space",
    "\u00ad": "a soft hyphen",
    "\u3164": "a filler that is a letter",
    "\x00": "a NUL",
    "\x1b": "an escape",
    "\n": "a line end",
    "\u2028": "a line separator",
    "\ufeff": "a byte order mark",
    "\ufe0f": "a variation selector",
    "\ue000": "a private character",
    "\U000e0041": "a tag",
    "\U0001f600": "a pictograph, which no text font has",
    "\ud800": "half a surrogate pair",
}


@pytest.mark.parametrize("char", HIDDEN, ids=HIDDEN.values())
def test_what_cannot_be_seen_is_written_out(char: str) -> None:
    assert visible(f"a{char}b") == f"a⟨U+{ord(char):04X}⟩b"


@pytest.mark.parametrize(
    "text", ["#read('/etc/passwd') $x$ \\ @y *b* _i_", "Ổ cứng", "می\u200cخواهم"]
)
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_nothing_invisible_is_ever_left(text: str) -> None:
    shown = visible(text).replace("\u200c", "").replace("\u200d", "")
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cn", "Co", "Cs"}
    assert visible(shown) == shown


@given(st.text())
def test_places_to_break_change_nothing_else(text: str) -> None:
    plain = visible(text)
    assert breakable(plain).replace("\u200b", "") == plain


def test_a_very_long_word_may_break() -> None:
    assert max(map(len, breakable("x" * 1000).split("\u200b"))) == 24


def test_an_identifier_is_copied_whole() -> None:
    assert identifier("019ca756-a780-7a72-aa38-a93417c6f9f8")["text"].isascii()


@pytest.mark.parametrize(
    ("text", "way"), [("12 قرص", "rtl"), ("disk قرص", "ltr"), ("123", "ltr"), ("דיסק", "rtl")]
)
def test_a_text_runs_as_its_first_letter_does(text: str, way: str) -> None:
    assert direction(text) == way


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_empty_or_endless_text_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(PaperContentError, match="reason") as caught:
        said(text, "reason")
    assert "xxx" not in str(caught.value)


def test_a_text_may_be_as_long_as_its_field() -> None:
    assert bounded("x" * 40, "case", most=40)

"""The verdict keeps each fact in its own direction; what a bundle hides is still written out."""

import io
import sys

import pytest

from comity.cli.court.verdict import print_lines
from comity.files.terminal import safe_streams
from comity.verifier.speech import Speech

HOSTILE = "vn/contact\u202e\u2068\u2069-point"


def printed(lang: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> str:
    raw = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    monkeypatch.setattr(sys, "stdout", raw)
    with safe_streams():
        print_lines([Speech(lang).say("exported", party=HOSTILE, time="2026-11-30"), "\x1b\u202e"])
    raw.flush()
    assert isinstance(raw.buffer, io.BytesIO)
    return raw.buffer.getvalue().decode(encoding)


def test_marks_of_direction_are_characters_and_those_of_the_bundle_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = printed("ar", "utf-8", monkeypatch)
    assert "\u2068vn/contact\\u{202e}\\u{2068}\\u{2069}-point\u2069" in text
    assert text.count("\u2068") == text.count("\u2069") == 2
    assert "\\u2068" not in text
    assert text.endswith("\\u001b\\u202e\n"), "nothing else steers the terminal"


def test_a_stream_without_such_marks_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed("ar", "iso8859-6", monkeypatch)
    assert "2068vn" not in text
    assert "vn/contact\\u{202e}" in text

"""What `comity law` says around the law's words is in the language that was asked for."""

import re
from pathlib import Path

import pytest
from tests.cli.lawful import law
from tests.cli.test_law import HOSPITAL, case

from comity.cli.frame import BEGIN, END, frame, harmless
from comity.cli.tongues import spoken
from comity.instruments import LANGUAGES
from comity.instruments.language_files import places

OTHERS = [lang for lang in LANGUAGES if lang != "en"]
COMMANDS = (
    ("list",),
    ("show", "un-2024"),
    ("show", "un-2024", "42"),
    ("show", "coe-2001", "provider-order"),
    ("show", "un-2024", "preservation"),
    ("explain", "un-2024/R-030"),
    ("explain", "un-2024/R-008"),
    ("between", "vn", "za"),
    ("status", "un-2024"),
    ("status", "coe-2001", "fr"),
    ("gaps", "un-2024"),
    ("verify", "un-2024", "--list"),
    ("template", "show", "payment-recall"),
    ("check", "CASE"),
    ("ask", "--instrument", "un-2024", "--measure", "preservation"),
)
SAME = 14  # "source" is French and English, "notification" too


def output(words: tuple[str, ...], lang: str, tmp_path: Path) -> str:
    facts = str(case(tmp_path, HOSPITAL))
    result = law(*[facts if word == "CASE" else word for word in words], "--lang", lang)
    assert result.exit_code == (3 if words[0] == "check" else 0), result.output
    return result.stdout


def english_left(lang: str, shown: str) -> set[str]:
    """Return the English frame words in an output that their own language does not have."""
    own, found = frame(lang).entries, set()
    shown = re.sub(r"[\u2068\u2069\u200f]", "", shown)
    shown = re.sub(r"(?m)^ *(- )?[\w.-]+  |\([\w.-]+\)", "", shown)  # codes are no words
    for key, text in frame("en").entries.items():
        for part in re.split(r"\{\w+\}", text):
            bare = part.strip(" :;,.()[]“”")
            long = len(bare) >= 9 and not re.search(r"[_=-]", bare)
            if long and bare not in own[key] and re.search(rf"\b{re.escape(bare)}\b", shown):
                found.add(bare)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_the_same_frame_words_with_the_same_places(lang: str) -> None:
    english, own = frame("en").entries, frame(lang).entries
    assert list(own) == list(english)
    assert [key for key in own if places(own[key]) != places(english[key])] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_no_frame_word_is_left_in_english(lang: str) -> None:
    english = frame("en").entries
    same = {key for key, text in frame(lang).entries.items() if text == english[key]}
    assert len(same) <= SAME, same


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_language_says_as_many_lines_and_none_of_them_in_english(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    english = output(words, "en", tmp_path)
    assert english_left("vi", english), "a test that finds nothing in English proves nothing"
    for lang in OTHERS:
        shown = output(words, lang, tmp_path)
        assert len(shown.splitlines()) == len(english.splitlines()), lang
        own = "\n".join(line for line in shown.splitlines() if "[en]" not in line)
        assert english_left(lang, own) == set(), lang


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_arabic_lines_run_from_right_to_left_and_identifiers_stay_themselves(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    shown = output(words, "ar", tmp_path)
    assert "\u200f" in shown
    for line in shown.splitlines():
        depth = 0
        for char in line:
            depth += (char == "\u2068") - (char == "\u2069")
            assert depth >= 0
        assert depth == 0
        assert BEGIN not in line
    assert not re.search("[\u2066-\u2069\u200f]", output(words, "en", tmp_path))


def test_a_mark_that_somebody_else_put_in_is_written_out() -> None:
    assert harmless(f"a{BEGIN}b") == "a⟨U+FDD0⟩b"
    assert harmless(f"a{END}b{BEGIN}") == "a⟨U+FDD1⟩b⟨U+FDD0⟩"
    assert harmless("a\u2067b") == "a⟨U+2067⟩b"
    assert harmless(f"a{BEGIN}b{END}") == "a\u2068b\u2069"


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"COMITY_LANG": "fr", "LANG": "ru_RU.UTF-8"}, "fr"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"}, "en"),
        ({"LC_MESSAGES": "es_MX.UTF-8", "LANG": "C.UTF-8"}, "es"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_TW.UTF-8"}, "en"),
        ({"LANG": "ar_EG@latin"}, "ar"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"COMITY_LANG": "klingon", "LANG": "fr_FR"}, "en"),
        ({}, "en"),
    ],
)
def test_the_environment_says_the_language_where_no_option_does(
    environment: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COMITY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert spoken() == lang


def test_a_command_follows_the_environment() -> None:
    assert "articles" in law("list", env={"COMITY_LANG": "en"}).stdout
    assert "điều" in law("list", env={"COMITY_LANG": "vi"}).stdout

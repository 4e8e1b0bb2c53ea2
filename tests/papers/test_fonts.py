"""A missing font is an error that names the package, never an empty box on paper."""

from pathlib import Path

import pytest
from tests.papers.makers import PAPERS, label_of, make, passport_of

from comity.papers.errors import FontMissingError
from comity.papers.typeset import FontPlaces, families
from comity.papers.words import LANGUAGES


@pytest.fixture(scope="module")
def core_only(tmp_path_factory: pytest.TempPathFactory) -> FontPlaces:
    """Fonts as on a machine that has fonts-noto-core alone."""
    from typst import Fonts

    folder = tmp_path_factory.mktemp("core")
    found = {
        font.path
        for font in Fonts(include_embedded_fonts=False).fonts()
        if font.path and font.family in {"Noto Sans", "Noto Sans Arabic", "Noto Sans Math"}
    }
    if not found:
        pytest.skip("needs Debian package fonts-noto-core")
    for path in map(Path, found):
        (folder / path.name).symlink_to(path)
    return FontPlaces(folders=(folder,), system=False)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_fonts_no_paper_is_made(paper: str, lang: str, tmp_path: Path) -> None:
    with pytest.raises(FontMissingError, match="fonts-noto-core"):
        make(paper, lang, fonts=FontPlaces(folders=(tmp_path,), system=False))


def test_chinese_without_its_fonts_is_an_error_that_names_them(core_only: FontPlaces) -> None:
    with pytest.raises(FontMissingError, match="fonts-noto-cjk") as caught:
        make("label", "zh-hans", fonts=core_only)
    assert caught.value.code == "font-missing"


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "zh-hans"])
def test_the_other_languages_need_the_core_fonts_only(lang: str, core_only: FontPlaces) -> None:
    for paper in PAPERS:
        assert make(paper, lang, fonts=core_only)


@pytest.mark.parametrize(
    ("char", "package"),
    [("证", "fonts-noto-cjk"), ("한", "fonts-noto-cjk"), ("ក", "fonts-noto-core")],
)
def test_one_character_of_other_peoples_text_without_a_font_is_an_error(
    char: str, package: str, core_only: FontPlaces
) -> None:
    facts = passport_of(("acquired", "Seized"), ("sealed", f"text {char} more"))
    with pytest.raises(FontMissingError, match=f"U\\+{ord(char):04X}.*{package}"):
        make("passport", "en", facts, fonts=core_only)


def test_bold_text_needs_its_glyphs_too(core_only: FontPlaces) -> None:
    with pytest.raises(FontMissingError, match="fonts-noto-cjk"):
        make("label", "ar", label_of(seal_number="封 12"), fonts=core_only)


def test_other_scripts_are_set_in_the_fonts_that_are_there() -> None:
    assert {"Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC"} <= set(
        families(("en",), FontPlaces())
    )
    facts = passport_of(("acquired", "ជាភាសាខ្មែរ हिन्दी ไทย አማርኛ 日本語 한국어 ✓ ∑"))
    assert make("passport", "fr", facts)

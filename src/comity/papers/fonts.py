"""Which fonts a paper is set in, and what to install when one of them is not there.

Fonts are checked, not shipped: a typesetter that lacks a glyph draws an empty box, and an empty
box in a court paper is a lie. The family list is closed (no silent fall-back), and a page with a
character that no font of it has is an error.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.papers.errors import FontMissingError
from comity.papers.words import LANGUAGES, words

CORE_PACKAGE: Final = "fonts-noto-core"
CJK_PACKAGE: Final = "fonts-noto-cjk"
_LATIN: Final = "Noto Sans"  # Cyrillic, Greek and Vietnamese too
_ARABIC: Final = "Noto Sans Arabic"
_HAN: Final = "Noto Sans CJK SC"
_PACKAGES: Final = {_LATIN: CORE_PACKAGE, _ARABIC: CORE_PACKAGE, _HAN: CJK_PACKAGE}
_NEEDED: Final = {"ar": (_ARABIC, _LATIN), "zh-hans": (_LATIN, _HAN)}
_FURTHER: Final = ("Noto Sans ", "Noto Serif Tibetan")  # scripts that other people's text may be in
_LEFT_OUT: Final = ("Noto Sans CJK ", "Noto Sans Mono", "Noto Sans Display")


@dataclass(frozen=True)
class FontPlaces:
    """Where fonts are looked for.

    Attributes:
        folders: searched besides the system's.
        system: whether the system's font folders count.
    """

    folders: tuple[Path, ...] = ()
    system: bool = True


def families(langs: Sequence[str], places: FontPlaces) -> tuple[str, ...]:
    """Return the families a paper is set in, in the order they are tried.

    Args:
        langs: of the paper; the families of the first stand in front.
        places: searched once for all of them, which takes 50 ms.

    Raises:
        FontMissingError: one that a language needs is not there; names the Debian package.
    """
    from typst import Fonts  # noqa: PLC0415 - only papers need it

    found = Fonts(
        include_system_fonts=places.system,
        include_embedded_fonts=False,
        font_paths=list(places.folders),
    ).families()
    return tuple(dict.fromkeys(name for lang in langs for name in _families(lang, found)))


def _families(lang: str, found: Sequence[str]) -> tuple[str, ...]:
    own = () if lang in LANGUAGES else words(lang).fonts
    needed = tuple(dict.fromkeys((*own, *_NEEDED.get(lang, (_LATIN,)))))
    for family in needed:
        if family not in found:
            package = _PACKAGES.get(family, CORE_PACKAGE)
            raise _missing(f"the font {family} is not there", package)
    first = (*needed, *(family for family in (_ARABIC, _HAN) if family in found))
    return tuple(dict.fromkeys((*first, *_further(found))))


def _further(found: Iterable[str]) -> list[str]:
    return [
        family
        for family in found
        if family.startswith(_FURTHER) and not family.startswith(_LEFT_OUT)
    ]


def missing_glyph(char: str) -> FontMissingError:
    """Return the error about a character that no font has."""
    name = unicodedata.name(char, "a character without a name")
    package = CJK_PACKAGE if unicodedata.east_asian_width(char) in {"W", "F"} else CORE_PACKAGE
    return _missing(f"no font has U+{ord(char):04X} ({name})", package)


def _missing(what: str, package: str) -> FontMissingError:
    return FontMissingError(
        f"{what}; install Debian's {package}, or name a folder that has it with --fonts",
        package=package,
    )

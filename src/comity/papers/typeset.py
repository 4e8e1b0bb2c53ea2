"""Typesetting: data and a template in, an archivable tagged PDF out.

PDF/A-2a (ISO 19005-2, level A) and PDF/UA-1 (ISO 14289-1) at once: both make the typesetter refuse
a character without a glyph. A paper with a file inside is PDF/A-3a (ISO 19005-3), which allows it.
The same data, fonts and time give the same bytes.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from comity.canonical import ComityError
from comity.papers.blocks import TIGHTEST, Page
from comity.papers.errors import FontMissingError, PaperContentError, TypesettingError
from comity.papers.words import LANGUAGES, Words, words

# Which fonts a paper is set in, and what to install when one of them is not there.
#
# Fonts are checked, not shipped: a typesetter that lacks a glyph draws an empty box, and an empty
# box in a court paper is a lie. The family list is closed (no silent fall-back), and a page with a
# character that no font of it has is an error.


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


type Standards = list[Literal["a-2a", "a-3a", "ua-1"]]

STANDARDS: Final[Standards] = ["a-2a", "ua-1"]
STANDARDS_WITH_FILES: Final[Standards] = ["a-3a", "ua-1"]
MAX_CONTENT_CHARS: Final = 3_000_000  # of JSON; set in at most 5 s and 0.9 GiB on one core
_TEMPLATES: Final = Path(__file__).parent / "templates"
_NO_GLYPH: Final = re.compile(r'the text `"(?P<text>.*?)"` could not be displayed', re.DOTALL)
_NO_ROOM: Final = "does not fit"  # what label.typ asserts
_PAGES: Final = re.compile(rb"/Type\s*/Pages\s*/Count (\d+)")
_ESCAPED: Final = re.compile(r"\\u\{(?P<hex>[0-9a-f]{1,6})\}")


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file inside a paper, for programs.

    Attributes:
        name: without folders.
        text: its content, UTF-8.
        type: media type.
        description: in the paper's language.
    """

    name: str
    text: str
    type: str
    description: str


def typeset_page(
    page: Page,
    words: Words,
    *,
    made_at: datetime,
    fonts: FontPlaces,
    also: tuple[str, ...] = (),
    attached: tuple[Attached, ...] = (),
) -> bytes:
    """Return a paper of text and tables as PDF; takes and raises as `typeset`."""
    content = {
        "banner": page.banner,
        "blocks": list(page.blocks),
        "dense": page.dense,
        "footer": page.footer,
        "tight": page.tight,
        "title": page.title,
    }
    return typeset(
        "page", content, words, made_at=made_at, fonts=fonts, also=also, attached=attached
    )


def typeset_on_one(page: Page, words: Words, *, made_at: datetime, fonts: FontPlaces) -> bytes:
    """Return a dense paper as PDF, on one page if it fits there; takes and raises as `typeset`."""
    made = typeset_page(page, words, made_at=made_at, fonts=fonts)
    for tight in range(1, TIGHTEST + 1):
        if _pages(made) == 1:
            break
        made = typeset_page(replace(page, tight=tight), words, made_at=made_at, fonts=fonts)
    return made


def _pages(pdf: bytes) -> int:
    """Return the pages of a PDF that this typesetter made."""
    found = _PAGES.search(pdf)
    return int(found[1]) if found else 0


def typeset(
    template: str,
    content: Mapping[str, Any],
    words: Words,
    *,
    made_at: datetime,
    fonts: FontPlaces,
    also: tuple[str, ...] = (),
    attached: tuple[Attached, ...] = (),
) -> bytes:
    """Return a paper as PDF.

    Args:
        template: name of a file in ``templates``.
        content: what it shows.
        words: of the paper's language.
        made_at: aware UTC time that the document says it was made at.
        fonts: where fonts are looked for.
        also: further languages in it.
        attached: files inside.

    Raises:
        FontMissingError: a family, or a glyph, is not there.
        PaperContentError: too much text, or too much for a label.
        TypesettingError: anything else the typesetter refuses.
    """
    import typst  # noqa: PLC0415 - only papers need it

    lang, _, script = words.lang.partition("-")
    moment = made_at.astimezone(UTC)
    data = {
        **content,
        "attached": [asdict(file) for file in attached],
        "direction": words.direction,
        "families": families((words.lang, *also), fonts),
        "lang": lang,
        "made": list(moment.timetuple()[:6]),
        "region": "CN" if script == "hans" else None,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if len(text) > MAX_CONTENT_CHARS:
        raise PaperContentError("more text than a paper holds; the file it comes from has all")
    try:
        made = typst.compile(
            _TEMPLATES / f"{template}.typ",
            root=_TEMPLATES,
            font_paths=list(fonts.folders),
            ignore_system_fonts=not fonts.system,
            sys_inputs={"data": text},
            pdf_standards=[*(STANDARDS_WITH_FILES if attached else STANDARDS)],
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as fault:
        raise _translated(str(fault)) from fault
    return bytes(made)


def _translated(message: str) -> ComityError:
    """Return the error of a typesetter's message."""
    if _NO_ROOM in message:
        return PaperContentError("the texts do not fit on a label: shorten them")
    found = _NO_GLYPH.search(message)
    if found is None:
        return TypesettingError(f"the typesetter refused: {message.partition(chr(10))[0][:200]}")
    text = _ESCAPED.sub(lambda match: chr(int(match["hex"], 16)), found["text"])
    return missing_glyph(text[0])

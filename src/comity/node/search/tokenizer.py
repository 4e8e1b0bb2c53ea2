"""A text as the tokens by which it is found.

Rule 1: a word stands as written and without its marks; Cyrillic also in Latin letters; a name also
as what it sounds like, behind ``~``. Rule 2: scripts without spaces between words stand as single
characters and as pairs. Rule 3: an identifier stands whole, without its separators, and in its
parts. A token holds no quotation mark, space or ``*``, so it needs no escaping anywhere.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from comity.node.search.normalization import bare, folded
from comity.node.search.phonetics import in_latin, skeletons, without_article

MAX_TEXT_CHARS: Final = 100_000
MAX_TOKENS: Final = 8_000
MAX_TOKEN_CHARS: Final = 100
SOUND: Final = "~"
DENSE: Final = (
    "\u0e00-\u0eff\u0f40-\u0fbc\u1000-\u109f\u1780-\u17d3"  # Thai, Lao, Tibetan, Burmese, Khmer
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_JOINTS: Final = "-.@:/+_#&'"
PHONE: Final = re.compile(r"(?<![\w@/.-])\+?\(?\d{1,4}\)?(?:[ ./-]\(?\d{2,4}\)?){2,6}(?![\w@])")
GROUPS: Final = re.compile(r"(?<!\w)[a-z]{2}\d{2}(?: [a-z0-9]{4}){2,7}(?: [a-z0-9]{1,3})?(?!\w)")

_MAYBE_PHONE: Final = re.compile(r"[\d+(][\d ()./-]{4,}")
_MAYBE_GROUPS: Final = re.compile(r"\d\d [a-z0-9]{4} ")
"""What the long patterns need at least: they look behind at each place, which is dear."""


@functools.cache
def _marks() -> str:
    """Return the combining marks of all scripts, for a character class: they are parts of words."""
    return "".join(
        re.escape(chr(one)) for one in range(0x11FFF) if unicodedata.category(chr(one))[0] == "M"
    )


@functools.cache
def _runs() -> re.Pattern[str]:
    letter = rf"[^\W_{DENSE}]|[{_marks()}]"
    return re.compile(
        rf"(?P<dense>[{DENSE}]+)|"
        rf"(?P<chunk>(?:{letter})+(?:[{re.escape(_JOINTS)}](?:{letter})+)*)"
    )


_NEITHER: Final = re.compile(r"[^a-z0-9]")
_PARTS: Final = re.compile(f"[{re.escape(_JOINTS)}]+")
_ASCII_RUNS: Final = re.compile(rf"[a-z0-9]+(?:[{re.escape(_JOINTS)}][a-z0-9]+)*")


def chunks(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a folded text, and whether each is a run of a script without spaces."""
    if text.isascii():
        for found in _ASCII_RUNS.finditer(text):
            yield found[0], False
        return
    for found in _runs().finditer(text):
        yield found[0], found.lastgroup == "dense"


def parts_of(chunk: str) -> list[str]:
    """Return what stands between the separators of an identifier, or the one word there is."""
    return [part[:MAX_TOKEN_CHARS] for part in _PARTS.split(chunk) if part]


def pairs(run: str) -> list[str]:
    """Return neighbours in a run of a script without spaces; one character stands for itself."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def whole(chunk: str) -> str:
    """Return an identifier as the token that stands for all of it."""
    return chunk.replace("'", "")


def tight(chunk: str) -> str:
    """Return an identifier without its separators; nothing where it is no identifier."""
    joined = _PARTS.sub("", chunk)
    number = any(char.isdigit() for char in joined)
    return joined if number and joined != chunk and len(joined) <= MAX_TOKEN_CHARS else ""


def closed_up(text: str) -> Iterator[str]:
    """Yield the numbers that a folded text writes in groups, without the spaces between."""
    for place in _MAYBE_PHONE.finditer(text):
        # one more character is seen: a number that goes on as a word is none
        for found in PHONE.finditer(text, place.start(), place.end() + 1):
            yield _NEITHER.sub("", found[0])
    if _MAYBE_GROUPS.search(text):
        for found in GROUPS.finditer(text):
            yield _NEITHER.sub("", found[0])


def without_zeros(word: str) -> str:
    """Return a number without the zeros before it; nothing for any other word."""
    return word.lstrip("0") if word.startswith("0") and word.isdecimal() else ""


@functools.lru_cache(maxsize=50_000)
def of_word(word: str) -> tuple[str, ...]:
    """Return the tokens of one folded word without separators."""
    plain = bare(word)
    forms = [word, plain, in_latin(plain), without_article(plain), without_zeros(word)]
    forms += [SOUND + one for one in skeletons(plain)]
    return tuple(dict.fromkeys(form for form in forms if form))


def tokens(texts: Iterable[str]) -> list[str]:
    """Return the tokens of texts, each once, in the order in which they come."""
    found: dict[str, None] = {}
    for text in texts:
        form = folded(text[:MAX_TEXT_CHARS])
        found.update(dict.fromkeys(closed_up(form)))
        for chunk, dense in chunks(form):
            if dense:
                found.update(dict.fromkeys((*chunk, *pairs(chunk))))
                continue
            parts = parts_of(chunk)
            if len(parts) > 1 and len(chunk) <= MAX_TOKEN_CHARS:
                found[whole(chunk)] = None
                if together := tight(chunk):
                    found[together] = None
            for part in parts:
                found.update(dict.fromkeys(of_word(part)))
        if len(found) > MAX_TOKENS:
            break
    return list(found)[:MAX_TOKENS]

"""Names across scripts: Cyrillic in Latin letters, and what a name sounds like in few consonants.

A skeleton keeps the consonants that the usual transliterations of Arabic, Persian and Cyrillic
agree on: ``Muhammad``, ``Mohamed`` and ``محمد`` are all ``mhmd``. It finds too much rather than too
little, so what is found by it stands last. Chinese in Latin letters is not known here: that takes a
dictionary.
"""

import re
from typing import Final

MIN_SOUNDS: Final = 2
_MIN_LETTERS: Final = 4
_MIN_ARABIC: Final = 3
_CYRILLIC: Final = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
        "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
        "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
        "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye",
        "ґ": "g", "ў": "u", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dz",
        "қ": "q", "ғ": "gh", "ң": "ng", "ө": "o", "ү": "u", "ұ": "u", "һ": "h", "ә": "a",
        "ѓ": "gj", "ќ": "kj", "ѕ": "dz", "ҳ": "h", "ҷ": "j", "ӣ": "i", "ӯ": "u",
    }
)  # fmt: skip
_ARABIC: Final = str.maketrans(
    {
        "ب": "b", "ت": "t", "ث": "t", "ج": "z", "ح": "h", "خ": "h", "د": "d", "ذ": "d", "ر": "r",
        "ز": "z", "س": "s", "ش": "s", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "غ": "g", "ف": "f",
        "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "پ": "b", "چ": "s", "ژ": "z",
        "گ": "g", "ڤ": "v", "ا": "", "ع": "", "و": "", "ي": "", "ء": "", "ں": "n", "ڑ": "r",
        "ٹ": "t", "ڈ": "d", "ے": "",
    }
)  # fmt: skip
_LATIN: Final = (
    ("tch", "s"), ("sch", "s"), ("sh", "s"), ("ch", "s"), ("kh", "h"), ("gh", "g"), ("dh", "d"),
    ("th", "t"), ("zh", "z"), ("dj", "z"), ("ts", "s"), ("tz", "s"), ("ph", "f"), ("ck", "k"),
    ("x", "ks"), ("q", "k"), ("c", "k"), ("j", "z"), ("p", "b"),
)  # fmt: skip
_SOUNDLESS: Final = re.compile("[aeiouyw']+")
_TWICE: Final = re.compile(r"(.)\1+")
_IS_CYRILLIC: Final = re.compile("[\u0400-\u052f]+")
_IS_ARABIC: Final = re.compile("[\u0620-\u06d3\u06ee-\u06ff\u0750-\u077f]+")
_IS_LATIN: Final = re.compile("[a-z']+")
_ARTICLE: Final = "ال"


def in_latin(word: str) -> str:
    """Return a bare word of Cyrillic letters in Latin ones; nothing for any other word."""
    return word.translate(_CYRILLIC) if _IS_CYRILLIC.fullmatch(word) else ""


def without_article(word: str) -> str:
    """Return an Arabic word without its article; nothing if it has none, or little else."""
    has = _IS_ARABIC.fullmatch(word) and word.startswith(_ARTICLE)
    return word.removeprefix(_ARTICLE) if has and len(word) > len(_ARTICLE) + 1 else ""


def skeletons(word: str) -> tuple[str, ...]:
    """Return what a bare word sounds like; nothing where too little of it would be left.

    Args:
        word: as `normalization.bare` returns it.
    """
    if _IS_ARABIC.fullmatch(word):
        forms = [form for form in (word, without_article(word)) if len(form) >= _MIN_ARABIC]
        found = [form.replace("لله", "له").translate(_ARABIC).removesuffix("h") for form in forms]
    else:
        latin = in_latin(word) or word
        if len(latin) < _MIN_LETTERS or not _IS_LATIN.fullmatch(latin):
            return ()
        for many, one in _LATIN:
            latin = latin.replace(many, one)
        found = [_left(_TWICE.sub(r"\1", latin))]
    return tuple(dict.fromkeys(one for one in found if len(one) >= MIN_SOUNDS))


def _left(consonants: str) -> str:
    return _SOUNDLESS.sub("", consonants).removesuffix("h")

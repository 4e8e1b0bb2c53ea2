"""Which offence a request names: recognised in its text by words, and told by a code.

Nothing of the text goes on: a subject made by rule names the code. What is not recognised has none.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

MAX_CHARS: Final = 2000
"""Of an offence's text that is looked through."""
_WITHOUT_SPACES: Final = re.compile(r"[\u0600-\u06ff\u3400-\u9fff]")
"""Arabic, whose words begin with what joins them, and Chinese: a word is found anywhere."""


def offence_in(text: str) -> str:
    """Return the code of the offence that a text names, or an empty text.

    Args:
        text: as an author wrote it, in any language.
    """
    said = unicodedata.normalize("NFKC", text[:MAX_CHARS]).casefold()
    return next((code for code, words in _patterns().items() if words.search(said)), "")


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """Return what is looked for, the offence that says most first."""
    text = resources.files(__package__).joinpath("offences.toml").read_text(encoding="utf-8")
    return {
        code: re.compile("|".join(_pattern(word) for word in words))
        for code, words in tomllib.loads(text).items()
    }


def _pattern(word: str) -> str:
    plain = unicodedata.normalize("NFKC", word).casefold()
    return re.escape(plain) if _WITHOUT_SPACES.search(plain) else rf"\b{re.escape(plain)}"

"""What somebody types, as a question to the index: three rounds, the surest first.

Round 1: every word as typed. Round 2: every word without its marks, as the beginning of one, or in
other letters. Round 3: names by what they sound like. A word of a round may be met in several ways;
what an earlier round finds a later one leaves out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.canonical import MisuseError
from comity.node.search.normalization import bare, folded
from comity.node.search.phonetics import in_latin, skeletons, without_article
from comity.node.search.tokenizer import (
    GROUPS,
    MAX_TOKEN_CHARS,
    PHONE,
    SOUND,
    chunks,
    pairs,
    parts_of,
    tight,
    whole,
    without_zeros,
)

MAX_CHARS: Final = 200
MAX_WORDS: Final = 12
MIN_BEGINNING: Final = 3


_NAME: Final = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)+")
"""A name of several parts, as opposed to an identifier."""


class SearchWordsError(MisuseError, code="search-words"):
    """What is to be searched for is empty, or too long to be a question."""


@dataclass(frozen=True, order=True)
class Term:
    """One token that a document must have, or with ``begins`` one that begins so."""

    token: str
    begins: bool = False


type Way = tuple[Term, ...]
"""All of these."""
type Ways = tuple[Way, ...]
"""Any of these."""
type Round = tuple[Ways, ...]
"""Each of these, one for each word."""


def rounds(text: str) -> tuple[Round, ...]:
    """Return the rounds of a question, those that ask nothing new left out.

    Args:
        text: as typed.

    Raises:
        SearchWordsError: no word in it, too many characters or too many words.
    """
    if len(text) > MAX_CHARS:
        raise SearchWordsError(f"at most {MAX_CHARS} characters are searched for")
    form = folded(text)
    for pattern in (GROUPS, PHONE):  # a number in groups is one word
        form = pattern.sub(lambda found: re.sub(r"[^a-z0-9]+", "-", found[0]).strip("-"), form)
    words = [one for one in dict.fromkeys(chunks(form)) if bare(one[0])]  # a mark alone is no word
    if not words or len(words) > MAX_WORDS:
        raise SearchWordsError(f"search for 1 to {MAX_WORDS} words")
    every = zip(*(_ways(chunk, dense=dense) for chunk, dense in words), strict=True)
    return tuple(dict.fromkeys(every))


def _ways(chunk: str, *, dense: bool) -> tuple[Ways, Ways, Ways]:
    if dense:
        same = (tuple(Term(pair) for pair in pairs(chunk)),)
        return same, same, same
    parts = parts_of(chunk)
    if len(parts) > 1:
        return _identifier(chunk, parts)
    word = parts[0]
    near = tuple(dict.fromkeys((_beginning(form),) for form in _forms(word)))
    sounds = tuple((Term(SOUND + one),) for one in skeletons(bare(word)))
    return ((Term(word),),), near, sounds or near


def _identifier(chunk: str, parts: list[str]) -> tuple[Ways, Ways, Ways]:
    together = tight(chunk)
    exact: Ways = ((Term(whole(chunk)[:MAX_TOKEN_CHARS]),),)
    if together:
        exact += ((Term(together),),)
    near: Ways = ((_beginning(together),),) if together else ()
    near += (tuple(_beginning(bare(part)) for part in parts),)
    if not _NAME.fullmatch(chunk):
        return exact, near, near
    sounds = (tuple(_sound(bare(part)) for part in parts),)
    return exact, near, sounds


def _sound(word: str) -> Term:
    found = skeletons(word)
    return Term(SOUND + found[0]) if found else _beginning(word)


def _forms(word: str) -> Iterator[str]:
    plain = bare(word)
    forms = (plain, in_latin(plain), without_article(plain), without_zeros(word))
    yield from (form for form in forms if form)


def _beginning(word: str) -> Term:
    return Term(word, begins=len(word) >= MIN_BEGINNING)

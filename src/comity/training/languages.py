"""Which of our languages a tag from elsewhere means."""

from typing import Final

from comity.training.model import LANGUAGES

_TRADITIONAL: Final = frozenset({"hant", "tw", "hk", "mo"})


def tag_of(tag: str) -> str:
    """Return one of `LANGUAGES` for a tag such as ``fr-FR``, ``zh_CN`` or ``da, en-GB;q=0.8``.

    Only the first of several is read. Empty if it is none of ours; traditional Chinese is none.

    Source: RFC 5646 section 2.1; RFC 9110 section 12.5.4.
    """
    first = tag.split(",", 1)[0].split(";", 1)[0].strip().casefold().replace("_", "-")
    if first in LANGUAGES:
        return first
    primary, *rest = first.split("-")
    if primary == "zh":
        return "" if _TRADITIONAL & set(rest) else "zh-hans"
    return primary if primary in LANGUAGES else ""

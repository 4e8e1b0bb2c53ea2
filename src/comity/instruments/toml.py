"""TOML from other people: read in a time that grows with its length, and in one encoding."""

import codecs
import re
import tomllib
from typing import Any, Final

MAX_DOTS: Final = 100
"""Dots in one key. The parser's time grows with their square; a reverse IPv6 name has 33."""

_PASSED: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|'
    r"'''(?:[^']|'(?!''))*+(?:''')?|"
    r'"(?:[^"\\\n]|\\.)*+"?|'
    r"'[^'\n]*+'?|"
    r"#[^\n]*",
    re.DOTALL,
)
_DOTTED: Final = re.compile(
    rf"(?<![\w.-])[\w-]++[ \t]*+(?:\.[ \t]*+[\w-]++[ \t]*+){{{MAX_DOTS + 1}}}"
)
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def unmarked(data: bytes) -> bytes:
    """Return the bytes without the mark that some editors put before UTF-8.

    Raises:
        ValueError: the mark of another encoding stands there.
    """
    if data.startswith(_UTF_16):
        raise ValueError("the file is in UTF-16; save it as UTF-8")
    return data.removeprefix(codecs.BOM_UTF8)


def parse_toml(data: bytes) -> dict[str, Any]:
    """Return the table of untrusted bytes, whose number the caller has bounded.

    Raises:
        ValueError: no TOML in UTF-8, a key of more than 100 dots, or nested too deeply.

    Source: TOML 1.0.0, "Keys".
    """
    text = unmarked(data).decode("utf-8")
    bare = _PASSED.sub(lambda found: "s" if found[0][0] in "\"'" else "", text)
    if _DOTTED.search(bare):
        raise ValueError(f"a key has more than {MAX_DOTS} dots")
    try:
        return tomllib.loads(text)
    except RecursionError as fault:
        raise ValueError("nested too deeply") from fault

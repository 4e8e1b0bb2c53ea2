"""The text of a list of people, whose encoding nobody wrote down.

A mark at the beginning decides; then UTF-8, which other encodings hardly ever happen to be. Else
the older encodings of our seven languages are tried, and one counts if under it the first line
names the columns that are needed. Where several do and the text is not the same in all, nothing is
guessed: a wrong guess would change people's names without a sign.
"""

import codecs
from typing import Final

from comity.training.columns import Column, columns, is_provider
from comity.training.errors import EnrolmentEncodingError

OLDER: Final = ("cp1252", "cp1251", "cp1256", "cp1258", "gb18030")
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS: Final = ("utf-8", "utf-16", *OLDER)
SEPARATORS: Final = (",", ";", "\t")


def decoded(
    data: bytes, encoding: str | None = None, *, without: Column | None = None
) -> tuple[str, str]:
    """Return the text and the encoding it is in.

    Args:
        data: untrusted; its length was bounded by the caller.
        encoding: one of `ENCODINGS`, if a person knows it.
        without: a column that the first line need not name.

    Raises:
        EnrolmentEncodingError: it is not in that encoding, or several would do.
    """
    if encoding is not None and encoding not in ENCODINGS:
        raise EnrolmentEncodingError(f"encodings are {', '.join(ENCODINGS)}")
    for mark, name in MARKS:
        if data.startswith(mark):
            return _in(data, name), name
    if encoding is not None:
        return _in(data, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    fitting = {name: data.decode(name) for name in OLDER if _named(data, name, without)}
    if len(set(fitting.values())) != 1:
        raise EnrolmentEncodingError(
            "the encoding cannot be told from the first line; save the list as UTF-8, or name it:"
            f" {', '.join(ENCODINGS)}"
        )
    name, text = next(iter(fitting.items()))
    return text, name


def split_header(
    line: str, *, without: Column | None = None
) -> tuple[str, list[Column | None], bool] | None:
    """Return the separator and the columns of a first line, and whether a provider wrote it.

    None if it does not name all that is needed.
    """
    for separator in SEPARATORS:
        names = [cell.strip().strip('"') for cell in line.split(separator)]
        found = columns(names, without=without)
        if found is not None:
            return separator, found, is_provider(names)
    return None


def _named(data: bytes, encoding: str, without: Column | None) -> bool:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return split_header(text.split("\n", 1)[0].strip("\r"), without=without) is not None


def _in(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise EnrolmentEncodingError(f"it is not in {encoding}, byte {fault.start}") from fault


__all__ = ["ENCODINGS", "decoded", "split_header"]

"""What the columns of a list of people are called: in seven languages, and by identity providers.

A provider's list has several columns that name the same person (``id``, ``userName``, e-mail); the
first of `_PROVIDERS` that is there counts. In a list of one's own two such columns are an error.

Source: RFC 7643 section 4.1 (SCIM); docs/reference/training.md, "A list by an identity provider".
"""

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

from comity.canonical import PeerError
from comity.training.errors import EnrolmentEncodingError
from comity.training.model import LANGUAGES

type Column = Literal["person", "name", "function", "language", "given", "family", "active"]

NEEDED: Final[tuple[Column, ...]] = ("person", "name", "function")
_NAMES: Final[dict[Column, tuple[str, ...]]] = {
    "person": (
        "person", "staff number", "staff no", "personnel number", "reference", "id",
        "matricule", "numéro de matricule", "référence",
        "número de personal", "legajo", "referencia",
        "табельный номер", "личный номер",
        "الرقم الوظيفي", "رقم الموظف", "المرجع",
        "工号", "人员编号", "编号",
        "mã nhân viên", "mã cán bộ", "mã số",
    ),
    "name": (
        "name", "full name",
        "nom", "nom et prénom", "nom complet",
        "nombre", "nombre completo", "nombre y apellidos",
        "имя", "фамилия и имя", "фио", "ф.и.о.",
        "الاسم", "الاسم الكامل",
        "姓名", "名字",
        "họ tên", "họ và tên", "tên",
    ),
    "function": (
        "function", "role", "position",
        "fonction", "rôle", "poste",
        "función", "cargo", "puesto",
        "функция", "должность", "роль",
        "الوظيفة", "المهمة", "الدور",
        "职能", "职务", "角色",
        "chức năng", "chức vụ", "vai trò",
    ),
    "language": (
        "language", "lang",
        "langue",
        "idioma", "lengua",
        "язык",
        "اللغة",
        "语言",
        "ngôn ngữ",
    ),
}  # fmt: skip


def normal(name: str) -> str:
    """Return a column's name so that case, width and blanks do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("_", " ").split())


_PROVIDERS: Final[dict[Column, tuple[str, ...]]] = {
    "person": (
        "username", "userprincipalname", "user principal name", "login", "externalid",
        "employeenumber", "employee id", "email address [required]", "id",
    ),
    "name": ("displayname", "display name", "name.formatted"),
    "given": (
        "name.givenname", "givenname", "firstname", "first name", "first name [required]",
    ),
    "family": (
        "name.familyname", "surname", "lastname", "last name", "last name [required]", "sn",
    ),
    "function": ("title", "jobtitle", "job title", "employee title"),
    "language": ("preferredlanguage", "preferred language", "locale"),
    "active": (
        "active", "accountenabled", "account enabled", "status", "enabled", "status [read only]",
    ),
}  # fmt: skip
"""Column to what providers call it; an earlier name goes before a later one."""
_MARKS: Final = frozenset(_PROVIDERS["person"][:-1])
"""By one of these a list is a provider's."""
_KNOWN: Final = {normal(name): column for column, names in _NAMES.items() for name in names}
_RANKED: Final = {
    name: (column, rank) for column, names in _PROVIDERS.items() for rank, name in enumerate(names)
}


def columns(names: Sequence[str], *, without: Column | None = None) -> list[Column | None] | None:
    """Return what each column of a first line holds; None if what is needed is not all there.

    Args:
        names: of the columns, as they stand there.
        without: a column that may lack.
    """
    plain = [normal(name) for name in names]
    found = _of_provider(plain) if is_provider(plain) else [_KNOWN.get(name) for name in plain]
    there = set(found)
    if {"given", "family"} <= there:
        there.add("name")
    return found if set(NEEDED) - {without} <= there else None


def is_provider(names: Sequence[str]) -> bool:
    """Tell whether a first line is that of an identity provider's list."""
    return any(normal(name) in _MARKS for name in names)


def _of_provider(names: Sequence[str]) -> list[Column | None]:
    best: dict[Column, tuple[int, int]] = {}
    for place, name in enumerate(names):
        column, rank = _RANKED.get(name, (_KNOWN.get(name), len(_RANKED)))
        if column is not None:
            best[column] = min(best.get(column, (rank, place)), (rank, place))
    if "name" in best:
        best.pop("given", None)
        best.pop("family", None)
    chosen = {place: column for column, (_, place) in best.items()}
    return [chosen.get(place) for place in range(len(names))]


# The text of a list of people, whose encoding nobody wrote down.
#
# A mark at the beginning decides; then UTF-8, which other encodings hardly ever happen to be. Else
# the older encodings of our seven languages are tried, and one counts if under it the first line
# names the columns that are needed. Where several do and the text is not the same in all, nothing
# is guessed: a wrong guess would change people's names without a sign.


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


# Lines of a list in CSV, with the number of the line on which each row begins.


def rows(
    text: str, separator: str, *, most: int, refuse: Callable[[str], PeerError]
) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of each row after the first that is not empty.

    Args:
        text: of the whole list.
        separator: of cells.
        most: rows.
        refuse: makes the error of a list that is too long, or no CSV; raised here.

    Source: RFC 4180.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    count, line = 0, 1
    try:
        next(reader)
        line = reader.line_num + 1
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > most:
                raise refuse(f"a list has at most {most} rows")
            yield begins, cells
    except csv.Error as fault:
        raise refuse(f"no CSV from line {line} on: {fault}") from fault


# Which of our languages a tag from elsewhere means.


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

"""What the columns of a list of people are called: in seven languages, and by identity providers.

A provider's list has several columns that name the same person (``id``, ``userName``, e-mail); the
first of `_PROVIDERS` that is there counts. In a list of one's own two such columns are an error.

Source: RFC 7643 section 4.1 (SCIM); docs/reference/training.md, "A list by an identity provider".
"""

import unicodedata
from collections.abc import Sequence
from typing import Final, Literal

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

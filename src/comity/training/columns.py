"""What the columns of a list of people are called, in seven languages."""

import unicodedata
from typing import Final, Literal

type Column = Literal["person", "name", "function", "language"]

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


_KNOWN: Final = {normal(name): column for column, names in _NAMES.items() for name in names}


def column(name: str) -> Column | None:
    """Return what a column holds, by its name; None for one that we do not read."""
    return _KNOWN.get(normal(name))

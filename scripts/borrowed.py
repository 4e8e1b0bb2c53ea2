"""Texts of Django and allauth that people see and that their own catalogues leave untranslated.

Ours then has them: Django reads the project's catalogue before those of libraries.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import allauth
import django
import polib
from django.utils.translation import to_locale

_DJANGO: Final = Path(django.__file__).parent
_ALLAUTH: Final = Path(allauth.__file__).parent
CATALOGUES: Final = (_DJANGO / "conf", _DJANGO / "contrib" / "auth", _ALLAUTH)
SEEN: Final = (
    _DJANGO / "forms" / "fields.py",
    _DJANGO / "forms" / "models.py",
    _DJANGO / "forms" / "formsets.py",
    _DJANGO / "core" / "validators.py",
    _DJANGO / "contrib" / "auth" / "password_validation.py",
    _DJANGO / "contrib" / "auth" / "forms.py",
    _ALLAUTH / "account" / "adapter.py",
    _ALLAUTH / "account" / "fields.py",
    _ALLAUTH / "account" / "forms.py",
    _ALLAUTH / "mfa" / "adapter.py",
    _ALLAUTH / "mfa" / "base" / "forms.py",
    _ALLAUTH / "mfa" / "totp" / "forms.py",
    _ALLAUTH / "mfa" / "webauthn" / "forms.py",
    _ALLAUTH / "socialaccount" / "adapter.py",
)
"""Modules whose words reach a page: fields' errors, passwords, sign-in. Pages' own are ours."""
_ONE: Final = frozenset({"_", "gettext", "gettext_lazy"})
_SEVERAL: Final = frozenset({"ngettext", "ngettext_lazy"})


def borrowed(language: str) -> dict[tuple[str, str], list[str]]:
    """Return (text, plural or empty) to where it stands, as far as the libraries leave it."""
    had = {message for folder in CATALOGUES for message in _translated(folder, language)}
    found: dict[tuple[str, str], list[str]] = {}
    for path in SEEN:
        for message in _texts(ast.parse(path.read_text(encoding="utf-8"))):
            if message[0] not in had and language != "en":
                found.setdefault(message, []).append(_place(path))
    return found


def _place(path: Path) -> str:
    library = _ALLAUTH if path.is_relative_to(_ALLAUTH) else _DJANGO
    return path.relative_to(library.parent).as_posix()


def _translated(folder: Path, language: str) -> Iterator[str]:
    path = folder / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"
    if path.is_file():
        yield from (entry.msgid for entry in polib.pofile(str(path)) if entry.translated())


def _texts(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [str(a.value) for a in node.args if isinstance(a, ast.Constant)]
        if node.func.id in _ONE and texts:
            yield texts[0], ""
        elif node.func.id in _SEVERAL and len(texts) > 1:
            yield texts[0], texts[1]

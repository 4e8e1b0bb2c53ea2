"""Which extra brings what a command needs: `pip install comity` brings the core alone."""

from collections.abc import Mapping
from typing import Final

from comity.forensics.errors import ExtraMissingError

EXTRAS: Final[Mapping[str, str]] = {
    "PIL": "previews",
    "allauth": "node",
    "django": "node",
    "granian": "node",
    "jwt": "node",
    "ninja": "node",
    "obstore": "node",
    "olefile": "intake",
    "openpyxl": "intake",
    "psycopg": "postgresql",
    "pyewf": "forensics",
    "pyhanko": "pades",
    "pyhanko_certvalidator": "pades",
    "pypdf": "intake",
    "pytsk3": "forensics",
    "qrcode": "papers",
    "typst": "papers",
    "whitenoise": "node",
}
"""Top-level module -> extra of pyproject.toml."""


def extra_needed(fault: Exception) -> ExtraMissingError | None:
    """Return what is said of a module that is not there, or None where no extra brings it."""
    name = (fault.name or "") if isinstance(fault, ModuleNotFoundError) else ""
    extra = EXTRAS.get(name.partition(".")[0])
    if extra is None:
        return None
    return ExtraMissingError(f"this command needs an extra: pip install 'comity[{extra}]'")

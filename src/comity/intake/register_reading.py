"""A spreadsheet read inside the process under limits."""

from importlib import import_module
from typing import Any

from comity.intake.errors import RegisterUnreadableError
from comity.intake.reading import kind_of
from comity.intake.register_table import read_csv


def answer(data: bytes, request: dict[str, Any]) -> dict[str, Any]:
    """Return the table that a request of `comity.intake.registers` asks about, as JSON."""
    return {"table": read(data, encoding=request["encoding"], separator=request["separator"])}


def read(data: bytes, *, encoding: str = "", separator: str = "") -> dict[str, Any]:
    """Return a table as JSON.

    Args:
        data: untrusted.
        encoding: of CSV, or "" to tell it.
        separator: of CSV, or "" to tell it.

    Raises:
        RegisterUnreadableError: neither CSV nor XLSX.
        RegisterTooLargeError: more than is read.
    """
    kind, _warnings = kind_of(data)
    if kind == "xlsx":
        told: dict[str, Any] = import_module("comity.intake.register_xlsx").read_xlsx(data)
        return told
    if kind in {"text", "html", "eml", "unknown"} and not data.startswith(b"%PDF"):
        if (
            kind == "unknown"
            and b"\0" in data[:4096]
            and data[:4096].count(0) < len(data[:4096]) // 4
        ):
            raise RegisterUnreadableError("the file is no text")
        return read_csv(data, encoding=encoding, separator=separator)
    raise RegisterUnreadableError("the file is neither CSV nor XLSX")

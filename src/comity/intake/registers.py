"""An office's spreadsheet read in a process of its own: CSV or XLSX, as a table of cells."""

from typing import Any, Final

from comity.canonical import ComityError
from comity.forensics.confinement import Limits
from comity.forensics.errors import ImageError, ImageLimitError
from comity.forensics.isolation import need_extra, run_worker
from comity.intake.errors import (
    RegisterMappingError,
    RegisterTooLargeError,
    RegisterUnreadableError,
)
from comity.intake.reader import MAX_ORIGINAL_BYTES, WORKER
from comity.intake.register_table import ENCODINGS, SEPARATORS, Table, parse_table

READING: Final = Limits(cpu_s=180, wall_s=240, stall_s=240, answer_bytes=64 * 1024 * 1024)
_ERRORS: Final[dict[str, type[ComityError]]] = {
    kind.code: kind for kind in (RegisterTooLargeError, RegisterUnreadableError)
}


def read_table(
    data: bytes, *, encoding: str = "", separator: str = "", limits: Limits = READING
) -> Table:
    """Return the cells of a spreadsheet.

    Args:
        data: untrusted, at most 32 MiB.
        encoding: of CSV, one of `ENCODINGS`; "" to tell it from the bytes.
        separator: of CSV, one of `SEPARATORS`; "" alike.
        limits: of the process that reads it.

    Raises:
        RegisterUnreadableError: neither CSV nor XLSX, or the process died of it.
        RegisterTooLargeError: more bytes, rows, columns, letters, time or memory than are allowed.
        RegisterMappingError: an encoding or separator that is not known.
        ExtraMissingError: XLSX, and its library is not installed.
    """
    if encoding not in ("", *ENCODINGS) or separator not in ("", *SEPARATORS):
        raise RegisterMappingError(
            f"encoding is one of {', '.join(ENCODINGS)}; separator of , ; tab |"
        )
    if len(data) > MAX_ORIGINAL_BYTES:
        raise RegisterTooLargeError(f"a spreadsheet has at most {MAX_ORIGINAL_BYTES} bytes")
    if data.startswith(b"PK"):  # its inside is looked at by the process alone
        need_extra("openpyxl", extra="intake", doing="read a workbook")
    request = {"encoding": encoding, "operation": "register", "separator": separator}
    try:
        told = run_worker(WORKER, request, data, limits)
    except ImageLimitError:
        raise RegisterTooLargeError("reading it takes more time or memory than allowed") from None
    except ImageError:
        raise RegisterUnreadableError("the reader died of it; nothing else was harmed") from None
    if isinstance(told, dict) and isinstance(told.get("error"), dict):
        raise _error(told["error"])
    return parse_table(told.get("table") if isinstance(told, dict) else None)


def _error(told: dict[str, Any]) -> ComityError:
    kind = _ERRORS.get(str(told.get("code")), RegisterUnreadableError)
    return kind("the spreadsheet is larger than is read" if kind is RegisterTooLargeError else
                "the file cannot be read as CSV or XLSX")  # fmt: skip

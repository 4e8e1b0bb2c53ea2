"""A scenario in one file of other people: a ZIP of its folder, a workbook, a table as CSV."""

import zipfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import BytesIO
from typing import Final

from comity.canonical import ComityError
from comity.drills.errors import DrillFileError
from comity.drills.parse import FILE
from comity.drills.reading import MAX_BYTES, MAX_FILES, MAX_TOTAL_BYTES
from comity.drills.sheets import Cell, kind_of_sheet
from comity.forensics.isolation import need_extra
from comity.instruments.csv_text import csv_text
from comity.intake.registers import read_table
from comity.intake.safe_text import Budget
from comity.intake.safe_zip import Archive

MAX_FILE_BYTES: Final = 8 * 1024 * 1024
"""Of a workbook, a table or a ZIP as it comes in."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same bytes at every time
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_zip(name: str, files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of a scenario's folder: the same bytes for the same files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(f"{name}/{path}", date_time=_EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, files[path])
    return out.getvalue()


def read_zip(data: bytes) -> dict[str, bytes]:
    """Return the files of a scenario's folder, with or without the folder before them.

    Hidden files, and what a desktop adds, are left out. Names are those of the archive: whether
    they are a scenario's is asked when it is read.

    Args:
        data: untrusted.

    Raises:
        DrillFileError: no ZIP, too many files, or more bytes than a scenario has; a name that
            leads elsewhere.
    """
    if len(data) > MAX_FILE_BYTES:
        raise _fault(f"a file of a scenario has at most {MAX_FILE_BYTES} bytes")
    found, left = dict[str, bytes](), MAX_TOTAL_BYTES
    try:
        archive = Archive(data)
        names = [one for one in archive.names if not _is_left_out(one)]
        if len(names) > MAX_FILES:
            raise _fault(f"more than {MAX_FILES} files")
        before = _folder(names)
        for name in names:
            if name.startswith("/") or "\\" in name or ".." in name.split("/"):
                raise _fault(f"the name {name[:128]!a} leads elsewhere")
            content = archive.read(name, Budget(unpacked_bytes=min(left, MAX_BYTES + 1)))
            left -= len(content)
            found[name.removeprefix(before)] = content
    except DrillFileError:
        raise
    except ComityError as fault:
        raise _fault(str(fault)) from fault
    if FILE not in found:
        raise _fault(f"there is no {FILE} in it")
    return found


def write_workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Return tables as a workbook whose cells are all text.

    Raises:
        ExtraMissingError: its library is not installed.
    """
    need_extra("openpyxl", extra="intake", doing="write a workbook")
    made: bytes = import_module("comity.intake.workbook").write_workbook(sheets)
    return made


def write_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return one table as CSV in UTF-8 with its mark; what looks like a formula is neutral."""
    return ("\ufeff" + csv_text(rows[0], rows[1:])).encode()


def read_sheets(
    data: bytes, *, encoding: str = "", separator: str = ""
) -> dict[str, list[tuple[int, list[Cell]]]]:
    """Return name to rows of a workbook, or of one table as CSV, told by its header.

    It is read in a process of its own; nothing in it is evaluated.

    Args:
        data: untrusted.
        encoding: of CSV; empty to tell it from the bytes.
        separator: of CSV; empty alike.

    Raises:
        RegisterUnreadableError: neither.
        DrillFileError: too large, without any row, or with letters that cannot be decoded.
        RegisterTooLargeError: more than is read.
        RegisterMappingError: an encoding or separator that is not known.
        ExtraMissingError: a workbook, and its library is not installed.
    """
    if len(data) > MAX_FILE_BYTES:
        raise _fault(f"a spreadsheet of a scenario has at most {MAX_FILE_BYTES} bytes")
    table = read_table(data, encoding=encoding, separator=separator)
    if table.has_undecoded:
        raise _fault("letters cannot be decoded; save it as UTF-8, or name its encoding")
    is_csv = table.kind == "csv"
    found: dict[str, list[tuple[int, list[Cell]]]] = {}
    for sheet in table.sheets:
        rows = [
            (row.number, [_cell(cell.text, cell.flag, is_csv=is_csv) for cell in row.cells])
            for row in sheet.rows
        ]
        header = [cell.text.strip().lower() for cell in rows[0][1]] if rows else []
        found[kind_of_sheet(header) if is_csv else sheet.name.strip().lower()] = rows
    if not any(found.values()):
        raise _fault("there is no table in it")
    return found


def _cell(text: str, flag: str, *, is_csv: bool) -> Cell:
    if is_csv and text.startswith("'") and text[1:].lstrip().startswith(_FORMULA):
        text = text[1:]  # as `csv_text` wrote it
    return Cell(text, "formula" if flag == "formula" else "")


def _is_left_out(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith(".") and part not in {".", ".."} for part in parts)
    return name.endswith("/") or parts[0] == "__MACOSX" or hidden


def _folder(names: Sequence[str]) -> str:
    """Return the one folder in which everything lies, or nothing."""
    if FILE in names:
        return ""
    heads = {name.partition("/")[0] for name in names}
    return f"{heads.pop()}/" if len(heads) == 1 else ""


def _fault(text: str) -> DrillFileError:
    return DrillFileError(text, file="", key="")

"""What a seal met and did not simply pack, row by row, as a file for people and programs.

Kept compressed while the seal runs, because a hostile tree can consist of nothing else.
"""

import json
from pathlib import Path
from typing import Any

from comity.canonical import digest_text
from comity.evidence.package import FileRow
from comity.evidence.package_index import Spool
from comity.evidence.seal import SealReport
from comity.files.publish import atomic_file, write_all
from comity.files.walk import is_special


def findings(row: FileRow) -> tuple[str, ...]:
    """Return the words of what is noteworthy about a row, in the order of `docs/reference`."""
    found = {
        "refused": row.kind == "refused" and not is_special(row),
        "skipped": is_special(row),
        "changed": row.changed,
        "renamed": row.path is not None and row.path.encode() != b"data/" + row.name,
        "hard-link": row.kind == "hardlink",
        "link-not-followed": row.kind == "symlink",
        "sparse": row.sparse,
        "device": row.device,
        "stream": row.kind == "stream",
        "attributes-left-out": row.xattrs_omitted,
    }
    return tuple(word for word, holds in found.items() if holds)


class Findings:
    """Takes every row of a seal; `write` publishes the report."""

    def __init__(self) -> None:
        self._rows = Spool()
        self._counts: dict[str, int] = {}

    def add(self, row: FileRow) -> None:
        """Keep a row if anything is to be said about it."""
        words = findings(row)
        if not words:
            return
        comma = "," if self._counts else ""
        for word in words:
            self._counts[word] = self._counts.get(word, 0) + 1
        value: dict[str, Any] = {"findings": words}
        told = row.to_value()
        value |= {
            key: told[key] for key in ("name", "path", "reason", "target", "type") & told.keys()
        }
        self._rows.add(f"{comma}\n{json.dumps(value, sort_keys=True)}".encode())

    def write(self, target: Path, report: SealReport) -> None:
        """Write ``{"counts", "files", "package", "payload_size_bytes", "rows"}``.

        Raises:
            OutputExistsError, StorageError: by what the file system refused.
        """
        head = {
            "counts": dict(sorted(self._counts.items())),
            "files": report.files,
            "package": digest_text(report.root),
            "payload_size_bytes": report.payload_size_bytes,
        }
        with atomic_file(target) as stream:
            begin = json.dumps(head).removesuffix("}")
            write_all(stream, memoryview(f'{begin}, "rows": ['.encode()))
            for piece in self._rows.pieces():
                write_all(stream, memoryview(piece))
            write_all(stream, memoryview(b"\n]}\n"))

"""The verdict on a court bundle as one page for a court."""

import hashlib
from pathlib import Path

from comity.bundle.compare import Comparison
from comity.bundle.layout import STATEMENT
from comity.bundle.reader import Reader
from comity.bundle.verdict import Report
from comity.files.errors import OutputExistsError
from comity.files.publish import write_file
from comity.node.core.clock import now
from comity.papers.fonts import FontPlaces, families
from comity.papers.verdict import Checked, verdict_pdf
from comity.papers.verdict_two import comparison_pdf
from comity.papers.words import words
from comity.verifier.preface import JudgedBy


def check_output(output: Path, lang: str, font_folders: tuple[Path, ...]) -> None:
    """Refuse what would only fail after the bundle is judged.

    Raises:
        OutputExistsError: the file is there already.
        FontMissingError: no font for the language.
    """
    if output.is_file() or output.is_symlink():
        raise OutputExistsError(f"{output} exists already; choose another name or remove it")
    families((lang,), FontPlaces(folders=font_folders))


def write_verdict(
    found: Checked, output: Path, lang: str, font_folders: tuple[Path, ...]
) -> dict[str, str]:
    """Write the page whole or not at all; return its name and SHA-256.

    Raises:
        ComityError: it cannot be typeset or written.
    """
    fonts = FontPlaces(folders=font_folders)
    return _written(verdict_pdf(found, words(lang), made_at=now(), fonts=fonts), output)


def write_comparison(
    found: Comparison,
    both: tuple[Checked, Checked],
    output: Path,
    lang: str,
    font_folders: tuple[Path, ...],
    *,
    required: tuple[str, ...],
) -> dict[str, str]:
    """Write one page about two bundles whole or not at all; return its name and SHA-256.

    Raises:
        ComityError: it cannot be typeset or written.
    """
    fonts = FontPlaces(folders=font_folders)
    made = comparison_pdf(found, both, words(lang), made_at=now(), fonts=fonts, required=required)
    return _written(made, output)


def _written(made: bytes, output: Path) -> dict[str, str]:
    write_file(output, made, mode=0o644)
    return {"file": str(output), "sha256": hashlib.sha256(made).hexdigest()}


def checked(
    report: Report, reader: Reader, judged: JudgedBy | None, required: tuple[str, ...] = ()
) -> Checked:
    """Return a verdict with the digests of what was checked, and by what.

    Raises:
        StorageError: a file cannot be read.
    """
    return Checked(
        report=report,
        statement=_statement(reader),
        judged=judged,
        required=required,
    )


def _statement(reader: Reader) -> bytes | None:
    """Return the SHA-256 of a bundle's statement, or None if there is no plain file of its name."""
    if reader.listing().get(STATEMENT) is None:
        return None
    found, buffer = hashlib.sha256(), memoryview(bytearray(1 << 16))
    with reader.open(STATEMENT) as stream:
        while size := stream.readinto(buffer):
            found.update(buffer[:size])
    return found.digest()

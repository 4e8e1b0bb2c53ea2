"""A file taken out of a PDF by pyHanko; imported only where the extra ``pades`` is installed.

The PDF is anybody's. pyHanko reads it in its strict mode with its bounds on what streams may grow
to; whatever goes wrong inside is one error here.

Source: ISO 32000-1 sections 7.7.4 and 7.11.4.
"""

from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils.reader import PdfFileReader

from comity.papers.errors import LetterRecordError

_MOST_NAMES: Final = 64


def embedded_file(pdf: bytes, name: str) -> bytes:
    """Return the embedded file of a name.

    Args:
        pdf: untrusted.
        name: as in the PDF's name tree.

    Raises:
        LetterRecordError: no PDF, or none with exactly one such file.
    """
    try:
        found = _found(pdf, name)
    except (ImportError, LetterRecordError, MemoryError):
        raise
    except Exception as fault:  # pyHanko has no one error for malformed bytes
        raise LetterRecordError("the PDF cannot be read") from fault
    if len(found) != 1:
        raise LetterRecordError(f"the PDF holds {len(found)} files {name}, not one")
    return found[0]


def _found(pdf: bytes, name: str) -> list[bytes]:
    root: Any = PdfFileReader(BytesIO(pdf)).root
    if "/Names" not in root or "/EmbeddedFiles" not in root["/Names"]:
        return []
    tree = root["/Names"]["/EmbeddedFiles"]
    pairs = tree.get("/Names", [])
    if "/Kids" in tree or len(pairs) > 2 * _MOST_NAMES:
        raise LetterRecordError("the PDF holds more files than a letter")
    return [
        bytes(pairs[at + 1]["/EF"]["/F"].data)
        for at in range(0, len(pairs) - 1, 2)
        if str(pairs[at]) == name
    ]

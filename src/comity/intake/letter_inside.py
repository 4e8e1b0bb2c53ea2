"""The code of a letter of ours found in a PDF, as it would be read aloud; nothing is verified.

Imported only when there is one: the rules of messages take a third of a second to load.
"""

from comity.canonical import ComityError
from comity.papers.letter_record import MAX_RECORD_BYTES, read_inside


def code_of(content: bytes) -> str | None:
    """Return the code, None if the file is no letter's record.

    Args:
        content: untrusted; the file inside the PDF.
    """
    if len(content) > MAX_RECORD_BYTES:
        return None
    try:
        return read_inside(content).record.code
    except ComityError:
        return None

"""A QR code: bytes in, rows of dark and light modules out.

Byte mode, error correction level M (15 %), versions 1 to 20: up to 666 bytes, so that a label of a
few centimetres can be read.

Source: ISO/IEC 18004:2015 sections 7.4 to 7.10, as the library qrcode has it.
"""

from typing import Final

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, QRData

from comity.papers.errors import PaperContentError

MAX_BYTES: Final = 666

type Grid = list[list[bool]]


def qr(data: bytes) -> Grid:
    """Return the symbol of ``data`` without its quiet zone; True is dark.

    Raises:
        PaperContentError: more than 666 bytes.
    """
    if len(data) > MAX_BYTES:
        raise PaperContentError("the code holds at most 666 bytes: shorten the texts in it")
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(QRData(data, mode=MODE_8BIT_BYTE))
    return [[bool(dark) for dark in row] for row in code.get_matrix()]

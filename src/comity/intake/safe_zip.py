"""ZIP of other people: few members, one by one into memory, never more than a budget allows.

Source: APPNOTE.TXT 6.3.10 section 4.3; what a member claims of its size is not believed.
"""

import lzma
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Final

from comity.intake.budget import Budget
from comity.intake.errors import OriginalEncryptedError, OriginalMalformedError

MAX_MEMBERS: Final = 5_000
MAX_MEMBER_BYTES: Final = 64 * 1024 * 1024
_FAULTS: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)


class Archive:
    """An archive that is open.

    Args:
        data: untrusted.

    Raises:
        OriginalMalformedError: none, or with too many members.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except _FAULTS:
            raise OriginalMalformedError("the archive cannot be read") from None
        self.names = [info.filename for info in self._zip.infolist()]
        if len(self.names) > MAX_MEMBERS:
            raise OriginalMalformedError("the archive has more members than are read")
        if len(set(self.names)) < len(self.names):
            raise OriginalMalformedError("two members of the archive share a name")

    def read(self, name: str, budget: Budget) -> bytes:
        """Return the bytes of a member.

        Raises:
            OriginalEncryptedError: it needs a password.
            OriginalMalformedError: it is not there, damaged, or unpacks to more than is allowed.
        """
        try:
            info = self._zip.getinfo(name)
            if info.flag_bits & 1:
                raise OriginalEncryptedError("a member of the archive needs a password")
            most = max(0, min(MAX_MEMBER_BYTES, budget.unpacked_bytes))
            with self._zip.open(info) as stream:
                data = stream.read(most + 1)
        except _FAULTS:
            raise OriginalMalformedError("a member of the archive cannot be read") from None
        if len(data) > most or not budget.take_unpacked(len(data)):
            raise OriginalMalformedError("the archive unpacks to more than is allowed")
        return data

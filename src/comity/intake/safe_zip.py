"""ZIP of other people: few members, one by one into memory, never more than a budget allows.

Source: APPNOTE.TXT 6.3.10 section 4.3; what a member claims of its size is not believed.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.parsers import expat

from comity.directory.errors import TufMetadataError
from comity.directory.fetching import folder_fetch
from comity.directory.tuf_client import Fetch
from comity.files.errors import translating
from comity.intake.errors import OriginalEncryptedError, OriginalMalformedError
from comity.intake.safe_text import Budget

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


# XML of other people: read forwards, without document type, entities or anything from elsewhere.
#
# Source: XML 1.0 section 2.8 (a document type can define entities); CWE-776 and CWE-611.


MAX_DEPTH: Final = 200
MAX_ELEMENTS: Final = 5_000_000
_PIECE_BYTES: Final = 64 * 1024

type Start = Callable[[str, Mapping[str, str]], None]


class StoppedError(Exception):
    """A reader of ours has enough; it is no fault."""


def read_xml(
    data: bytes,
    *,
    start: Start,
    end: Callable[[str], None] = lambda _name: None,
    text: Callable[[str], None] = lambda _text: None,
) -> None:
    """Call back for every element.

    Args:
        data: untrusted.
        start: takes an element's name, without name space, and its attributes, alike.
        end: takes the name.
        text: takes the letters in between.

    Raises:
        OriginalMalformedError: no XML, too deep, or with a document type.
    """
    depth = count = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise OriginalMalformedError("XML is nested deeper, or longer, than is read")
        start(_local(name), {_local(key): value for key, value in attributes.items()})

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(_local(name))

    def refused(*_told: object) -> None:
        raise OriginalMalformedError("XML has a document type, which may define entities")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    try:
        for at in range(0, len(data), _PIECE_BYTES):
            parser.Parse(data[at : at + _PIECE_BYTES], False)
        parser.Parse(b"", True)
    except StoppedError:
        return
    except (expat.ExpatError, ValueError, LookupError):
        raise OriginalMalformedError("a part is no well-formed XML") from None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


# A copy of a directory's repository, in a folder or one ZIP file, read as if from its server.


MAX_ZIP_BYTES: Final = 8 * 1024 * 1024
"""Of a copy in a ZIP file, on the pages and on the command line."""
_ROOT: Final = "metadata/1.root.json"


def copy_fetch(place: Path) -> Fetch:
    """Return a fetch from a copy of a repository: a folder, or a ZIP file of one.

    Raises:
        StorageError: the file cannot be read.
        TufMetadataError: it is too large, no ZIP file, or none of a directory's repository.
    """
    if not place.is_file():
        return folder_fetch(place)
    with translating(f"reading {place.name}"), place.open("rb") as file:
        data = file.read(MAX_ZIP_BYTES + 1)
    if len(data) > MAX_ZIP_BYTES:
        raise TufMetadataError("the ZIP file is larger than 8 MiB")
    return zip_fetch(data)


def zip_fetch(data: bytes) -> Fetch:
    """Return a fetch from a ZIP file of a repository, in whatever folder of it the repository lies.

    Args:
        data: untrusted.

    Raises:
        TufMetadataError: no ZIP file, or none of a directory's repository.
    """
    try:
        archive = Archive(data)
    except OriginalMalformedError as fault:
        raise TufMetadataError("the file is no ZIP file of a directory") from fault
    roots = [name for name in archive.names if f"/{name}".endswith(f"/{_ROOT}")]
    if not roots:
        raise TufMetadataError("the ZIP file holds no directory's repository")
    base, held, budget = min(roots, key=len).removesuffix(_ROOT), set(archive.names), Budget()

    def fetch(path: str, _max_bytes: int) -> bytes | None:
        if base + path not in held:
            return None
        try:
            return archive.read(base + path, budget)
        except (OriginalEncryptedError, OriginalMalformedError) as fault:
            raise TufMetadataError(f"{path} cannot be read from the ZIP file") from fault

    return fetch

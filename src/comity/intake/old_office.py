"""What a file of an old Office program or of Outlook is, by the entries of its container.

Imported only where the extra ``intake`` is installed.

Source: MS-OXMSG section 2.4 (an Outlook message); MS-CFB.
"""

from io import BytesIO
from typing import Final

import olefile

from comity.intake.errors import OriginalMalformedError

PROPERTIES: Final = "__properties_version1.0"
_MAX_ENTRIES: Final = 20_000


def ole_kind(data: bytes) -> tuple[str, set[str]]:
    """Return what a container is by its entries, and its cautions.

    Raises:
        OriginalMalformedError: it cannot be read.
    """
    paths = _paths(data)
    names = {part.lower() for path in paths for part in path}
    warnings = {"macro"} if names & {"macros", "_vba_project_cur", "vba"} else set()
    if "objectpool" in names or any(name.startswith("\x01ole10native") for name in names):
        warnings.add("embedded-files")
    if "encryptedpackage" in names:
        return "office-encrypted", warnings | {"encrypted"}
    if (PROPERTIES,) in paths:
        return "msg", warnings
    return "doc" if ("WordDocument",) in paths else "ole", warnings


def _paths(data: bytes) -> list[tuple[str, ...]]:
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            found = [tuple(path) for path in ole.listdir(streams=True, storages=True)]
    except (ImportError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - olefile has no one error for hostile bytes
        raise OriginalMalformedError("the container cannot be read") from None
    if len(found) > _MAX_ENTRIES:
        raise OriginalMalformedError("the container has more entries than are read")
    return found

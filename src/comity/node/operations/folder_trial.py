"""Whether a folder takes a file, tried by writing one: rights that are shown say too little."""

import os
import secrets
from pathlib import Path
from typing import Final

_SAMPLE: Final = b"comity\n" * 8192


def write_and_read(folder: Path) -> bool:
    """Write a file in a folder, down to the medium and for its owner alone, and take it away.

    Returns:
        Whether it was read as it was written.

    Raises:
        OSError: the folder takes none.
    """
    path = folder / f".comity-{secrets.token_hex(6)}.tmp"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_SAMPLE)
            file.flush()
            os.fsync(file.fileno())
        return path.read_bytes() == _SAMPLE
    finally:
        path.unlink(missing_ok=True)

"""Extended attributes as a package keeps them: in order, within a limit, what is left out said.

Everything the system lists is kept: what users and programs noted (``user.*``, such as where a file
was downloaded from), labels and capabilities (``security.*``), access lists (``system.*``) and, for
root, ``trusted.*``.

Source: xattr(7); spec 15.1.
"""

import errno
import os

from comity.evidence.package import MAX_XATTR_BYTES, is_nameable
from comity.files.platforms import HAS_XATTRS

type Attributes = tuple[tuple[str, bytes], ...]


def read_xattrs(place: int | bytes) -> tuple[Attributes, bool]:
    """Return attributes in order of their names, and whether some were left out.

    Args:
        place: a descriptor, or a path; a link itself, not what it points to.

    Python reads them on Linux only; elsewhere some may be left out, which is said.
    """
    if not HAS_XATTRS:
        return (), True
    follow = isinstance(place, int)
    try:
        names = os.listxattr(place, follow_symlinks=follow)
    except OSError as fault:
        return (), fault.errno not in (errno.ENOTSUP, errno.ENOENT)
    if not names:
        return (), False
    found: list[tuple[str, bytes]] = []
    room, omitted = MAX_XATTR_BYTES, False
    for name in sorted(filter(is_nameable, names), key=lambda name: name.encode("utf-16-be")):
        try:
            value = os.getxattr(place, name, follow_symlinks=follow)
        except OSError:
            omitted = True
            continue
        size = len(name.encode("utf-8")) + len(value)
        if size > room:
            omitted = True
            continue
        room -= size
        found.append((name, value))
    return tuple(found), omitted or not all(map(is_nameable, names))

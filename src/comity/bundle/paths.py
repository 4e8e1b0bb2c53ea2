r"""Which paths may stand in a bundle: those that survive NTFS and exFAT, and unpacking on Windows.

The rule: every part is harmless by the rule of payload names (`package_names`: no control or
format character, none of ``" * / : < > ? \ | %``, no space or full stop at its end, no device name
of Windows), no two paths differ by case only, and a whole path has at most 240 UTF-16 units, so
that a folder of 19 before it stays within the 260 of Windows.

Source: Microsoft, "Naming Files, Paths, and Namespaces" and "Maximum Path Length Limitation".
"""

from collections.abc import Iterable
from typing import Final

from comity.bundle.errors import BundlePathError
from comity.evidence.package_names import NameSet, is_safe_component

MAX_UNITS: Final = 240


def check_portable(paths: Iterable[str]) -> None:
    """Raise unless all paths of a bundle keep the rule.

    The error names no path below an exhibit: it may be evidence.

    Raises:
        BundlePathError: the first path that does not.
    """
    names = NameSet()
    for path in sorted(paths):
        where = path if not path.startswith("data/exhibits/") else path[: path.index("/", 14)]
        units = len(path.encode("utf-16-le", "replace")) // 2
        if units > MAX_UNITS:
            raise BundlePathError(
                f"a path of {units} characters below {where}, more than {MAX_UNITS}: Windows would "
                "not unpack it. Hand out the sealed package without --exhibits",
                units=units,
            )
        if not all(map(is_safe_component, path.split("/"))):
            raise BundlePathError(f"a name below {where} that other systems do not keep")
        if not names.claim(path):
            raise BundlePathError(f"two names below {where} that differ by case only")

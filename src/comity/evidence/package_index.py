"""Where in the archive the two lists stand: ``metadata/index.json``, read from the archive's end.

The members behind it and the end of the archive have a fixed layout, so that a reader who knows
the archive's length finds the index, and by it the lists, without reading the payload.

Source: spec 15.1.
"""

from dataclasses import dataclass

from comity.canonical import ComityError, decode, encode, members
from comity.evidence.package_errors import PackageLayoutError

NAME = "metadata/index.json"
MAX_BYTES = 512


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member's content begins in the archive, and how long it is, in bytes."""

    offset: int
    size_bytes: int

    def to_value(self) -> dict[str, int]:
        """Return the JSON value."""
        return {"offset": self.offset, "size_bytes": self.size_bytes}


@dataclass(frozen=True, slots=True)
class Index:
    """The places of ``manifest-sha256.txt`` and ``metadata/package.json``."""

    manifest: Place
    package: Place

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        return encode({"manifest": self.manifest.to_value(), "package": self.package.to_value()})


def decode_index(data: bytes) -> Index:
    """Parse the member's bytes.

    Raises:
        PackageLayoutError: not canonical, too large, or anything but two places.
    """
    try:
        found = members(decode(data, max_bytes=MAX_BYTES), {"manifest": dict, "package": dict})
        if encode(found) != data:
            raise _malformed()
        return Index(manifest=_place(found["manifest"]), package=_place(found["package"]))
    except ComityError as error:
        raise _malformed() from error


def _place(value: object) -> Place:
    found = members(value, {"offset": int, "size_bytes": int})
    if found["offset"] < 0 or found["size_bytes"] < 0:
        raise _malformed()
    return Place(found["offset"], found["size_bytes"])


def _malformed() -> PackageLayoutError:
    return PackageLayoutError(f"{NAME} is malformed", path=NAME)

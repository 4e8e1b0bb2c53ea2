"""Looking into images: the document of an inspection, the check of a digest, one file taken out."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from comity import __version__
from comity.canonical import time_text
from comity.forensics.confinement import LOOKING, READING
from comity.forensics.errors import ImageError, ImageFormatError, ImageSegmentsError
from comity.forensics.image import Image, name_value
from comity.forensics.inspection import Checked, Extracted, Looked, believed
from comity.forensics.isolation import need_extra, run

FIRST_FILES: Final = 200
MAX_FILES: Final = 200_000
_LIBRARIES: Final = {"libewf": "libewf-python", "sleuthkit": "pytsk3"}


def look(image: Image, *, most_files: int = FIRST_FILES) -> dict[str, Any]:
    """Return ``{"acquisition", "contents", "findings", "media_size_bytes"}`` of an image.

    Whatever is wrong with the image is a finding; what could not be looked at is null, and so is
    the inside of formats of which only the metadata is read.

    Raises:
        ExtraMissingError: nothing is there to look with.
    """
    found: dict[str, Any] = {"acquisition": None, "contents": None, "findings": []}
    found["media_size_bytes"] = image.media_size_bytes
    if not image.is_readable:
        return found
    request = _request(image, "look") | {"most_files": most_files}
    try:
        found |= believed(Looked, run(request, LOOKING.for_files(len(image.files))))
    except ImageError as fault:
        found["findings"] = [{"code": fault.code, "detail": str(fault)}]
    return found


def check(image: Image, *, progress: Callable[[int], None]) -> dict[str, Any]:
    """Return what reading the whole disk says of the digests that the image keeps.

    Args:
        image: whole: with all its segments.
        progress: told of bytes read.

    Returns:
        see `comity.forensics.media.check`.

    Raises:
        ExtraMissingError: nothing is there to read with.
        ImageError, MisuseError: it cannot be opened.
    """
    need_readable(image)
    limits = READING.for_files(len(image.files))
    return believed(Checked, run(_request(image, "check"), limits, progress=progress))


def extract(
    image: Image,
    path: bytes,
    *,
    start_bytes: int | None,
    most_bytes: int | None,
    sink: Callable[[bytes], None],
) -> dict[str, Any]:
    """Write one file of an image to a sink.

    Args:
        image: whole.
        path: of the file, with slashes.
        start_bytes: of its file system, or None for whichever has it.
        most_bytes: of the file; None for as many as the disk has.
        sink: takes its bytes in order.

    Returns:
        ``{"address", "size_bytes", "start_bytes"}``.

    Raises:
        ExtraMissingError: nothing is there to read with.
        ImageError, MisuseError: no such file, or it cannot be read.
    """
    need_readable(image)
    told = {"most_bytes": most_bytes, "path": name_value(path), "start_bytes": start_bytes}
    request = _request(image, "extract") | told
    return believed(Extracted, run(request, READING.for_files(len(image.files)), sink=sink))


def document(
    images: Sequence[tuple[Image, dict[str, Any] | None, dict[str, Any] | None]], *, at: datetime
) -> dict[str, Any]:
    """Return the document of an inspection; `comity.forensics.inspection` reads it.

    Args:
        images: each with what `look` and `check` said, where they were asked.
        at: when.
    """
    told = []
    for image, looked, checked in images:
        value = image.to_value()
        value |= {"acquisition": None, "checked": checked, "contents": None}
        if looked is not None:
            findings = value["findings"] + looked["findings"]
            value |= looked | {"findings": findings}
        told.append(value)
    software = {"comity": __version__} | {
        ours: installed(theirs) for ours, theirs in _LIBRARIES.items()
    }
    return {"images": told, "inspected_at": time_text(at), "inspection": 1, "software": software}


def installed(package: str) -> str | None:
    """Return the version of a library, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _request(image: Image, operation: str) -> dict[str, Any]:
    need_extra("pyewf", "pytsk3")
    files = [name_value(os.fsencode(file.path.absolute())) for file in image.files]
    return {"files": files, "format": image.format, "operation": operation}


def need_readable(image: Image) -> None:
    """Check that the disk in an image can be read.

    Raises:
        ImageFormatError: of this format only the metadata is.
        ImageSegmentsError: files are missing; half a disk has another digest.
    """
    if not image.is_readable:
        raise ImageFormatError(
            f"of {image.format} {image.variant} the metadata is read, not what is inside;"
            " convert a copy to raw first"
        )
    for finding in image.findings:
        if finding.code == ImageSegmentsError.code:
            raise ImageSegmentsError(finding.detail)

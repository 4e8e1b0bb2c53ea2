"""The document of an inspection, read strictly: what examiners hand to a node.

It holds names of files and of people: it is evidence plaintext, and goes into no log.

Source: docs/reference/inspection.md.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, cast

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from comity.canonical import MisuseError, PeerError, digest, encode, unb64
from comity.exchange.values import Count, Model, Time
from comity.forensics.errors import ImageCrashError, InspectionError

MAX_BYTES: Final = 4_000_000
"""Of the canonical form: what fits into one request to a node."""
MAX_IMAGES: Final = 64


def _one_name(value: Mapping[str, str]) -> Mapping[str, str]:
    if len(value) != 1:
        raise ValueError("a name is text or bytes")
    try:
        unb64(value.get("bytes", ""))
    except PeerError:
        raise ValueError("bytes are base64url") from None
    return value


type Words = Annotated[str, StringConstraints(max_length=4000)]
type Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
type Name = Annotated[dict[Literal["text", "bytes"], Words], AfterValidator(_one_name)]
type Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32,64}$")]


class Finding(Model):
    """Something that is missing, surplus, broken or was not looked at."""

    code: Code
    detail: Words


class ImageFile(Model):
    """One file of an image."""

    name: Name
    size_bytes: Count


class Stored(Model):
    """Digests of the media that the image keeps."""

    md5: Hex | None
    sha1: Hex | None


class Checked(Model):
    """What reading the whole disk said of them; ``faults`` name what fails inside the image."""

    faults: Annotated[list[Words], Field(max_length=100)]
    md5: Hex | None
    media_size_bytes: Count
    sha1: Hex | None
    sha256: Hex | None
    stored: Stored
    verdict: Literal["matches", "differs", "none-stored", "unreadable"]


class Acquisition(Model):
    """What an EWF image tells of its acquisition; a claim of whoever made it."""

    headers: dict[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")], Words]
    sector_size_bytes: Count
    stored: Stored


class Partition(Model):
    """One partition, gap or table."""

    description: Words
    kind: Literal["allocated", "metadata", "unallocated", "unknown"]
    length_bytes: Count
    start_bytes: Count


class VolumeSystem(Model):
    """A partition table."""

    block_size_bytes: Count
    partitions: Annotated[list[Partition], Field(max_length=1000)]
    truncated: bool
    type: Code


class FileRow(Model):
    """One file in a file system."""

    accessed: Time | None
    address: Count
    changed: Time | None
    created: Time | None
    deleted: bool
    modified: Time | None
    path: Name
    size_bytes: Count | None
    type: Literal["file", "directory", "symlink", "virtual", "other"]


class FileSystem(Model):
    """A file system; where none is known, ``why_not`` says the library's words."""

    block_size_bytes: Count = 0
    files: list[FileRow] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list, max_length=100)
    label: Words | None = None
    size_bytes: Count = 0
    start_bytes: Count
    truncated: bool = False
    type: Code = "unknown"
    why_not: Words | None = None


class Contents(Model):
    """What is inside."""

    file_systems: Annotated[list[FileSystem], Field(max_length=64)]
    volume_system: VolumeSystem | None


class Image(Model):
    """One image."""

    acquisition: Acquisition | None
    checked: Checked | None
    contents: Contents | None
    files: Annotated[list[ImageFile], Field(min_length=1, max_length=20_000)]
    findings: Annotated[list[Finding], Field(max_length=1000)]
    format: Literal["ewf", "raw", "qcow2", "vhd", "vhdx", "vmdk"]
    media_size_bytes: Count | None
    metadata: dict[str, Any]
    variant: Words


class Looked(Model):
    """What the looking process answers to a look."""

    acquisition: Acquisition | None
    contents: Contents
    media_size_bytes: Count


class Extracted(Model):
    """What it answers when it has written a file."""

    address: Annotated[int, Field(ge=0, lt=2**64)]
    size_bytes: Count
    start_bytes: Count


class Software(Model):
    """What looked."""

    comity: Words
    libewf: Words | None
    sleuthkit: Words | None


class Inspection(Model):
    """An inspection of one or more images."""

    images: Annotated[list[Image], Field(min_length=1, max_length=MAX_IMAGES)]
    inspected_at: Time
    inspection: Annotated[int, Field(ge=1, le=1)]
    software: Software


def parse_inspection(value: object) -> Inspection:
    """Return an inspection.

    Args:
        value: JSON of somebody else, decoded.

    Raises:
        InspectionError: it is none; the message names the place, never what stands there.
    """
    try:
        return Inspection.model_validate(value)
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"] if not _is_foreign(part))
        raise InspectionError(
            f"not an inspection: {place or 'the whole'}: {first['type']}"
        ) from None


def believed(model: type[Model], value: object) -> dict[str, Any]:
    """Return an answer of the looking process if it has its form: an image may speak through it.

    Raises:
        ImageCrashError: it has not.
    """
    try:
        model.model_validate(value)
    except ValidationError:
        raise ImageCrashError(
            "what looks into the image gives no answer to what was asked"
        ) from None
    return cast("dict[str, Any]", value)


def _is_foreign(part: str | int) -> bool:
    """Tell whether a piece of a place is not of our own words."""
    return isinstance(part, str) and part not in _OWN_WORDS


_OWN_WORDS: Final = frozenset(
    name
    for model in (
        *(Inspection, Image, Contents, FileSystem, FileRow, VolumeSystem, Partition),
        *(Acquisition, Checked, Stored, Finding, ImageFile, Software),
    )
    for name in model.model_fields
)


def canonical(value: object) -> bytes:
    """Return the canonical bytes of an inspection, which its digest covers.

    Raises:
        InspectionError: it is none, or over `MAX_BYTES`.
    """
    parse_inspection(value)
    try:
        data = encode(value)
    except MisuseError as fault:
        raise InspectionError("it holds a value that the protocol does not know") from fault
    if len(data) > MAX_BYTES:
        raise InspectionError(f"{len(data)} bytes; {MAX_BYTES} are allowed: list fewer files")
    return data


def inspection_digest(data: bytes) -> bytes:
    """Return the digest of an inspection's canonical bytes. Source: spec 4."""
    return digest("inspection", data)


def described(found: Inspection) -> str:
    """Return an acquisition in one line, for the reason of a custody event; a claim.

    Digests and sizes only: names of people and files stay in the inspection.
    """
    return "; ".join(map(_line, found.images))


def _line(image: Image) -> str:
    told = [f"{image.format} {image.variant}".strip()]
    if image.media_size_bytes is not None:
        told.append(f"{image.media_size_bytes} bytes")
    stored = image.acquisition.stored if image.acquisition else Stored(md5=None, sha1=None)
    told += [f"MD5 {stored.md5}"] if stored.md5 else []
    told += [f"SHA-1 {stored.sha1}"] if stored.sha1 else []
    if image.checked is not None:
        told.append(image.checked.verdict)
        told += [f"SHA-256 {image.checked.sha256}"] if image.checked.sha256 else []
    return " ".join(told)

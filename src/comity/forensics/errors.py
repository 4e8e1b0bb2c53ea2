"""What can be wrong with a disk image, or with looking into one."""

from comity.canonical.errors import MisuseError, OperationError, PeerError


class ImageError(PeerError, code="image"):
    """A disk image breaks its format; the subclass says how."""


class ImageMalformedError(ImageError, code="image-malformed"):
    """A header, footer or descriptor breaks the format it names."""


class ImageSegmentsError(ImageError, code="image-segments"):
    """A set of segments lacks one, or holds one that is not its own."""


class ImageUnreadableError(ImageError, code="image-unreadable"):
    """The image's own checks fail where it is read, or its library fails."""


class ImageCrashError(ImageError, code="image-crash"):
    """A library died of the image; it ran in a process of its own, so nothing else did."""


class ImageLimitError(ImageError, code="image-limit"):
    """Looking into the image took more time, memory or answer than it is allowed."""


class ImageEntryError(MisuseError, code="image-entry"):
    """The image holds no file of this path."""


class ImageFormatError(MisuseError, code="image-format"):
    """The format is recognised, and this cannot be done with it."""


class ExtraMissingError(OperationError, code="extra-missing"):
    """What is asked for needs an optional extra, which the message names; evidence still passes."""


class InspectionError(PeerError, code="inspection-malformed"):
    """A document is not an inspection."""


class ReaderUnconfinedError(OperationError, code="reader-unconfined"):
    """This system cannot confine what reads hostile files, so it reads none."""

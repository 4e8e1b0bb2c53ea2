"""What can be wrong with a disk image, or with looking into one."""

from comity.canonical.errors import MisuseError, OperationError, PeerError


class ImageError(PeerError):
    """A disk image breaks its format; the subclass says how."""

    code = "image"


class ImageMalformedError(ImageError):
    """A header, footer or descriptor breaks the format it names."""

    code = "image-malformed"


class ImageSegmentsError(ImageError):
    """A set of segments lacks one, or holds one that is not its own."""

    code = "image-segments"


class ImageUnreadableError(ImageError):
    """The image's own checks fail where it is read, or its library gives up."""

    code = "image-unreadable"


class ImageCrashError(ImageError):
    """A library died of the image; it ran in a process of its own, so nothing else did."""

    code = "image-crash"


class ImageLimitError(ImageError):
    """Looking into the image took more time, memory or answer than it is allowed."""

    code = "image-limit"


class ImageEntryError(MisuseError):
    """The image holds no file of this path."""

    code = "image-entry"


class ImageFormatError(MisuseError):
    """The format is recognised, and this cannot be done with it."""

    code = "image-format"


class ExtraMissingError(OperationError):
    """What is asked for needs an optional extra, which the message names; evidence still passes."""

    code = "extra-missing"


class InspectionError(PeerError):
    """A document is not an inspection."""

    code = "inspection-malformed"


class ReaderUnconfinedError(OperationError):
    """This system cannot confine what reads hostile files, so it reads none."""

    code = "reader-unconfined"

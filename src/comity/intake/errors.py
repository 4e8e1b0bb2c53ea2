"""What can be wrong with what came, or with reading it."""

from comity.canonical.errors import MisuseError, PeerError


class IntakeError(PeerError):
    """What came cannot be taken; the subclass says why. No message repeats anything of it."""

    code = "intake"


class OriginalTooLargeError(IntakeError):
    """An original is larger than is read; it may still be kept as evidence, sealed."""

    code = "original-too-large"


class OriginalEmptyError(IntakeError):
    """An original has no byte."""

    code = "original-empty"


class OriginalAnswerError(IntakeError):
    """The process that read an original answered what is no reading; its file may have done it."""

    code = "original-answer"


class OriginalMalformedError(IntakeError):
    """An original breaks the format that it begins with; it is kept and not read."""

    code = "original-malformed"


class OriginalEncryptedError(IntakeError):
    """An original cannot be read without a password; it is kept and not read."""

    code = "original-encrypted"


class RegisterUnreadableError(IntakeError):
    """A file is no spreadsheet that can be read as CSV or XLSX."""

    code = "register-unreadable"


class RegisterTooLargeError(IntakeError):
    """A spreadsheet has more bytes, rows, columns or letters in a cell than are read."""

    code = "register-too-large"


class RegisterMappingError(MisuseError):
    """A mapping from columns to fields is no mapping; the message names the member."""

    code = "register-mapping"


class RegisterColumnError(MisuseError):
    """A mapping names a sheet or a column that the spreadsheet does not have."""

    code = "register-column"

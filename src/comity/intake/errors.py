"""What can be wrong with what came, or with reading it."""

from comity.canonical.errors import MisuseError, PeerError


class IntakeError(PeerError, code="intake"):
    """The input cannot be used; the subclass says why. No message repeats anything of it."""


class OriginalTooLargeError(IntakeError, code="original-too-large"):
    """The original is too large to be read. Store it as sealed evidence."""


class OriginalEmptyError(IntakeError, code="original-empty"):
    """An original has no byte."""


class OriginalAnswerError(IntakeError, code="original-answer"):
    """The process that read an original answered what is no reading; its file may have done it."""


class OriginalMalformedError(IntakeError, code="original-malformed"):
    """The original violates its format. It is stored but cannot be read."""


class OriginalEncryptedError(IntakeError, code="original-encrypted"):
    """The original is protected by a password. It is stored but cannot be read."""


class RegisterUnreadableError(IntakeError, code="register-unreadable"):
    """A file is no spreadsheet that can be read as CSV or XLSX."""


class RegisterTooLargeError(IntakeError, code="register-too-large"):
    """A spreadsheet has more bytes, rows, columns or letters in a cell than are read."""


class RegisterMappingError(MisuseError, code="register-mapping"):
    """A mapping from columns to fields is no mapping; the message names the member."""


class RegisterColumnError(MisuseError, code="register-column"):
    """A mapping names a sheet or a column that the spreadsheet does not have."""

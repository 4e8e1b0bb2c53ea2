"""The classes of failure the age test kit tells apart."""

from comity.canonical.errors import MisuseError, PeerError


class AgeError(PeerError):
    """An age file or key that cannot be used; the subclass names the class of failure."""

    code = "age"


class AgeKeyError(AgeError):
    """A recipient or identity string is not a well-formed age key."""

    code = "age-key"


class AgeNoMatchError(AgeError):
    """No identity opens any stanza of the header."""

    code = "age-no-match"


class AgeHeaderError(AgeError):
    """The header, a stanza or the payload nonce breaks the grammar."""

    code = "age-header"


class AgeMacError(AgeError):
    """A file key was found but the header's HMAC does not fit it."""

    code = "age-hmac"


class AgePayloadError(AgeError):
    """A payload chunk is altered, missing, surplus or misplaced; fact ``chunk`` is from 0."""

    code = "age-payload"


class AgeArmorError(AgeError):
    """The armor is broken, or the file is armored where only the binary form is taken."""

    code = "age-armor"


class AgePassphraseError(MisuseError):
    """A passphrase is empty, too long or no UTF-8 text; it is not repeated."""

    code = "age-passphrase"


class AgeMixedError(MisuseError):
    """A file would be sealed for recipients of several kinds, or for none."""

    code = "age-mixed"

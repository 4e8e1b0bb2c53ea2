"""The classes of failure the age test kit tells apart."""

from comity.canonical.errors import PeerError


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
    """The file is armored, or its armor is broken; this reader takes the binary form only."""

    code = "age-armor"

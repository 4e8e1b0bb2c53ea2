"""The classes of failure the age test kit tells apart."""

from comity.canonical.errors import MisuseError, PeerError


class AgeError(PeerError, code="age"):
    """An age file or key that cannot be used; the subclass names the class of failure."""


class AgeKeyError(AgeError, code="age-key"):
    """A recipient or identity string is not a well-formed age key."""


class AgeNoMatchError(AgeError, code="age-no-match"):
    """No identity opens any stanza of the header."""


class AgeHeaderError(AgeError, code="age-header"):
    """The header, a stanza or the payload nonce breaks the grammar."""


class AgeMacError(AgeError, code="age-hmac"):
    """A file key was found but the header's HMAC is not valid for it."""


class AgePayloadError(AgeError, code="age-payload"):
    """A payload chunk is altered, missing, surplus or misplaced; fact ``chunk`` is from 0."""


class AgeArmorError(AgeError, code="age-armor"):
    """The armor is broken, or the file is armored where only the binary form is taken."""


class AgePassphraseError(MisuseError, code="age-passphrase"):
    """A passphrase is empty, too long or no UTF-8 text; it is not repeated."""


class AgeMixedError(MisuseError, code="age-mixed"):
    """A file would be sealed for recipients of several kinds, or for none."""

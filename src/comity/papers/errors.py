"""Why a paper cannot be made, signed or checked, one code each."""

from comity.canonical import MisuseError, OperationError, PeerError


class PaperContentError(MisuseError):
    """What should be printed does not fit on such a paper; the message names the field."""

    code = "paper-content"


class FontMissingError(OperationError):
    """A character has no glyph in the fonts of this machine; nothing is printed as an empty box."""

    code = "font-missing"


class TypesettingError(OperationError):
    """The typesetter refused for a reason of its own; its words follow."""

    code = "typesetting"


class PaperSigningError(MisuseError):
    """The key, the certificate or the paper cannot make a signature."""

    code = "paper-signing"


class SpokenCodeError(MisuseError):
    """A message's code, as heard or typed, is not one: characters, length or check."""

    code = "spoken-code"


class LetterRecordError(PeerError):
    """A file is no letter's record, or a letter has none inside."""

    code = "letter-record"


class TranslationError(PeerError):
    """A translation is malformed, or of a text that the message does not have."""

    code = "translation-malformed"


class TranslationStaleError(PeerError):
    """A translation was made from another text than the one in the message."""

    code = "translation-stale"


class TranslationUnattestedError(PeerError):
    """No person answers for a translation; a machine cannot."""

    code = "translation-unattested"

"""Why a paper cannot be made, signed or checked, one code each."""

from comity.canonical import MisuseError, OperationError, PeerError


class PaperContentError(MisuseError, code="paper-content"):
    """The content exceeds the document. The message names the field."""


class FontMissingError(OperationError, code="font-missing"):
    """A character has no glyph in the fonts of this machine; nothing is printed as an empty box."""


class TypesettingError(OperationError, code="typesetting"):
    """The typesetter refused for a reason of its own; its words follow."""


class PaperSigningError(MisuseError, code="paper-signing"):
    """The key, the certificate or the paper cannot make a signature."""


class SpokenCodeError(MisuseError, code="spoken-code"):
    """A message's code, as heard or typed, is not one: characters, length or check."""


class LetterRecordError(PeerError, code="letter-record"):
    """A file is no letter's record, or a letter has none inside."""


class TranslationError(PeerError, code="translation-malformed"):
    """A translation is malformed, or of a text that the message does not have."""


class TranslationStaleError(PeerError, code="translation-stale"):
    """A translation was made from another text than the one in the message."""


class TranslationUnattestedError(PeerError, code="translation-unattested"):
    """No person answers for a translation; a machine cannot."""

"""What can be wrong with a docket entry."""

from comity.canonical import MisuseError, PeerError


class EntryMalformedError(PeerError):
    """A docket entry, or the body of one, breaks its form; the fact ``path`` says where.

    The fact ``faults`` has all that is wrong with a body, as pydantic says it.
    """

    code = "docket-malformed"


class EntryChainError(PeerError):
    """A docket entry does not follow the one before it."""

    code = "docket-chain"


class ActUnknownError(MisuseError):
    """No act of the docket has this name."""

    code = "docket-act-unknown"


class ActIllegalError(MisuseError):
    """An act is not possible as its item stands."""

    code = "docket-act-illegal"


class ConversationOnPaperError(PeerError):
    """A conversation that is led on paper goes on by letter; a new one goes over the wire."""

    code = "conversation-on-paper"


class TranscriptError(MisuseError):
    """What was written on paper cannot be taken into the conversation as it stands."""

    code = "transcript-illegal"

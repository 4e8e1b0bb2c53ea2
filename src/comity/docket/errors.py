"""What can be wrong with a docket entry."""

from comity.canonical import MisuseError, PeerError


class EntryMalformedError(PeerError, code="docket-malformed"):
    """A docket entry, or the body of one, breaks its form; the fact ``path`` says where.

    The fact ``faults`` has all that is wrong with a body, as pydantic says it.
    """


class EntryChainError(PeerError, code="docket-chain"):
    """A docket entry does not follow the one before it."""


class ActUnknownError(MisuseError, code="docket-act-unknown"):
    """No act of the docket has this name."""


class ActIllegalError(MisuseError, code="docket-act-illegal"):
    """An act is not possible as its item stands."""


class ConversationOnPaperError(PeerError, code="conversation-on-paper"):
    """A conversation that is led on paper continues by letter; a new one goes over the wire."""


class TranscriptError(MisuseError, code="transcript-illegal"):
    """What was written on paper cannot be taken into the conversation as it stands."""

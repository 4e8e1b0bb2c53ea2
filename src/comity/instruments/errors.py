"""The ways in which the law as data does not hold; facts ``file`` and ``key`` name the place."""

from comity.canonical.errors import MisuseError, PeerError


class InstrumentError(PeerError):
    """A file of an instrument breaks the format; facts ``file`` and ``key`` name the place."""

    code = "law-malformed"


class LawFileError(InstrumentError):
    """A file is no TOML in UTF-8, is too large, or bears a name that the format does not know."""

    code = "law-file"


class LawMemberError(InstrumentError):
    """A table lacks a member, has a foreign one, or one of the wrong kind."""

    code = "law-member"


class LawDuplicateError(InstrumentError):
    """Two things of one kind bear the same key."""

    code = "law-duplicate"


class LawReferenceError(InstrumentError):
    """A rule names a fact, a measure, a step or a code that does not exist."""

    code = "law-reference"


class LawConditionError(InstrumentError):
    """A condition is not made of the known predicates, or is nested too deeply."""

    code = "law-condition"


class LawTextError(InstrumentError):
    """A text holds a control or bidirectional formatting character, or is too long."""

    code = "law-text"


class LawTextMissingError(InstrumentError):
    """A text is asked for that stands neither in that language nor in English."""

    code = "law-text-missing"


class FactsError(PeerError):
    """Facts that do not fit the list of facts; fact ``key`` names which."""

    code = "law-facts"


class FactUnknownError(FactsError):
    """No fact has that name; fact ``closest`` is the name most like it, or empty."""

    code = "law-fact-unknown"


class FactTypeError(FactsError):
    """A fact is of another kind than the list of facts says."""

    code = "law-fact-type"


class FactValueError(FactsError):
    """A fact has a value that is not among those it may have."""

    code = "law-fact-value"


class MeasureUnknownError(FactsError):
    """The instrument does not provide for the measure, or the step is none."""

    code = "law-measure-unknown"


class ReviewError(PeerError):
    """A review, or the list of reviewers, is not of the form that the reference gives."""

    code = "law-review"


class OverrideError(MisuseError):
    """An override names no official, gives no reasons, or is of no rule."""

    code = "law-override"

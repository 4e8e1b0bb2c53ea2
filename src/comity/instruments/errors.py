"""The ways in which the law as data does not hold; facts ``file`` and ``key`` name the place."""

from comity.canonical.errors import MisuseError, PeerError


class InstrumentError(PeerError, code="law-malformed"):
    """A file of an instrument breaks the format; facts ``file`` and ``key`` name the place."""


class LawFileError(InstrumentError, code="law-file"):
    """A file is no TOML in UTF-8, is too large, or bears a name that the format does not know."""


class LawMemberError(InstrumentError, code="law-member"):
    """A table lacks a member, has a foreign one, or one of the wrong kind."""


class LawDuplicateError(InstrumentError, code="law-duplicate"):
    """Two things of one kind bear the same key."""


class LawReferenceError(InstrumentError, code="law-reference"):
    """A rule names a fact, a measure, a step or a code that does not exist."""


class LawConditionError(InstrumentError, code="law-condition"):
    """A condition is not made of the known predicates, or is nested too deeply."""


class LawTextError(InstrumentError, code="law-text"):
    """A text holds a control or bidirectional formatting character, or is too long."""


class LawTextMissingError(InstrumentError, code="law-text-missing"):
    """A text is asked for that stands neither in that language nor in English."""


class FactsError(PeerError, code="law-facts"):
    """Facts that contradict the list of facts; fact ``key`` names which."""


class FactUnknownError(FactsError, code="law-fact-unknown"):
    """No fact has that name; fact ``closest`` is the name most like it, or empty."""


class FactTypeError(FactsError, code="law-fact-type"):
    """A fact is of another kind than the list of facts says."""


class FactValueError(FactsError, code="law-fact-value"):
    """A fact has a value that is not among those it may have."""


class MeasureUnknownError(FactsError, code="law-measure-unknown"):
    """The instrument does not provide for the measure, or the step is none."""


class ReviewError(PeerError, code="law-review"):
    """A review, or the list of reviewers, is not of the form that the reference gives."""


class OverrideError(MisuseError, code="law-override"):
    """An override names no official, gives no reasons, or is of no rule."""

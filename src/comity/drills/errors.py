"""The ways in which an exercise does not hold; facts ``file`` and ``key`` name the place."""

from comity.canonical.errors import MisuseError, PeerError


class DrillError(PeerError, code="drill-malformed"):
    """A file of a scenario breaks the format; facts ``file`` and ``key`` name the place."""


class DrillFileError(DrillError, code="drill-file"):
    """A scenario's file is no text in UTF-8, no TOML, too large, missing, or of a foreign name."""


class DrillMemberError(DrillError, code="drill-member"):
    """A table of a scenario lacks a member, has a foreign one, or one of the wrong kind."""


class DrillDuplicateError(DrillError, code="drill-duplicate"):
    """Two things of one kind in a scenario bear the same key."""


class DrillTextError(DrillError, code="drill-text"):
    """A text contains markup, a script, an unmatched brace, or invisible characters."""


class DrillTextMissingError(DrillError, code="drill-text-missing"):
    """A text of a scenario is asked for that stands neither in that language nor in English."""


class DrillUnsoundError(PeerError, code="drill-unsound"):
    """A scenario can be read, but its lint found something, so it is not run."""


class DrillRunError(PeerError, code="drill-run"):
    """A recorded run cannot be read, or is of another edition of its scenario."""


class DrillEventError(MisuseError, code="drill-event"):
    """An event is invalid in its run: an unknown name, an earlier time, a frozen or ended run."""

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
    """A text of a scenario holds markup, a script, a stray brace, or what no eye sees."""


class DrillTextMissingError(DrillError, code="drill-text-missing"):
    """A text of a scenario is asked for that stands neither in that language nor in English."""


class DrillUnsoundError(PeerError, code="drill-unsound"):
    """A scenario can be read, but its lint found something, so it is not run."""


class DrillRunError(PeerError, code="drill-run"):
    """A run that was written down cannot be read, or is of another edition of its scenario."""


class DrillEventError(MisuseError, code="drill-event"):
    """An event does not fit its run: a foreign name, an earlier time, a frozen or ended run."""


class DrillExhibitError(DrillError, code="drill-exhibit"):
    """An exhibit that was made does not show what its story tells; the maker is at fault."""


class DrillStoryError(DrillError, code="drill-story"):
    """A story names nobody, happens outside its time, or asks a machine for what it is not."""


class DrillStoryAddressError(DrillError, code="drill-story-address"):
    """A story holds an address or a name that is not reserved for documentation."""


class DrillStoryHarmError(DrillError, code="drill-story-harm"):
    """A story holds a file, a path or a program that a machine might run."""


class DrillStorySizeError(DrillError, code="drill-story-size"):
    """What a story asks for does not fit: too much for its disk, or a path too long for it."""


class DrillCexfError(DrillError, code="drill-cexf"):
    """What came in is no exercise in the Common Exercise Format, or has more than is read."""

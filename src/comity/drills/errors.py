"""The ways in which an exercise does not hold; facts ``file`` and ``key`` name the place."""

from comity.canonical.errors import MisuseError, PeerError


class DrillError(PeerError):
    """A file of a scenario breaks the format; facts ``file`` and ``key`` name the place."""

    code = "drill-malformed"


class DrillFileError(DrillError):
    """A scenario's file is no text in UTF-8, no TOML, too large, missing, or of a foreign name."""

    code = "drill-file"


class DrillMemberError(DrillError):
    """A table of a scenario lacks a member, has a foreign one, or one of the wrong kind."""

    code = "drill-member"


class DrillDuplicateError(DrillError):
    """Two things of one kind in a scenario bear the same key."""

    code = "drill-duplicate"


class DrillTextError(DrillError):
    """A text of a scenario holds markup, a script, a stray brace, or what no eye sees."""

    code = "drill-text"


class DrillTextMissingError(DrillError):
    """A text of a scenario is asked for that stands neither in that language nor in English."""

    code = "drill-text-missing"


class DrillUnsoundError(PeerError):
    """A scenario can be read, but its lint found something, so it is not run."""

    code = "drill-unsound"


class DrillRunError(PeerError):
    """A run that was written down cannot be read, or is of another edition of its scenario."""

    code = "drill-run"


class DrillEventError(MisuseError):
    """An event does not fit its run: a foreign name, an earlier time, a frozen or ended run."""

    code = "drill-event"


class DrillExhibitError(DrillError):
    """An exhibit that was made does not show what its story tells; the maker is at fault."""

    code = "drill-exhibit"


class DrillStoryError(DrillError):
    """A story names nobody, happens outside its time, or asks a machine for what it is not."""

    code = "drill-story"


class DrillStoryAddressError(DrillError):
    """A story holds an address or a name that is not reserved for documentation."""

    code = "drill-story-address"


class DrillStoryHarmError(DrillError):
    """A story holds a file, a path or a program that a machine might run."""

    code = "drill-story-harm"


class DrillStorySizeError(DrillError):
    """What a story asks for does not fit: too much for its disk, or a path too long for it."""

    code = "drill-story-size"


class DrillCexfError(DrillError):
    """What came in is no exercise in the Common Exercise Format, or has more than is read."""

    code = "drill-cexf"

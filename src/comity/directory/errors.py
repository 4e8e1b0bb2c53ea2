"""What can be wrong with the directory, one stable code each."""

from comity.canonical import MisuseError, OperationError, PeerError


class EntryMalformedError(PeerError, code="entry-malformed"):
    """An entry's members contradict each other."""


class EntryHistoryError(PeerError, code="entry-history"):
    """An entry forgets, renames or revives what an earlier version said."""


class EntryDoubleSpeakError(PeerError, code="entry-double-speak"):
    """Two different payloads of one version of an entry exist, both signed."""


class EntryForeignError(PeerError, code="entry-foreign"):
    """An entry is signed by the keys of another State."""


class EntryRollbackError(PeerError, code="entry-rollback"):
    """An older version of an entry that no newer version names."""


class EntryOldKeysError(PeerError, code="entry-old-keys"):
    """A new version of an entry is signed under a State record that has been replaced."""


class ThresholdError(PeerError, code="threshold-missed"):
    """Fewer good signatures than the threshold of the State record demands."""


class StateMalformedError(PeerError, code="state-malformed"):
    """A State record's members contradict each other."""


class StateUnknownError(PeerError, code="state-unknown"):
    """No verified State record of that State and version is held."""


class StateUnpinnedError(PeerError, code="state-unpinned"):
    """A State's first keys equal neither a pin of the trust file nor an admission."""


class StateRollbackError(PeerError, code="state-rollback"):
    """A State record is older than the newest one held, and is none of those held."""


class StateGapError(PeerError, code="state-gap"):
    """A State record comes without the version before it."""


class StateDoubleSpeakError(PeerError, code="state-double-speak"):
    """Two different State records of one version exist, both properly signed."""


class IssuedAheadError(PeerError, code="issued-ahead"):
    """A directory record claims to be issued more than five minutes from now."""


class ModeMismatchError(PeerError, code="mode-mismatch"):
    """A directory record, or a trust file, is of the other mode."""


class KeyUseError(PeerError, code="key-use"):
    """A key is used for something else than its one use."""


class KeyRevokedError(PeerError, code="key-revoked"):
    """A signature is not proved to be older than the moment its key became invalid."""


class KeyNotYetError(PeerError, code="key-not-yet"):
    """A signature is proved to be older than its key's validity."""


class KeyExpiredError(PeerError, code="key-expired"):
    """A signature is not proved to be within its key's validity."""


class KeyInBothModesError(PeerError, code="key-in-both-modes"):
    """A key stands under the roots of both modes."""


class PartyUnknownError(PeerError, code="party-unknown"):
    """The directory holds no entry of that party."""


class TrustMalformedError(PeerError, code="trust-malformed"):
    """A trust file is not one."""


class HandoverMalformedError(PeerError, code="handover-malformed"):
    """A file of State records and entries is not one."""


class TufMetadataError(PeerError, code="tuf-refused"):
    """A TUF repository breaks a rule of the TUF specification."""


class TufForeignPathError(PeerError, code="tuf-foreign-path"):
    """A State's delegated role lists a target outside that State's paths."""


class ResetUnknownError(MisuseError, code="reset-unknown"):
    """No pending reset has that digest."""


class ResetTooEarlyError(MisuseError, code="reset-too-early"):
    """A reset is confirmed before its 72 hours have passed."""


class DirectoryUnreachableError(OperationError, code="directory-unreachable"):
    """The place a directory is fetched from does not answer."""


class DirectoryFolderError(OperationError, code="directory-folder"):
    """A folder of the directory cannot be read or written, or is of another kind."""

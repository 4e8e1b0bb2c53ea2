"""What can be wrong with the directory, one stable code each."""

from comity.canonical import MisuseError, OperationError, PeerError


class EntryMalformedError(PeerError):
    """An entry's members contradict each other."""

    code = "entry-malformed"


class EntryHistoryError(PeerError):
    """An entry forgets, renames or revives what an earlier version said."""

    code = "entry-history"


class EntryDoubleSpeakError(PeerError):
    """Two different payloads of one version of an entry exist, both signed."""

    code = "entry-double-speak"


class EntryForeignError(PeerError):
    """An entry is signed by the keys of another State."""

    code = "entry-foreign"


class EntryRollbackError(PeerError):
    """An older version of an entry that no newer version names."""

    code = "entry-rollback"


class EntryOldKeysError(PeerError):
    """A new version of an entry is signed under a State record that has been replaced."""

    code = "entry-old-keys"


class ThresholdError(PeerError):
    """Fewer good signatures than the threshold of the State record demands."""

    code = "threshold-missed"


class StateMalformedError(PeerError):
    """A State record's members contradict each other."""

    code = "state-malformed"


class StateUnknownError(PeerError):
    """No verified State record of that State and version is held."""

    code = "state-unknown"


class StateUnpinnedError(PeerError):
    """A State's first keys equal neither a pin of the trust file nor an admission."""

    code = "state-unpinned"


class StateRollbackError(PeerError):
    """A State record is older than the newest one held, and is none of those held."""

    code = "state-rollback"


class StateGapError(PeerError):
    """A State record comes without the version before it."""

    code = "state-gap"


class StateDoubleSpeakError(PeerError):
    """Two different State records of one version exist, both properly signed."""

    code = "state-double-speak"


class IssuedAheadError(PeerError):
    """A directory record claims to be issued more than five minutes from now."""

    code = "issued-ahead"


class ModeMismatchError(PeerError):
    """A directory record, or a trust file, is of the other mode."""

    code = "mode-mismatch"


class KeyUseError(PeerError):
    """A key is used for something else than its one use."""

    code = "key-use"


class KeyRevokedError(PeerError):
    """A signature is not proved to be older than the moment its key became invalid."""

    code = "key-revoked"


class KeyNotYetError(PeerError):
    """A signature is proved to be older than its key's validity."""

    code = "key-not-yet"


class KeyExpiredError(PeerError):
    """A signature is not proved to be within its key's validity."""

    code = "key-expired"


class KeyInBothModesError(PeerError):
    """A key stands under the roots of both modes."""

    code = "key-in-both-modes"


class PartyUnknownError(PeerError):
    """The directory holds no entry of that party."""

    code = "party-unknown"


class TrustMalformedError(PeerError):
    """A trust file is not one."""

    code = "trust-malformed"


class HandoverMalformedError(PeerError):
    """A file of State records and entries is not one."""

    code = "handover-malformed"


class TufMetadataError(PeerError):
    """A TUF repository breaks a rule of the TUF specification."""

    code = "tuf-refused"


class TufForeignPathError(PeerError):
    """A State's delegated role lists a target outside that State's paths."""

    code = "tuf-foreign-path"


class ResetUnknownError(MisuseError):
    """No pending reset has that digest."""

    code = "reset-unknown"


class ResetTooEarlyError(MisuseError):
    """A reset is confirmed before its 72 hours have passed."""

    code = "reset-too-early"


class DirectoryUnreachableError(OperationError):
    """The place a directory is fetched from does not answer."""

    code = "directory-unreachable"


class DirectoryFolderError(OperationError):
    """A folder of the directory cannot be read or written, or is of another kind."""

    code = "directory-folder"

"""What can be wrong with a log, a note or a proof that somebody else hands us."""

from comity.canonical.errors import PeerError


class LedgerError(PeerError):
    """Bytes about a log break the specification."""

    code = "ledger"


class ProofMismatchError(LedgerError):
    """A proof does not lead to the roots it is said to prove."""

    code = "proof-mismatch"


class ProofRangeError(LedgerError):
    """A proof is about an empty tree, a leaf outside the tree, or a tree that shrank."""

    code = "proof-range"


class FrontierError(LedgerError):
    """Stored bytes are no right edge of a tree."""

    code = "frontier-malformed"


class NumberError(LedgerError):
    """A text is not a decimal number in its only allowed spelling."""

    code = "number-malformed"


class Base64TextError(LedgerError):
    """A text is not canonical padded base64, or not of the due length."""

    code = "base64-text-malformed"


class NoteError(LedgerError):
    """Bytes are not a signed note."""

    code = "note-malformed"


class NoteSizeError(NoteError):
    """A note is larger, or has more signatures, than we read."""

    code = "note-oversize"


class NoteSignatureError(NoteError):
    """A signature by a key we know does not verify."""

    code = "note-signature-bad"


class NoteUnsignedError(NoteError):
    """No signature is by a key we know."""

    code = "note-unsigned"


class NoteKeyError(LedgerError):
    """A text is not a verifier key, or its id is not that of its name and key."""

    code = "note-key-malformed"


class NoteAlgorithmError(LedgerError):
    """A verifier key is of a type we cannot verify with."""

    code = "note-algorithm-unknown"


class CheckpointError(LedgerError):
    """A note's text is not a checkpoint."""

    code = "checkpoint-malformed"


class CheckpointUnsignedError(CheckpointError):
    """The log that a checkpoint speaks for did not sign it."""

    code = "checkpoint-unsigned"


class CosignatureError(LedgerError):
    """Bytes are not a timestamped cosignature."""

    code = "cosignature-malformed"


class TileError(LedgerError):
    """A tile or an entry bundle has a wrong name or length."""

    code = "tile-malformed"


class TileMismatchError(LedgerError):
    """A tile's hashes are not those of the tiles or entries under it."""

    code = "tile-mismatch"


class LogProofError(LedgerError):
    """Bytes are not a ``c2sp.org/tlog-proof@v1`` file."""

    code = "log-proof-malformed"


class WitnessRequestError(LedgerError):
    """A body is not an ``add-checkpoint`` request or response."""

    code = "witness-request-malformed"


class LeafError(LedgerError):
    """A leaf entry or its opening breaks the specification."""

    code = "leaf-malformed"


class LeafMismatchError(LeafError):
    """An opening does not explain the entry it came with."""

    code = "leaf-mismatch"


class OriginError(LedgerError):
    """A text is not the origin of a Comity log."""

    code = "origin-malformed"


class SuccessorError(LedgerError):
    """A statement does not open a later epoch of the same party's log."""

    code = "successor-malformed"


class TimestampError(LedgerError):
    """Bytes are no time-stamp response, or one that we do not read."""

    code = "timestamp-malformed"


class TimestampRefusedError(TimestampError):
    """A time-stamp authority declined to give a token."""

    code = "timestamp-refused"


class TimestampImprintError(TimestampError):
    """A time-stamp token is of other bytes than those shown with it."""

    code = "timestamp-imprint"


class TimestampNonceError(TimestampError):
    """A time-stamp token does not answer the request that was sent."""

    code = "timestamp-nonce"


class TimestampPolicyError(TimestampError):
    """A time-stamp token was given under another policy than the one asked for."""

    code = "timestamp-policy"


class TimestampForeignError(TimestampError):
    """A time-stamp token is by an authority that no trusted certificate stands for."""

    code = "timestamp-foreign"


class TimestampUntrustedError(TimestampError):
    """A time-stamp token's signature, or its certificate for that time and use, does not hold."""

    code = "timestamp-untrusted"


class TimestampRootError(LedgerError):
    """A trust file's time-stamp root is no certificate."""

    code = "timestamp-root"

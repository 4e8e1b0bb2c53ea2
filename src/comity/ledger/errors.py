"""What can be wrong with a log, a note or a proof that somebody else hands us."""

from comity.canonical.errors import PeerError


class LedgerError(PeerError, code="ledger"):
    """Bytes about a log break the specification."""


class ProofMismatchError(LedgerError, code="proof-mismatch"):
    """A proof does not lead to the roots it is said to prove."""


class ProofRangeError(LedgerError, code="proof-range"):
    """A proof is about an empty tree, a leaf outside the tree, or a tree that shrank."""


class FrontierError(LedgerError, code="frontier-malformed"):
    """Stored bytes are no right edge of a tree."""


class NumberError(LedgerError, code="number-malformed"):
    """A text is not a decimal number in its only allowed spelling."""


class Base64TextError(LedgerError, code="base64-text-malformed"):
    """A text is not canonical padded base64, or not of the due length."""


class NoteError(LedgerError, code="note-malformed"):
    """Bytes are not a signed note."""


class NoteSizeError(NoteError, code="note-oversize"):
    """A note is larger, or has more signatures, than we read."""


class NoteSignatureError(NoteError, code="note-signature-bad"):
    """A signature by a key we know does not verify."""


class NoteUnsignedError(NoteError, code="note-unsigned"):
    """No signature is by a key we know."""


class NoteKeyError(LedgerError, code="note-key-malformed"):
    """A text is not a verifier key, or its id is not that of its name and key."""


class NoteAlgorithmError(LedgerError, code="note-algorithm-unknown"):
    """A verifier key is of a type we cannot verify with."""


class CheckpointError(LedgerError, code="checkpoint-malformed"):
    """A note's text is not a checkpoint."""


class CheckpointUnsignedError(CheckpointError, code="checkpoint-unsigned"):
    """The log that a checkpoint speaks for did not sign it."""


class CosignatureError(LedgerError, code="cosignature-malformed"):
    """Bytes are not a timestamped cosignature."""


class TileError(LedgerError, code="tile-malformed"):
    """A tile or an entry bundle has a wrong name or length."""


class TileMismatchError(LedgerError, code="tile-mismatch"):
    """A tile's hashes are not those of the tiles or entries under it."""


class LogProofError(LedgerError, code="log-proof-malformed"):
    """Bytes are not a ``c2sp.org/tlog-proof@v1`` file."""


class WitnessRequestError(LedgerError, code="witness-request-malformed"):
    """A body is not an ``add-checkpoint`` request or response."""


class LeafError(LedgerError, code="leaf-malformed"):
    """A leaf entry or its opening breaks the specification."""


class LeafMismatchError(LeafError, code="leaf-mismatch"):
    """An opening does not explain its entry."""


class OriginError(LedgerError, code="origin-malformed"):
    """A text is not the origin of a Comity log."""


class SuccessorError(LedgerError, code="successor-malformed"):
    """A statement does not open a later epoch of the same party's log."""


class TimestampError(LedgerError, code="timestamp-malformed"):
    """Bytes are no time-stamp response, or one that we do not read."""


class TimestampRefusedError(TimestampError, code="timestamp-refused"):
    """A time-stamp authority declined to give a token."""


class TimestampImprintError(TimestampError, code="timestamp-imprint"):
    """A time-stamp token is of other bytes than those shown with it."""


class TimestampNonceError(TimestampError, code="timestamp-nonce"):
    """A time-stamp token does not answer the request that was sent."""


class TimestampPolicyError(TimestampError, code="timestamp-policy"):
    """A time-stamp token was given under another policy than the one asked for."""


class TimestampForeignError(TimestampError, code="timestamp-foreign"):
    """A time-stamp token is by an authority that no trusted certificate stands for."""


class TimestampUntrustedError(TimestampError, code="timestamp-untrusted"):
    """A time-stamp token's signature, or its certificate for that time and use, does not hold."""


class TimestampRootError(LedgerError, code="timestamp-root"):
    """A trust file's time-stamp root is no certificate."""

"""What can be wrong with a court bundle, one code each."""

from comity.canonical import MisuseError, PeerError


class BundleFileMissingError(PeerError):
    """A file that the manifest, the exporter's list or the layout calls for is not there."""

    code = "bundle-file-missing"


class BundleFileForeignError(PeerError):
    """A file stands in the bundle that nothing lists, or that has no place in its layout."""

    code = "bundle-file-foreign"


class BundleFileChangedError(PeerError):
    """A file's bytes are not those of its digest."""

    code = "bundle-file-changed"


class BundleTagFileError(PeerError):
    """A BagIt tag file is not the one that the bundle's content gives."""

    code = "bundle-tag-file"


class BundleLimitError(PeerError):
    """More files, or a larger file, than a bundle may have."""

    code = "bundle-limit"


class BundleNameError(PeerError):
    """A file's name is not the one that its content gives."""

    code = "bundle-name"


class BundleStatementError(PeerError):
    """The exporter's statement is malformed or contradicts itself."""

    code = "bundle-statement"


class BundleDirectoryError(PeerError):
    """The directory records of a bundle contradict the trust file or each other."""

    code = "bundle-directory"


class BundleChainError(PeerError):
    """A message does not follow the one its author sent before it."""

    code = "bundle-chain"


class BundleSectionError(PeerError):
    """A section is neither there nor listed as withheld, or it is both."""

    code = "bundle-section"


class BundleStateError(PeerError):
    """A conversation replays to another state than the exporter stated."""

    code = "bundle-state"


class BundleHeadError(PeerError):
    """A chain of messages or of custody does not end at the head the exporter stated."""

    code = "bundle-head"


class BundleMessageMissingError(PeerError):
    """A message that another message, a receipt or a head names is not there."""

    code = "bundle-message-missing"


class BundleReceiptMissingError(PeerError):
    """A receipt that must exist is neither there nor listed as withheld."""

    code = "bundle-receipt-missing"


class BundleLeafMissingError(PeerError):
    """The exporter's log is not shown to hold a record that it must hold."""

    code = "bundle-leaf-missing"


class BundleLeafError(PeerError):
    """A leaf file contradicts its proof, its checkpoint or a receipt."""

    code = "bundle-leaf"


class BundleForkError(PeerError):
    """Two checkpoints of one log do not belong to one history."""

    code = "bundle-fork"


class BundleConsistencyError(PeerError):
    """A log is not shown to continue the tree that a receipt was given from."""

    code = "bundle-consistency"


class BundleCustodyError(PeerError):
    """A custody chain is missing, or is not the one that was handed over."""

    code = "bundle-custody"


class BundleEvidenceError(PeerError):
    """Evidence is neither there nor listed as withheld, or no offer explains it."""

    code = "bundle-evidence"


class NotOfOneCaseError(MisuseError):
    """Two bundles that are to be compared are not of one case, or are one bundle."""

    code = "not-one-case"


class TrustInsideError(MisuseError):
    """A trust file lies inside the bundle that it should judge."""

    code = "trust-inside"


class BundlePathError(MisuseError):
    """A file's path in a bundle would not survive NTFS or exFAT."""

    code = "bundle-path"


class RedactionError(MisuseError):
    """A redaction file does not say clearly what to withhold, why and by which decision."""

    code = "redaction-malformed"


class RedactionUnmetError(MisuseError):
    """A redaction names something that the bundle would not hold."""

    code = "redaction-unmet"

"""The ways in which a package, an offer or a custody chain does not hold."""

from comity.canonical.errors import PeerError


class PackageError(PeerError, code="package"):
    """A package breaks its profile; the subclass says how, facts say where."""


class PackageTarError(PackageError, code="package-tar"):
    """The archive is no well-formed tar, or holds anything but plain files."""


class PackageNameError(PackageError, code="package-name"):
    """A member's name could leave the folder or deceive a reader."""


class PackageDuplicateError(PackageError, code="package-duplicate"):
    """Two members have one name, or names that differ only in case."""


class PackageLimitError(PackageError, code="package-limit"):
    """The package is larger than the reader allows."""


class PackageLayoutError(PackageError, code="package-layout"):
    """A tag file is missing, surplus, malformed or out of order."""


class PackageManifestError(PackageError, code="package-manifest"):
    """Payload and manifest list different files; facts ``missing`` and ``extra``."""


class PackageDigestError(PackageError, code="package-digest"):
    """A file's bytes differ from the digest in a manifest; fact ``path``."""


class PackageMetadataError(PackageError, code="package-metadata"):
    """``metadata/package.json`` is malformed or describes other files than those inside."""


class PackageBindingError(PackageError, code="package-binding"):
    """The package names another conversation, party or mode than its offer's message."""


class OfferError(PeerError, code="offer-malformed"):
    """An offer is malformed, or the sealed package is not the one it offers."""


class OfferRequiredError(OfferError, code="offer-required"):
    """A package is opened without a verified offer and without the word that this is meant."""


class OfferSizeError(OfferError, code="offer-size"):
    """The sealed package is smaller or larger than offered."""


class OfferBlockError(OfferError, code="offer-block"):
    """A block differs from its hash in the list; fact ``block`` counts from 0."""


class OfferRootError(OfferError, code="offer-root"):
    """The root over the sealed blocks is not the one offered."""


class OfferTagManifestError(OfferError, code="offer-tag-manifest"):
    """The tag manifest is not the one offered."""


class OfferFileListError(OfferError, code="offer-file-list"):
    """The list of files is not the one offered."""

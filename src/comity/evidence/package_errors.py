"""The ways in which a package, an offer or a custody chain does not hold."""

from comity.canonical.errors import PeerError


class PackageError(PeerError):
    """A package breaks its profile; the subclass says how, facts say where."""

    code = "package"


class PackageTarError(PackageError):
    """The archive is no well-formed tar, or holds anything but plain files."""

    code = "package-tar"


class PackageNameError(PackageError):
    """A member's name could leave the folder or deceive a reader."""

    code = "package-name"


class PackageDuplicateError(PackageError):
    """Two members have one name, or names that differ only in case."""

    code = "package-duplicate"


class PackageLimitError(PackageError):
    """The package is larger than the reader allows."""

    code = "package-limit"


class PackageLayoutError(PackageError):
    """A tag file is missing, surplus, malformed or out of order."""

    code = "package-layout"


class PackageManifestError(PackageError):
    """Payload and manifest list different files; facts ``missing`` and ``extra``."""

    code = "package-manifest"


class PackageDigestError(PackageError):
    """A file's bytes differ from the digest in a manifest; fact ``path``."""

    code = "package-digest"


class PackageMetadataError(PackageError):
    """``metadata/package.json`` is malformed or describes other files than those inside."""

    code = "package-metadata"


class PackageBindingError(PackageError):
    """The package names another conversation, party or mode than its offer's message."""

    code = "package-binding"


class OfferError(PeerError):
    """An offer is malformed, or the sealed bytes are not those it offers."""

    code = "offer-malformed"


class OfferRequiredError(OfferError):
    """A package is opened without a verified offer and without the word that this is meant."""

    code = "offer-required"


class OfferSizeError(OfferError):
    """The sealed bytes are fewer or more than offered."""

    code = "offer-size"


class OfferBlockError(OfferError):
    """A block differs from its hash in the list; fact ``block`` counts from 0."""

    code = "offer-block"


class OfferRootError(OfferError):
    """The root over the sealed blocks is not the one offered."""

    code = "offer-root"


class OfferTagManifestError(OfferError):
    """The tag manifest is not the one offered."""

    code = "offer-tag-manifest"


class OfferFileListError(OfferError):
    """The list of files is not the one offered."""

    code = "offer-file-list"

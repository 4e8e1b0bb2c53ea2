"""Errors of data protection."""

from comity.canonical import MisuseError, OperationError


class PrivacyUnfitError(MisuseError):
    """An act of data protection names what is not there, or its days or people do not fit."""

    code = "privacy-unfit"


class GroundUnknownError(MisuseError):
    """A ground or exemption code is none of the list, is missing, or is not for this decision."""

    code = "privacy-ground"


class IdentityOpenError(MisuseError):
    """Nothing is given to a person who has not shown who asks."""

    code = "privacy-identity"


class CaseHeldError(MisuseError):
    """A legal hold stands on the case; nothing of it may be destroyed before it is lifted."""

    code = "case-held"


class ReviewOwnError(MisuseError):
    """Who ordered a destruction, or drew up a release, cannot be the second officer of it."""

    code = "privacy-own"


class NotErasableError(MisuseError):
    """A record cannot be destroyed this way, or not yet; the fact ``reason`` says why."""

    code = "not-erasable"

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message, reason=reason)


class BreachOpenError(MisuseError):
    """Somebody who is to be told of a breach was not, and nobody said why."""

    code = "breach-untold"


class CodesFileError(OperationError):
    """The office's file of exemption codes cannot be read, or an entry breaks its form."""

    code = "exemption-codes"

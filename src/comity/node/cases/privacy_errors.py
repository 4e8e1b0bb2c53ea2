"""Errors of data protection."""

from comity.canonical import MisuseError, OperationError


class PrivacyUnfitError(MisuseError, code="privacy-unfit"):
    """An act of data protection names what is not there, or its days or people do not fit."""


class GroundUnknownError(MisuseError, code="privacy-ground"):
    """A ground or exemption code is none of the list, is missing, or is not for this decision."""


class IdentityOpenError(MisuseError, code="privacy-identity"):
    """Nothing is given to a person who has not shown who asks."""


class CaseHeldError(MisuseError, code="case-held"):
    """A legal hold stands on the case; nothing of it may be destroyed before it is lifted."""


class ReviewOwnError(MisuseError, code="privacy-own"):
    """Who ordered a destruction, or drew up a release, cannot be the second officer of it."""


class NotErasableError(MisuseError, code="not-erasable"):
    """A record cannot be destroyed this way, or not yet; the fact ``reason`` says why."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message, reason=reason)


class BreachOpenError(MisuseError, code="breach-untold"):
    """Somebody who is to be told of a breach was not, and nobody said why."""


class CodesFileError(OperationError, code="exemption-codes"):
    """The office's file of exemption codes cannot be read, or an entry breaks its form."""

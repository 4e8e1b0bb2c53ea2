"""Errors of data protection."""

from comity.canonical import MisuseError, OperationError
from comity.node.cases.broken_rules import BrokenRuleError


class PrivacyUnfitError(BrokenRuleError, code="privacy-unfit"):
    """An act of data protection names what is not there, or its days or people are not valid."""


class GroundUnknownError(BrokenRuleError, code="privacy-ground"):
    """A ground or exemption code is none of the list, is missing, or is not for this decision."""


class IdentityOpenError(BrokenRuleError, code="privacy-identity"):
    """Nothing is given to a person who has not shown who asks."""


class CaseHeldError(MisuseError, code="case-held"):
    """The case is under legal hold; nothing of it may be destroyed before it is lifted."""


class ReviewOwnError(BrokenRuleError, code="privacy-own"):
    """Who ordered a destruction, or drew up a release, cannot be the second officer of it."""


class NotErasableError(MisuseError, code="not-erasable"):
    """A record cannot be destroyed this way, or not yet; the fact ``reason`` says why."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message, reason=reason)


class BreachOpenError(BrokenRuleError, code="breach-untold"):
    """A required notification of a breach is missing, and no reason is given."""


class CodesFileError(OperationError, code="exemption-codes"):
    """The office's file of exemption codes cannot be read, or an entry breaks its form."""

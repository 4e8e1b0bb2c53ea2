"""The ways in which a custody chain does not hold; fact ``number`` names the event, from 1."""

from comity.canonical.errors import PeerError


class CustodyError(PeerError, code="custody"):
    """A chain does not hold; fact ``number`` names the event, from 1."""


class CustodyEventError(CustodyError, code="custody-event"):
    """An event is not of the form section 15.4 gives, or belongs to another exhibit."""


class CustodyMissingError(CustodyError, code="custody-missing"):
    """An event that the numbers or the head call for is not there."""


class CustodyOrderError(CustodyError, code="custody-order"):
    """Events have another order than their numbers, or a number is used twice."""


class CustodyAlteredError(CustodyError, code="custody-altered"):
    """An event is not the one that the next event or the head commits to."""


class CustodyRuleError(CustodyError, code="custody-rule"):
    """An event is not allowed here: after destruction, held, unattested, or back in time."""


class CustodyHandoverError(CustodyError, code="custody-handover"):
    """A message hands over a chain that does not end with it, or tells of acts of others."""

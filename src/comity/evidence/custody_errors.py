"""The ways in which a custody chain does not hold; fact ``number`` names the event, from 1."""

from comity.canonical.errors import PeerError


class CustodyError(PeerError):
    """A chain does not hold; fact ``number`` names the event, from 1."""

    code = "custody"


class CustodyEventError(CustodyError):
    """An event is not of the form section 15.4 gives, or belongs to another exhibit."""

    code = "custody-event"


class CustodyMissingError(CustodyError):
    """An event that the numbers or the head call for is not there."""

    code = "custody-missing"


class CustodyOrderError(CustodyError):
    """Events stand in another order than their numbers, or a number is used twice."""

    code = "custody-order"


class CustodyAlteredError(CustodyError):
    """An event is not the one that the next event or the head commits to."""

    code = "custody-altered"


class CustodyRuleError(CustodyError):
    """An event may not stand here: after destruction, held, unattested, or back in time."""

    code = "custody-rule"


class CustodyHandoverError(CustodyError):
    """A message hands over a chain that does not end with it, or tells of acts of others."""

    code = "custody-handover"

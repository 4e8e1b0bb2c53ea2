"""Why a text is not the identifier it is said to be: what, why and what to do next.

No message repeats the value: it may name a person, and messages reach logs.
"""

from comity.canonical.errors import PeerError


class IdentifierError(PeerError, code="identifier"):
    """A text is not an identifier of its type; facts ``what``, ``why`` and ``next`` say it."""

    def __init__(self, what: str, why: str, advice: str) -> None:
        super().__init__(f"{what}: {why}; {advice}", what=what, why=why, next=advice)


class IdentifierTypeError(IdentifierError, code="identifier-type"):
    """No type of identifier has that name."""


class IdentifierFieldError(IdentifierError, code="identifier-field"):
    """A field that the type needs is missing, is not one of the type's, or is of a wrong kind."""


class IdentifierTextError(IdentifierError, code="identifier-text"):
    """A text is empty, too long, or holds control characters."""


class IdentifierTimeError(IdentifierError, code="identifier-time"):
    """A time has no zone, no seconds, or does not exist."""


class IdentifierDateError(IdentifierError, code="identifier-date"):
    """A date does not exist, or is not one of the Gregorian calendar."""


class IdentifierCountryError(IdentifierError, code="identifier-country"):
    """A country is not a code of ISO 3166-1 alpha-2."""


class IpError(IdentifierError, code="identifier-ip"):
    """A text is no single IPv4 or IPv6 address, or its port is none."""


class DomainError(IdentifierError, code="identifier-domain"):
    """A text is no domain name that IDNA 2008 and the DNS allow."""


class UrlError(IdentifierError, code="identifier-url"):
    """A text is no URL with scheme and host."""


class EmailError(IdentifierError, code="identifier-email"):
    """A text is no single e-mail address."""


class PhoneError(IdentifierError, code="identifier-phone"):
    """A text is no international phone number."""


class ImeiError(IdentifierError, code="identifier-imei"):
    """A number is no IMEI or IMEISV, or its check digit is wrong."""


class ImsiError(IdentifierError, code="identifier-imsi"):
    """A number is no IMSI."""


class MacError(IdentifierError, code="identifier-mac"):
    """A text is no 48-bit MAC address."""


class CellError(IdentifierError, code="identifier-cell"):
    """A text is no cell of a mobile network, or a part is out of its range."""


class HashError(IdentifierError, code="identifier-hash"):
    """A text is no digest of a known algorithm, or its length is that of another one."""


class WalletError(IdentifierError, code="identifier-wallet"):
    """An address of a virtual asset has a wrong checksum or form, or names no chain."""


class IbanError(IdentifierError, code="identifier-iban"):
    """A text is no IBAN: its country, its length or its check digits are wrong."""


class BankAccountError(IdentifierError, code="identifier-bank-account"):
    """An account's number, or the bank's BIC, is malformed."""


class TransactionError(IdentifierError, code="identifier-transaction"):
    """A payment's amount or currency is malformed."""


class OrganizationError(IdentifierError, code="identifier-organization"):
    """An organization's LEI is wrong."""

"""Why a text is not the identifier it is said to be: what, why and what to do next.

No message repeats the value: it may name a person, and messages reach logs.
"""

from comity.canonical.errors import PeerError


class IdentifierError(PeerError):
    """A text is not an identifier of its type; facts ``what``, ``why`` and ``next`` say it."""

    code = "identifier"

    def __init__(self, what: str, why: str, advice: str) -> None:
        super().__init__(f"{what}: {why}; {advice}", what=what, why=why, next=advice)


class IdentifierTypeError(IdentifierError):
    """No type of identifier has that name."""

    code = "identifier-type"


class IdentifierFieldError(IdentifierError):
    """A field that the type needs is missing, is not one of the type's, or is of a wrong kind."""

    code = "identifier-field"


class IdentifierTextError(IdentifierError):
    """A text is empty, too long, or holds control characters."""

    code = "identifier-text"


class IdentifierTimeError(IdentifierError):
    """A time has no zone, no seconds, or does not exist."""

    code = "identifier-time"


class IdentifierDateError(IdentifierError):
    """A date does not exist, or is not one of the Gregorian calendar."""

    code = "identifier-date"


class IdentifierCountryError(IdentifierError):
    """A country is not a code of ISO 3166-1 alpha-2."""

    code = "identifier-country"


class IpError(IdentifierError):
    """A text is no single IPv4 or IPv6 address, or its port is none."""

    code = "identifier-ip"


class DomainError(IdentifierError):
    """A text is no domain name that IDNA 2008 and the DNS allow."""

    code = "identifier-domain"


class UrlError(IdentifierError):
    """A text is no URL with scheme and host."""

    code = "identifier-url"


class EmailError(IdentifierError):
    """A text is no single e-mail address."""

    code = "identifier-email"


class PhoneError(IdentifierError):
    """A text is no international phone number."""

    code = "identifier-phone"


class ImeiError(IdentifierError):
    """A number is no IMEI or IMEISV, or its check digit is wrong."""

    code = "identifier-imei"


class ImsiError(IdentifierError):
    """A number is no IMSI."""

    code = "identifier-imsi"


class MacError(IdentifierError):
    """A text is no 48-bit MAC address."""

    code = "identifier-mac"


class CellError(IdentifierError):
    """A text is no cell of a mobile network, or a part is out of its range."""

    code = "identifier-cell"


class HashError(IdentifierError):
    """A text is no digest of a known algorithm, or its length is that of another one."""

    code = "identifier-hash"


class WalletError(IdentifierError):
    """An address of a virtual asset has a wrong checksum or form, or names no chain."""

    code = "identifier-wallet"


class IbanError(IdentifierError):
    """A text is no IBAN: its country, its length or its check digits are wrong."""

    code = "identifier-iban"


class BankAccountError(IdentifierError):
    """An account's number, or the bank's BIC, is malformed."""

    code = "identifier-bank-account"


class TransactionError(IdentifierError):
    """A payment's amount or currency is malformed."""

    code = "identifier-transaction"


class OrganizationError(IdentifierError):
    """An organization's LEI is wrong."""

    code = "identifier-organization"

"""What deserves a second look in an identifier that is well formed: the codes of warnings."""

from dataclasses import dataclass
from typing import Final

NOTICES: Final = {
    "account-handle": "A handle can pass to another person; ask for the account's number too.",
    "bank-bic-country": "The BIC is of another country than the account.",
    "bank-bic-missing": "The bank is not named by its BIC; one number may exist at many banks.",
    "bank-is-iban": "The number is an IBAN; use the type for it, which checks its digits.",
    "cell-radio-missing": "Say which radio network it is; one number means another cell in each.",
    "domain-labels": "A part of the name is not allowed by IDNA 2008. It is stored as entered.",
    "domain-single": "The name has one part only; it may mean something in one network alone.",
    "domain-special": "Names with this ending cannot be registered.",
    "domain-underscore": "The name has an underscore: the DNS allows it, registries do not.",
    "email-local-letters": "The part before @ has letters outside ASCII; check each.",
    "file-hash-missing": "A name alone does not tell one file from another; give its hash.",
    "file-path": "The name holds a path.",
    "hash-assumed": "The algorithm was told by the length alone; name it.",
    "hash-nothing": "This is the hash of an empty file.",
    "hash-weak": "Two different files can be made with this hash; give SHA-256 too.",
    "iban-country": "The register of IBANs used here does not know this country; check the form.",
    "imei-no-check": "The check digit is missing, so a wrong digit goes unseen.",
    "imei-spare": "Networks write 0 in place of the check digit, so a wrong digit goes unseen.",
    "ip-documentation": "Addresses of this block are reserved for examples.",
    "ip-link-local": "This address means something within one local network only.",
    "ip-loopback": "This address means the device itself.",
    "ip-mapped": "This is an IPv4 address written as IPv6; check which the record means.",
    "ip-multicast": "This is the address of a group and not of a subscriber.",
    "ip-port-missing": "Many subscribers may share an IPv4 address; give the source port.",
    "ip-private": "This address exists in many private networks and is with no provider.",
    "ip-reserved": "This address is not assigned.",
    "ip-shared": "CGNAT: port and time to the second are needed.",
    "ip-time-missing": "Without a time the provider cannot say who had the address.",
    "mac-group": "This is the address of a group and not of a device.",
    "mac-local": "This address was set by software and may change; it names no maker.",
    "mobile-operator": "The register used here does not know this network.",
    "person-birth-first": "1 January is often written where day and month are not known.",
    "person-order": "Say for each name whether the family name comes first.",
    "person-script": "A name is in another script than the one that is given for it.",
    "phone-unassigned": "The country's numbering plan has no such number; check the digits.",
    "text-hidden": "The text holds characters that cannot be seen or turn the order of others.",
    "text-lookalike": "Letters of another script look like Latin ones; check each.",
    "transaction-asset": "The amount is in a virtual asset and its decimals are not checked.",
    "url-name-before-host": "The part before @ is not the host. The host follows it.",
    "wallet-chain-assumed": "The chain was told by the form alone; other chains share that form.",
    "wallet-checksum-unchecked": "The capitals of the address could not be checked here.",
    "wallet-no-checksum": "The address is written without checksum, so a wrong digit goes unseen.",
    "wallet-test-network": "The address is one of a test network, where nothing has a value.",
    "wallet-unknown-kind": "Addresses of this chain are of an unknown kind and are not checked.",
}
"""Code to what it tells an officer, in English."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One warning: its stable code, by which translations find it, and its English text."""

    code: str
    text: str


def notices(codes: list[str]) -> tuple[Notice, ...]:
    """Return the warnings of these codes, each once, in the order of the first."""
    return tuple(Notice(code, NOTICES[code]) for code in dict.fromkeys(codes))

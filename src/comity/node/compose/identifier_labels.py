"""Words for identifiers: their types, why one is not taken, and what deserves a second look."""

from typing import Final

from django.utils.translation import gettext_lazy as _

KIND: Final = {
    "ip": _("IP address"),
    "domain": _("Domain name"),
    "url": _("Web address (URL)"),
    "email": _("E-mail address"),
    "phone": _("Telephone number"),
    "account": _("Account with a provider"),
    "imei": _("IMEI of a device"),
    "imsi": _("IMSI of a SIM card"),
    "mac": _("MAC address"),
    "cell": _("Cell of a mobile network"),
    "hash": _("Hash of a file"),
    "wallet": _("Address of a virtual asset"),
    "iban": _("IBAN"),
    "bank-account": _("Bank account without IBAN"),
    "transaction": _("Payment"),
    "file": _("File"),
    "person": _("Person"),
    "organization": _("Organization"),
    "device": _("Device"),
    "other": _("Something else"),
}
REFUSED: Final = {
    "identifier": _("It does not have the form of its type. Copy it anew."),
    "identifier-type": _("There is no such type. Choose one of the list."),
    "identifier-field": _(
        "A part of it is missing or too much. Write it in one line as the example shows."
    ),
    "identifier-text": _(
        "It is empty, too long, or holds a control character. Type it anew on one line."
    ),
    "identifier-time": _(
        "The time has no zone or no seconds, or does not exist. Write it as 2026-11-24T09:00:00Z."
    ),
    "identifier-date": _("The date does not exist. Write year, month and day as 2026-11-24."),
    "identifier-country": _("The country is no code of two letters. Write it as VN or ZA."),
    "identifier-ip": _(
        "It is no single IP address, or its port is none. Write address, port and time as"
        " 203.0.113.9:443 2026-11-24T09:00:00Z."
    ),
    "identifier-domain": _("It is no domain name. Write the name alone, as example.org."),
    "identifier-url": _(
        "It has no scheme or no host. Copy the whole address, as https://example.org/page."
    ),
    "identifier-email": _(
        "It is no single e-mail address. Write one address alone, as name@example.org."
    ),
    "identifier-phone": _("It is no international number. Begin with + and the country's code."),
    "identifier-imei": _("It is no IMEI, or its check digit is wrong. Copy its 15 digits anew."),
    "identifier-imsi": _("It is no IMSI. Copy its 14 or 15 digits anew."),
    "identifier-mac": _("It is no MAC address. Write twelve hex digits, as d0:50:99:84:a2:a0."),
    "identifier-cell": _(
        "It is no cell, or a number is out of its range. Write it as 452-04-12345-678 lte."
    ),
    "identifier-hash": _(
        "It is no hash of a known algorithm. Write the algorithm and hex digits, as sha256:…."
    ),
    "identifier-wallet": _(
        "The address has a wrong checksum or form, or its chain is not known. Write chain and"
        " address, as bitcoin:…."
    ),
    "identifier-iban": _("Its country, its length or its check digits are wrong. Copy it anew."),
    "identifier-bank-account": _(
        "The number or the bank's BIC is malformed. Write country, number and BIC, as VN"
        " 0071001234567 BFTVVNVX."
    ),
    "identifier-transaction": _(
        "The amount or the currency is malformed. Write number, amount, currency and day, as"
        " 4711 1250.00 EUR 2026-03-01."
    ),
    "identifier-organization": _("The LEI is wrong. Copy its 20 characters anew."),
}
"""Error code to what is wrong and what to do next."""

NOTICE: Final = {
    "account-handle": _("A handle can pass to another person; ask for the account's number too."),
    "bank-bic-country": _("The BIC is of another country than the account."),
    "bank-bic-missing": _("The bank is not named by its BIC; one number may exist at many banks."),
    "bank-is-iban": _("The number is an IBAN; use the type for it, which checks its digits."),
    "cell-radio-missing": _(
        "Say which radio network it is; one number means another cell in each."
    ),
    "domain-labels": _("A part of the name is none that IDNA 2008 allows; it is kept as written."),
    "domain-single": _("The name has one part only; it may mean something in one network alone."),
    "domain-special": _("Names under this ending are registered with nobody."),
    "domain-underscore": _("The name has an underscore: the DNS allows it, registries do not."),
    "email-local-letters": _("The part before @ has letters outside ASCII; check each."),
    "file-hash-missing": _("A name alone does not tell one file from another; give its hash."),
    "file-path": _("The name holds a path."),
    "hash-assumed": _("The algorithm was told by the length alone; name it."),
    "hash-nothing": _("This is the hash of an empty file."),
    "hash-weak": _("Two different files can be made with this hash; give SHA-256 too."),
    "iban-country": _(
        "The register of IBANs used here does not know this country; check the form."
    ),
    "imei-no-check": _("The check digit is missing, so a wrong digit goes unseen."),
    "imei-spare": _("Networks write 0 in place of the check digit, so a wrong digit goes unseen."),
    "ip-documentation": _("Addresses of this block stand in examples and belong to nobody."),
    "ip-link-local": _("This address means something within one local network only."),
    "ip-loopback": _("This address means the device itself."),
    "ip-mapped": _("This is an IPv4 address written as IPv6; check which the record means."),
    "ip-multicast": _("This is the address of a group and not of a subscriber."),
    "ip-port-missing": _("Many subscribers may share an IPv4 address; give the source port."),
    "ip-private": _("This address exists in many private networks and is with no provider."),
    "ip-reserved": _("This address is given to nobody."),
    "ip-shared": _("CGNAT: port and time to the second are needed."),
    "ip-time-missing": _("Without a time the provider cannot say who had the address."),
    "mac-group": _("This is the address of a group and not of a device."),
    "mac-local": _("This address was set by software and may change; it names no maker."),
    "mobile-operator": _("The register used here does not know this network."),
    "person-birth-first": _("1 January is often written where day and month are not known."),
    "person-order": _("Say for each name whether the family name comes first."),
    "person-script": _("A name is in another script than the one that is given for it."),
    "phone-unassigned": _("The country's numbering plan has no such number; check the digits."),
    "text-hidden": _("The text holds characters that cannot be seen or turn the order of others."),
    "text-lookalike": _("Letters of another script look like Latin ones; check each."),
    "transaction-asset": _("The amount is in a virtual asset and its decimals are not checked."),
    "url-name-before-host": _("What stands before @ is not the host; the host comes after it."),
    "wallet-chain-assumed": _(
        "The chain was told by the form alone; other chains share that form."
    ),
    "wallet-checksum-unchecked": _("The capitals of the address could not be checked here."),
    "wallet-no-checksum": _(
        "The address is written without checksum, so a wrong digit goes unseen."
    ),
    "wallet-test-network": _("The address is one of a test network, where nothing has a value."),
    "wallet-unknown-kind": _("Addresses of this chain are of an unknown kind and are not checked."),
    "line-not-normal": _(
        "It is not written in the normal form of its type; compare it letter by letter."
    ),
}
"""Code of a warning to what it tells."""

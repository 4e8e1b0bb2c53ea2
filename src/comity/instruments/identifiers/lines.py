"""An identifier as a request carries it: a type, who holds it, and one line."""

from comity.instruments.identifiers import Identifier, parse

ACCOUNT = "account"


def read_line(type: str, service: str, line: str) -> Identifier:
    """Return the identifier of one line; the provider of an account is the service.

    Args:
        type: key of `KINDS`.
        service: who holds it.
        line: untrusted.

    Raises:
        IdentifierError: as `parse`.

    Source: spec/07-types.md section 7.3.
    """
    return parse(type, {"provider": service, "id": line} if type == ACCOUNT else line)


def line_of(found: Identifier) -> str:
    """Return the line by which a request carries an identifier: its normal form.

    `read_line` of it gives the same line again.
    """
    return str(found.fields["id"]) if found.type == ACCOUNT else found.text

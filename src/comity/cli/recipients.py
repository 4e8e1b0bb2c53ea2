"""Recipients as a command line gives them."""

import click

from comity.canonical import ComityError
from comity.evidence import age_keys


def parsed_recipients(
    _context: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[age_keys.Recipient, ...]:
    """Parse ``-r`` options, each kept once; a wrong one is a usage error."""
    try:
        return tuple(dict.fromkeys(age_keys.parse_recipient(value.strip()) for value in values))
    except ComityError as error:
        raise click.BadParameter(str(error)) from error

"""Options that take the code of a State or the name of a party, and refuse one that is not."""

from collections.abc import Callable

import click

from comity.canonical import ComityError


def _read(parse: Callable[[str], str], param: click.Parameter, value: str | None) -> str | None:
    if value == "" and param.required:
        raise click.BadParameter("it is empty")
    try:
        return parse(value) if value else value
    except ComityError as fault:
        raise click.BadParameter(str(fault)) from fault


def state(_context: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Take the code of a State; nothing stays nothing where it may be left out."""
    from comity.files.known_names import check_state

    return _read(check_state, param, value)


def party(_context: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Take the name of a party whose State exists; nothing stays so where it may be left out."""
    from comity.files.known_names import check_party

    return _read(check_party, param, value)

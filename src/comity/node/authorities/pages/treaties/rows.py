"""Rows of the grid of all States, written by a function: a template takes three times as long."""

from collections.abc import Iterable
from html import escape
from typing import Final

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from comity.node.authorities.pages.treaties import labels
from comity.node.law.treaty_grid import Relation

_STATE: Final = "zz"
"""Stands for a State in an address that is worked out once."""


def relation_rows(lines: Iterable[Relation]) -> SafeString:
    """Return the rows of States, each with a mark and a word for every instrument.

    Args:
        lines: in the order of the rows.
    """
    address = reverse("treaty-state", args=[_STATE])
    cells = {
        code: f'<td><span class="between {code}"><span aria-hidden="true">{sign}</span> '
        f"{escape(str(labels.BRIEF[code]))}</span></td>"
        for code, sign in labels.SIGN.items()
    }
    return mark_safe(  # noqa: S308 - names are escaped, the rest is the program's own
        "".join(
            f'<tr><th scope="row"><a href="{address.replace(_STATE, line.state)}">'
            f"{escape(line.name)}</a></th>{''.join(cells[one] for one in line.between)}</tr>\n"
            for line in lines
        )
    )

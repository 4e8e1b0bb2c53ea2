"""What a page says of a draft besides what a program says: the form as it was filled."""

from typing import Annotated, Final

from pydantic import StringConstraints

from comity.node.web.schemas import Closed, DraftEditIn, DraftIn

MAX_FIELDS: Final = 2000
MAX_CHARS: Final = 1_000_000
"""Of all that a form holds; a longer one makes a draft that no form opens again."""


class FilledForm(Closed):
    """A form as it was filled: the address of its page, and what stood in its fields."""

    path: Annotated[str, StringConstraints(max_length=1000)]
    fields: dict[str, list[str]]


class DraftByForm(DraftIn):
    """A message that was written in a form."""

    form: FilledForm


class EditByForm(DraftEditIn):
    """A change that was written in a form; one that is too long to be opened again has none."""

    form: FilledForm | None

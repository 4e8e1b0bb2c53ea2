"""What the API takes and says about the subject of a case."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from comity.node.web.schemas import Closed

MOST_CASE: Final = 40
MOST_SUBJECT: Final = 160
_ONE_LINE: Final = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"


class SubjectIn(Closed):
    """The subject that an officer gives a case."""

    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=MOST_SUBJECT, pattern=_ONE_LINE),
    ] = Field(description="one line; empty goes back to the subject made by rule")


class SubjectOut(Closed):
    """The subject of a case as the caller reads it."""

    case: str
    subject: str

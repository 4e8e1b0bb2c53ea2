"""What the API answers when something is wrong."""

from comity.node.web.schemas import Closed


class ProblemMember(Closed):
    """One thing that is wrong with a request: what asks for what, by stable ``code``."""

    code: str
    detail: str
    pointer: str | None = None
    """JSON pointer (RFC 6901) into the body, if the body is wrong; empty is the whole body."""
    parameter: str | None = None
    """Name in the query, the address or the headers, if one of these is wrong."""


class Problem(Closed):
    """An error (RFC 9457); ``code`` is stable and listed in the manual."""

    code: str
    detail: str
    errors: list[ProblemMember] | None = None
    """What is wrong with members or parameters of the request, at most 20 things."""
    status: int
    title: str
    type: str

"""HTTP as all of Comity asks for it: no redirect, no proxy, no second try, nothing without bounds.

In reading order: `errors` (there is no answer), `client` (a certificate that is pinned),
`client` (answers that are HTTP, and no endless ones), `client` (connections kept, and for how
long), `client` (what callers use).
"""

from comity.http.client import Answer, Client, Incoming, pinned_context
from comity.http.errors import AnswerTooLongError, NoAnswerError

__all__ = [
    "Answer",
    "AnswerTooLongError",
    "Client",
    "Incoming",
    "NoAnswerError",
    "pinned_context",
]

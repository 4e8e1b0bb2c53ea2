"""HTTP as all of Comity asks for it: no redirect, no proxy, no second try, nothing without bounds.

In reading order: `errors` (there is no answer), `trust` (a certificate that is pinned),
`framing` (answers that are HTTP, and no endless ones), `pools` (connections kept, and for how
long), `client` (what callers use).
"""

from comity.http.client import Answer, Client, Incoming
from comity.http.errors import AnswerTooLongError, NoAnswerError
from comity.http.trust import pinned_context

__all__ = [
    "Answer",
    "AnswerTooLongError",
    "Client",
    "Incoming",
    "NoAnswerError",
    "pinned_context",
]

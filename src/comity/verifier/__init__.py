"""The browser verifier: one page that judges a court bundle by itself, and how it is put together.

``js/`` is an independent implementation of the specification in plain JavaScript; nothing of it is
derived from the Python rooms but the tables that the specification itself prints. Reading order:
`build` (the small bundler), `tables` (the specification's tables as data), `build` (the page).
"""

from comity.verifier.build import page, page_digest

__all__ = ["page", "page_digest"]
